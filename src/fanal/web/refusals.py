"""Records who was refused, but never so often that it could fill the case."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from fanal.errors import FanalError
from fanal.model.desk import NOBODY, Who
from fanal.pipeline.audit_records import REFUSED, Doing, enter
from fanal.web.desk import Desk

MOST = 20
"""Refusals recorded one by one in a minute; the others are counted."""
WINDOW = 60.0
MOST_HOUR = 120
"""Refusals recorded one by one in an hour; after that one a minute, until they are fewer again."""
HOUR = 3_600.0


class Refusals:
    """What was refused at this desk."""

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        """Take where to write."""
        self._store = desk.store
        self._clock = clock
        self._lock = threading.Lock()
        self._times: list[float] = []
        self._uncounted = 0

    def enter(self, who: Who, doing: Doing) -> None:
        """Record a refusal, or count it where there were too many; it is refused either way."""
        with self._lock:
            now = self._clock()
            self._times = [at for at in self._times if now - at < HOUR]
            most = MOST if len(self._times) < MOST_HOUR else 1
            if sum(now - at < WINDOW for at in self._times) >= most:
                self._uncounted += 1
                return
            self._times.append(now)
            left, self._uncounted = self._uncounted, 0
        self._write(who, _with(doing, left))

    def close(self) -> None:
        """Record how many were only counted so far."""
        with self._lock:
            left, self._uncounted = self._uncounted, 0
        if left:
            self._write(NOBODY, _with(Doing("request", "refused", outcome=REFUSED), left))

    def _write(self, who: Who, doing: Doing) -> None:
        try:
            enter(self._store, who, doing)
        except FanalError as error:
            print(f"fanal: {error.message}", file=sys.stderr)  # noqa: T201 (nowhere else to tell)


def _with(doing: Doing, left: int) -> Doing:
    if not left:
        return doing
    says = f"{doing.says}; {left:,} more refusals before it were only counted"
    return replace(doing, says=says, data={**doing.data, "counted": left})
