"""SQLite as the files of cases speak it: a statement is spelled once, however many are opened."""

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

STATEMENTS = 1000
_SPELLED: Any = LRUCache(STATEMENTS)
"""Statements of all cases of this process: SQLAlchemy keeps them for each engine by itself."""


class Sqlite(SQLiteDialect_pysqlite):
    """Is the same for every file, so that what one has spelled serves the others."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        """Tell that all of them are alike."""
        return type(self) is type(other)

    def __hash__(self) -> int:
        """Return what all of them have."""
        return hash(type(self))


registry.register("sqlite.fanal", __name__, Sqlite.__name__)


def engine_of(database: str, **query: str) -> Engine:
    """Return an engine of a file."""
    address = URL.create("sqlite+fanal", database=database, query=query)
    return create_engine(address, execution_options={"compiled_cache": _SPELLED})


def write_ahead(cursor: Any, patience: float = 60.0) -> None:
    """Turn the write-ahead log on, waiting for whoever closes the file at this moment.

    While its last user clears the log away, SQLite answers at once that the file is busy, whatever
    `busy_timeout` says (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    """
    end = time.monotonic() + patience
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
