"""Keeps a case in one folder: an SQLite database, the known lists, a lock and a seal."""

import fcntl
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DatabaseError, OperationalError

from fanal.custody.seal import LOCK, SEAL, break_seal, write_seal
from fanal.custody.sign import Signer
from fanal.errors import CaseError
from fanal.model.known import KnownList
from fanal.stores.rows import shapes
from fanal.stores.sql import SqlStore

DATABASE = "case.db"
LAYOUT = "1"
"""Version of the tables; a later program knows from it what to change."""


class FolderStore(SqlStore):
    """A case in a folder; one process at a time may write."""

    _lock: int | None = None

    @classmethod
    def create_or_open(cls, folder: Path, signer: Signer | None) -> "FolderStore":
        """Open the case for writing (a signer given) or reading, making it where none is."""
        path = folder / DATABASE
        if signer is None and not path.is_file():
            raise CaseError(
                f"there is no case in {folder}", "make one: fanal triage EVIDENCE --case DIR"
            )
        if signer is not None:
            _make_folder(folder, path)
        lock = None if signer is None else _locked(folder)
        try:
            if signer is not None:
                if (folder / SEAL).exists():  # a damaged case keeps the seal that shows where
                    _opened(path, writing=False)[0].dispose()
                break_seal(folder)
            engine, case_id = _opened(path, writing=signer is not None)
        except BaseException:
            if lock is not None:
                os.close(lock)
            raise
        store = cls(engine, folder, case_id, signer)
        store._lock = lock
        return store

    def close(self) -> None:
        """Fold the journal into the database, seal the files and let the next one write."""
        signer = self._signer
        try:
            if signer is not None:
                lists = list(self.find(KnownList))
                super().close()  # the journal is left by the last connection only
                with self._engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    self._leave_journal(connection)
                self._engine.dispose()
                known = {
                    f"lists/{entry.folder}/{name}": digest
                    for entry in lists
                    for name, digest in entry.files.items()
                }
                write_seal(self.folder, self.case_id, signer, known)
        except (DatabaseError, OSError) as error:
            raise CaseError(
                f"the case could not be sealed: {getattr(error, 'orig', error)}",
                "make room on its disk and run the command again",
            ) from error
        finally:
            super().close()
            self._signer = None
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    @staticmethod
    def _leave_journal(connection: Connection) -> None:
        """Leave one plain file behind, which a reader opens without writing beside it."""
        with suppress(OperationalError):  # somebody reads just now: the journal stays, empty
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")


def open_folder(folder: Path, signer: Signer | None) -> FolderStore:
    """Open a case in a folder: for writing where a signer is given, else for reading."""
    return FolderStore.create_or_open(folder, signer)


def _make_folder(folder: Path, path: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CaseError(f"{folder} is a file", "name a folder for the case")
    if folder.is_dir() and not path.exists() and any(p.name != LOCK for p in folder.iterdir()):
        raise CaseError(
            f"{folder} holds files but no case", "name an empty or a new folder, never the evidence"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CaseError(
            f"{folder} cannot be made: {error.strerror}", "name another folder"
        ) from error


def _locked(folder: Path) -> int:
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise CaseError(
            f"another run is writing to the case in {folder}",
            "wait for it to end, or name another case",
        ) from error
    return descriptor


def _opened(path: Path, *, writing: bool) -> tuple[Engine, str]:
    """Return the database and the case's id."""
    engine = _engine(path, writing=writing)
    try:
        return engine, _prepared(engine, make=writing)
    except BaseException as error:
        engine.dispose()
        if not isinstance(error, DatabaseError):
            raise
        raise CaseError(
            f"{path} cannot be read as a case: {error.orig}", "check it: fanal audit verify"
        ) from error


def _engine(path: Path, *, writing: bool) -> Engine:
    if writing:
        address = URL.create("sqlite", database=str(path))
    else:  # quoted, so that a folder may be called `50%` or `what?`
        plain = f"file:{quote(os.fsencode(path.absolute()))}"
        address = URL.create("sqlite", database=plain, query={"mode": "ro", "uri": "true"})
    engine = create_engine(address)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        if writing:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA cache_size=-16384")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.close()

    return engine


def _prepared(engine: Engine, *, make: bool) -> str:
    """Return the case's id, from tables made where there are none."""
    metadata, _ = shapes()
    info = metadata.tables["case_info"]
    if make:
        with engine.begin() as connection:
            # All tables with their indexes or none: without its unique index a table takes a record
            # twice. The driver begins no transaction for these statements by itself.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            metadata.create_all(connection)
            for table in metadata.sorted_tables:
                for index in table.indexes:
                    index.create(connection, checkfirst=True)
            if connection.execute(select(info.c.value).where(info.c.name == "id")).first() is None:
                connection.execute(
                    insert(info),
                    [
                        {"name": "id", "value": str(uuid.uuid4())},
                        {"name": "layout", "value": LAYOUT},
                    ],
                )
    with engine.connect() as connection:
        facts = {row.name: str(row.value) for row in connection.execute(select(info))}
    if facts.get("layout") != LAYOUT or "id" not in facts:
        raise CaseError(
            f"the case has layout {facts.get('layout')!r}", "open it with a newer fanal"
        )
    return facts["id"]
