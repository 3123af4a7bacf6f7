"""Keeps a case in one folder: an SQLite database, lists and devices, two locks and a seal."""

import os
import shutil
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy.exc import DatabaseError, OperationalError

from fanal.custody.seal import LOCK, RUN_LOCK, SEAL, break_seal, write_seal
from fanal.custody.sign import Signer
from fanal.errors import CaseError
from fanal.stores import migrations
from fanal.stores.copying import copy_file, inside, named, pour, settle
from fanal.stores.foreign import refuse_foreign
from fanal.stores.interface import RUN, Copying, Opening, Where
from fanal.stores.locks import Locks, is_run_on
from fanal.stores.rows import shapes
from fanal.stores.sql import SqlStore
from fanal.stores.sqlite import engine_of, write_ahead

DATABASE = "case.db"
PATIENCE = 60
"""Seconds to wait for the acts of others to end."""
LITTLE = 1 << 18
"""Bytes on a disk with fewer of which a database cannot be opened."""


class FolderStore(SqlStore):
    """A case in a folder; many may decide while one run writes."""

    kind = "folder"
    _locks: Locks | None = None

    @classmethod
    def create_or_open(cls, folder: Path, signer: Signer | None, told: Opening) -> "FolderStore":
        """Open the case for writing (a signer given) or reading, making it where none is."""
        path = folder / DATABASE
        if signer is None and not path.is_file():
            raise CaseError(
                f"there is no case in {folder}", "make one: fanal triage EVIDENCE --case DIR"
            )
        if signer is None:
            return cls(*_opened(path, writing=False), None)
        _make_folder(folder, path)
        locks = Locks(folder, run=told.run, wait=told.wait)
        store = None
        try:
            _refuse(path, sealed=(folder / SEAL).exists())
            break_seal(folder)
            store = cls(*_opened(path, writing=True), signer)
            store.migrate(told.actor)
        except BaseException:
            if store is not None:
                SqlStore.close(store)
            locks.release()
            raise
        store._locks = locks
        return store

    def is_at_rest(self) -> bool:
        """Tell whether a seal lies over the files."""
        return (self.folder / SEAL).is_file()

    def is_run_on(self) -> bool:
        """Tell whether a run writes to the case now."""
        return is_run_on(self.folder)

    def keep_files(self, name: str, files: Mapping[str, str]) -> None:
        """Do nothing: files of the folder are files of the case."""

    def files(self, name: str, files: Mapping[str, str]) -> Path:  # noqa: ARG002 (the contract's)
        """Return the folder, where they lie."""
        return self.folder / name

    def close(self) -> None:
        """Let the next one write; the last writer folds the journal and seals the files."""
        signer = self._signer
        try:
            super().close()  # the journal is left by the last connection only
            if signer is not None and self._locks is not None and self._locks.is_last():
                self._seal(signer)
        except (DatabaseError, OSError) as error:
            raise CaseError(
                f"the case could not be sealed: {getattr(error, 'orig', error)}",
                "make room on its disk and run the command again",
            ) from error
        finally:
            super().close()
            self._signer = None
            if self._locks is not None:
                self._locks.release()
                self._locks = None

    def _seal(self, signer: Signer) -> None:
        known = {
            f"{name}/{file}": digest
            for name, files in named(self)
            for file, digest in files.items()
        }
        super().close()
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._leave_journal(connection)
        self._engine.dispose()
        write_seal(self.folder, self.case_id, signer, known)

    @staticmethod
    def _leave_journal(connection: Connection) -> None:
        """Leave one plain file behind, which a reader opens without writing beside it."""
        with suppress(OperationalError):  # somebody reads just now: the journal stays, empty
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")


def open_folder(
    where: Where,
    signer: Signer | None,
    told: Opening = RUN,
    kind: type[FolderStore] = FolderStore,
) -> FolderStore:
    """Open a case in a folder: for writing where a signer is given, else for reading."""
    if not isinstance(where, Path):
        raise CaseError(f"{where} is no folder", "name one: --case DIR")
    if told.copying is not None:
        _copy(where, signer, told, told.copying)
    return kind.create_or_open(where, signer, told)


def _copy(folder: Path, signer: Signer | None, told: Opening, copying: Copying) -> None:
    """Make a case of another one: under another name first, so that it is whole or not there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaseError(f"{folder} is there already", "name an empty or a new folder for the copy")
    draft = folder.absolute().with_name(f".{folder.name}.copy")
    _make_folder(draft, draft / DATABASE, draft=True)
    locks = Locks(draft, run=True, wait=0)
    try:
        _clear(draft)
        _pour(draft, copying, signer)
        if signer is not None:
            store = FolderStore.create_or_open(draft, signer, Opening(run=False, actor=told.actor))
            try:
                with store.act(told.actor, "copy", **copying.details):
                    pass
            finally:
                locks.leave_writers()
                store.close()
        draft.rename(folder)
        settle(folder.absolute().parent)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)  # nothing that looks like a case is left
        if not isinstance(error, OSError):
            raise
        raise CaseError(
            f"the copy could not be made: {error}", "make room or name another folder"
        ) from error
    finally:
        locks.release()


def _clear(draft: Path) -> None:
    """Remove what a copy that was cut off has left."""
    for path in draft.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in {LOCK, RUN_LOCK}:
            path.unlink()


def _pour(draft: Path, copying: Copying, signer: Signer | None) -> None:
    engine = _engine(draft / DATABASE, writing=True)
    try:
        fill(engine, copying)
    finally:
        engine.dispose()
    copy = FolderStore(*_opened(draft / DATABASE, writing=False), None)
    try:
        for name, files in named(copy):
            fetch(copying, name, files, draft, checking=signer is None)
    finally:
        copy.close()


def fetch(
    copying: Copying, name: str, files: Mapping[str, str], home: Path, *, checking: bool
) -> None:
    """Copy the files of a list or a device to where they belong under another folder."""
    for file, digest in files.items():
        # Where the copy is made to be checked, a file that is not as it was is left out and named.
        with suppress(CaseError, OSError) if checking else nullcontext():
            target = inside(inside(home, name), file)
            target.parent.mkdir(parents=True, exist_ok=True)
            copying.source.files(name, {file: digest})  # fetches it
            copy_file(copying.source.folder, f"{name}/{file}", digest, target)
        copying.tell(f"{name}/{file}", 0)


def fill(engine: Engine, copying: Copying) -> None:
    """Make the tables of a case in a new SQLite database and fill them with another's rows."""
    metadata = shapes()[0]
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            migrations.make(connection, metadata)

            def write(table: Table, rows: list[tuple[Any, ...]]) -> None:
                marks = ", ".join("?" for _ in table.columns)
                statement = f'INSERT OR IGNORE INTO "{table.name}" VALUES ({marks})'  # noqa: S608
                twice = len(rows) - connection.exec_driver_sql(statement, rows).rowcount
                if twice:
                    differs = f"holds {twice} rows that are there twice"
                    copying.differs(f"{copying.source.kind}/{table.name}", differs)

            pour(copying, metadata, write)
            migrations.shed(connection, metadata)
            connection.commit()
    except DatabaseError as error:
        raise CaseError(
            f"the case cannot be copied: {error.orig}", "check it: fanal audit verify"
        ) from error


def _make_folder(folder: Path, path: Path, *, draft: bool = False) -> None:
    if folder.exists() and not folder.is_dir():
        raise CaseError(f"{folder} is a file", "name a folder for the case")
    if folder.is_dir() and not draft and not path.exists() and _holds(folder):
        raise CaseError(
            f"{folder} holds files but no case", "name an empty or a new folder, never the evidence"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CaseError(
            f"{folder} cannot be made: {error.strerror}", "name another folder"
        ) from error


def _holds(folder: Path) -> bool:
    return any(path.name not in {LOCK, RUN_LOCK} for path in folder.iterdir())


def _opened(path: Path, *, writing: bool) -> tuple[Engine, Path, str]:
    """Return the database, its folder and the case's id, from tables made where there are none."""
    engine = _engine(path, writing=writing)
    try:
        return engine, path.parent, prepared(engine, make=writing)
    except BaseException as error:
        engine.dispose()
        if not isinstance(error, DatabaseError):
            raise
        raise _unreadable(path, error) from error


def _engine(path: Path, *, writing: bool) -> Engine:
    if writing:
        engine = engine_of(str(path))
    else:  # quoted, so that a folder may be called `50%` or `what?`
        plain = f"file:{quote(os.fsencode(path.absolute()))}"
        engine = engine_of(plain, mode="ro", uri="true")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
        if writing:
            write_ahead(cursor)
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA cache_size=-16384")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.close()

    return engine


def _refuse(path: Path, *, sealed: bool) -> None:
    """Refuse a case that cannot be written to, before anything of it is touched."""
    if not path.is_file():
        return
    engine, metadata = _engine(path, writing=False), shapes()[0]
    try:
        with engine.connect() as connection:
            refuse_foreign(connection)
            if not migrations.is_new(connection, metadata):
                migrations.facts_of(connection, metadata)
    except DatabaseError as error:
        if sealed:  # a damaged case keeps the seal that shows where
            raise _unreadable(path, error) from error
    finally:
        engine.dispose()


def _unreadable(path: Path, error: DatabaseError) -> CaseError:
    free = shutil.disk_usage(path.parent).free
    if free < LITTLE:  # a journal cannot be begun then, and that looks like damage
        return CaseError(
            f"{path} cannot be opened: {free:,} bytes are left on its disk ({error.orig})",
            "make room there, and run the same command again",
        )
    return CaseError(
        f"{path} cannot be read as a case: {error.orig}", "check it: fanal audit verify"
    )


def prepared(engine: Engine, *, make: bool) -> str:
    """Return the case's id, from tables made where there are none."""
    metadata, _ = shapes()
    with engine.connect() as connection:
        if make:
            # The driver begins no transaction for these statements by itself.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if migrations.is_new(connection, metadata):
                migrations.make(connection, metadata)
                migrations.name(connection, metadata)
            elif not migrations.due(migrations.facts_of(connection, metadata)):
                migrations.make(connection, metadata)  # an index may be missing
            connection.commit()
        return migrations.facts_of(connection, metadata)["id"]
