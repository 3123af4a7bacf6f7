"""A stretch of a seized file as text with one character a byte, moved on and never endless."""

from collections.abc import Iterator

from fanal.model.site import RowRefused
from fanal.sources.server.patterns import compiled
from fanal.sources.server.stream import LONGEST, Seized

STEP = 1 << 20
"""Bytes that are read at once."""
UNENDED = "the last line has no end: its last value may be cut"
"""What is noted of a file that may have been cut inside its last line."""
SHOWN = 200
"""Characters of what was refused that are shown."""
_HIDDEN = compiled(r"[^ -~]")


class Window:
    """Some of the bytes of a file; positions are in `text`, offsets in the file."""

    def __init__(self, seized: Seized) -> None:
        """Begin before the first byte."""
        self._seized = seized
        self.text = ""
        self.base = seized.base
        self.ended = False

    @property
    def fault(self) -> str:
        """Return why reading ended early, "" where it did not."""
        return self._seized.fault

    def more(self, at: int) -> bool:
        """Drop what lies before `at`, which becomes 0, and read on; False at the end.

        It reads as much as is held, so that a search begun again costs no more than twice.
        """
        rest = self.text[at:]
        self.base += len(self.text) - len(rest)
        new = self._seized.read(max(STEP, len(rest)))
        self.ended = not new
        self.text = rest + new.decode("latin-1")
        return bool(new)

    def drop(self, at: int) -> None:
        """Drop what lies before `at`, without reading on."""
        self.text = self.text[at:]
        self.base += at

    def full(self, at: int) -> bool:
        """Tell whether what begins at `at` is longer than a row may be."""
        return len(self.text) - at > LONGEST

    def refused(self, at: int, end: int, reason: str, table: str = "") -> RowRefused:
        """Return the stretch between two positions as one that is no row."""
        return RowRefused(table, self.base + at, end - at, reason, shown(self.text[at:end]))


def shown(text: str, most: int = SHOWN) -> str:
    """Return the beginning of a stretch, all else but printable ASCII spelled out."""
    spelled = _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text[:most])
    return spelled[:most]


def lines(window: Window) -> Iterator[tuple[list[str], int] | RowRefused]:
    """Yield whole lines in lots, each with the offset of its first; the ends are not kept.

    A line longer than a row may be is refused; the last one needs no end.
    """
    while True:
        end = window.text.rfind("\n")
        if end >= 0:
            yield window.text[:end].split("\n"), window.base
            window.more(end + 1)
        elif window.full(0):
            yield from _endless(window)
        elif not window.more(0):
            break
        if window.ended and "\n" not in window.text:
            break
    if window.text:
        yield [window.text], window.base


def _endless(window: Window) -> Iterator[RowRefused]:
    """Pass over a line longer than a row may be, and say so once."""
    begin, beginning = window.base, shown(window.text[:SHOWN])
    while (end := window.text.find("\n")) < 0 and not window.ended:
        window.more(len(window.text))
    cut = len(window.text) if end < 0 else end
    size = window.base + cut - begin
    window.text = window.text[min(cut + 1, len(window.text)) :]
    window.base = begin + size + (end >= 0)
    yield RowRefused("", begin, size, "longer than a row may be", beginning)
