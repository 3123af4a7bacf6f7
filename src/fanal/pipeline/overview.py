"""Keeps what the overview of a case says: counted beside the requests, never within one."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from fanal.errors import FanalError
from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord, Remark, SecondOpinion
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Mosaic, Picture, Seen
from fanal.model.item import Expanded, Item, Place
from fanal.model.known import KnownList, Match, MatchRun
from fanal.model.lead import Assessment
from fanal.model.opinion import Opinion
from fanal.model.review import Drawn, Moved, Task
from fanal.model.series import Link, Member, Regroup, Series
from fanal.pipeline.overview_counts import counted, placed
from fanal.pipeline.overview_done import processed, progress
from fanal.pipeline.overview_found import found
from fanal.review.overview_facts import Counted, Found, Placed, Processed, Progress
from fanal.stores.interface import CaseStore

AGAIN = 5.0
"""Seconds at least from one count of a part to the next."""
REST = 10
"""Times as long as a count took, it is not made again: it takes a tenth of a core at most."""
WAIT = 1.0
"""Seconds that the request which begins the first count waits: a small case is counted by then."""

END = 30.0
"""Seconds that closing waits for a count to end: it looks row by row whether it must."""
ROWS = frozenset({"find", "columns", "since", "tally", "measures", "history"})
"""What a store yields row by row."""

PACE, PAUSE = 500, 0.0005
"""After so many rows a count lets requests go first, for so many seconds."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the overview: what it hangs on, and what counts it."""

    kinds: tuple[type, ...]
    count: Callable[[CaseStore], Any]


PARTS: Mapping[str, Part] = {
    "placed": Part((Task, Moved, Drawn, Series, Member, Regroup, Decision), placed),
    "counted": Part((Item, Place, Picture, Match, Opinion, Series, Member), counted),
    "progress": Part((Decision, Remark, SecondOpinion, AuditRecord, Assessment), progress),
    "found": Part((Finding,), found),
    "processed": Part(
        (Item, Failure, Expanded, Seen, Mosaic, KnownList, MatchRun, Opinion, Link, Task, Member),
        processed,
    ),
}
"""In the order in which they are counted: what people need first comes first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One part as it was last counted."""

    facts: Any
    act: int
    """The last act of what it hangs on when it was counted."""
    when: str
    """ISO 8601, UTC."""
    clock: float
    took: float


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to say now; None where it has not been counted yet."""

    placed: Placed | None = None
    counted: Counted | None = None
    progress: Progress | None = None
    found: Found | None = None
    processed: Processed | None = None
    oldest: str = ""
    """When the oldest of these parts was counted; ISO 8601, UTC."""
    counting: bool = False
    """Newer figures are on their way."""
    failed: str = ""
    """Why a count was not made, in one sentence."""
    is_run_on: bool = False

    @property
    def is_whole(self) -> bool:
        """Tell whether every part has been counted once."""
        return None not in {self.placed, self.counted, self.progress, self.found, self.processed}


class _Ended(Exception):  # noqa: N818 (what happened)
    """The desk is closing: nobody waits for this count any more."""


class _Watched:
    """A case as a count reads it: what is read row by row ends when the desk does."""

    def __init__(self, store: CaseStore, ended: threading.Event) -> None:
        self._store = store
        self._ended = ended

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in ROWS:
            return found
        return lambda *told, **named: self._until(found(*told, **named))

    def _until(self, rows: Iterable[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows):
            if self._ended.is_set():
                raise _Ended
            if number % PACE == PACE - 1:
                time.sleep(PAUSE)
            yield row


class Board:
    """The overview of one case, for many requests at once."""

    def __init__(
        self,
        store: CaseStore,
        parts: Mapping[str, Part] = PARTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count nothing yet."""
        self._store = store
        self._parts = parts
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}
        self._failed = ""
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def close(self) -> None:
        """End the count that is under way."""
        self._ended.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(END)

    def now(self, wait: float = WAIT) -> Overview:
        """Return what was counted last, and begin to count what has changed since."""
        with self._lock:
            begun, whole = self._begin(), len(self._kept) == len(self._parts)
        if begun is not None and not whole:
            begun.join(wait)
        with self._lock:
            facts = {name: kept.facts for name, kept in self._kept.items()}
            told = Overview(**facts, counting=self._thread is not None, failed=self._failed)
            oldest = min((kept.when for kept in self._kept.values()), default="")
        return replace(told, oldest=oldest, is_run_on=self._store.is_run_on())

    def _begin(self) -> threading.Thread | None:
        """Begin to count what is due, unless a count is under way."""
        if self._ended.is_set() or self._thread is not None or not (due := self._due()):
            return None
        self._thread = threading.Thread(target=self._run, args=(due,), daemon=True)
        self._thread.start()
        return self._thread

    def _due(self) -> list[str]:
        """Return the parts of which there is something new, and that may be counted again."""
        now = self._clock()
        return [
            name
            for name, part in self._parts.items()
            if (kept := self._kept.get(name)) is None
            or (
                now - kept.clock >= max(AGAIN, REST * kept.took)
                and self._store.last_act(*part.kinds) != kept.act
            )
        ]

    def _run(self, due: list[str]) -> None:
        """Count, one part after the other; what goes wrong is told on the page."""
        failed = ""
        try:
            for name in due:
                made = self._count(name)
                with self._lock:
                    self._kept[name] = made
        except _Ended:
            pass
        except FanalError as error:
            failed = error.message
        except Exception as error:  # noqa: BLE001 (nobody else would see it in this thread)
            failed = f"the count ended early: {type(error).__name__}"
        with self._lock:
            self._failed = failed
            self._thread = None

    def _count(self, name: str) -> Kept:
        part, begun = self._parts[name], self._clock()
        act = self._store.last_act(*part.kinds)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        facts = part.count(cast("CaseStore", _Watched(self._store, self._ended)))
        now = self._clock()
        return Kept(facts, act, when, now, now - begun)
