"""Slows whoever guesses down: each wait is longer, and after five failures nobody is heard."""

import threading
import time
from collections.abc import Callable

WINDOW = 900.0
"""Seconds that a failure counts (OWASP ASVS 5.0, 6.3.1)."""
MOST = 5
"""Failures of one login in that time, after which none is heard until the first is forgotten."""
MOST_ALL = 30
"""Failures of all logins together, after which one attempt a minute is heard."""
PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds after the second failure, doubled with each; at most so many for all together."""
NAMES = 2_000
"""Logins whose failures are remembered."""


class Attempts:
    """Failures of a desk, in memory; a login that is not there counts like one that is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without any."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[str, list[float]] = {}
        self._all: list[float] = []

    def wait(self, name: str) -> float:
        """Return 0.0 where this login is heard now, else the seconds until it is.

        Whoever is heard has failed until they succeed: many who guess at once are no exception.
        """
        with self._lock:
            now = self._clock()
            recent = self._recent(name, now)
            self._all = [at for at in self._all if now - at < WINDOW]
            pause = _pause(recent, now)
            if len(self._all) >= MOST_ALL:
                pause = max(pause, self._all[-1] + LONGEST_PAUSE - now)
            if pause > 0:
                return pause
            self._failed[name] = [*recent, now][-MOST:]
            self._all = [*self._all, now][-MOST_ALL:]
            while len(self._failed) > NAMES:
                del self._failed[min(self._failed, key=lambda one: self._failed[one][-1])]
            return 0.0

    def succeeded(self, name: str) -> None:
        """Forget the failures of a login that proved itself."""
        with self._lock:
            for at in self._failed.pop(name, ()):
                if at in self._all:
                    self._all.remove(at)

    def _recent(self, name: str, now: float) -> list[float]:
        return [at for at in self._failed.get(name, ()) if now - at < WINDOW]


def _pause(failures: list[float], now: float) -> float:
    if len(failures) < 2:
        return 0.0
    if len(failures) >= MOST:
        return max(failures[0] + WINDOW - now, 0.0)
    return max(failures[-1] + PAUSE * (1 << (len(failures) - 2)) - now, 0.0)
