"""Keeps a case in an SQL database through SQLAlchemy Core: what every database has in common."""

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Result,
    Select,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError

from fanal.custody.merkle import Tree
from fanal.custody.sign import Signer
from fanal.custody.spelling import head_message
from fanal.errors import CaseError
from fanal.model.custody import Head, Leaf
from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.stores import migrations, questions
from fanal.stores.acts import ROWS, Rows, SqlAct, leaf_of, leaf_text
from fanal.stores.foreign import foreign
from fanal.stores.inserting import into_file
from fanal.stores.interface import Differs, Measure, refuse
from fanal.stores.rows import FILES, Shape, equal_to, shapes

T = TypeVar("T")
# It writes a traceback wherever Ctrl-C meets it while it puts a connection away.
logging.getLogger("sqlalchemy.pool").addHandler(logging.NullHandler())


class SqlStore:
    """A case in an SQL database; made for SQLite, others differ where they must."""

    kind = "sql"
    seals = True
    dialect = "sqlite"
    restarts = False

    def __init__(self, engine: Engine, folder: Path, case_id: str, signer: Signer | None) -> None:
        """Take an engine whose tables exist, the folder of the case and who signs."""
        self.metadata, self.shapes = shapes(self.dialect)
        self.folder = folder
        self.case_id = case_id
        self.wrote = False
        self._engine = engine
        self._signer = signer
        self._tree: Tree | None = None
        self.last = ""
        """Time of the last leaf in the tree."""
        self._lent: set[Connection] = set()
        self._one = threading.RLock()
        self._acting = False
        self._is_todays = False

    @contextmanager
    def act(self, actor: str, verb: str, **details: Any) -> Iterator[SqlAct]:
        """Open a transaction; its end writes one leaf and one signed head, or nothing at all."""
        if self._signer is None:
            raise CaseError("this case was opened for reading only")
        with self._one:  # threads take turns as processes do
            if self._acting:
                raise CaseError("an act inside an act would wait for itself: the case is locked")
            self._acting = True
            act = SqlAct(self, details)
            try:
                with self._telling("written"):
                    self._start(act)
                    yield act
                    self._finish(act, actor, verb)
            except BaseException:
                self._tree = None  # the leaf was not written: grow the tree anew
                act.let_go(broken=True)
                raise
            finally:
                self._acting = False

    def _start(self, act: SqlAct) -> None:
        try:
            self.take_turn(act)
        except DBAPIError as error:
            self.renew(act, error)

    def take_turn(self, act: SqlAct) -> None:
        """Begin a transaction as the only writer, and learn what others wrote meanwhile."""
        connection = self._engine.connect()
        try:
            self._begin(connection)
            tree = self.grown_tree(connection)
        except BaseException:
            connection.close()
            raise
        act.begin(connection, tree.size + 1, self.last)

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def renew(self, act: SqlAct, error: DBAPIError) -> None:  # noqa: ARG002 (for others)
        """Raise the error: a file does not come back by itself."""
        raise error

    def migrate(self, actor: str) -> None:
        """Bring an older case to the layout of today, which is an act like any other."""
        with self._engine.connect() as connection:
            if not migrations.due(migrations.facts_of(connection, self.metadata)):
                return
        act = SqlAct(self, {})
        try:
            with self._telling("written"):
                self.take_turn(act)
                facts = migrations.facts_of(act.connection, self.metadata)
                if steps := migrations.due(facts):  # nobody else took them meanwhile
                    migrations.take(act.connection, self.metadata, steps)
                    act.note(**{"from": facts["layout"], "to": steps[-1].to})
                    self._finish(act, actor, "migrate")
        finally:
            self._tree = None
            act.let_go(broken=True)

    def _finish(self, act: SqlAct, actor: str, verb: str) -> None:
        """Write the leaf and its head; where the answer was lost, look before writing it again."""
        text, lost = "", False
        while True:
            try:
                if lost:
                    if text and self._is_in_log(act.connection, text):
                        break
                    act.replay()
                text = self.sign(act, actor, verb)
                act.connection.commit()
                break
            except DBAPIError as error:
                self.renew(act, error)
                lost = True
        act.let_go()
        self.wrote = True

    def sign(self, act: SqlAct, actor: str, verb: str) -> str:
        """Write the leaf of an act and the signed head over it; return the leaf."""
        leaf, tree, tables = act.leaf(actor, verb), cast("Tree", self._tree), self.metadata.tables
        text = leaf_text(leaf)
        tree.append(text.encode())
        self.last = leaf.time
        head = self._head(tree, leaf.time)
        for query in (
            insert(tables["log"]).values(number=leaf.number, leaf=text),
            insert(tables["head"]).values(**head),
        ):
            kept = query.execution_options(preserve_rowcount=True)
            if act.connection.execute(kept).rowcount != 1:
                raise CaseError(
                    "the case was tampered with: its log does not take a leaf",
                    "check it: fanal audit verify",
                )
        return text

    def _is_in_log(self, connection: Connection, text: str) -> bool:
        log = self.metadata.tables["log"]
        query = select(log.c.number).where(log.c.number == json.loads(text)["number"])
        return connection.execute(query.where(log.c.leaf == text)).first() is not None

    def grown_tree(self, connection: Connection) -> Tree:
        """Return the tree over every leaf, those that others wrote meanwhile too."""
        tree = self._tree or Tree()
        log, text = self.metadata.tables["log"], ""
        query = select(log.c.leaf).where(log.c.number > tree.size).order_by(log.c.number)
        for (text,) in connection.execute(query):
            tree.append(text.encode())
        if text:
            self.last = str(json.loads(text)["time"])
        self._tree = tree
        return tree

    def _head(self, tree: Tree, time: str) -> dict[str, Any]:
        root = tree.root().hex()
        signer = cast("Signer", self._signer)
        signature = signer.sign(head_message(self.case_id, tree.size, root, time))
        names = ("size", "root", "time", "key", "signature")
        return dict(zip(names, (tree.size, root, time, signer.public, signature), strict=True))

    def insert(self, act: SqlAct, shape: Shape, rows: Rows) -> list[bytes]:
        """Write rows whose keys are not there; return the digests of those that were written."""
        return into_file(act, shape, rows)

    def find(
        self,
        kind: type[T],
        /,
        *,
        order: tuple[str, ...] = (),
        limit: int = 0,
        among: Mapping[str, Iterable[Any]] | None = None,
        **equal: Any,
    ) -> Iterator[T]:
        """Yield records whose fields are equal to, or among, the given values."""
        shape = self.shapes[kind]
        query = questions.ask(select(shape.table), shape.table, equal, self._ordered, order, limit)
        with self._telling("read"):
            for row in questions.among(self._answers, shape.table, query, order, limit, among):
                yield shape.record(tuple(row))

    def columns(
        self,
        kind: type,
        /,
        *fields: str,
        order: tuple[str, ...] = (),
        among: Mapping[str, Iterable[Any]] | None = None,
        **equal: Any,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield these columns as they are kept, of records as `find` chooses them."""
        table = self.shapes[kind].table
        chosen = select(*(table.c[name] for name in fields))
        query = questions.ask(chosen, table, equal, self._ordered, order, 0)
        with self._telling("read"):
            yield from map(tuple, questions.among(self._answers, table, query, order, 0, among))

    def _ordered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column to sort by; what is missing comes first."""
        return column

    def since(self, kind: type[T], act: int) -> Iterator[T]:
        """Yield the records of a kind that later acts wrote, oldest first."""
        shape = self.shapes[kind]
        query = select(shape.table).where(shape.table.c.act > act).order_by(shape.table.c.act)
        yield from self._records(shape, query)

    def _records(self, shape: Shape, query: Select[Any]) -> Iterator[Any]:
        with self._telling("read"):
            for row in self._answers(query):
                yield shape.record(tuple(row))

    def _rows(self, query: Select[Any]) -> Iterator[Any]:
        with self._telling("read"):
            yield from self._answers(query)

    def _answers(self, query: Select[Any]) -> Iterator[Any]:
        if self._lacks(query):
            return
        with (
            self._lending() as connection,
            self._streamed(connection, query) as rows,
        ):
            yield from rows

    def _lacks(self, query: Select[Any]) -> bool:
        """Tell whether a table is asked for that this case, being of an older layout, has not."""
        if self._is_todays:  # asked first: to look into a query costs more than to answer it
            return False
        asked = {getattr(table, "name", "") for table in query.get_final_froms()}
        if asked.isdisjoint(migrations.missing(migrations.FIRST)):
            return False
        layout = self.layout()
        self._is_todays = layout == migrations.LAYOUT
        return not asked.isdisjoint(migrations.missing(layout))

    @contextmanager
    def _streamed(self, connection: Connection, query: Select[Any]) -> Iterator[Result[Any]]:
        yield connection.execution_options(yield_per=ROWS).execute(query)

    @contextmanager
    def _lending(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            self._lent.add(connection)
            try:
                yield connection
            finally:
                self._lent.discard(connection)

    @contextmanager
    def _telling(self, done: str) -> Iterator[None]:
        """Say in a sentence what the database could not do."""
        try:
            yield
        except DBAPIError as error:
            advice = {
                "read": "check it: fanal audit verify",
                "written": "make room on its disk and run the same command again;"
                " it goes on where it was",
            }[done]
            how = "cannot" if done == "read" else "could not"
            raise CaseError(f"the case {how} be {done}: {error.orig}", advice) from error
        except (KeyError, TypeError, ValueError) as error:
            if done == "written":
                raise
            raise CaseError(
                f"the case cannot be read: {error}", "check it: fanal audit verify"
            ) from error

    def count(self, kind: type, /, **equal: Any) -> int:
        """Return how many such records there are."""
        table = self.shapes[kind].table
        query = select(func.count()).select_from(table).where(*equal_to(table, equal))
        return sum(int(count) for (count,) in self._rows(query))

    def tally(self, kind: type, *fields: str) -> Iterator[tuple[Any, ...]]:
        """Yield each combination of values with the number of records that have it."""
        table = self.shapes[kind].table
        columns = [table.c[name] for name in fields]
        order = [self._ordered(column) for column in columns]
        query = select(*columns, func.count()).group_by(*columns).order_by(*order)
        yield from (tuple(row) for row in self._rows(query))

    def last_act(self, *kinds: type) -> int:
        """Return the number of the last act that wrote a record of these kinds."""
        queries = (select(func.max(self.shapes[kind].table.c.act)) for kind in kinds)
        return max((int(act or 0) for one in queries for (act,) in self._rows(one)), default=0)

    def pending(self, analyzer: str, version: str, among: Iterable[str]) -> set[str]:
        """Return which of these contents the analyzer in that version has said nothing about."""
        seen = self.shapes[Seen].table
        left = set(among)
        chosen = (seen.c.analyzer == analyzer, seen.c.version == version)
        for part in questions.parts(tuple(left)):
            query = select(seen.c.sha256).where(seen.c.sha256.in_(part), *chosen)
            left.difference_update(sha256 for (sha256,) in self._rows(query))
        return left

    def unfinished(self, analyzers: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield (exhibit, path) of each file with a content which one of them has not seen."""
        item, place = self.shapes[Item].table, self.shapes[Place].table
        seen = self.shapes[Seen].table
        for analyzer, version in analyzers.items():
            query = questions.unfinished(item, place, seen, analyzer, version)
            yield from ((exhibit, bytes(path)) for exhibit, path in self._rows(query))

    def measures(self) -> Iterator[Measure]:
        """Yield what was read of each exhibit."""
        item, place = self.shapes[Item].table, self.shapes[Place].table
        for exhibit, *numbers in self._rows(questions.measures(item, place)):
            yield Measure(exhibit, *map(int, numbers))

    def history(self, after: int = 0) -> Iterator[Leaf]:
        """Yield the leaves of the log, in order; those after the one of that number."""
        log = self.metadata.tables["log"]
        query = select(log.c.leaf).where(log.c.number > after).order_by(log.c.number)
        with self._telling("read"):
            for (text,) in self._answers(query):
                yield leaf_of(text)

    def head(self) -> Head | None:
        """Return the last signed head."""
        table = self.metadata.tables["head"]
        query = select(table).order_by(table.c.size.desc()).limit(1)
        return next((Head(*row) for row in list(self._rows(query))), None)

    def layout(self) -> str:
        """Return the version of the tables."""
        info = self.metadata.tables["case_info"]
        query = select(info.c.value).where(info.c.name == "layout")
        return "".join(str(value) for (value,) in self._rows(query))

    def tables(
        self, differs: Differs = refuse
    ) -> Iterator[tuple[str, Iterator[list[tuple[Any, ...]]]]]:
        """Yield each table and its rows in parts, as they are kept, all of one moment."""
        with self._telling("read"), self._lending() as connection:
            self._begin_reading(connection)
            for kind, name in foreign(connection):
                differs(f"{self.kind}/{name}", f"is a {kind}, which fanal never makes")
            layout = migrations.facts_of(connection, self.metadata)["layout"]
            left_out = {FILES, *migrations.missing(layout)}  # files are carried by `files`
            for table in self.metadata.sorted_tables:
                if table.name in left_out:
                    continue
                with self._streamed(connection, select(table)) as rows:
                    parts = ([tuple(row) for row in part] for part in rows.partitions())
                    yield table.name, self._checked(table, parts, differs)

    def _checked(
        self,
        table: Table,  # noqa: ARG002 (for others)
        parts: Iterator[list[tuple[Any, ...]]],
        differs: Differs,  # noqa: ARG002 (for others)
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Say where what the database needs for itself is wrong, and leave that out."""
        return parts

    def _begin_reading(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    def close(self) -> None:
        """Let go of the database, also where somebody has not read to the end."""
        for connection in tuple(self._lent):
            connection.close()
        self._lent.clear()
        self._engine.dispose()
