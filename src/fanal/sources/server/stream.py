"""Opens one seized file, compressed or not, and hands out its bytes within limits."""

import codecs
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from fanal.errors import FanalError
from fanal.sources.compressed import compression, decompressed
from fanal.sources.interface import Budget, LimitReachedError, Limits
from fanal.sources.reading import Reader, UnreadError, plain

HEAD = 4096
"""First bytes by which a kind of file is told."""
LONGEST = 1 << 24
"""Bytes of one row; what is longer is refused."""
_STEP = 1 << 20
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(slots=True)
class Seized:
    """The bytes of a file as its rows are counted in, and what was done to get at them."""

    source: Reader
    base: int = 0
    """Where the first byte handed out lies: behind a byte-order mark."""
    notes: list[str] = field(default_factory=list)
    fault: str = ""
    """Why reading ended before the end, once it has."""

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer than `size` at the end only."""
        parts: list[bytes] = []
        while size > 0 and not self.fault:
            try:
                part = self.source.read(size)
            except LimitReachedError as error:
                self.fault = plain(f"expands beyond the limit of {error.limit}")
                break
            except UnreadError as error:
                self.fault = plain(f"damaged compression: {error}")
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Read past so many bytes."""
        while size > 0 and (part := self.read(min(size, _STEP))):
            size -= len(part)


class _Pushed:
    """A reader that gives some bytes first."""

    def __init__(self, first: bytes, rest: Reader) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        if self._first:
            part, self._first = self._first[:size], self._first[size:]
            return part
        return self._rest.read(size)


class _Metered:
    """Counts what comes out of a decompressor against its budget."""

    def __init__(self, source: Reader, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size)
        self._budget.spend(len(data))
        return data


class _AsUtf8:
    """Text in UTF-16, handed out as UTF-8; halves of pairs stay what they are."""

    def __init__(self, source: Reader, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._waiting = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._waiting and not self._ended:
            data = self._source.read(_STEP)
            self._ended = not data
            self._waiting = self._text(data).encode("utf-8", "surrogatepass")
        part, self._waiting = self._waiting[:size], self._waiting[size:]
        return part

    def _text(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:  # half a unit at the end, or half a pair
            self._decoder.reset()
            return error.object.decode(error.encoding, "replace")


@contextmanager
def opened(path: Path, limits: Limits | None = None) -> Iterator[Seized]:
    """Open a seized file read-only, without waiting for pipes and without a new access time."""
    with _plain_file(path) as stream:
        yield _unwrapped(stream, limits or Limits())


@contextmanager
def _plain_file(path: Path) -> Iterator[BinaryIO]:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        try:
            number = os.open(path, flags | os.O_NOATIME)
        except PermissionError:
            number = os.open(path, flags)
        with open(number, "rb", buffering=0) as stream:  # noqa: PTH123 (a descriptor)
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise FanalError(f"{path.name!r} is no plain file", "give a file of the site")
            yield stream
    except OSError as error:
        raise FanalError(
            f"{path.name!r} cannot be read: {error.strerror}", "mend that and run it again"
        ) from error


def _unwrapped(stream: BinaryIO, limits: Limits) -> Seized:
    head = stream.read(16)
    stream.seek(0)
    notes: list[str] = []
    source: Reader = stream
    if kind := compression(head):
        packed = os.fstat(stream.fileno()).st_size
        source = _Metered(decompressed(kind, stream, limits), Budget(limits, packed))
        notes.append(f"compressed with {kind}: rows are counted in the bytes that come out")
    return _after_mark(Seized(source, notes=notes), stream)


def _after_mark(seized: Seized, stream: BinaryIO) -> Seized:
    """Pass over a byte-order mark; UTF-16 becomes UTF-8."""
    first = seized.read(3)
    if first == codecs.BOM_UTF8:
        seized.base = 3
    elif encoding := _UTF16.get(first[:2]):
        seized.source = _AsUtf8(_Pushed(first[2:], seized.source), encoding)
        seized.notes.append(f"text in {encoding}: rows are counted in it as UTF-8")
    elif seized.source is stream:
        stream.seek(0)
    else:
        seized.source = _Pushed(first, seized.source)
    return seized


def taken(path: Path, ref: int, size: int) -> bytes:
    """Return the bytes of one row, as rows of this file are counted."""
    with opened(path) as seized:
        source = seized.source
        if isinstance(source, _Pushed | _Metered | _AsUtf8):
            seized.skip(ref - seized.base)
        else:
            os.lseek(source.fileno(), ref, os.SEEK_SET)  # type: ignore[attr-defined]
        return seized.read(max(0, min(size, LONGEST)))


def head_of(path: Path, size: int = HEAD) -> bytes:
    """Return the first bytes of a file as its reader will see them."""
    with opened(path) as seized:
        return seized.read(size)
