"""One DuckDB connection that sees the given folders, and neither network nor plug-ins."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np
from numpy.typing import NDArray

from fanal.errors import FanalError

SPILL = ".spill"
"""Folder for what does not fit into memory; gone when the calculator is closed."""
TABLES = "tables.db"
"""File in there for the tables themselves, where they are packed."""
ROWS_OF_GROUP = 122_880
"""Rows of one group of a Parquet file: a multiple of DuckDB's vectors, whatever the threads."""
ROWS_FETCHED = 10_000


class Calculator:
    """Calculates with tables of the given folders, within a limit of memory.

    After DuckDB's guide to securing a database: external access is off except for the folders,
    extensions are neither installed nor loaded, and the configuration is locked.
    """

    def __init__(
        self, folder: Path, *also: Path, memory: str = "3GB", threads: int = 2, packed: bool = False
    ) -> None:
        """Open it: it writes to `folder`, and reads from there and from the folders beside it.

        With `packed`, tables lie compressed in a file until it is closed: they take a tenth of the
        room, and memory is left for what is being calculated.
        """
        self._spill = folder.resolve() / SPILL
        self._spill.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._connection = duckdb.connect(
            str(self._spill / TABLES) if packed else ":memory:",
            config={
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": str(self._spill),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "allow_unsigned_extensions": False,
                "allow_persistent_secrets": False,
                "preserve_insertion_order": True,
            },
        )
        seen = ", ".join(literal(f"{place.resolve()}/") for place in (folder, *also))
        for setting in (
            "TimeZone = 'UTC'",
            "python_enable_replacements = false",
            f"allowed_directories = [{seen}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")

    def __enter__(self) -> Self:
        """Lend it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it and remove what it spilled."""
        self.close()

    def close(self) -> None:
        """Forget all of it."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def shared(self) -> duckdb.DuckDBPyConnection:
        """Return the connection, for a library that calculates with the same tables."""
        return self._connection

    def run(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> None:
        """Run one statement."""
        self._executed(sql, params)

    def rows(
        self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of an answer; read it to its end before the next statement."""
        answer = self._executed(sql, params)
        while part := answer.fetchmany(ROWS_FETCHED):
            yield from part

    def value(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Return the first value of the first row; None where there is no row."""
        row = self._executed(sql, params).fetchone()
        return row[0] if row else None

    def columns(
        self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()
    ) -> dict[str, NDArray[Any]]:
        """Return an answer as arrays, one a column; text as objects, masked where NULL."""
        found: dict[str, NDArray[Any]] = self._executed(sql, params).fetchnumpy()
        return found

    def give(self, name: str, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> None:
        """Make a table of columns of Python; lists become text, arrays keep their kind."""
        arrays = {
            each: values if isinstance(values, np.ndarray) else _objects(values)
            for each, values in columns.items()
        }
        shown = ", ".join(
            f"{quoted(each)}::VARCHAR AS {quoted(each)}" if array.dtype == object else quoted(each)
            for each, array in arrays.items()
        )
        self._connection.register("fanal_given", arrays)
        try:
            self.run(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT {shown} FROM fanal_given")  # noqa: S608
        finally:
            self._connection.unregister("fanal_given")

    def write(self, sql: str, path: Path, compression: str = "zstd") -> None:
        """Write an answer as Parquet; the same sorted answer makes the same bytes."""
        self.run(
            f"COPY ({sql}) TO {literal(str(path.resolve()))} (FORMAT parquet,"
            f" COMPRESSION {compression}, ROW_GROUP_SIZE {ROWS_OF_GROUP})"
        )

    def _executed(
        self, sql: str, params: Sequence[Any] | Mapping[str, Any]
    ) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql, params or None)
        except duckdb.OutOfMemoryException as error:
            raise FanalError(
                "the tables need more memory, or room on the disk, than there is",
                "give more, or make room where the case lies",
            ) from error
        except duckdb.Error as error:
            raise FanalError(f"the calculation failed: {error}") from error


def quoted(name: str) -> str:
    """Return an identifier of SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text of SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def _objects(values: Sequence[Any]) -> NDArray[Any]:
    array: NDArray[Any] = np.empty(len(values), dtype=object)
    array[:] = values
    return array
