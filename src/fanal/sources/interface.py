"""The contract of a source: it finds entries and says what it could not read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from fanal.model.failure import Failure
from fanal.model.item import Entry


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an archive is followed; each limit that is hit becomes a Failure."""

    depth: int = 5
    """Archives inside archives."""
    members: int = 1_000_000
    """Members of one outermost archive, nested ones included."""
    ratio: int = 1_000
    """Bytes that come out for each byte of the outermost archive that went in (after the first 64 MiB out)."""
    total: int = 1 << 40
    """Bytes that come out of one outermost archive, nested ones included."""
    memory: int = 256 << 20
    """Bytes of one member held in memory; a larger one is digested as it streams past, not decoded."""


class Archive(Protocol):
    """A kind of archive, read as a stream and never unpacked to disk."""

    name: ClassVar[str]
    example: ClassVar[bytes]
    """A small made-up archive of this kind that holds one member `a.txt` with the bytes `hello`."""

    @staticmethod
    def recognizes(head: bytes) -> bool:
        """Tell from the first 4096 bytes whether this is such an archive."""
        ...

    def expand(self, archive: Entry, limits: Limits) -> Iterator[Entry | Failure]:
        """Yield each member as an entry, nested archives after the member that holds them."""
        ...
