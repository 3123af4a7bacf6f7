"""A passkey made of nothing but a key: signs as WebAuthn level 2 says, or wrongly where asked."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from makers.desk import ORIGIN

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
CURVE = ec.SECP256R1()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Passkey:
    """One credential; what is changed before it signs makes it lie."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    count: int = 0
    host: str = "localhost"
    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser sends when the key is registered (6.5.1, 7.1)."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(self.flags | ATTESTED) + credential
        told = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._told(
            {
                "clientDataJSON": b64(self._client("webauthn.create", options)),
                "attestationObject": b64(cbor2.dumps(told)),
            }
        )

    def signed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser sends when the key proves somebody (6.3.3, 7.2)."""
        self.count += 1 if self.count else 0
        client, data = self._client("webauthn.get", options), self._data(self.flags)
        signed = data + hashlib.sha256(client).digest()
        return self._told(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            }
        )

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(told | {"crossOrigin": False}).encode()

    def _told(self, response: dict[str, str]) -> dict[str, Any]:
        name = b64(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }
