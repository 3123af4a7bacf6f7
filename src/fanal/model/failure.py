"""What was not done, and why: the lines of the account."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Failure:
    """One place that was not read, or not read whole."""

    KEY: ClassVar[tuple[str, ...]] = ("exhibit", "path", "inside", "reason")

    exhibit: str
    path: bytes
    inside: str
    name: bytes
    """The whole name as found, as in `Place.name`."""
    reason: str
    """Short code that the account groups by, e.g. `symbolic link`, `limit: ratio`."""
    detail: str = ""
    """One sentence for the reader."""
    gap: bool = True
    """True where bytes that may matter were not read; False for a note that needs no action."""
