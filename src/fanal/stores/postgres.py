"""Keeps the cases of a team in a PostgreSQL database, each in a schema of its own."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Result,
    Select,
    Table,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from fanal.custody.sign import Signer
from fanal.errors import CaseError
from fanal.stores import migrations
from fanal.stores.acts import Rows, SqlAct
from fanal.stores.copying import inside, named, pieces, pour
from fanal.stores.foreign import refuse_foreign
from fanal.stores.inserting import into_server, row_key, spell_key
from fanal.stores.interface import RUN, Copying, Differs, Opening, Server, Where
from fanal.stores.rows import FILES, SERVER, Shape, Shapes, shapes, spelled
from fanal.stores.server import Patience, address_of, connected, is_gone, sentence
from fanal.stores.server_locks import ServerLocks, lock_number, take_turn
from fanal.stores.sql import SqlStore

RENEWALS = 10
"""How often the server may go away within one act before something else is wrong."""


class PostgresStore(SqlStore):
    """A case on a server, which many machines write to in turns."""

    kind = "postgres"
    seals = False
    dialect = SERVER
    restarts = True
    locks: ServerLocks | None = None
    schema = ""

    def _begin(self, connection: Connection) -> None:
        take_turn(connection, self.schema)
        if self.locks is not None:
            self.locks.hold()

    def renew(self, act: SqlAct, error: DBAPIError) -> None:
        """Wait for the server to come back, then take the turn anew."""
        act.renewals += 1
        if not is_gone(error) or act.renewals > RENEWALS:
            raise error
        self._tree = None
        act.let_go(broken=True)
        patience = Patience()
        while True:
            patience.wait(error)
            try:
                self.take_turn(act)
            except DBAPIError as again:
                if not is_gone(again):
                    raise
            else:
                return

    def insert(self, act: SqlAct, shape: Shape, rows: Rows) -> list[bytes]:
        """Write rows whose keys are not there; return the digests of those that were written."""
        return into_server(act, shape, rows)

    def _ordered(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column.nulls_first()

    def _answers(self, query: Select[Any]) -> Iterator[Any]:
        """Yield rows; where the server goes away before the first of them, ask again."""
        begun, patience = False, Patience()
        while True:
            try:
                for row in super()._answers(query):
                    begun = True
                    yield row
            except DBAPIError as error:
                if begun or not is_gone(error):
                    raise
                patience.wait(error)
            else:
                return

    @contextmanager
    def _streamed(self, connection: Connection, query: Select[Any]) -> Iterator[Result[Any]]:
        with super()._streamed(connection, query) as rows, rows:  # the server keeps a cursor
            yield rows

    def _begin_reading(self, connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def _checked(
        self, table: Table, parts: Iterator[list[tuple[Any, ...]]], differs: Differs
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Compare the column by which rows are told apart with the row, and leave it out."""
        shape = next((s for s in self.shapes.values() if s.table is table), None)
        if shape is None:
            yield from parts
            return
        for part in parts:
            for *row, key in part:
                if row_key(shape, tuple(row)) != key:
                    fields = tuple(row[at] for at in shape.key)
                    where = f"{self.kind}/{table.name}/{spell_key(shape, fields)}"
                    differs(where, "is kept under the key of another row")
            yield [row[:-1] for row in part]

    def is_at_rest(self) -> bool:
        """Tell whether nobody writes: on a server there is no file to seal."""
        return not self._is_held("writer")

    def is_run_on(self) -> bool:
        """Tell whether a run writes to the case now."""
        return self._is_held("run")

    def _is_held(self, purpose: str) -> bool:
        query = text(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND ((classid::bigint << 32) | objid::bigint) = :n AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
        )
        with self._telling("read"), self._lending() as connection:
            return bool(connection.execute(query, {"n": lock_number(purpose, self.schema)}).first())

    def keep_files(self, name: str, files: Mapping[str, str]) -> None:
        """Keep the files of a list or a device in the database."""
        with self._telling("written"), self._engine.begin() as connection:
            _keep(connection, self.metadata.tables[FILES], self.folder, name, files)

    def files(self, name: str, files: Mapping[str, str]) -> Path:
        """Return the folder with these files, fetched from the server where they are not here."""
        folder = inside(self.folder, name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file, wanted in files.items():
            path = inside(folder, file)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.is_file() or _digest(path) != wanted:
                self._fetch(name, file, path, wanted)
        return folder

    def _fetch(self, name: str, file: str, path: Path, wanted: str) -> None:
        table, sha256 = self.metadata.tables[FILES], hashlib.sha256()
        query = (
            select(table.c.data)
            .where(table.c.folder == name, table.c.name == file)
            .order_by(table.c.part)
        )
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as out:
            draft = Path(out.name)
            try:
                for (data,) in self._rows(query):
                    out.write(data)
                    sha256.update(data)
                out.flush()
                if sha256.hexdigest() != wanted:
                    raise CaseError(
                        f"{name}/{file} is not the file that its record names",
                        "check it: fanal audit verify",
                    )
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Let the next one write."""
        super().close()
        self._signer = None
        if self.locks is not None:
            self.locks.release()
            self.locks = None


def open_postgres(where: Where, signer: Signer | None, told: Opening = RUN) -> PostgresStore:
    """Open a case on a server: for writing where a signer is given, else for reading."""
    if not isinstance(where, Server):
        raise CaseError(f"{where} is no address of a server", "write postgresql://USER@HOST/NAME")
    address, schema = address_of(where)
    engine = connected(address, schema, writing=signer is not None)
    try:
        store = _opened(engine, where, signer, told, schema)
        if signer is not None:
            store.locks = ServerLocks(engine, schema, run=told.run, wait=told.wait)
            store.migrate(told.actor)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DBAPIError):
            raise sentence(error, where) from error
        raise
    return store


def _opened(
    engine: Engine, where: Server, signer: Signer | None, told: Opening, schema: str
) -> PostgresStore:
    metadata, kinds = shapes(SERVER)
    with engine.connect() as connection:
        if signer is not None:
            take_turn(connection, schema)
        there = connection.execute(text("SELECT to_regclass('case_info')")).scalar() is not None
        if not there and signer is None:
            raise CaseError(
                f"there is no case in {where}", "make one: fanal triage EVIDENCE --case URL"
            )
        if there and told.copying is not None:
            raise CaseError(f"{where} holds a case already", "give the copy another: ?case=NAME")
        if not there:
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            migrations.make(connection, metadata)
            if told.copying is None:
                migrations.name(connection, metadata)
            else:
                _pour(connection, told.copying, kinds)
        if signer is not None:
            refuse_foreign(connection)
        case_id = migrations.facts_of(connection, metadata)["id"]
        home = told.home or Path.home() / ".fanal"
        store = PostgresStore(engine, home / "cases" / _slug(case_id), case_id, signer)
        store.schema = schema
        if told.copying is not None and signer is not None:
            _take_down(store, connection, told, told.copying)
        connection.commit()
    return store


def _take_down(
    store: PostgresStore, connection: Connection, told: Opening, copying: Copying
) -> None:
    """Write the leaf that says where the case was copied from, in the same transaction."""
    act = SqlAct(store, copying.details)
    tree = store.grown_tree(connection)
    act.begin(connection, tree.size + 1, store.last)
    store.sign(act, told.actor, "copy")


def _pour(connection: Connection, copying: Copying, kinds: Shapes) -> None:
    """Fill new tables with the rows of another case and the files that its records name."""
    by_name = {shape.table.name: shape for shape in kinds.values()}
    metadata = shapes(SERVER)[0]

    def write(table: Table, rows: list[tuple[Any, ...]]) -> None:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        shape = by_name.get(table.name)
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as out,
        ):
            for row in rows:
                more = () if shape is None else (row_key(shape, row),)
                out.write_row([spelled(value) for value in (*row, *more)])

    pour(copying, metadata, write)
    for name in by_name:
        connection.exec_driver_sql(f'ANALYZE "{name}"')
    migrations.shed(connection, metadata)
    for name, files in named(copying.source):
        copying.source.files(name, files)  # fetches them
        _keep(connection, metadata.tables[FILES], copying.source.folder, name, files)
        copying.tell(name, 0)


def _keep(
    connection: Connection, table: Table, home: Path, name: str, files: Mapping[str, str]
) -> None:
    connection.execute(table.delete().where(table.c.folder == name))
    for file, digest in files.items():
        for part, data in enumerate(pieces(home, f"{name}/{file}", digest)):
            row = {"folder": name, "name": file, "part": part, "data": data}
            connection.execute(insert(table), row)


def _slug(case_id: str) -> str:
    """Return the name of the folder on this machine: a damaged id must not lead out of it."""
    return hashlib.sha256(case_id.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
