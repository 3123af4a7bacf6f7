"""Opens list files for reading as a stream, and bounds what one line may hold."""

import codecs
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fanal.errors import ListError
from fanal.model.known import KnownHash, Refused

HEAD = 4096
"""Bytes by which a kind of list is told."""
LINE = 1 << 16
"""Characters of one line; half of what the csv module takes in one cell by default."""


class CutError(Exception):
    """The list ends, or stops making sense, before it is complete; what came before stands."""


@contextmanager
def open_list(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file; anything else is a ListError, as a pipe could wait for ever."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ListError(f"{path.name!r} is not a file", "give the list as a plain file")
        stream = path.open("rb")
    except (OSError, ValueError) as error:
        raise ListError(f"{path.name!r} cannot be opened: {error}", "check the path") from error
    with stream:
        yield stream


def head_of(path: Path, size: int = HEAD) -> bytes:
    """Return the first bytes of a list."""
    with open_list(path) as stream:
        return stream.read(size)


def tail_of(path: Path, size: int) -> bytes:
    """Return the last bytes of a list."""
    with open_list(path) as stream:
        length = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, length - size))
        return stream.read(size)


def encoding_of(head: bytes) -> str:
    """Return the encoding that a byte-order mark names; UTF-8 without one."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def text_of(head: bytes) -> str:
    """Return the first bytes of a text list as text, without byte-order mark and NUL."""
    return head.decode(encoding_of(head), errors="replace").replace("\0", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text list, without its line end."""

    number: int
    text: str
    ended: bool
    """False for a last line without line end: the file may have been cut inside it."""
    too_long: bool = False


def lines_of(stream: BinaryIO, encoding: str = "") -> Iterator[Line]:
    r"""Yield each line; of one that is too long only the number.

    Bytes that are no text in the encoding are kept as `\xff`; NUL is dropped, so that UTF-16
    without a byte-order mark still shows its hashes.
    """
    if not encoding:
        encoding = encoding_of(stream.read(4))
        stream.seek(0)
    number = 0
    with io.TextIOWrapper(stream, encoding=encoding, errors="backslashreplace") as text:
        while piece := text.readline(LINE):
            number += 1
            too_long = False
            while len(piece) >= LINE and not piece.endswith("\n"):
                too_long = True
                piece = text.readline(LINE) or "\n"
            body = "" if too_long else piece.rstrip("\n").replace("\0", "")
            yield Line(number, body, piece.endswith("\n"), too_long)


def until_cut(name: str, rows: Iterator[KnownHash | Refused]) -> Iterator[KnownHash | Refused]:
    """Yield the rows of a list; where it is cut, one Refused, or a ListError if nothing came.

    Counts on each reader yielding an entry before the hashes refused of the same row.
    """
    row = 0
    began = False
    try:
        for found in rows:
            began = True
            row = found.row if isinstance(found, Refused) else row + 1
            yield found
    except (CutError, OSError) as error:
        if not began:
            raise ListError(
                f"nothing could be read from this {name} list: {error}",
                "check that the file is complete",
            ) from error
        reason = f"file ends early: {error}" if isinstance(error, CutError) else "file ends early"
        yield Refused(row + 1, reason, "everything before this row was read")
