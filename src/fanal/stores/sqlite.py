"""SQLite as the files of cases speak it: a statement is spelled once, however many are opened."""

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
