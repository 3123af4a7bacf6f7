"""What is read of a seized site: its files, rows of its tables, and what was refused of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one table of a seized file, each with the bytes that it was read from."""

    table: str
    columns: tuple[str, ...]
    refs: Sequence[int]
    """Where each row begins in its file, in bytes; the row's number in an SQLite table."""
    sizes: Sequence[int]
    """Bytes of each row in its file; 0 in an SQLite table."""
    rows: Sequence[Sequence[str | None]]
    """The values as text, as they stand in the file; None for NULL."""


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row, or a stretch of the file, that no reader takes, and why."""

    table: str
    """"" where nobody can say which."""
    ref: int
    size: int
    reason: str
    """Short code that the account groups by, e.g. `too few values`."""
    shown: str = ""
    """Its beginning, at most 200 printable characters."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """One seized file of a site, as it was read."""

    name: str
    """As the mapping calls it."""
    path: str
    sha256: str
    size: int
    reader: str
    """Which reader took it, and in which version: `mysql 1`."""
    seized_at: str = ""
    handler: str = ""
    """Who took it, as the mapping says."""
    tables: Mapping[str, int] = field(default_factory=dict)
    """Table → rows taken."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """`table: reason` → rows refused."""
    notes: tuple[str, ...] = ()
    """What was done to it that changes what is kept: `numbers of 12 cards were cut`, …"""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Files of facts that the case keeps beside its records: a site, addresses, the leads."""

    KEY: ClassVar[tuple[str, ...]] = ("kind", "name")

    kind: str
    """`site`: canonical tables of one seized site; `addresses`: a table of address ranges;
    `leads`: what was resolved of them all, which can be made again."""
    name: str
    date: str
    """Day that it speaks of, ISO 8601: when addresses were as they are told; else "" ."""
    sha256: str
    """Over all that it was made from: the same inputs and rules make the same files."""
    text: str
    """The mapping of a site; the licence of addresses; the rules of leads."""
    facts: Mapping[str, Any]
    """Artefacts, rows taken and refused by reason, counts; plain JSON."""
    folder: str
    """Folder under `datasets/` of the case."""
    files: Mapping[str, str]
    """File → SHA-256."""
    by: str
    when: str
    """ISO 8601, UTC."""
