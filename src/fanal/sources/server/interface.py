"""What reads one kind of file of a seized site."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from fanal.model.site import RowRefused, Rows


class SiteReader(Protocol):
    """Turns one seized file into rows of named tables, each with the bytes that it came from."""

    name: str
    version: str
    notes: tuple[str, ...]
    """What is to be said of the file that was read last: compressed, in other letters, …"""

    def __init__(self) -> None:
        """Begin with nothing to say; one reader object a file."""
        ...

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell whether a file with this name that begins with these (first 4096) bytes is one."""
        ...

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the rows of the file in parts, in their order, and what of it is no row.

        `options` are what the mapping says of the file: `encoding`, `delimiter`, `table` …; what
        it does not say is found out from the file. Never raises over what the file holds.
        """
        ...

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one row again from its bytes, as a court would check it."""
        ...
