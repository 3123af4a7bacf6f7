"""Signs with the laboratory's Ed25519 key (RFC 8032), made on first use."""

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
    load_pem_public_key,
)

from fanal.errors import CaseError


class Signer:
    """Holds the signing key and spells its public half."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take the private key."""
        self._key = key
        self.public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @classmethod
    def from_file(cls, path: Path) -> "Signer":
        """Read the key (PEM, PKCS 8), or make one that only its owner may read."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            key = Ed25519PrivateKey.generate()
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            private = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(private, "wb") as out:  # noqa: PTH123 (a descriptor)
                out.write(pem)
                out.flush()
                os.fsync(out.fileno())
            try:  # a second process may have made the key meanwhile: the first one stays
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        try:
            loaded = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CaseError(
                f"{path} is not a readable signing key", "restore it from backup"
            ) from error
        if not isinstance(loaded, Ed25519PrivateKey):
            raise CaseError(f"{path} is not an Ed25519 key", "name another file with FANAL_KEY")
        return cls(loaded)

    def sign(self, message: bytes) -> str:
        """Return the signature in hexadecimal."""
        return self._key.sign(message).hex()


def public_key(pem: bytes) -> str:
    """Return a public Ed25519 key (PEM, SubjectPublicKeyInfo) in hexadecimal; "" for any other."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return ""
    if not isinstance(key, Ed25519PublicKey):
        return ""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def public_pem(key: str) -> bytes:
    """Return a public Ed25519 key, given in hexadecimal, as PEM (SubjectPublicKeyInfo)."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def is_signed(message: bytes, key: str, signature: str) -> bool:
    """Tell whether the signature over the message was made with that public key."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True
