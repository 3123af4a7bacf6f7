"""Keeps passwords and the secrets of one-time codes so that whoever copies a case has neither."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fanal.review.people import login_key

SHORTEST, LONGEST = 12, 200
"""Characters of a password; nothing is asked of what they are (OWASP ASVS 5.0, 6.2)."""
SALT, KEY, NONCE = 16, 32, 12
"""Bytes: RFC 9106, section 3.1; a key of AES-256; NIST SP 800-38D, section 8.2."""
COST = ("rounds", "memory", "lanes")
AT_ONCE = 2
"""Passwords that are worked on at the same time: each takes the memory it costs."""


def unfit(password: str, login: str) -> str:
    """Return why a password cannot be taken, "" where it can."""
    if len(password) < SHORTEST:
        return f"a password has {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"a password has {LONGEST} characters at most"
    if login_key(password) == login_key(login):
        return "the login cannot be the password"
    return ""


@dataclass(frozen=True, slots=True)
class Passwords:
    """Argon2id with one cost (RFC 9106; the defaults are its second recommended set)."""

    rounds: int = 3
    memory: int = 65_536
    """KiB."""
    lanes: int = 4
    _turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def kept(self, password: str) -> str:
        """Return what is kept of a password."""
        with self._turns:
            return self._hasher().hash(password)

    def fits(self, kept: str, password: str) -> bool:
        """Tell whether this is the password; it takes as long where none is kept."""
        with self._turns:
            try:
                known = kept or self._hasher().hash(secrets.token_urlsafe(SALT))
                # Where none is kept, hashing took the time that checking takes.
                return bool(kept) and self._hasher().verify(known, password)
            except (Argon2Error, InvalidHashError):
                return False

    def sealed(self, secret: str, password: str, login: str) -> str:
        """Return a secret that opens with the password of that login only."""
        salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
        key = self._key(password, salt, self._cost)
        shut = AESGCM(key).encrypt(nonce, secret.encode(), login_key(login).encode())
        parts = {"salt": salt, "nonce": nonce, "secret": shut}
        told = {name: base64.b64encode(part).decode() for name, part in parts.items()}
        return json.dumps(told | dict(zip(COST, self._cost, strict=True)))

    def opened(self, sealed: str, password: str, login: str) -> str:
        """Return the secret, "" where it does not open; it takes as long where there is none."""
        try:
            told = json.loads(sealed) if sealed else {}
            salt, nonce, shut = (
                base64.b64decode(told.get(name, ""), validate=True)
                for name in ("salt", "nonce", "secret")
            )
            cost = [told.get(name, 0) for name in COST] if shut else self._cost
            key = self._key(password, salt or bytes(SALT), cost)
            return AESGCM(key).decrypt(nonce, shut, login_key(login).encode()).decode()
        except (ValueError, TypeError, AttributeError, InvalidTag, Argon2Error):
            return ""

    def _key(self, password: str, salt: bytes, cost: list[int]) -> bytes:
        rounds, memory, lanes = cost
        with self._turns:
            return hash_secret_raw(
                *(password.encode(), salt, rounds, memory, lanes, KEY), type=Type.ID
            )

    @property
    def _cost(self) -> list[int]:
        return [self.rounds, self.memory, self.lanes]

    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(self.rounds, self.memory, self.lanes)
