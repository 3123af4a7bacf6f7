"""Reads the records of a ZIP archive (PKWARE APPNOTE 6.3) and trusts no count and no size."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from fanal.sources.reading import DamagedError
from fanal.sources.times import dos, utc

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
END64 = b"PK\x06\x06"
LOCATOR64 = b"PK\x06\x07"
DESCRIPTOR = b"PK\x07\x08"
LONGEST_END = 65_535 + 22 + 20 + 56
"""The end record with its comment, its locator and the fixed part of the ZIP64 end record."""
LONGEST_CENTRAL = 46 + 3 * 65_535
BLOCK = 1 << 20
MOST_CANDIDATES = 64
"""End records tried; a comment may hold bytes that look like one."""
FULL = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the central directory lies."""

    start: int
    size: int
    shift: int
    """Bytes before the archive that its own offsets do not count."""
    gaps: tuple[tuple[int, int], ...] = ()
    """Stretches between the directory and the end record that belong to neither."""
    comment: bytes = b""
    after: int = 0
    """Bytes behind the end record and its comment."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One member as the central directory or its local header lists it."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    """Where the local header lies, as stated."""
    mode: int
    """Unix file mode; 0 where the archive was not made on Unix."""
    modified: str | None

    @property
    def encrypted(self) -> bool:
        """Tell whether the member needs a password."""
        return bool(self.flags & 0x2041)

    @property
    def is_folder(self) -> bool:
        """Tell whether the member is a folder, and not bytes that are named like one."""
        return self.name.endswith(b"/") and not self.size and self.packed <= 2


def find_directory(stream: BinaryIO, length: int) -> Directory | None:
    """Return where the central directory lies, or None where no end record leads to one."""
    base = max(length - LONGEST_END, 0)
    stream.seek(base)
    tail = stream.read(LONGEST_END)
    at = len(tail)
    for _ in range(MOST_CANDIDATES):
        at = tail.rfind(END, 0, at)
        if at < 0:
            return None
        if len(tail) - at >= 22:
            directory = _directory(stream, tail, at, base)
            if directory:
                until = at + 22 + struct.unpack_from("<H", tail, at + 20)[0]
                comment, after = tail[at + 22 : until], max(len(tail) - until, 0)
                return replace(directory, comment=comment, after=after)
    return None


def _directory(stream: BinaryIO, tail: bytes, at: int, base: int) -> Directory | None:
    size, offset = struct.unpack_from("<LL", tail, at + 12)
    end = base + at
    gaps: tuple[tuple[int, int], ...] = ()
    if at >= 20 and tail[at - 20 : at - 16] == LOCATOR64:
        stated = struct.unpack_from("<Q", tail, at - 12)[0]
        for place in (stated, base + at - 76):
            record = _read_at(stream, place, 56)
            if record[:4] == END64:
                size, offset = struct.unpack_from("<QQ", record, 40)
                end = place
                gaps = ((place + 56, base + at - 20),)
                break
    # Bytes before the archive shift everything; the directory ends where the end record begins.
    for start, shift in ((end - size, end - size - offset), (offset, 0)):
        if start < 0 or shift < 0 or start + size > end:
            continue
        if not size or _read_at(stream, start, 4) == CENTRAL:
            gaps = ((start + size, end), *gaps)
            return Directory(start, size, shift, tuple(gap for gap in gaps if gap[0] < gap[1]))
    return None


def _read_at(stream: BinaryIO, place: int, size: int) -> bytes:
    if place >> 62:
        return b""
    stream.seek(place)
    return stream.read(size)


def read_directory(stream: BinaryIO, directory: Directory) -> Iterator[Listed]:
    """Yield every member listed, a stretch read at a time; raise DamagedError where it breaks."""
    block, at = b"", 0
    position, end = directory.start, directory.start + directory.size
    while True:
        if len(block) - at < LONGEST_CENTRAL and position < end:
            stream.seek(position)
            more = stream.read(min(BLOCK, end - position))
            if not more:
                raise DamagedError("the central directory ends early")
            position += len(more)
            block, at = block[at:] + more, 0
        if at == len(block) or block[at : at + 4] == b"PK\x05\x05":
            return
        listed, at = _central(block, at)
        yield listed


def _central(block: bytes, at: int) -> tuple[Listed, int]:
    if block[at : at + 4] != CENTRAL or len(block) - at < 46:
        raise DamagedError("the central directory is damaged")
    fields = struct.unpack_from("<4x2B5H3L5H2L", block, at)
    system, flags, method, time, date = fields[1], *fields[3:7]
    crc, packed, size, name_size, extra_size, comment_size = fields[7:13]
    attributes, offset = fields[15:17]
    start = at + 46
    end = start + name_size + extra_size + comment_size
    if end > len(block):
        raise DamagedError("the central directory ends early")
    extra = block[start + name_size : start + name_size + extra_size]
    packed, size, offset = _wide(extra, packed, size, offset)
    listed = Listed(
        name=block[start : start + name_size],
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=offset,
        mode=attributes >> 16 if system == 3 else 0,
        modified=_unix_time(extra) or dos(date, time),
    )
    return listed, end


def read_local(stream: BinaryIO, place: int) -> tuple[Listed, int]:
    """Return what the local header at a place says, and where its bytes begin."""
    header = _read_at(stream, place, 30)
    if len(header) < 30 or header[:4] != LOCAL:
        raise DamagedError("no local header where the central directory says")
    _, flags, method, time, date, crc, packed, size, name_size, extra_size = struct.unpack(
        "<5H3L2H", header[4:]
    )
    rest = stream.read(name_size + extra_size)
    extra = rest[name_size:]
    packed, size, _ = _wide(extra, packed, size, 0)
    listed = Listed(
        name=rest[:name_size],
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=place,
        mode=0,
        modified=_unix_time(extra) or dos(date, time),
    )
    return listed, place + 30 + name_size + extra_size


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """Return the sizes and the offset, from the ZIP64 field where they do not fit 32 bits."""
    for kind, data in _extras(extra):
        if kind == 1:
            wide = iter(struct.unpack(f"<{len(data) // 8}Q", data[: len(data) // 8 * 8]))
            size = next(wide, size) if size == FULL else size
            packed = next(wide, packed) if packed == FULL else packed
            offset = next(wide, offset) if offset == FULL else offset
            break
    return packed, size, offset


def _unix_time(extra: bytes) -> str | None:
    """Return the time of the extended timestamp field (Info-ZIP), the only one with a zone."""
    for kind, data in _extras(extra):
        if kind == 0x5455 and len(data) >= 5 and data[0] & 1:
            return utc(struct.unpack_from("<l", data, 1)[0])
    return None
