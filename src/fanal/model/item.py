"""Contents and the places where copies of them were found."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One seized thing: a folder, a device image's folder or a single file."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    root: bytes
    """Where the evidence lay: its absolute path, or `s3://bucket/prefix`."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Three digests and the length of the same bytes, in lower-case hexadecimal."""

    sha256: str
    sha1: str
    md5: str
    size: int
    head: bytes = field(repr=False)
    """The first bytes (at most 4096), to tell the kind of file."""


@dataclass(frozen=True, slots=True)
class FileBody:
    """Bytes that lie in a file on this machine."""

    path: bytes


@dataclass(frozen=True, slots=True)
class MemoryBody:
    """Bytes of an archive member, held in memory."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StreamedBody:
    """Bytes of an archive member too large to hold: digested while they streamed past."""

    digests: Digests


@dataclass(frozen=True, slots=True)
class StoreBody:
    """Bytes of an object in a store across the network, in the state in which it was listed."""

    bucket: str
    key: bytes
    """The whole key; a name only, never joined to a path."""
    size: int
    tag: str
    """The entity tag without its quotes; "" where the store gives none."""


@dataclass(frozen=True, slots=True)
class LostBody:
    """Bytes across the network that could not be fetched, and why: a reason of the account."""

    reason: str
    detail: str


Body = FileBody | MemoryBody | StreamedBody | StoreBody | LostBody


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source found: one file or archive member, not yet read."""

    exhibit: str
    path: bytes
    """Path of the file on disk, relative to the exhibit's root (its name where that is a file)."""
    inside: str
    """Address inside an archive: member ordinals joined by `/` (`"4"`, `"4/0"`); "" for a file."""
    name: bytes
    """The whole name as found, archive members joined to the file's path by `!/`."""
    modified: str | None
    """Time of last change in ISO 8601, UTC where the source knows the zone."""
    mark: str
    """What must be equal for a file to count as unchanged (size, times, inode); "" for a member."""
    body: Body


@dataclass(frozen=True, slots=True)
class Item:
    """One content, known by its SHA-256, however many copies there are."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    sha1: str
    md5: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where one copy of a content was found; a changed file leaves two places."""

    KEY: ClassVar[tuple[str, ...]] = ("exhibit", "path", "inside", "sha256")

    exhibit: str
    path: bytes
    inside: str
    sha256: str
    name: bytes
    modified: str | None
    mark: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that was begun to be read, whatever else its bytes look like."""

    KEY: ClassVar[tuple[str, ...]] = ("exhibit", "path", "mark")

    exhibit: str
    path: bytes
    mark: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """An archive whose every member has been recorded: it need not be opened again."""

    KEY: ClassVar[tuple[str, ...]] = ("exhibit", "path", "mark", "limits")

    exhibit: str
    path: bytes
    mark: str
    members: int
    limits: str = ""
    """The limits in force where one of them was hit: with others it is opened again; else ""."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A file that was touched and read again, and holds the same bytes as before."""

    KEY: ClassVar[tuple[str, ...]] = ("exhibit", "path", "sha256", "mark")

    exhibit: str
    path: bytes
    sha256: str
    mark: str
    """The new mark; the place keeps the one it was found with."""
