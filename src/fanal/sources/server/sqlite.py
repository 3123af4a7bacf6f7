"""Reads the plain tables of an SQLite file, opened so that it can do nothing but be read.

Views, triggers, virtual tables and generated columns are never touched ("Defense Against The Dark
Arts", sqlite.org/security.html).
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from fanal.model.site import RowRefused, Rows
from fanal.sources.compressed import compression
from fanal.sources.server.sql_names import distinct
from fanal.sources.server.stream import LONGEST
from fanal.sources.server.window import shown

MAGIC = b"SQLite format 3\0"
"""First bytes of an SQLite file ("Database File Format", 1.3)."""
BATCH = 5000
"""Rows that are handed over at once."""
PART = 1 << 23
"""Characters that one lot of rows may have, about."""
_FAULTS = (sqlite3.Error, OverflowError, UnicodeError, MemoryError)
_STEPS = 20_000_000
_STEPS_A_BYTE = 64
_TICK = 10_000
_SCHEMA = (
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
)
_PRAGMAS = frozenset({"table_xinfo", "table_list"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the reading of a database stands, in words that can be sent to another process."""

    table: int = 0
    after: int | None = None
    """The last row that was handed over; None before the first."""
    damage: int = 0
    """How often reading failed right behind that row."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a database, and where to go on; no cursor at the end."""

    found: tuple[Rows | RowRefused, ...]
    cursor: Cursor | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    rowid: str
    """What its rows are numbered by; "" in a table without rowid."""

    def select(self, where: str, order: str = "") -> str:
        names = ", ".join(_quoted(each) for each in self.columns)
        number = self.rowid or "0"
        indexed = " NOT INDEXED" if self.rowid else ""
        source = f"main.{_quoted(self.name)}{indexed}"
        return f"SELECT {number}, {names} FROM {source} {where} {order}"  # noqa: S608 (quoted)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class SqliteReader:
    """SQLite files; a row is known by its table and its rowid."""

    name: ClassVar[str] = "sqlite"
    version: ClassVar[str] = "1"

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.notes: tuple[str, ...] = ()

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by SQLite's first bytes."""
        del name
        return head.startswith(MAGIC)

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the rows of every table; damage costs what it hits."""
        cursor: Cursor | None = Cursor()
        while cursor:
            part = self.part(path, options, cursor)
            yield from part.found
            cursor = part.cursor
            self.notes = part.notes or self.notes

    def part(self, path: Path, options: Mapping[str, str], cursor: Cursor) -> Part:
        """Return the next rows: what a guarded worker is asked for, again and again."""
        del options
        with path.open("rb") as stream:
            packed = compression(stream.read(16))
        if packed:
            reason = f"a database compressed with {packed}: decompress it first"
            return Part((RowRefused("", 0, path.stat().st_size, reason),), None)
        try:
            with _opened(path) as connection:
                tables, others = _tables(connection)
                if cursor.table >= len(tables):
                    return Part((), None, _notes(path, others))
                return _part(connection, tables[cursor.table], cursor)
        except _FAULTS as error:
            size = path.stat().st_size
            reason = "the database is damaged"
            return Part((RowRefused("", 0, size, reason, _said(error)),), None)

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one row again by the table that the options name and its rowid."""
        name = options.get("table", "")
        try:
            with _opened(path) as connection:
                table = next(each for each in _tables(connection)[0] if each.name == name)
                by = f"WHERE {table.rowid} = ?" if table.rowid else "LIMIT 1 OFFSET ?"
                found = connection.execute(table.select(by), (ref,)).fetchone()
                if found:
                    return Rows(name, table.columns, [ref], [0], [_texts(found)])
        except StopIteration:
            return RowRefused(name, ref, size, "there is no such table")
        except _FAULTS as error:
            return RowRefused(name, ref, size, "the database is damaged", _said(error))
        return RowRefused(name, ref, size, "there is no such row")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database read-only, with nothing allowed but reading, and that within limits."""
    size = path.stat().st_size
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True, cached_statements=8)) as connection:
        connection.text_factory = _text
        for pragma in (
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "mmap_size = 0",
            "writable_schema = ON",  # opens a file whose schema is damaged; nothing can be written
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 64)
        connection.set_authorizer(_allowed)
        left = [(_STEPS + _STEPS_A_BYTE * size) // _TICK]

        def spend() -> int:
            left[0] -= 1
            return left[0] < 0

        connection.set_progress_handler(spend, _TICK)
        yield connection


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Allow reading alone: no function, no view's insides, no writing, attaching or loading."""
    allowed = (
        action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
        or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
        or (action == sqlite3.SQLITE_FUNCTION and second == "like")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _tables(connection: sqlite3.Connection) -> tuple[list[_Table], list[str]]:
    """Return the plain tables, and the names of what is not read."""
    plain, others = [], []
    kinds = {row[1]: (row[2], row[4]) for row in connection.execute("PRAGMA main.table_list")}
    for name, sql in connection.execute(_SCHEMA).fetchall():
        kind, without_rowid = kinds.get(name, ("", 0))
        if kind != "table" or not isinstance(sql, str):
            others.append(str(name))
            continue
        facts = connection.execute(f"PRAGMA main.table_xinfo({_quoted(name)})").fetchall()
        columns = tuple(str(row[1]) for row in facts if row[6] == 0)
        lower = {str(row[1]).lower() for row in facts}
        free = [each for each in ("_rowid_", "rowid", "oid") if each not in lower]
        number = free[0] if free and not without_rowid else ""
        if columns:
            plain.append(_Table(str(name), distinct(columns), number))
    others += sorted(str(name) for name, (kind, _) in kinds.items() if kind in {"view", "virtual"})
    return plain, others


def _notes(path: Path, others: list[str]) -> tuple[str, ...]:
    notes = []
    named = sorted(set(others))
    if named:
        told = ", ".join(shown(each, 40) for each in named[:10])
        notes.append(f"not read, as they are no plain tables: {told}"[:300])
    for end in ("-wal", "-journal"):
        beside = path.with_name(path.name + end)
        if beside.is_file() and beside.stat().st_size:
            notes.append(f"{beside.name} lies beside it and was not read: changes may be missing")
    return tuple(notes)


def _texts(row: tuple[Any, ...]) -> list[str | None]:
    return [each if each is None else _as_text(each) for each in row[1:]]


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value if isinstance(value, str) else repr(value)


def _said(error: BaseException) -> str:
    return shown(str(error), 200)


def _part(connection: sqlite3.Connection, table: _Table, cursor: Cursor) -> Part:
    """Return the next rows of one table."""
    if not table.rowid:
        return _numbered(connection, table, cursor)
    rows: list[list[str | None]] = []
    refs: list[int] = []
    held = 0
    # A rowid may be negative; a table is read from the least one on.
    where, bound = (
        ("", ()) if cursor.after is None else (f"WHERE {table.rowid} > ?", (cursor.after,))
    )
    try:
        for row in connection.execute(table.select(where, f"ORDER BY {table.rowid}"), bound):
            if refs and row[0] <= refs[-1]:
                raise sqlite3.DatabaseError("its rows are not in order")
            refs.append(row[0])
            rows.append(_texts(row))
            held += sum(len(each or "") for each in rows[-1])
            if len(rows) >= BATCH or held >= PART:
                break
        else:
            return Part(_lot(table, refs, rows), Cursor(cursor.table + 1))
    except _FAULTS as error:
        return _behind(connection, table, cursor, (refs, rows), error)
    return Part(_lot(table, refs, rows), Cursor(cursor.table, refs[-1]))


def _lot(
    table: _Table, refs: list[int], rows: list[list[str | None]]
) -> tuple[Rows | RowRefused, ...]:
    return (Rows(table.name, table.columns, refs, [0] * len(refs), rows),) if rows else ()


def _behind(
    connection: sqlite3.Connection,
    table: _Table,
    cursor: Cursor,
    taken: tuple[list[int], list[list[str | None]]],
    error: BaseException,
) -> Part:
    """Go on behind a row that cannot be read; from the end backwards where nobody can say."""
    refs, rows = taken
    last = refs[-1] if refs else cursor.after
    for row in _singly(connection, table, last, None):  # Python drops the row before a fault
        refs.append(row[0])
        rows.append(_texts(row))
        last = row[0]
    found = _lot(table, refs, rows)
    where, bound = ("", ()) if last is None else (f"WHERE {table.rowid} > ?", (last,))
    question = (
        f"SELECT {table.rowid} FROM main.{_quoted(table.name)} NOT INDEXED {where}"  # noqa: S608
        f" ORDER BY {table.rowid} LIMIT 1"
    )
    try:
        after = connection.execute(question, bound).fetchone()
    except _FAULTS:
        after = None
    if after is not None and cursor.damage < 1000 and (last is None or after[0] > last):
        refused = RowRefused(table.name, after[0], 0, "row cannot be read", _said(error))
        return Part((*found, refused), Cursor(cursor.table, after[0], cursor.damage + 1))
    return Part((*found, *_from_the_end(connection, table, last, error)), Cursor(cursor.table + 1))


def _singly(
    connection: sqlite3.Connection, table: _Table, after: int | None, before: int | None
) -> Iterator[tuple[Any, ...]]:
    """Yield up to two rows one by one: behind `after`, or from `before` backwards."""
    order = "DESC" if before is not None else "ASC"
    for _ in range(2):
        edges = [("> ?", after), ("< ?", before)]
        tests = [f"{table.rowid} {test}" for test, edge in edges if edge is not None]
        where = f"WHERE {' AND '.join(tests)}" if tests else ""
        bound = tuple(edge for _, edge in edges if edge is not None)
        try:
            question = table.select(where, f"ORDER BY {table.rowid} {order} LIMIT 1")
            row = connection.execute(question, bound).fetchone()
        except _FAULTS:
            return
        if row is None:
            return
        yield row
        after, before = (row[0], None) if before is None else (after, row[0])


def _from_the_end(
    connection: sqlite3.Connection, table: _Table, last: int | None, error: BaseException
) -> Iterator[Rows | RowRefused]:
    """Yield the rows behind a damaged page, the last one first, and say what lies between."""
    rows: list[list[str | None]] = []
    refs: list[int] = []
    before: int | None = None
    where, bound = ("", ()) if last is None else (f"WHERE {table.rowid} > ?", (last,))
    try:
        for row in connection.execute(table.select(where, f"ORDER BY {table.rowid} DESC"), bound):
            if before is not None and row[0] >= before:
                break
            before = row[0]
            refs.append(row[0])
            rows.append(_texts(row))
            if len(rows) >= BATCH:
                yield from _lot(table, refs, rows)
                rows, refs = [], []
    except _FAULTS:
        for row in _singly(connection, table, last, before) if before is not None else ():
            refs.append(row[0])
            rows.append(_texts(row))
    yield from _lot(table, refs, rows)
    begin = 0 if last is None else last + 1
    yield RowRefused(table.name, begin, 0, "rows behind a damaged page are missing", _said(error))


def _numbered(connection: sqlite3.Connection, table: _Table, cursor: Cursor) -> Part:
    """Return the next rows of a table without rowid, numbered in the order of its key."""
    begin = 0 if cursor.after is None else cursor.after + 1
    rows: list[list[str | None]] = []
    try:
        rows.extend(
            map(_texts, connection.execute(table.select("LIMIT ? OFFSET ?"), (BATCH, begin)))
        )
    except _FAULTS as error:
        refused = RowRefused(table.name, begin + len(rows), 0, "row cannot be read", _said(error))
        whole = _lot(table, list(range(begin, begin + len(rows))), rows)
        return Part((*whole, refused), Cursor(cursor.table + 1))
    whole = _lot(table, list(range(begin, begin + len(rows))), rows)
    end = begin + len(rows) - 1
    full = len(rows) == BATCH
    return Part(whole, Cursor(cursor.table, end) if full else Cursor(cursor.table + 1))
