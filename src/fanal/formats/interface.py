"""The contracts of a format: a reader of known lists, a writer of items."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from fanal.model.known import KnownHash, Refused
from fanal.model.package import Loss, Sighting


class Reader(Protocol):
    """A kind of hash list, read as a stream of any length."""

    name: ClassVar[str]
    example: ClassVar[bytes]
    """A small made-up list of this kind with at least one entry, and one row that is refused."""

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell from the first 4096 bytes whether this is such a list; the name is a hint only."""
        ...

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each entry and each row refused; raise ListError if nothing can be read."""
        ...

    def profile(self, path: Path) -> str:
        """Return what the list says of itself (header, profile), kept but not interpreted."""
        ...


class Writer(Protocol):
    """A kind of file that items are exported to."""

    name: ClassVar[str]

    def write(self, items: Iterable[Sighting], out: BinaryIO) -> tuple[Loss, ...]:
        """Write every item as a stream and return what the format could not say."""
        ...
