"""Remembers for a while, in memory only, what a session was shown and which outcomes were counted.

A session is known by a keyed digest of the operator's reference; the key is drawn at the start and
never leaves memory, so nothing outlives a restart. A session is met from its first message on, for
a fixed time: the order of arrival is then the order of leaving, and every call costs the same.
"""

import hmac
import os
import secrets
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from fanal.prevention.counting.cells import Place
from fanal.prevention.nouns import Outcome

MINUTES = 30
MOST = 100_000
SWEEP = 64
"""Sessions whose time is over that one call removes at most: more than it can add."""
_BIT = {outcome: 1 << at for at, outcome in enumerate(Outcome)}


@dataclass(slots=True, repr=False)
class _Met:
    """One session: until when, where it was met, and what was counted of it."""

    until: float
    shown: Place | None = None
    support: Place | None = None
    counted: int = 0


class Sessions:
    """The sessions that were met lately; safe to use from several threads."""

    def __init__(
        self,
        minutes: float = MINUTES,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with none; the clock gives seconds that never run back."""
        self._seconds = minutes * 60
        self._most = most
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._met: OrderedDict[bytes, _Met] = OrderedDict()
        self._lock = threading.Lock()
        self._pushed = 0
        again = weakref.WeakMethod(self._forked)
        os.register_at_fork(after_in_child=lambda: (call := again()) and call())

    def __len__(self) -> int:
        """Return how many sessions are remembered."""
        return len(self._met)

    def __repr__(self) -> str:
        """Return a text that tells nothing of any session."""
        return "Sessions(…)"

    def variant(self, session: str) -> str:
        """Return the wording that a session has seen and goes on seeing; "" for none."""
        with self._lock:
            met = self._find(self._mark(session))
            return met.shown.variant if met is not None and met.shown is not None else ""

    def hit(self, session: str, place: Place) -> tuple[Outcome, Place] | None:
        """Note a match: `SHOWN` at the first, `CONTINUED` at the second, then nothing more.

        What is counted lies where the session was first shown a message, whatever came after.
        """
        with self._lock:
            met = self._meet(session)
            if met.shown is None:
                met.shown = place
                met.counted |= _BIT[Outcome.SHOWN]
                return Outcome.SHOWN, place
            return self._first(met, Outcome.CONTINUED, met.shown)

    def support(self, session: str, place: Place) -> tuple[Outcome, Place] | None:
        """Note that help was shown to somebody who looked for it; never a match."""
        with self._lock:
            met = self._meet(session)
            met.support = met.support or place
            return self._first(met, Outcome.SUPPORT, met.support)

    def first(self, session: str, outcome: Outcome) -> tuple[Outcome, Place] | None:
        """Return where an outcome is to be counted, or None: stranger, over, or counted before.

        A session that was shown help only can choose help, and nothing else.
        """
        with self._lock:
            met = self._find(self._mark(session))
            if met is None:
                return None
            place = met.shown or (met.support if outcome is Outcome.HELP else None)
            return None if place is None else self._first(met, outcome, place)

    def forget(self) -> None:
        """Remove every session whose time is over, a few at a time, so that none waits long."""
        is_more = True
        while is_more:
            with self._lock:
                is_more = self._sweep(self._clock()) == SWEEP

    def pushed_out(self) -> int:
        """Return how many were forgotten before their time since this was last asked."""
        with self._lock:
            pushed, self._pushed = self._pushed, 0
            return pushed

    @staticmethod
    def _first(met: _Met, outcome: Outcome, place: Place) -> tuple[Outcome, Place] | None:
        if met.counted & _BIT[outcome]:
            return None
        met.counted |= _BIT[outcome]
        return outcome, place

    def _mark(self, session: str) -> bytes:
        told = session.encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, told, "sha256")[:16]

    def _find(self, mark: bytes) -> _Met | None:
        met = self._met.get(mark)
        return met if met is not None and met.until > self._clock() else None

    def _meet(self, session: str) -> _Met:
        mark, now = self._mark(session), self._clock()
        met = self._met.get(mark)
        if met is not None and met.until > now:
            return met
        self._met.pop(mark, None)
        self._sweep(now)
        if len(self._met) >= self._most:
            self._met.popitem(last=False)
            self._pushed += 1
        met = self._met[mark] = _Met(now + self._seconds)
        return met

    def _sweep(self, now: float) -> int:
        """Remove up to `SWEEP` sessions whose time is over; return how many."""
        for at in range(SWEEP):
            if not self._met or next(iter(self._met.values())).until > now:
                return at
            self._met.popitem(last=False)
        return SWEEP

    def _forked(self) -> None:
        """Begin with a lock of our own: another thread may have held it."""
        self._lock = threading.Lock()
