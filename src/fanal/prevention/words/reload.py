"""Reads files anew where they changed: a whole new snapshot comes in, or the old one stays."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from fanal.errors import FanalError, UsageError

T = TypeVar("T")
Mark = tuple[tuple[int, int, int, int], ...]
TURNS = 3
"""How often files are read again at once that change while they are read."""


class Watched(Generic[T]):
    """What was read from some files, and whether they changed since.

    `current` is one attribute, put in place as a whole: whoever takes it once sees one state.
    """

    def __init__(self, read: Callable[[], T], files: Callable[[], tuple[Path, ...]]) -> None:
        """Read for the first time; raises what `read` raises."""
        self._read, self._files = read, files
        self.trouble = ""
        """The class of fault of the last reading; "" where it went well. Never a word of a file."""
        self.current, self._mark = self._taken()

    def poll(self, *, again: bool = False) -> bool:
        """Read anew where a file changed, or in any case with `again`; True if that came in."""
        if not again and not self.trouble and self._marked() == self._mark:
            return False
        try:
            current, mark = self._taken()
        except FanalError as error:
            self.trouble = error.message
            return False
        except Exception as error:  # noqa: BLE001 (told by its class: its words may be a file's)
            self.trouble = type(error).__name__
            return False
        self.trouble = ""
        self.current, self._mark = current, mark
        return True

    def _taken(self) -> tuple[T, Mark]:
        """Return what the files hold, read while none of them changed."""
        for _ in range(TURNS):
            before = self._marked()
            current = self._read()
            if self._marked() == before:
                return current, before
        raise UsageError(
            "the files change while they are read", "write a new file beside and rename it"
        )

    def _marked(self) -> Mark:
        """Return what tells one state of the files from another."""
        marks = []
        for path in self._files():
            try:
                told = path.stat()
            except OSError:
                marks.append((0, 0, 0, 0))
                continue
            marks.append((told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns))
        return tuple(marks)
