"""One act: a transaction and a leaf, whole even where the database goes away in the middle."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.exc import DBAPIError

from fanal.custody.spelling import canonical, row_digest, rows_digest
from fanal.errors import CaseError
from fanal.model.custody import Leaf
from fanal.stores.rows import Shape, Shapes, equal_to

T = TypeVar("T")
ROWS = 500
"""Rows written or asked for in one statement."""
Rows = list[tuple[tuple[Any, ...], bytes]]
"""Columns of records, each with its digest."""


class Writing(Protocol):
    """Where an act writes: what the stores of different databases do differently."""

    shapes: Shapes
    restarts: bool
    """Whether the database may go away and come back in the middle of an act."""

    def insert(self, act: "SqlAct", shape: Shape, rows: Rows) -> list[bytes]:
        """Write rows whose keys are not there; return the digests of those that were written."""
        ...

    def renew(self, act: "SqlAct", error: DBAPIError) -> None:
        """Take the turn anew after the database came back, or raise the error."""
        ...


class SqlAct:
    """One transaction and one leaf; made by `SqlStore.act` only."""

    def __init__(self, place: Writing, details: Mapping[str, Any]) -> None:
        """Take where to write and what the leaf is to say; the turn is taken by the store."""
        self.number = 0
        self.before = ""
        """Time of the leaf before this one."""
        self.renewals = 0
        """How often the database went away."""
        self._connection: Connection | None = None
        self._place = place
        self._details = dict(details)
        self._done: list[Callable[[], Any]] = []
        self._clear()

    def _clear(self) -> None:
        self.seals: dict[str, list[bytes]] = {}
        self._drops: list[tuple[str, int]] = []

    @property
    def connection(self) -> Connection:
        """The open transaction."""
        if self._connection is None:
            raise CaseError("this act is over")
        return self._connection

    def begin(self, connection: Connection, number: int, before: str) -> None:
        """Take a transaction in which it is this act's turn."""
        self._connection, self.number, self.before = connection, number, before

    def let_go(self, *, broken: bool = False) -> None:
        """Give the connection back; a broken one is closed, and with it what it had begun."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            if broken:
                connection.invalidate()
            connection.close()

    def put(self, records: Iterable[Any]) -> int:
        """Write records; one whose key is there stays as it is. Return how many were new."""
        kinds: dict[type, list[Any]] = {}
        for record in records:
            kinds.setdefault(type(record), []).append(record)
        return sum(self._put(self._place.shapes[kind], group) for kind, group in kinds.items())

    def _put(self, shape: Shape, records: list[Any]) -> int:
        rows: Rows = []
        for record in records:
            row = shape.row(record)
            rows.append((row, row_digest(shape.table.name, row)))

        def write() -> int:
            written = self._place.insert(self, shape, rows)
            self.seals.setdefault(shape.table.name, []).extend(written)
            return len(written)

        return self._surely(write)

    def drop(self, kind: type, /, **equal: Any) -> int:
        """Remove derived records, whole acts at a time, and say so in the leaf."""
        table = self._place.shapes[kind].table
        return self._surely(lambda: self._drop(table, equal))

    def _drop(self, table: Table, equal: Mapping[str, Any]) -> int:
        chosen = equal_to(table, equal)
        of_acts = select(table.c.act).distinct().where(*chosen)
        acts = [act for (act,) in self.connection.execute(of_acts)]
        gone = 0
        for start in range(0, len(acts), ROWS):
            part = acts[start : start + ROWS]
            chosen_part = delete(table).where(table.c.act.in_(part), *chosen)
            gone += self.connection.execute(chosen_part).rowcount
            left = select(func.count()).select_from(table).where(table.c.act.in_(part))
            if self.connection.execute(left).scalar():
                raise CaseError(f"{table.name} records of one act cannot be removed in part")
        if self.number in acts:  # what this act itself wrote: as if it never had
            self.seals.pop(table.name, None)
        self._drops.extend((table.name, act) for act in acts if act != self.number)
        return gone

    def note(self, **details: Any) -> None:
        """Add details to the leaf."""
        self._details.update(details)

    def leaf(self, actor: str, verb: str) -> Leaf:
        """Return the leaf over everything this act wrote."""
        records = {
            name: {"count": len(seals), "sha256": rows_digest(seals)}
            for name, seals in sorted(self.seals.items())
            if seals
        }
        time, details = now(), dict(self._details)
        if time < self.before:  # somebody set the clock back; that is told, never mended
            details["clock"] = "behind the leaf before"
        drops = tuple(sorted(self._drops))
        return Leaf(self.number, time, actor, verb, details, records, drops)

    def _surely(self, step: Callable[[], T]) -> T:
        """Do a step; where the database went away meanwhile, all steps so far again and then it."""
        lost = False
        while True:
            try:
                if lost:
                    self.replay()
                done = step()
            except DBAPIError as error:
                self._place.renew(self, error)
                lost = True
                continue
            if self._place.restarts:
                self._done.append(step)
            return done

    def replay(self) -> None:
        """Do every step so far in a new transaction."""
        self._clear()
        for step in self._done:
            step()


def now() -> str:
    """Return the time as leaves spell it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def leaf_of(text: str) -> Leaf:
    """Return the leaf that the log keeps as this text."""
    facts = json.loads(text)
    facts["drops"] = tuple((kind, act) for kind, act in facts["drops"])
    return Leaf(**facts)


def leaf_text(leaf: Leaf) -> str:
    """Return a leaf as the log keeps it."""
    facts = {
        "number": leaf.number,
        "time": leaf.time,
        "actor": leaf.actor,
        "verb": leaf.verb,
        "details": dict(leaf.details),
        "records": dict(leaf.records),
        "drops": [list(drop) for drop in leaf.drops],
    }
    return canonical(facts)
