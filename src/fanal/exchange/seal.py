"""Seals a package: manifest, signature, one padded tar archive, encrypted to one receiver.

The signature is Ed25519 (RFC 8032) over the bytes of the manifest, which names every other file
with its digest. The encryption is age, version 1, to one X25519 key (C2SP, age-encryption.org/v1).
Nothing of it is ours to trust: `age -d -i KEY FILE | tar x` opens it, and `openssl pkeyutl -verify`
checks the signature.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyrage

from fanal.custody.sign import is_signed, public_pem
from fanal.exchange.container import MEND, pack, refused
from fanal.exchange.manifest import Manifest, digest, read, spelled
from fanal.exchange.paths import MANIFEST, SENDER, SIGNATURE
from fanal.exchange.recipients import receiver

TEXTS = ("csv", "html", "json", "jsonld", "md", "txt", "xml")
ENDINGS = (*TEXTS, "pdf")
"""What a file of a package may be; the lists among them are JSON and CSV."""
EMBEDDED = re.compile(
    rb"data:\s*(?:image|video|audio)/"
    rb"|(?:/9j/|iVBORw0KGgo|R0lGOD[dl]|UklGR|AAAA[A-Za-z0-9+/]{4}Z0eX)[A-Za-z0-9+/\s]{200}",
    re.IGNORECASE,
)
"""Media inside a text: an address that holds its data (RFC 2397), or how JPEG, PNG, GIF, RIFF and
MP4 begin in Base64 (RFC 4648)."""
_IMAGE = re.compile(rb"/Subtype\s*/Image")
"""A picture in a PDF file (ISO 32000-1, table 89)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package as it is sent."""

    data: bytes
    """The encrypted file."""
    sha256: str
    manifest: str
    """Digest of the manifest."""


def render(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest's bytes over these files; refuse what no package may hold."""
    for name, data in files.items():
        if why := media(name, data):
            raise refused(f"file {name!r}", why, MEND)
    raw = spelled(manifest.with_files(files))
    read(raw)
    return raw


def seal(raw: bytes, files: Mapping[str, bytes], sign: Callable[[bytes], str]) -> Sealed:
    """Sign the manifest, pack it with its files and encrypt the whole to its receiver."""
    manifest = read(raw)
    signature = sign(raw)
    if not is_signed(raw, manifest.sender.signing_key, signature):
        raise refused(
            SIGNATURE,
            "the signing key at hand is not the one that the manifest names as the sender's",
            "sign with that key (FANAL_KEY), or draft it anew",
        )
    named = {one.name: one.sha256 for one in manifest.files}
    if named != {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}:
        raise refused(MANIFEST, "it does not name exactly the files at hand", MEND)
    first = {
        MANIFEST: raw,
        SIGNATURE: bytes.fromhex(signature),
        SENDER: public_pem(manifest.sender.signing_key),
    }
    data = bytes(pyrage.encrypt(pack(first | dict(files)), [receiver(manifest.recipient.age_key)]))
    return Sealed(data, hashlib.sha256(data).hexdigest(), digest(raw))


def media(name: str, data: bytes) -> str:
    """Return why a file may not go because it is, or carries, a medium; "" where it may."""
    ending = name.rpartition(".")[2]
    if "." not in name or ending not in ENDINGS:
        return f"a package has files of these endings only: {', '.join(ENDINGS)}"
    if ending == "pdf":
        is_right, pattern = data.startswith(b"%PDF-"), _IMAGE
    else:
        is_right, pattern = _is_text(data), EMBEDDED
    if not is_right:
        return f"it is not what its ending {ending} says; no media leave a case"
    if pattern.search(data):
        return "a picture, sound or film is embedded in it; no media leave a case"
    return ""


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
