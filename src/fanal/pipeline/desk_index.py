"""Keeps the queue of one desk in memory, as new as the case: for counting, choosing and sorting."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.errors import FanalError
from fanal.model.decision import Decision
from fanal.model.desk import Remark
from fanal.model.item import Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.review import Drawn, Moved, Task
from fanal.model.series import Member, Series
from fanal.pipeline.claims import Claims, Clock, now
from fanal.pipeline.desk_rows import Row, rows
from fanal.pipeline.desk_table import Slots, Table
from fanal.stores.interface import CaseStore

PUTS = (Moved, Decision)
"""Kinds of record of which a later one may put a content into the table."""
CHANGES = (Remark, Drawn, Place, Match, Opinion)
"""Kinds of record of which a later one changes a row that is there."""
WHOLE = (Task, Series, Member)
"""Kinds that are written anew as a whole: then the table is made anew."""
MOST = 20_000
"""Contents past which the table is made anew."""
AT_ONCE = 3_000
"""Places up to which whoever asks first waits until the table is made."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a table is that is being made."""

    done: int
    of: int


class _EndedError(Exception):
    """Nobody waits for the table any more."""


class DeskIndex:
    """The queue of a case in memory; made in a thread, brought up to date by what acts wrote."""

    def __init__(
        self,
        store: CaseStore,
        swapped: Callable[[Table, Table], None] | None = None,
        clock: Clock = now,
    ) -> None:
        """Begin without a table; `swapped` is told when one takes the place of another."""
        self.lock = threading.RLock()
        self.table: Table | None = None
        self.version = 0
        """Grows with every change."""
        self.claims = Claims(store, clock)
        self._store = store
        self._swapped = swapped
        self._act = 0
        """Up to which act the table is as new as the case."""
        self._whole: tuple[int, ...] = ()
        self._making: threading.Thread | None = None
        self._progress = Progress(0, 0)
        self._failed: FanalError | None = None
        self._ended = False

    def refresh(self) -> bool:
        """Bring the table up to date; tell whether there is one."""
        with self.lock:
            if self._failed is not None:
                failed, self._failed = self._failed, None
                raise failed
            head = self._store.head()
            last = head.size if head else 0
            if self.table is None:
                self._make(last)
            elif last > self._act:
                self._follow(self.table, last)
            return self.table is not None

    def progress(self) -> Progress | None:
        """Return how far the first table is; None where there is one."""
        return None if self.table is not None else self._progress

    def wait(self) -> None:
        """Wait until no table is being made."""
        if (thread := self._making) is not None:
            thread.join()

    def close(self) -> None:
        """End what is being made: the case is about to be closed."""
        self._ended = True
        self.wait()

    def _follow(self, table: Table, last: int) -> None:
        """Take over what later acts wrote."""
        if self._whole != self._now():
            self._make(last)
            if self._making is None:
                return
        self.claims.refresh()
        touched = self._touched(table, self._act)
        if len(touched) > MOST:
            self._make(last)
        elif touched:
            table.bring(list(rows(self._store, sorted(touched))))
            self.version += 1
        self._act = max(last, self._act)

    def _touched(self, table: Table, act: int) -> set[str]:
        """Return the contents of which later acts wrote anything that a row shows."""
        found: set[str] = set()
        kinds: tuple[type[Any], ...] = (*PUTS, *CHANGES)
        for kind in kinds:
            for record in self._store.since(kind, act):
                if kind in PUTS or table.slot(record.sha256) >= 0:
                    found.add(record.sha256)
                if len(found) > MOST:
                    return found
        return found - {""}

    def _now(self) -> tuple[int, ...]:
        return tuple(self._store.last_act(kind) for kind in WHOLE)

    def _make(self, act: int) -> None:
        """Make a table: at once where it is small, else in a thread of its own."""
        if self._making is not None:
            return
        if self._store.count(Task) <= AT_ONCE:
            self._built(act)
            return
        self._making = threading.Thread(target=self._build, args=(act,), daemon=True)
        self._making.start()

    def _build(self, act: int) -> None:
        try:
            self._built(act)
        except _EndedError:
            return
        except FanalError as error:
            self._failed = error
        finally:
            self._making = None

    def _built(self, act: int) -> None:
        whole = self._now()
        contents = _shown(self._store)
        self._progress = Progress(0, len(contents))
        table = Table()
        table.fill(_listed(self._store, contents), self._tell)
        with self.lock:
            before, self.table = self.table, table
            self._act, self._whole = act, whole
            self.version += 1
            self.claims.refresh()
            if before is not None and self._swapped is not None:
                self._swapped(before, table)

    def _tell(self, done: int) -> None:
        if self._ended:
            raise _EndedError
        self._progress = Progress(done, self._progress.of)

    def slots(self, contents: Sequence[str]) -> list[int]:
        """Return the slots of contents, -1 of those that are not shown."""
        table = self.table
        return [table.slot(sha256) for sha256 in contents] if table else [-1] * len(contents)

    def free(self, login: str, among: Slots | None = None, after: str = "", hidden: int = 0) -> str:
        """Return the first place that this person may take, after one or from the beginning.

        What others work on is passed by, what waits for somebody else than this person, and what
        has one of the `hidden` bits of remarks, of which this person wants to see nothing.
        """
        with self.lock:
            table = self.table
            if table is None:
                return ""
            order = table.order if among is None else among
            held = self.claims.held(besides=login)
            for slot in _around(table, order, after):
                if not table.column["open"][slot] or login in table.spoke.get(slot, ()):
                    continue
                if hidden and table.column["marks"][slot] & hidden:
                    continue
                sha256 = table.sha256(slot)
                if sha256 != after and sha256 not in held:
                    return sha256
            return ""

    def open(self, slots: Slots, most: int) -> list[str]:
        """Return the contents of those of these slots that are in the queue; one more than most."""
        table = self.table
        if table is None:
            return []
        left = slots[table.column["open"][slots]][: most + 1]
        return [table.sha256(slot) for slot in left.tolist()]

    def left(self) -> int:
        """Return how many places the queue has."""
        return len(self.table.order) if self.table is not None else 0


def _around(table: Table, order: Slots, after: str) -> Iterator[int]:
    """Yield slots from behind a content to the end, then from the beginning."""
    slot = table.slot(after) if after else -1
    at = 0
    if slot >= 0:
        where = (order == slot).nonzero()[0]
        at = int(where[0]) + 1 if len(where) else 0
        if not len(where) and order is table.order and table.column["key"][slot]:
            at = table.before(slot)
    for start in (*range(at, len(order)), *range(at)):
        yield int(order[start])


def _shown(store: CaseStore) -> list[str]:
    """Return the contents that may be shown: places of the queue, and what people decided."""
    found = {sha256 for (sha256,) in store.columns(Task, "sha256")}
    found.update(sha256 for (sha256,) in store.columns(Moved, "sha256"))
    found.update(sha256 for (sha256,) in store.columns(Decision, "sha256"))
    return sorted(found)


def _listed(store: CaseStore, contents: Iterable[str]) -> Iterator[Row]:
    return (row for row in rows(store, contents) if row.is_listed)
