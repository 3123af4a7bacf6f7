"""Opens bodies and takes members out of archives, in pieces and within the limits."""

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, ClassVar, Protocol

from fanal.content.digest import BLOCK, Hasher
from fanal.model.failure import Failure
from fanal.model.item import Body, Entry, FileBody, MemoryBody, StoreBody, StreamedBody
from fanal.sources import object_store
from fanal.sources.interface import Budget

LONGEST = 300
"""Characters of a detail; messages of libraries may quote the archive."""


class Reader(Protocol):
    """Whatever gives its bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        ...


class UnreadError(Exception):
    """One member, or one archive, that cannot be read."""

    reason: ClassVar[str]


class DamagedError(UnreadError):
    """The bytes are not what the format promises."""

    reason = "damaged member"


class EncryptedError(UnreadError):
    """The bytes need a password."""

    reason = "encrypted"


class UnsupportedError(UnreadError):
    """The bytes are packed in a way that is not read."""

    reason = "unsupported compression"


class Span:
    """A stretch of a file, read in pieces, wherever others move the file's position."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        """Take the file and which of its bytes."""
        self._stream = stream
        self.position = start
        self._end = start + size

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        self._stream.seek(self.position)
        data = self._stream.read(max(min(size, self._end - self.position), 0))
        self.position += len(data)
        return data


class Limited:
    """The next so many bytes of a reader."""

    def __init__(self, source: Reader, size: int) -> None:
        """Take the reader and how many of its bytes."""
        self._source = source
        self.left = size

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        data = self._source.read(min(size, self.left)) if self.left else b""
        self.left -= len(data)
        return data


class Metered:
    """Counts what comes out of a reader: against the budget, its size and its CRC-32."""

    def __init__(self, source: Reader, budget: Budget) -> None:
        """Take the reader and the budget of the outermost archive."""
        self._source = source
        self._budget = budget
        self.size = 0
        self.crc = 0

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        data = self._source.read(size)
        self._budget.spend(len(data))
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        return data

    def check(self, size: int | None, crc: int | None) -> None:
        """Complain unless size and CRC-32 are as the archive says (None where it does not)."""
        if size is not None and self.size != size:
            raise DamagedError(f"{self.size} bytes came out where the archive says {size}")
        if crc is not None and self.crc != crc:
            raise DamagedError(f"CRC-32 is {self.crc:08x} where the archive says {crc:08x}")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive: its ordinal, its name's bytes and its time."""

    archive: Entry
    ordinal: int
    name: bytes
    modified: str | None = None

    @property
    def inside(self) -> str:
        """Return the member's address."""
        above = self.archive.inside
        return f"{above}/{self.ordinal}" if above else str(self.ordinal)

    @property
    def whole_name(self) -> bytes:
        """Return the member's name joined to that of the archive."""
        return self.archive.name + b"!/" + self.name

    def entry(self, body: Body) -> Entry:
        """Return the member as an entry."""
        archive = self.archive
        return Entry(
            archive.exhibit, archive.path, self.inside, self.whole_name, self.modified, "", body
        )

    def failure(self, reason: str, detail: object = "", *, gap: bool = True) -> Failure:
        """Return what was not done with the member."""
        archive = self.archive
        return Failure(
            archive.exhibit,
            archive.path,
            self.inside,
            self.whole_name,
            reason,
            plain(str(detail)),
            gap,
        )

    def link(self, reason: str, target: bytes) -> Failure:
        """Return the note about a member that only points somewhere."""
        return self.failure(reason, f"to {ascii(target)[1:]}", gap=False)


def failed(entry: Entry, reason: str, detail: object, *, gap: bool = True) -> Failure:
    """Return what was not done with an entry as a whole."""
    return Failure(
        entry.exhibit, entry.path, entry.inside, entry.name, reason, plain(str(detail)), gap
    )


def plain(text: str) -> str:
    """Return text from a library, shortened and without characters that steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text[:LONGEST])


def take(reader: Reader, memory: int) -> Body:
    """Return everything the reader still gives: held in memory, or digested where too much."""
    parts: list[bytes] = []
    hasher: Hasher | None = None
    size = 0
    while block := reader.read(BLOCK):
        if hasher:
            hasher.update(block)
            continue
        parts.append(block)
        size += len(block)
        if size > memory:
            hasher = Hasher()
            for part in parts:
                hasher.update(part)
            parts.clear()
    if hasher:
        return StreamedBody(hasher.digests())
    return MemoryBody(parts[0] if len(parts) == 1 else b"".join(parts))


def exactly(reader: Reader, size: int) -> bytes:
    """Return the next `size` bytes, which the caller knows to be few, or complain."""
    parts: list[bytes] = []
    while size and (part := reader.read(size)):
        parts.append(part)
        size -= len(part)
    if size:
        raise DamagedError("the bytes end early")
    return b"".join(parts)


@contextmanager
def opened(body: FileBody | MemoryBody | StoreBody) -> Iterator[BinaryIO]:
    """Open a body for reading; a file without following a link, and without a new access time."""
    if isinstance(body, MemoryBody):
        yield BytesIO(body.data)
        return
    if isinstance(body, StoreBody):
        with object_store.opened(body) as stream:
            yield stream
        return
    # O_NONBLOCK: a pipe put in the file's place must not make us wait.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        number = os.open(body.path, flags | os.O_NOATIME)
    except PermissionError:
        # O_NOATIME is for the file's owner; on others' files the mount has to say noatime.
        number = os.open(body.path, flags)
    with open(number, "rb") as stream:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError("no longer a plain file")
        yield stream
