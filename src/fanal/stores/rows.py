"""Turns records into rows of plain columns and back."""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from fanal.custody.spelling import canonical
from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord, Choice, Claim, Person, Remark, SecondOpinion
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Mosaic, Picture, Seen
from fanal.model.item import Exhibit, Expanded, Item, Opened, Place, Reread
from fanal.model.known import KnownList, Match, MatchRun
from fanal.model.lead import Assessment
from fanal.model.opinion import Device, Opinion, TrustList
from fanal.model.package import Package, Recipient
from fanal.model.review import Drawn, Moved, Priorities, Task
from fanal.model.series import Cut, Link, Member, Regroup, Series, Tie
from fanal.model.site import Dataset

KINDS: tuple[type, ...] = (
    Exhibit,
    Item,
    Place,
    Opened,
    Expanded,
    Reread,
    Failure,
    Seen,
    Picture,
    Fingerprint,
    Finding,
    KnownList,
    Match,
    MatchRun,
    Task,
    Opinion,
    TrustList,
    Device,
    Link,
    Tie,
    Series,
    Member,
    Cut,
    Regroup,
    Decision,
    Moved,
    Drawn,
    Priorities,
    Mosaic,
    Person,
    AuditRecord,
    Claim,
    Remark,
    SecondOpinion,
    Choice,
    Dataset,
    Assessment,
    Recipient,
    Package,
)
"""Every kind of record a case holds; a new kind is one line here."""

_BY: dict[str, tuple[tuple[str, ...], ...]] = {
    "place": (("sha256",), ("exhibit", "path")),
    "match": (("list",),),
    "task": (("step", "turn", "exhibit"),),
    "link": (("b",),),
    "tie": (("kind", "common"),),
    "member": (("series",),),
    "decision": (("sha256",),),
    "audit_record": (("login", "when"), ("sha256",)),
    "remark": (("sha256",),),
    "second_opinion": (("sha256",),),
    "assessment": (("about",), ("kind",)),
}
"""Further indexes, for the questions that are asked often."""
_BY_SERVER: dict[str, tuple[tuple[str, ...], ...]] = {
    "item": (("sha256",),),
    "place": (("sha256",), ("path",)),
    "opened": (("path",),),
    "expanded": (("path",),),
    "reread": (("path",),),
    "failure": (("path",),),
    "seen": (("sha256",),),
    "picture": (("sha256",),),
    "fingerprint": (("sha256", "frame"),),
    "finding": (("sha256",),),
    "match": (("sha256", "distance"),),
    "task": (("step", "turn"), ("sha256",)),
    "opinion": (("sha256",),),
    "link": (("a",), ("b",)),
    "tie": (("sha256",), ("common",)),
    "member": (("sha256",), ("series",)),
    "decision": (("sha256",),),
    "moved": (("sha256",),),
    "mosaic": (("sha256",),),
    "claim": (("sha256",),),
    "audit_record": (("login", "when"), ("sha256",)),
    "remark": (("sha256",),),
    "second_opinion": (("sha256",),),
    "assessment": (("about",), ("kind",)),
}
"""The same on a server; digests and numbers only, and names of files by their hash."""


class ServerText(TypeDecorator[str]):
    """Text on a PostgreSQL server, which refuses U+0000 and may sort as people of one country do.

    U+0000 is kept as U+0001 U+0001 and U+0001 as U+0001 U+0002: no two texts become one, and they
    stay in the order of their bytes. Digests are made over the text as it was.
    """

    impl = Text(collation="C")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (the API's)
        """Return what the server keeps."""
        return spelled(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (the API's)
        """Return what was given."""
        return unspelled(value)


def spelled(value: Any) -> Any:
    """Return a text without U+0000, from which `unspelled` makes the same text again."""
    if isinstance(value, str) and ("\0" in value or "\1" in value):
        return value.replace("\1", "\1\2").replace("\0", "\1\1")
    return value


def unspelled(value: Any) -> Any:
    """Return the text that `spelled` was given."""
    if isinstance(value, str) and "\1" in value:
        return value.replace("\1\1", "\0").replace("\1\2", "\1")
    return value


_TEXT = Text().with_variant(ServerText(), "postgresql")
_INTEGER = Integer().with_variant(BigInteger(), "postgresql")
_TYPES: dict[str, Any] = {
    "text": _TEXT,
    "integer": _INTEGER,
    "bytes": LargeBinary(),
    "float": Float(53),
    "json": _TEXT,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of record lies in its table."""

    kind: type
    table: Table
    fields: tuple[tuple[str, str, bool], ...]
    """(name, column type, is a tuple or a truth value)"""
    key: tuple[int, ...]
    """Positions of the fields that tell a record from others of its kind."""

    def row(self, record: Any) -> tuple[Any, ...]:
        """Return the columns of a record."""
        values = []
        for name, column, _ in self.fields:
            value = getattr(record, name)
            if column == "json":
                value = canonical(value if not isinstance(value, Mapping) else dict(value))
            elif column == "float" and value is not None:
                # SQLite keeps no NaN (it becomes NULL) and no negative zero.
                value = None if math.isnan(value) else float(value) + 0.0
            values.append(storable(value))
        return tuple(values)

    def record(self, row: tuple[Any, ...]) -> Any:
        """Return the record of a row (further columns are left alone)."""
        values = []
        for (_, column, special), value in zip(self.fields, row, strict=False):
            if column == "json":
                values.append(tuple(json.loads(value)) if special else json.loads(value))
            elif special and value is not None:
                values.append(bool(value))
            else:
                values.append(bytes(value) if column == "bytes" else value)
        return self.kind(*values)


def storable(value: Any) -> Any:
    """Return the value as a column holds it: truth as a number, text without half characters."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def insert_text(shape: Shape) -> str:
    """Return the statement that writes a row into SQLite unless its key is there."""
    names = ", ".join(f'"{column.name}"' for column in shape.table.columns)
    marks = ", ".join("?" for _ in shape.table.columns)
    return f'INSERT OR IGNORE INTO "{shape.table.name}" ({names}) VALUES ({marks})'  # noqa: S608 (ours)


def equal_to(table: Table, equal: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions that fields are equal to values."""
    return [table.c[name] == storable(value) for name, value in equal.items()]


Shapes = dict[type, Shape]
SERVER = "postgresql"
FILES = "list_file"
"""Table of the files of known lists and devices, where a case is kept on a server."""


def shapes(dialect: str = "sqlite") -> tuple[MetaData, Shapes]:
    """Return the tables made from the dataclasses, and the shape of each kind."""
    return _shapes(dialect)  # told by place: a name or a default would be kept apart


@lru_cache(maxsize=2)
def _shapes(dialect: str) -> tuple[MetaData, Shapes]:
    metadata = MetaData()
    Table("log", metadata, Column("number", _INTEGER, primary_key=True), Column("leaf", _TEXT))
    Table(
        "head",
        metadata,
        Column("size", _INTEGER, primary_key=True),
        *(Column(name, _TEXT) for name in ("root", "time", "key", "signature")),
    )
    Table("case_info", metadata, Column("name", _TEXT, primary_key=True), Column("value", _TEXT))
    if dialect == SERVER:
        Table(
            FILES,
            metadata,
            *(Column(name, _TEXT, primary_key=True) for name in ("folder", "name")),
            Column("part", _INTEGER, primary_key=True),
            Column("data", LargeBinary, nullable=False),
        )
    return metadata, {kind: _shape(kind, metadata, dialect) for kind in KINDS}


def _shape(kind: Any, metadata: MetaData, dialect: str) -> Shape:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    name = name.lstrip("_")
    hints = typing.get_type_hints(kind)
    fields = tuple((field.name, *_column(hints[field.name])) for field in dataclasses.fields(kind))
    table = Table(
        name,
        metadata,
        *(Column(field, _TYPES[column]) for field, column, _ in fields),
        Column("act", _INTEGER, nullable=False),
        Column("seal", LargeBinary, nullable=False),
    )
    if dialect == SERVER:
        # A name may be longer than what a B-tree of PostgreSQL takes, so rows are told apart by
        # the SHA-256 over their key, and looked up by name through indexes of hashes.
        table.append_column(Column("key", LargeBinary, nullable=False))
        Index(f"{name}_key", table.c.key, unique=True)
        for number, columns in enumerate(_BY_SERVER.get(name, ())):
            _server_index(f"{name}_by_{number}", [table.c[column] for column in columns])
    else:
        Index(f"{name}_key", *(table.c[field] for field in kind.KEY), unique=True)
        for number, columns in enumerate(_BY.get(name, ())):
            Index(f"{name}_by_{number}", *(table.c[column] for column in columns))
    Index(f"{name}_act", table.c.act)
    names = [field for field, _, _ in fields]
    return Shape(kind, table, fields, tuple(names.index(field) for field in kind.KEY))


def _server_index(name: str, columns: list[Column[Any]]) -> None:
    if columns[0].name in {"exhibit", "path", "common"}:
        Index(name, *columns, postgresql_using="hash")
    else:
        Index(name, *(column.nulls_first() for column in columns))


def _column(hint: Any) -> tuple[str, bool]:
    """Return the column type of a field, and whether it is a tuple or a truth value."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    origin = typing.get_origin(hint)
    if origin is not None:
        return "json", origin is tuple
    plain = {str: "text", int: "integer", bool: "integer", bytes: "bytes", float: "float"}
    return plain[hint], hint is bool
