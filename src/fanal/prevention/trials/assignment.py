"""Chooses the wording of a session: a keyed digest of its reference, and nothing written."""

import hmac
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import accumulate
from secrets import token_bytes

from fanal.prevention.trials.registration import Registration


def assign(key: bytes, session: str, weights: Sequence[int]) -> int:
    """Return the arm of a session: HMAC-SHA256 (RFC 2104) as a number, mapped to the weights.

    Whole numbers only: floor(digest · sum of weights / 2²⁵⁶), so no arm is off its weight by more
    than one part in 2²⁵⁶.
    """
    digest = hmac.digest(key, session.encode("utf-8", "surrogatepass"), sha256)
    at = int.from_bytes(digest, "big") * sum(weights) >> 256
    return bisect_right(list(accumulate(weights)), at)


class Running:
    """A trial that assigns sessions; holds one key in memory and no session.

    The key is drawn anew at the start of each day (UTC), unless the registration keeps it for the
    trial. A restart draws a new one, too: who was told what is then known to nobody.
    """

    def __init__(self, registration: Registration, clock: Callable[[], datetime]) -> None:
        """Take a registered trial and what tells the time."""
        self.registration = registration
        self._clock = clock
        self._lock = threading.Lock()
        self._key = b""
        self._of: date | None = None

    @property
    def trial_id(self) -> str:
        """Name of the trial with the beginning of its registration's digest."""
        return self.registration.trial_id

    def covers(self, surface: str, country: str, day: date) -> bool:
        """Tell whether an act takes part: its surface, its country and its day were registered."""
        told = self.registration
        is_left_out = country.upper() in told.without_countries or day in told.without_days
        return surface in told.surfaces and told.runs_on(day) and not is_left_out

    def variant(self, session: str) -> str:
        """Return the wording that a session sees."""
        told = self.registration
        return told.arms[assign(self._today(), session, told.weights)]

    def _today(self) -> bytes:
        """Return the key of this day; another day's is gone."""
        day = self._clock().astimezone(UTC).date()
        with self._lock:
            if self._of is None or (self.registration.key == "day" and day != self._of):
                self._key, self._of = token_bytes(32), day
            return self._key

    def __repr__(self) -> str:
        """Return the trial's name, without the key."""
        return f"Running({self.trial_id!r})"
