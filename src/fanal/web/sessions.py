"""Keeps who is signed in: in memory only, by the digest of a secret that the browser holds."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fanal.model.desk import Who

COOKIE = "__Host-fanal"
"""Sent to this very host only, and never without protection (RFC 6265bis, section 4.1.3.2)."""
IDLE = 300.0
"""Seconds without a request of the person's after which a session is locked."""
WHOLE = 36_000.0
"""Seconds after which it ends, whatever happens (OWASP ASVS 5.0, 7.3)."""
FRESH = 300.0
"""Seconds for which a person who proved who they are need not do so again."""
SECRET = 32
"""Bytes of a session's secret."""
MOST = 10
"""Sessions of one person at the same time; the oldest ends where another one begins."""


@dataclass(slots=True)
class Session:
    """One session: whose, since when, and whether it is locked."""

    who: Who
    begun: float
    used: float
    proved: float
    """When the person last proved who they are."""
    locked: bool = False
    number: int = 0
    """The event that the case knew of the person when it began, whose roles are looked up at every
    request; 0 where the case knows nobody of that login."""
    marks: dict[str, str] = field(default_factory=dict)
    """Short-lived values, such as the secret of one-time codes before it counts."""


class Sessions:
    """The sessions of one server; a server that starts anew knows none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without any."""
        self._clock = clock
        self._lock = threading.Lock()
        self._by_digest: dict[str, Session] = {}

    def begin(
        self,
        login: str,
        name: str,
        roles: tuple[str, ...],
        *,
        number: int = 0,
        secret: str = "",
    ) -> str:
        """Return the secret of a new session: just made here, never one that a browser sent."""
        secret, now = secret or new_secret(), self._clock()
        digest = _digest(secret)
        who = Who(login, name, roles, short(secret))
        with self._lock:
            for key in self._too_many(login, now):
                del self._by_digest[key]
            self._by_digest[digest] = Session(who, now, now, now, number=number)
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

    def lock(self, session: Session) -> None:
        """Lock a session until its person proves who they are."""
        with self._lock:
            session.locked = True

    def prove(self, session: Session) -> None:
        """Note that the person of a session proved who they are; it is locked no more."""
        with self._lock:
            session.locked, session.used = False, self._clock()
            session.proved = session.used

    def is_fresh(self, session: Session) -> bool:
        """Tell whether the person proved who they are in the last minutes."""
        return not session.locked and self._clock() - session.proved <= FRESH

    def of(self, login: str) -> int:
        """Return how many sessions a person has."""
        with self._lock:
            self._clear(self._clock())
            return sum(one.who.login == login for one in self._by_digest.values())

    def end(self, secret: str) -> None:
        """End a session."""
        with self._lock:
            self._by_digest.pop(_digest(secret), None)

    def end_all(self, login: str, *, but: str = "") -> int:
        """End every session of a person, but the one of that short name; return how many."""
        with self._lock:
            ended = [
                key
                for key, one in self._by_digest.items()
                if one.who.login == login and one.who.session != but
            ]
            for key in ended:
                del self._by_digest[key]
        return len(ended)

    def _too_many(self, login: str, now: float) -> list[str]:
        self._clear(now)
        own = [key for key, one in self._by_digest.items() if one.who.login == login]
        return own[: max(0, len(own) - MOST + 1)]

    def _clear(self, now: float) -> None:
        for key in [k for k, one in self._by_digest.items() if now - one.begun > WHOLE]:
            del self._by_digest[key]


def new_secret() -> str:
    """Return the secret of a session that is to begin."""
    return secrets.token_urlsafe(SECRET)


def short(secret: str) -> str:
    """Return the short name of a session, from which nobody makes its secret."""
    return _digest(secret)[:12]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()
