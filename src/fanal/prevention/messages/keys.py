"""Makes the operator's key pair and signs bundles with it: Ed25519 (RFC 8032), detached."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from fanal.errors import UsageError

MOST_BYTES = 10_000


def signature_of(path: Path) -> Path:
    """Return where the signature of a file lies: beside it."""
    return path.with_name(f"{path.name}.sig")


def make_key(path: Path) -> str:
    """Write a new private key (PEM, PKCS 8) that only its owner may read; return the public one."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} exists", "no key is written over: name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "name another") from None
    with open(private, "wb") as out:  # noqa: PTH123 (a descriptor)
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    return _public(key)


def sign(message: bytes, path: Path) -> tuple[str, str]:
    """Return the signature over a message, and the public key, both in hexadecimal."""
    try:
        with path.open("rb") as stream:
            key = load_pem_private_key(stream.read(MOST_BYTES), password=None)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name another file") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            f"{path} is no private Ed25519 key", "make one with fanal deter messages keys"
        )
    return key.sign(message).hex(), _public(key)


def is_signed(message: bytes, signature: str, keys: tuple[str, ...]) -> bool:
    """Tell whether one of the public keys made the signature."""
    return any(_is_by(message, signature, key) for key in keys)


def _is_by(message: bytes, signature: str, key: str) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
