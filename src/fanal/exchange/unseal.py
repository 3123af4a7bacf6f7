"""Opens a sealed package in memory and checks all of it before anything is taken from it.

The order: decrypt; the archive, byte for byte as `container` would write it; the signature, with
the key that the receiver knows; the manifest; every file against size and digest. The first
thing that differs is named with its place, and nothing comes out.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyrage

from fanal.custody.sign import is_signed, public_key, public_pem
from fanal.errors import PackageError
from fanal.exchange.container import BLOCK, LARGEST, refused, unpack
from fanal.exchange.manifest import Manifest, digest, read
from fanal.exchange.paths import FIRST, MANIFEST, SENDER, SIGNATURE

HEADS = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
"""How an age file begins; the second way is for mail, and half as large again."""
PIECE = 1 << 16
"""Bytes that age encrypts at a time."""
ROOM = 1 << 18
"""Bytes that encryption may add: head, and 16 for each piece."""
MOST_READ = (LARGEST + ROOM + LARGEST // PIECE * 16) * 3 // 2
"""Bytes of an age file that are read."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A package all of which was checked."""

    manifest: Manifest
    digest: str
    """SHA-256 of the manifest's bytes."""
    raw: bytes
    signature: bytes
    files: Mapping[str, bytes]
    """All files but manifest, signature and key."""
    key: str
    """The key that signed it, in hexadecimal."""

    def everything(self) -> dict[str, bytes]:
        """Return every file, as a folder holds them."""
        pem = {SENDER: public_pem(self.key)}
        return {MANIFEST: self.raw, SIGNATURE: self.signature} | pem | dict(self.files)


def is_encrypted(data: bytes) -> bool:
    """Tell whether these bytes are an age file."""
    return data.startswith(HEADS)


def unlock(data: bytes, identities: Sequence["pyrage.x25519.Identity"]) -> bytes:
    """Return what an age file holds for one of these keys."""
    if len(data) > MOST_READ:
        raise refused("the file", f"it is larger than {LARGEST:,} bytes")
    if not is_encrypted(data):
        raise refused("byte 0", "it is no file that age encrypted")
    plain = io.BytesIO()
    try:
        pyrage.decrypt_io(io.BytesIO(data), plain, list(identities))
    except (pyrage.DecryptError, OSError) as error:
        raise refused(*_where(str(error), len(plain.getvalue()))) from error
    return plain.getvalue()


def _where(said: str, whole: int) -> tuple[str, str]:
    """Return the place at which decryption ended, and why it did."""
    if "No matching keys" in said:
        return "the head of the file", "it is encrypted to none of these keys"
    if whole or "decryption error" in said or "truncated" in said:
        piece = whole // PIECE + 1
        return (
            f"piece {piece:,} of {PIECE:,} bytes",
            "it was changed, or the file ends before it",
        )
    return "the head of the file", f"it was changed or cut off ({said.splitlines()[0][:80]})"


def check(container: bytes, key: str = "") -> Opened:
    """Check a decrypted package; `key` is the sender's, where the receiver knows it."""
    return check_files(unpack(container), key)


def check_files(files: Mapping[str, bytes], key: str = "") -> Opened:
    """Check the files of a package, as they lie in its archive or in a folder."""
    for name in FIRST:
        if name not in files:
            raise refused(name, "it is missing")
    raw, signature = files[MANIFEST], files[SIGNATURE]
    named = public_key(files[SENDER]) if len(files[SENDER]) < BLOCK else ""
    if not named or files[SENDER] != public_pem(named):
        raise refused(SENDER, "it is no public Ed25519 key as openssl writes it")
    if key and named != key:
        raise refused(SENDER, f"it is the key {named}, and not {key}, by which the sender is known")
    if len(signature) != 64 or not is_signed(raw, named, signature.hex()):
        raise refused(
            f"{SIGNATURE} over {MANIFEST}", f"the signature is not that of the key {named}"
        )
    manifest = read(raw)
    if manifest.sender.signing_key != named:
        raise refused(MANIFEST, "it names another key than the one that signed it")
    _check_each(manifest, files)
    rest = {name: data for name, data in files.items() if name not in FIRST}
    return Opened(manifest, digest(raw), raw, signature, rest, named)


def _check_each(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    for entry in manifest.files:
        if entry.name not in files:
            raise refused(f"file {entry.name!r}", "it is missing")
        data = files[entry.name]
        if len(data) != entry.size:
            raise refused(
                f"file {entry.name!r}", f"it has {len(data):,} bytes and not {entry.size:,}"
            )
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise refused(f"file {entry.name!r}", "its SHA-256 is not the one that was signed")
    if extra := sorted(files.keys() - set(FIRST) - {entry.name for entry in manifest.files}):
        raise refused(f"file {extra[0]!r}", "the manifest does not name it")


def meant_for(manifest: Manifest, identities: Sequence["pyrage.x25519.Identity"]) -> None:
    """Refuse a package that was made for another receiver and encrypted anew for this one."""
    if manifest.recipient.age_key not in {str(one.to_public()) for one in identities}:
        raise PackageError(
            f"it was made for {manifest.recipient.name!r}, with another key than yours:"
            " somebody opened it and encrypted it again",
            "take nothing from it, and tell its sender",
        )
