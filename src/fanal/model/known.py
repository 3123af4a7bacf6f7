"""What somebody listed, and which items the lists know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

LIST_KINDS = ("illegal", "unidentified", "generated", "harmless")
"""What a list may mean; asked of the user, never guessed."""


@dataclass(frozen=True, slots=True)
class KnownHash:
    """One entry of a list: any of its digests, and what its list says of it.

    Digests are lower-case hexadecimal or "" where the entry has none; `pdq` has 64 characters.
    """

    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    pdq: str = ""
    victim_identified: bool | None = None
    """What the list says of the victim; None where it says nothing."""
    category: str = ""
    """The category as text, exactly as given ("0" is a value); "" where there is none."""
    series: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Every other field of the row, verbatim, so that it can be written back."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One row, or one hash of a row, that a reader did not take, and why."""

    row: int
    """Position of the row in its file, counted from 1."""
    reason: str
    """Short code that the list's report groups by, e.g. `wrong length: md5`."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list loaded into a case, with the report of its reading."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    kind: str
    date: str
    """Date of the list as the user or the list gives it, ISO 8601; "" where unknown."""
    sha256: str
    """Digest of the file that was read."""
    format: str
    folder: str
    """Folder under `lists/` of the case."""
    rows: int
    entries: int
    refused: Mapping[str, int] = field(default_factory=dict)
    """Reason → number of rows or hashes refused."""
    files: Mapping[str, str] = field(default_factory=dict)
    """File of the folder → its SHA-256, checked when the list is opened."""
    profile: str = ""
    """What the list says of itself, e.g. the VICS profile; kept, never interpreted."""


@dataclass(frozen=True, slots=True)
class Match:
    """An item that a list knows, by one digest or within a distance."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "list", "via", "entry")

    sha256: str
    list: str
    kind: str
    via: str
    """`sha256`, `sha1`, `md5` or `pdq`."""
    distance: int
    """Bits that differ; 0 for a digest."""
    entry: int
    """Position of the entry in its list, counted from 0."""
    victim_identified: bool | None = None
    turn: int = 0
    """Which rotation or mirror of the item met the entry; 0 is the picture as it stands."""
    conflict: str = ""
    """Digests of the entry that contradict the one that met, e.g. `sha1`; "" where none does."""


@dataclass(frozen=True, slots=True)
class MatchRun:
    """How far a list has been matched against the items, and how."""

    KEY: ClassVar[tuple[str, ...]] = ("list", "radius", "turns", "upto")

    list: str
    radius: int
    turns: bool
    upto: int
    """Number of the last act whose items were matched."""
