"""Reads 7z archives folder by folder, without threads and without a second copy of anything."""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from fanal.model.failure import Failure
from fanal.model.item import Entry, MemoryBody
from fanal.sources.interface import Budget, LimitReachedError
from fanal.sources.reading import (
    DamagedError,
    Limited,
    Member,
    Metered,
    Reader,
    Span,
    UnreadError,
    exactly,
    failed,
    take,
)
from fanal.sources.sevenzip_coders import unpacked
from fanal.sources.sevenzip_records import (
    ENCODED_HEADER,
    Contents,
    Cursor,
    File,
    Folder,
    Stream,
    TooManyError,
    parse_header,
    parse_streams,
)
from fanal.sources.times import utc
from fanal.sources.unix import points, special

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
SIGNATURE_SIZE = 32
LONGEST_HEADER = 64 << 20
"""Bytes of a header: a million members with names of thirty letters."""
MOST_ENCODINGS = 4
"""Headers packed in headers; 7-Zip writes one."""
UNIX_MODE = 0x8000
"""Attribute that says that the upper half holds a Unix mode."""
REPARSE_POINT = 0x400
EPOCH = 11_644_473_600
"""Seconds from 1601, where Windows begins to count, to 1970."""


class SevenZip:
    """7z, solid or not, of one volume."""

    name: ClassVar[str] = "sevenzip"
    example: ClassVar[bytes] = bytes.fromhex(
        "377abcaf271c00048a8ad6610500000000000000480000000000000048c0"
        "dc4e68656c6c6f0104060001090500070b01000101000c0500080a0186a6"
        "103600000501190400000000110d0061002e007400780074000000140a01"
        "00504a2593c17add0115060100208080810000"
    )

    @staticmethod
    def recognizes(head: bytes) -> bool:
        """Tell by the signature."""
        return head.startswith(SIGNATURE)

    def expand(self, archive: Entry, stream: BinaryIO, budget: Budget) -> Iterator[Entry | Failure]:
        """Yield each member in the order of the header, which is that of the packed bytes."""
        try:
            contents = _contents(stream, budget)
        except TooManyError as error:
            detail = f"{error} members, more than {budget.limits.members}; none was read"
            raise LimitReachedError("members", detail) from error
        reading = _Reading(stream, budget, _streams(contents, stream, budget))
        left = sum(len(folder.streams) for folder in contents.folders)
        for ordinal, file in enumerate(contents.files):
            budget.member()
            if file.has_bytes and not left:
                # Once for all: a few bytes of header can state a million of them.
                yield failed(archive, "archive damaged", "it lists members it holds no bytes for")
                continue
            left -= file.has_bytes
            found = reading.member(Member(archive, ordinal, file.name, _time(file)), file)
            if found:
                yield found


@dataclass(frozen=True, slots=True)
class _Reading:
    """An archive while its members are read."""

    stream: BinaryIO
    budget: Budget
    streams: Iterator[tuple[Stream, Reader | UnreadError]]

    def member(self, member: Member, file: File) -> Entry | Failure | None:
        """Return the next member, what kept it from being read, or None for a folder."""
        if not file.has_bytes:
            return None if file.is_folder else member.entry(MemoryBody(b""))
        stream, source = next(self.streams)
        if isinstance(source, UnreadError):
            return member.failure(source.reason, source)
        reader = Metered(Limited(source, stream.size), self.budget)
        reason = _special(file)
        try:
            body = take(reader, self.budget.limits.memory)
            reader.check(stream.size, stream.crc)
            if reason and isinstance(body, MemoryBody) and points(reason, body.data):
                return member.link(reason, body.data)
        except UnreadError as error:
            return member.failure(error.reason, error)
        return member.entry(body)


def _contents(stream: BinaryIO, budget: Budget) -> Contents:
    """Read the header, which may itself be packed."""
    start = stream.read(SIGNATURE_SIZE)
    length = stream.seek(0, os.SEEK_END)
    place = Cursor(start[12:])
    if len(start) < SIGNATURE_SIZE or zlib.crc32(start[12:]) != int.from_bytes(
        start[8:12], "little"
    ):
        raise DamagedError("the first header is damaged")
    offset, size, crc = place.fixed(8), place.fixed(8), place.fixed(4)
    if not size:
        return Contents()
    if SIGNATURE_SIZE + offset + size > length:
        raise DamagedError("the archive ends before its header")
    header = _held(Span(stream, SIGNATURE_SIZE + offset, size), size, crc)
    for _ in range(MOST_ENCODINGS):
        if header[:1] != bytes((ENCODED_HEADER,)):
            break
        folders = parse_streams(Cursor(header[1:]), budget.limits.members, length)
        if len(folders) != 1:
            raise DamagedError("a packed header of more than one piece")
        source = Metered(_open(folders[0], stream, length, budget), budget)
        header = _held(source, folders[0].size, folders[0].crc)
    return parse_header(header, budget.limits.members, length)


def _held(source: Reader, size: int, crc: int | None) -> bytes:
    if size > LONGEST_HEADER:
        raise TooManyError(f"a header of {size} bytes: too many")
    header = exactly(source, size)
    if crc is not None and zlib.crc32(header) != crc:
        raise DamagedError("the header is damaged: its CRC-32 is not the one stated")
    return header


def _open(folder: Folder, stream: BinaryIO, length: int, budget: Budget) -> Reader:
    start = SIGNATURE_SIZE + folder.start
    if start + folder.packed > length:
        raise DamagedError("the archive ends inside this member")
    return unpacked(folder, Span(stream, start, folder.packed), budget.limits, budget)


def _streams(
    contents: Contents, stream: BinaryIO, budget: Budget
) -> Iterator[tuple[Stream, Reader | UnreadError]]:
    """Yield each file's stream with the reader it is the next part of."""
    length = stream.seek(0, os.SEEK_END)
    for folder in contents.folders:
        source: Reader | UnreadError
        try:
            source = _open(folder, stream, length, budget)
        except UnreadError as error:
            source = error
        for one in folder.streams:
            yield one, source


def _special(file: File) -> str:
    if file.attributes & UNIX_MODE:
        return special(file.attributes >> 16)
    return "symbolic link" if file.attributes & REPARSE_POINT else ""


def _time(file: File) -> str | None:
    return None if file.modified is None else utc(file.modified // 10_000_000 - EPOCH)
