"""Turns records into rows of plain columns and back."""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

from fanal.custody.spelling import canonical
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Picture, Seen
from fanal.model.item import Exhibit, Expanded, Item, Opened, Place, Reread
from fanal.model.known import KnownList, Match, MatchRun
from fanal.model.review import Task

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
)
"""Every kind of record a case holds; a new kind is one line here."""

_BY: dict[str, tuple[tuple[str, ...], ...]] = {
    "place": (("sha256",), ("exhibit", "path")),
    "task": (("step", "turn", "exhibit"),),
}
"""Further indexes, for the questions that are asked often."""

_TYPES: dict[str, type] = {
    "text": Text,
    "integer": Integer,
    "bytes": LargeBinary,
    "float": Float,
    "json": Text,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of record lies in its table."""

    kind: type
    table: Table
    fields: tuple[tuple[str, str, bool], ...]
    """(name, column type, is a tuple or a truth value)"""

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


@lru_cache(maxsize=1)
def shapes() -> tuple[MetaData, dict[type, Shape]]:
    """Return the tables made from the dataclasses, and the shape of each kind."""
    metadata = MetaData()
    Table("log", metadata, Column("number", Integer, primary_key=True), Column("leaf", Text))
    Table(
        "head",
        metadata,
        Column("size", Integer, primary_key=True),
        *(Column(name, Text) for name in ("root", "time", "key", "signature")),
    )
    Table("case_info", metadata, Column("name", Text, primary_key=True), Column("value", Text))
    return metadata, {kind: _shape(kind, metadata) for kind in KINDS}


def _shape(kind: Any, metadata: MetaData) -> Shape:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    name = name.lstrip("_")
    hints = typing.get_type_hints(kind)
    fields = tuple((field.name, *_column(hints[field.name])) for field in dataclasses.fields(kind))
    table = Table(
        name,
        metadata,
        *(Column(field, _TYPES[column]) for field, column, _ in fields),
        Column("act", Integer, nullable=False),
        Column("seal", LargeBinary, nullable=False),
    )
    Index(f"{name}_key", *(table.c[field] for field in kind.KEY), unique=True)
    Index(f"{name}_act", table.c.act)
    for number, columns in enumerate(_BY.get(name, ())):
        Index(f"{name}_by_{number}", *(table.c[column] for column in columns))
    return Shape(kind, table, fields)


def _column(hint: Any) -> tuple[str, bool]:
    """Return the column type of a field, and whether it is a tuple or a truth value."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    origin = typing.get_origin(hint)
    if origin is not None:
        return "json", origin is tuple
    plain = {str: "text", int: "integer", bool: "integer", bytes: "bytes", float: "float"}
    return plain[hint], hint is bool
