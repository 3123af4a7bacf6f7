"""Keeps a case in an SQL database through SQLAlchemy Core; SQLite here, others behind this face."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    delete,
    distinct,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError

from fanal.custody.merkle import Tree
from fanal.custody.sign import Signer
from fanal.custody.spelling import canonical, head_message, row_digest, rows_digest
from fanal.errors import CaseError
from fanal.model.custody import Head, Leaf
from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.stores.interface import Measure
from fanal.stores.rows import Shape, shapes, storable

T = TypeVar("T")
ROWS = 500
"""Rows written or asked for in one statement."""


class SqlAct:
    """One transaction and one leaf; made by `SqlStore.act` only."""

    def __init__(self, connection: Connection, number: int, details: Mapping[str, Any]) -> None:
        """Take the open transaction and the number of the leaf to come."""
        self.number = number
        self._connection = connection
        self._details = dict(details)
        self._seals: dict[str, list[bytes]] = {}
        self._drops: list[tuple[str, int]] = []

    def put(self, records: Iterable[Any]) -> int:
        """Write records; one whose key is there stays as it is. Return how many were new."""
        kinds: dict[type, list[Any]] = {}
        for record in records:
            kinds.setdefault(type(record), []).append(record)
        return sum(self._put(shapes()[1][kind], group) for kind, group in kinds.items())

    def _put(self, shape: Shape, records: list[Any]) -> int:
        table = shape.table
        written: list[bytes] = []
        rows = []
        for record in records:
            row = shape.row(record)
            seal = row_digest(table.name, row)
            written.append(seal)
            rows.append((*row, self.number, seal))
        statement = _insert_text(shape)
        count = 0
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            count += max(0, self._connection.exec_driver_sql(statement, part).rowcount)
        if count < len(rows):  # some were there already: ask which of ours were written
            of_act = select(table.c.seal).where(table.c.act == self.number)
            earlier = set(self._seals.get(table.name, ()))
            written = [
                seal for (seal,) in self._connection.execute(of_act) if bytes(seal) not in earlier
            ]
        self._seals.setdefault(table.name, []).extend(bytes(seal) for seal in written)
        return count

    def drop(self, kind: type, **equal: Any) -> int:
        """Remove derived records, whole acts at a time, and say so in the leaf."""
        table = shapes()[1][kind].table
        chosen = _equal(table, equal)
        acts = [
            act
            for (act,) in self._connection.execute(select(table.c.act).distinct().where(*chosen))
        ]
        gone = 0
        for start in range(0, len(acts), ROWS):
            part = acts[start : start + ROWS]
            gone += self._connection.execute(
                delete(table).where(table.c.act.in_(part), *chosen)
            ).rowcount
            left = select(func.count()).select_from(table).where(table.c.act.in_(part))
            if self._connection.execute(left).scalar():
                raise CaseError(f"{table.name} records of one act cannot be removed in part")
        if self.number in acts:  # what this act itself wrote: as if it never had
            self._seals.pop(table.name, None)
        self._drops.extend((table.name, act) for act in acts if act != self.number)
        return gone

    def note(self, **details: Any) -> None:
        """Add details to the leaf."""
        self._details.update(details)

    def leaf(self, actor: str, verb: str) -> Leaf:
        """Return the leaf over everything this act wrote."""
        records = {
            name: {"count": len(seals), "sha256": rows_digest(seals)}
            for name, seals in sorted(self._seals.items())
            if seals
        }
        drops = tuple(sorted(self._drops))
        return Leaf(self.number, _now(), actor, verb, self._details, records, drops)


class SqlStore:
    """A case in an SQL database."""

    def __init__(self, engine: Engine, folder: Path, case_id: str, signer: Signer | None) -> None:
        """Take an engine whose tables exist, the folder of the case and who signs."""
        self._engine = engine
        self.folder = folder
        self.case_id = case_id
        self._signer = signer
        self._tree: Tree | None = None
        self._lent: set[Connection] = set()
        self.wrote = False

    @contextmanager
    def act(self, actor: str, verb: str, **details: Any) -> Iterator[SqlAct]:
        """Open a transaction; its end writes one leaf and one signed head, or nothing at all."""
        if self._signer is None:
            raise CaseError("this case was opened for reading only")
        tree = self._grown_tree()
        try:
            with self._engine.begin() as connection:
                act = SqlAct(connection, tree.size + 1, details)
                yield act
                leaf = act.leaf(actor, verb)
                text = canonical(_leaf_facts(leaf))
                tree.append(text.encode())
                self.wrote = True
                tables = shapes()[0].tables
                connection.execute(insert(tables["log"]).values(number=leaf.number, leaf=text))
                connection.execute(insert(tables["head"]).values(**self._head(tree, leaf.time)))
        except DatabaseError as error:
            self._tree = None
            raise CaseError(
                f"the case could not be written: {error.orig}",
                "make room on its disk and run the same command again; it goes on where it was",
            ) from error
        except BaseException:
            self._tree = None  # the leaf was not written: grow the tree anew from what is there
            raise

    def _grown_tree(self) -> Tree:
        if self._tree is None:
            self._tree = Tree()
            log = shapes()[0].tables["log"]
            with self._engine.connect() as connection:
                for (text,) in connection.execute(select(log.c.leaf).order_by(log.c.number)):
                    self._tree.append(text.encode())
        return self._tree

    def _head(self, tree: Tree, time: str) -> dict[str, Any]:
        root = tree.root().hex()
        signer = cast("Signer", self._signer)
        signature = signer.sign(head_message(self.case_id, tree.size, root, time))
        return {
            "size": tree.size,
            "root": root,
            "time": time,
            "key": signer.public,
            "signature": signature,
        }

    def find(
        self,
        kind: type[T],
        *,
        order: tuple[str, ...] = (),
        limit: int = 0,
        among: Mapping[str, Iterable[Any]] | None = None,
        **equal: Any,
    ) -> Iterator[T]:
        """Yield records whose fields are equal to, or among, the given values."""
        shape = shapes()[1][kind]
        table = shape.table
        query = select(table).where(*_equal(table, equal))
        if order:
            query = query.order_by(*(table.c[name] for name in order))
        if limit:
            query = query.limit(limit)
        if not among:
            yield from self._records(shape, query)
            return
        (name, values), *others = among.items()
        for other, allowed in others:
            query = query.where(table.c[other].in_([storable(value) for value in allowed]))
        wanted = dict.fromkeys(storable(value) for value in values)
        parts = _parts(sorted(wanted) if order[:1] == (name,) else wanted)
        queries = (query.where(table.c[name].in_(part)) for part in parts)
        found: Iterator[Any] = chain.from_iterable(self._records(shape, one) for one in queries)
        if order and order[0] != name and len(wanted) > ROWS:  # parts are in order, not the whole
            found = iter(sorted(found, key=lambda record: _place(record, order)))
        yield from islice(found, limit or None)

    def since(self, kind: type[T], act: int) -> Iterator[T]:
        """Yield the records of a kind that later acts wrote, oldest first."""
        shape = shapes()[1][kind]
        query = select(shape.table).where(shape.table.c.act > act).order_by(shape.table.c.act)
        yield from self._records(shape, query)

    def _records(self, shape: Shape, query: Select[Any]) -> Iterator[Any]:
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=ROWS).execute(query):
                yield shape.record(tuple(row))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Lend a connection; what cannot be read is a bad case, said in a sentence."""
        try:
            with self._engine.connect() as connection:
                self._lent.add(connection)
                try:
                    yield connection
                finally:
                    self._lent.discard(connection)
        except (DatabaseError, KeyError, TypeError, ValueError) as error:
            reason = error.orig if isinstance(error, DatabaseError) else error
            raise CaseError(
                f"the case cannot be read: {reason}", "check it: fanal audit verify"
            ) from error

    def count(self, kind: type, **equal: Any) -> int:
        """Return how many such records there are."""
        table = shapes()[1][kind].table
        query = select(func.count()).select_from(table).where(*_equal(table, equal))
        with self._reading() as connection:
            return int(connection.execute(query).scalar() or 0)

    def tally(self, kind: type, *fields: str) -> Iterator[tuple[Any, ...]]:
        """Yield each combination of values with the number of records that have it."""
        table = shapes()[1][kind].table
        columns = [table.c[name] for name in fields]
        query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
        with self._reading() as connection:
            yield from (tuple(row) for row in connection.execute(query))

    def last_act(self, *kinds: type) -> int:
        """Return the number of the last act that wrote a record of these kinds."""
        with self._reading() as connection:
            newest = [
                connection.execute(select(func.max(shapes()[1][kind].table.c.act))).scalar() or 0
                for kind in kinds
            ]
        return max(newest)

    def pending(self, analyzer: str, version: str, among: Iterable[str]) -> set[str]:
        """Return which of these contents the analyzer in that version has said nothing about."""
        seen = shapes()[1][Seen].table
        left = set(among)
        chosen = (seen.c.analyzer == analyzer, seen.c.version == version)
        with self._reading() as connection:
            for part in _parts(tuple(left)):
                query = select(seen.c.sha256).where(seen.c.sha256.in_(part), *chosen)
                left.difference_update(sha256 for (sha256,) in connection.execute(query))
        return left

    def unfinished(self, analyzers: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield (exhibit, path) of each file with a content which one of them has not seen."""
        item, place = shapes()[1][Item].table, shapes()[1][Place].table
        seen = shapes()[1][Seen].table
        for analyzer, version in analyzers.items():
            looked = select(seen.c.sha256).where(
                seen.c.sha256 == item.c.sha256,
                seen.c.analyzer == analyzer,
                seen.c.version == version,
            )
            query = (
                select(place.c.exhibit, place.c.path)
                .distinct()
                .join(item, item.c.sha256 == place.c.sha256)
                .where(~looked.exists())
            )
            with self._reading() as connection:
                yield from ((exhibit, bytes(path)) for exhibit, path in connection.execute(query))

    def measures(self) -> Iterator[Measure]:
        """Yield what was read of each exhibit."""
        item, place = shapes()[1][Item].table, shapes()[1][Place].table
        query = (
            select(
                place.c.exhibit,
                func.count(),
                func.count(distinct(place.c.sha256)),
                func.sum(item.c.size),
            )
            .join(item, item.c.sha256 == place.c.sha256)
            .group_by(place.c.exhibit)
            .order_by(place.c.exhibit)
        )
        with self._reading() as connection:
            yield from (Measure(*row) for row in connection.execute(query))

    def history(self) -> Iterator[Leaf]:
        """Yield the leaves of the log, in order."""
        log = shapes()[0].tables["log"]
        with self._reading() as connection:
            for (text,) in connection.execute(select(log.c.leaf).order_by(log.c.number)):
                facts = json.loads(text)
                facts["drops"] = tuple((kind, act) for kind, act in facts["drops"])
                yield Leaf(**facts)

    def head(self) -> Head | None:
        """Return the last signed head."""
        table = shapes()[0].tables["head"]
        with self._reading() as connection:
            row = connection.execute(select(table).order_by(table.c.size.desc()).limit(1)).first()
        return Head(*row) if row else None

    def close(self) -> None:
        """Let go of the database, also where somebody has not read to the end."""
        for connection in tuple(self._lent):
            connection.close()
        self._lent.clear()
        self._engine.dispose()


def _insert_text(shape: Shape) -> str:
    names = ", ".join(f'"{column.name}"' for column in shape.table.columns)
    marks = ", ".join("?" for _ in shape.table.columns)
    return f'INSERT OR IGNORE INTO "{shape.table.name}" ({names}) VALUES ({marks})'  # noqa: S608 (ours)


def _equal(table: Table, equal: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == storable(value) for name, value in equal.items()]


def _place(record: Any, order: tuple[str, ...]) -> tuple[tuple[bool, Any], ...]:
    """Return what records are ordered by, as the database does: what is missing comes first."""
    values = [getattr(record, name) for name in order]
    return tuple((value is not None, value) for value in values)


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(values)
    while part := list(islice(iterator, ROWS)):
        yield part


def _leaf_facts(leaf: Leaf) -> dict[str, Any]:
    return {
        "number": leaf.number,
        "time": leaf.time,
        "actor": leaf.actor,
        "verb": leaf.verb,
        "details": dict(leaf.details),
        "records": dict(leaf.records),
        "drops": [list(drop) for drop in leaf.drops],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
