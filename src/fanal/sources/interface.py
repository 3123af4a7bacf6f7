"""The contract of a source: it finds entries and says what it could not read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Protocol

from fanal.model.failure import Failure
from fanal.model.item import Entry

GRACE = 64 << 20
"""Bytes that may come out before the ratio counts: a small file of zeros is no bomb."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an archive is followed; each limit that is hit becomes a Failure."""

    depth: int = 5
    """Archives inside archives."""
    members: int = 1_000_000
    """Members of one outermost archive, nested ones included."""
    ratio: int = 1_000
    """Bytes that come out for each byte of the outermost archive (after the first 64 MiB out)."""
    total: int = 1 << 40
    """Bytes that come out of one outermost archive, nested ones included."""
    memory: int = 256 << 20
    """Bytes of one member held in memory; a larger one is digested as it streams past."""

    def spelled(self) -> str:
        """Return the limits in one word, to compare those of two runs."""
        return f"{self.depth}:{self.members}:{self.ratio}:{self.total}:{self.memory}"


class LimitReachedError(Exception):
    """An outermost archive has used up one of its limits; nothing more of it is read."""

    def __init__(self, limit: str, detail: str) -> None:
        """Take the name of the limit and the sentence for the reader."""
        super().__init__(detail)
        self.limit = limit


class Budget:
    """What one outermost archive may still use, shared by every archive nested in it."""

    __slots__ = ("limits", "members", "out", "packed")

    def __init__(self, limits: Limits, packed: int) -> None:
        """Start with nothing used; `packed` is the size of the outermost archive."""
        self.limits = limits
        self.packed = packed
        self.members = 0
        self.out = 0

    def member(self) -> None:
        """Count one member, of whatever kind, or say that there are too many."""
        if self.members >= self.limits.members:
            raise LimitReachedError(
                "members", f"more than {self.limits.members} members; the rest was not read"
            )
        self.members += 1

    def spend(self, size: int) -> None:
        """Count bytes that came out, or say that they are too many."""
        self.out += size
        if self.out > self.limits.total:
            raise LimitReachedError(
                "total", f"more than {self.limits.total} bytes came out; the rest was not read"
            )
        if self.out > GRACE and self.out > self.limits.ratio * self.packed:
            raise LimitReachedError(
                "ratio",
                f"{self.out} bytes came out of {self.packed}, more than"
                f" {self.limits.ratio} for one; the rest was not read",
            )


class Archive(Protocol):
    """A kind of archive, read as a stream and never unpacked to disk."""

    name: ClassVar[str]
    example: ClassVar[bytes]
    """A small made-up archive of this kind that holds one member `a.txt` with the bytes `hello`."""

    @staticmethod
    def recognizes(head: bytes) -> bool:
        """Tell from the first 4096 bytes whether this is such an archive."""
        ...

    def expand(self, archive: Entry, stream: BinaryIO, budget: Budget) -> Iterator[Entry | Failure]:
        """Yield each member of the opened archive; the family follows archives among them.

        Every member is counted with `budget.member`, every byte that comes out with `budget.spend`.
        Whatever it raises becomes a Failure at the archive.
        """
        ...
