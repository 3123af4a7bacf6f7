"""Reads the keys of those who exchange packages: age keys, and what they are kept in.

A public key is `age1…`, a secret one `AGE-SECRET-KEY-1…` in a file as `age-keygen` writes it,
which may be encrypted with a passphrase (`age -p`).
"""

import os
from collections.abc import Callable
from pathlib import Path

import pyrage

from fanal.errors import UsageError

LARGEST = 1 << 16
"""Bytes of an identity file."""
_ENCRYPTED = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_MAKE = "make a pair of keys: age-keygen -o FILE"


def receiver(key: str) -> "pyrage.x25519.Recipient":
    """Return the public key that a package is encrypted to."""
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        raise UsageError(
            f"{key[:80]!r} is no public age key of the kind X25519 (age1…)",
            "ask for the line `public key` of the receiver's key file; never for the key itself",
        ) from error


def identities(
    text: bytes, name: str, passphrase: Callable[[], str]
) -> list["pyrage.x25519.Identity"]:
    """Return the secret keys of an identity file; the passphrase is asked for where it needs one.

    Keys of plugins and of ssh are refused: they would start other programs.
    """
    if text.startswith(_ENCRYPTED):
        try:
            text = bytes(pyrage.passphrase.decrypt(text, passphrase()))
        except pyrage.DecryptError as error:
            raise UsageError(
                f"{name} does not open with this passphrase", "try again; case counts"
            ) from error
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in kept]
    except pyrage.IdentityError as error:
        raise UsageError(f"{name} is no file of age keys", _MAKE) from error
    if not found:
        raise UsageError(f"{name} holds no key", _MAKE)
    return found


def read_identities(path: Path, passphrase: Callable[[], str]) -> list["pyrage.x25519.Identity"]:
    """Return the secret keys of an identity file on disk."""
    try:
        with path.open("rb") as stream:
            text = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a key file") from error
    if len(text) > LARGEST:
        raise UsageError(f"{path} is too large to be a key file", "name a key file")
    return identities(text, str(path), passphrase)


def own_identity(path: Path) -> "pyrage.x25519.Identity":
    """Return the key that replies are encrypted to, made on first use, readable by its owner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = pyrage.x25519.Identity.generate()
        text = f"# public key: {made.to_public()}\n{made}\n".encode()
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        private = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(private, "wb") as out:  # noqa: PTH123 (a descriptor)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        try:  # a second process may have made the key meanwhile: the first one stays
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return read_identities(path, _no_passphrase)[0]


def _no_passphrase() -> str:
    raise UsageError(
        "the key that replies are encrypted to is locked with a passphrase",
        "name it instead: --identity FILE",
    )
