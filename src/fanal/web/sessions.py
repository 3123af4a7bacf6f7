"""Keeps who is signed in: in memory only, by the digest of a secret that the browser holds."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fanal.model.desk import Who

IDLE = 300.0
"""Seconds without a request of the person's after which a session is locked."""
WHOLE = 36_000.0
"""Seconds after which it ends, whatever happens (OWASP ASVS 5.0, 7.3)."""
SECRET = 32
"""Bytes of a session's secret."""


@dataclass(slots=True)
class Session:
    """One session: whose, since when, and whether it is locked."""

    who: Who
    begun: float
    used: float
    proved: float
    """When the person last proved who they are."""
    locked: bool = False
    marks: dict[str, str] = field(default_factory=dict)
    """Short-lived values, such as the challenge of a passkey."""


class Sessions:
    """The sessions of one server; a server that starts anew knows none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without any."""
        self._clock = clock
        self._lock = threading.Lock()
        self._by_digest: dict[str, Session] = {}

    def begin(self, login: str, name: str, roles: tuple[str, ...]) -> str:
        """Return the secret of a new session."""
        secret, now = secrets.token_urlsafe(SECRET), self._clock()
        digest = _digest(secret)
        with self._lock:
            self._by_digest[digest] = Session(Who(login, name, roles, digest[:12]), now, now, now)
        return secret

    def find(self, secret: str, *, active: bool = True) -> Session | None:
        """Return the session of a secret, locked where it was idle; None where it has ended.

        `active`: the person did something; a page that asks by itself does not count.
        """
        digest, now = _digest(secret), self._clock()
        with self._lock:
            session = self._by_digest.get(digest)
            if session is None:
                return None
            if now - session.begun > WHOLE:
                del self._by_digest[digest]
                return None
            session.locked = session.locked or now - session.used > IDLE
            if active and not session.locked:
                session.used = now
            return session

    def end(self, secret: str) -> None:
        """End a session."""
        with self._lock:
            self._by_digest.pop(_digest(secret), None)

    def end_all(self, login: str) -> int:
        """End every session of a person; return how many."""
        with self._lock:
            ended = [key for key, one in self._by_digest.items() if one.who.login == login]
            for key in ended:
                del self._by_digest[key]
        return len(ended)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()
