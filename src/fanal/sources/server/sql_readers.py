"""Readers of SQL dumps: how each is recognized, and one row of it read again."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_copy import Block
from fanal.sources.server.sql_dump import charset_of, read_dump
from fanal.sources.server.sql_rows import well_written
from fanal.sources.server.sql_shape import Shape
from fanal.sources.server.sql_values import MYSQL, POSTGRESQL, SQLITE, Dialect, grammar
from fanal.sources.server.stream import head_of, taken
from fanal.sources.server.window import shown

_SQL = compiled(
    rb"^(?:INSERT (?:INTO|IGNORE)|REPLACE INTO|CREATE (?:UNLOGGED )?TABLE|DROP TABLE|LOCK TABLES)"
    rb"\s",
    re.MULTILINE | re.IGNORECASE,
)
_POSTGRESQL = compiled(
    rb"^(?:COPY .{1,500} FROM stdin|SET (?:client_encoding|standard_conforming_strings|search_path)"
    rb"|SELECT pg_catalog\.|\\(?:connect|restrict) |-- (?:Dumped from|PostgreSQL database))",
    re.MULTILINE,
)
_SQLITE = compiled(rb"\A(?:/\*[^*]*\*/\s*)?PRAGMA foreign_keys\s*=\s*OFF;\s*BEGIN TRANSACTION;")
_ARCHIVE = b"PGDMP"
"""How the custom format of pg_dump begins."""


class SqlReader:
    """What the readers of SQL dumps share."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    dialect: ClassVar[Dialect]

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.notes: tuple[str, ...] = ()

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the rows of the dump in their order, and what of it is no row."""
        notes: list[str] = []
        yield from read_dump(self.dialect, path, options, notes)
        self.notes = tuple(notes)

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one row again; `table` and `columns` are what the options say, as no row does."""
        raw = taken(path, ref, size).decode("latin-1")
        table = options.get("table", "")
        letters = Letters(options.get("encoding", ""))
        letters.declare(charset_of(head_of(path, 1 << 16)))
        columns = tuple(each for each in options.get("columns", "").split(",") if each)
        pattern = grammar(self.dialect, wide=letters.wide).tuple
        if (found := pattern.fullmatch(raw)) and len(raw) == size:
            shape = Shape(self.dialect, letters, len(columns))
            values = shape.split(found[0])
            if well_written(values):
                names = columns or tuple(str(at + 1) for at in range(len(values)))
                return Rows(table, names, [ref], [size], [shape.values(values)])
        return self._otherwise(raw, Rows(table, columns, [ref], [size], []), letters)

    def _otherwise(self, raw: str, at: Rows, letters: Letters) -> Rows | RowRefused:
        """Read a row that is no INSERT's."""
        del letters
        return RowRefused(at.table, at.refs[0], at.sizes[0], "row is damaged", shown(raw[:200]))


class MysqlReader(SqlReader):
    """Dumps of MySQL and MariaDB: those of mysqldump and those of phpMyAdmin."""

    name: ClassVar[str] = "mysql"
    dialect = MYSQL

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by statements that are neither PostgreSQL's nor SQLite's."""
        del name
        return bool(
            _SQL.search(head)
            or head.startswith((b"-- MySQL dump", b"-- MariaDB dump"))
            or b"\n-- phpMyAdmin SQL Dump" in b"\n" + head
            or b"/*!40101 SET" in head
        ) and not (_POSTGRESQL.search(head) or _SQLITE.match(head))


class PostgresqlReader(SqlReader):
    """Plain dumps of PostgreSQL, with COPY blocks or INSERT statements."""

    name: ClassVar[str] = "postgresql"
    dialect = POSTGRESQL

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by what pg_dump writes first, or by a COPY block."""
        del name
        return head.startswith(_ARCHIVE) or bool(_POSTGRESQL.search(head))

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the rows of a plain dump; an archive of pg_dump is refused with advice."""
        if head_of(path, 5) == _ARCHIVE:
            reason = "archive of pg_dump: make a plain dump of it with pg_restore --file"
            yield RowRefused("", 0, path.stat().st_size, reason, "PGDMP")
            return
        yield from super().read(path, options)

    def _otherwise(self, raw: str, at: Rows, letters: Letters) -> Rows | RowRefused:
        """Read a line of a COPY block."""
        ref, size = at.refs[0], at.sizes[0]
        block = Block(at.table, at.columns, letters, "\n")
        for found in block.rows([raw], ref) if len(raw) == size and "\n" not in raw else ():
            return found
        return RowRefused(at.table, ref, size, "row is damaged", shown(raw[:200]))


class SqliteDumpReader(SqlReader):
    """What SQLite's shell writes for `.dump`."""

    name: ClassVar[str] = "sqlite-dump"
    dialect = SQLITE

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by the two statements that every such dump begins with."""
        del name
        return bool(_SQLITE.match(head))
