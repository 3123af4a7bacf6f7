"""Reads tar archives as streams, plain or compressed, and compressed single files."""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from fanal.content.digest import HEAD
from fanal.model.failure import Failure
from fanal.model.item import Entry
from fanal.sources.compressed import compression, decompressed, gzip_time, inner_name
from fanal.sources.interface import Budget
from fanal.sources.reading import (
    DamagedError,
    Member,
    Metered,
    Reader,
    UnreadError,
    UnsupportedError,
    failed,
    take,
)
from fanal.sources.tar_records import BLOCK, Header, is_header
from fanal.sources.tar_stream import Blocks, TarStream
from fanal.sources.times import utc

LINKS = {b"1": "hard link", b"2": "symbolic link"}
OTHERS = {
    b"3": ("device", "a character device"),
    b"4": ("device", "a block device"),
    b"6": ("pipe", "a named pipe"),
}
FOLDERS = (b"5", b"D", b"V")
"""Folders, folders with GNU's list of names, and the label of a volume; bytes may hide in each."""


class Tar:
    """Tar, also in gzip, bzip2, xz or Zstandard; any other file in one of these as one member."""

    name: ClassVar[str] = "tar"
    example: ClassVar[bytes] = (
        b"a.txt".ljust(100, b"\0")
        + b"0000644\0"
        + b"0000000\0" * 2
        + b"00000000005\0"
        + b"14544377600\0"
        + b"006772\0 "
        + b"0".ljust(101, b"\0")
        + b"ustar\x0000"
    ).ljust(BLOCK, b"\0") + b"hello".ljust(BLOCK * 3, b"\0")

    @staticmethod
    def recognizes(head: bytes) -> bool:
        """Tell by the check sum of the first header, or by the signature of a compression."""
        return bool(compression(head)) or is_header(head[:BLOCK])

    def expand(self, archive: Entry, stream: BinaryIO, budget: Budget) -> Iterator[Entry | Failure]:
        """Yield each member as the stream comes to it."""
        head = stream.read(HEAD)
        stream.seek(0)
        kind = compression(head)
        if not kind:
            yield from _members(archive, Metered(stream, budget), budget)
            return
        decoded = decompressed(kind, stream, budget.limits)
        source = _Peekable(Metered(decoded, budget))
        if is_header(source.peek(BLOCK)):
            yield from _members(archive, source, budget)
        else:
            budget.member()
            name = inner_name(kind, head, archive.name)
            member = Member(archive, 0, name, utc(gzip_time(kind, head)))
            try:
                yield member.entry(take(source, budget.limits.memory))
            except UnreadError as error:
                yield member.failure(error.reason, error)
        if decoded.trailing:
            detail = "bytes that are not compressed follow the compressed ones"
            yield failed(archive, "data after the end", detail)


def _members(archive: Entry, source: Reader, budget: Budget) -> Iterator[Entry | Failure]:
    tar = TarStream(Blocks(source))
    ordinal = 0
    try:
        while header := tar.next():
            budget.member()
            found = _member(archive, ordinal, header, tar, budget)
            if found:
                yield found
            ordinal += 1
    except DamagedError as error:
        yield failed(archive, "archive damaged", error)
        return
    if tar.skipped:
        detail = f"{tar.skipped} bytes between the members are no header and belong to none"
        yield failed(archive, "archive damaged", detail)
    if tar.hidden:
        detail = f"{tar.hidden} bytes stand where only a name or its records belong"
        yield failed(archive, "unlisted bytes", detail)
    if not tar.skipped and not tar.marked:
        yield failed(archive, "archive damaged", "the mark at the end of the archive is missing")
    if tar.resumed:
        detail = "members follow the mark at the end of the archive; they were read too"
        yield failed(archive, "data after the end", detail, gap=False)


def _member(
    archive: Entry, ordinal: int, header: Header, tar: TarStream, budget: Budget
) -> Entry | Failure | None:
    member = Member(archive, ordinal, header.name, utc(header.modified))
    if header.kind in LINKS:
        return member.link(LINKS[header.kind], header.link)
    if header.kind in OTHERS:
        reason, detail = OTHERS[header.kind]
        return member.failure(reason, detail, gap=False)
    # Old programs mark a folder by its name alone; bytes that follow are a file all the same.
    if (header.kind in FOLDERS or header.name.endswith(b"/")) and not tar.left:
        return None
    try:
        body = take(tar.body(header, budget), budget.limits.memory)
    except UnsupportedError:
        raise
    except UnreadError as error:
        return member.failure(error.reason, error)
    return member.entry(body)


class _Peekable:
    """A reader whose beginning may be looked at first."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._head = b""

    def peek(self, size: int) -> bytes:
        """Return the next bytes, at most `size`, and leave them."""
        while len(self._head) < size:
            try:
                more = self._source.read(size - len(self._head))
            except DamagedError:
                break
            if not more:
                break
            self._head += more
        return self._head

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        if self._head:
            head, self._head = self._head[:size], self._head[size:]
            return head
        return self._source.read(size)
