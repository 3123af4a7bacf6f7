"""Reads the header of a 7z archive (7zFormat.txt of the LZMA SDK), within bounds set beforehand.

The py7zr library's own reader is not used: one name that is no UTF-16 makes it give up the whole
archive, and it changes names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fanal.sources.reading import DamagedError, UnsupportedError

END, HEADER, MAIN_STREAMS, FILES = 0x00, 0x01, 0x04, 0x05
PACK_INFO, UNPACK_INFO, SUBSTREAMS = 0x06, 0x07, 0x08
SIZE, CRC, FOLDER, CODERS_SIZE, NUM_STREAMS = 0x09, 0x0A, 0x0B, 0x0C, 0x0D
EMPTY_STREAM, EMPTY_FILE, NAMES, MODIFIED, ATTRIBUTES = 0x0E, 0x0F, 0x11, 0x14, 0x15
ENCODED_HEADER = 0x17
MOST_CODERS = 32
"""What 7-Zip itself takes."""


@dataclass(frozen=True, slots=True)
class Coder:
    """One step of the way from packed to plain bytes."""

    method: bytes
    properties: bytes
    size: int = 0
    """Bytes that come out of it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes of one file: so many bytes of a folder, with their CRC-32."""

    size: int
    crc: int | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A packed block that holds one file or many, one after the other."""

    coders: tuple[Coder, ...]
    """In the order in which bytes pass them; empty where the way branches."""
    packed_streams: int
    start: int = 0
    """Where its packed bytes begin, from the end of the signature header."""
    packed: int = 0
    crc: int | None = None
    streams: tuple[Stream, ...] = ()

    @property
    def size(self) -> int:
        """Return how many bytes come out at the end."""
        return self.coders[-1].size if self.coders else 0


@dataclass(slots=True)
class File:
    """One member as the header describes it."""

    name: bytes = b""
    has_bytes: bool = True
    is_folder: bool = False
    modified: int | None = None
    """In 100 nanoseconds since 1601."""
    attributes: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a header says."""

    folders: tuple[Folder, ...] = ()
    files: tuple[File, ...] = field(default=())


class TooManyError(Exception):
    """A header that lists more members than wanted."""


class Cursor:
    """A place in a header, from which numbers are read."""

    def __init__(self, data: bytes) -> None:
        """Start at the beginning."""
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Return how many bytes are left."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """Return the next so many bytes."""
        if size > self.left:
            raise DamagedError("the header ends early")
        self._at += size
        return self._data[self._at - size : self._at]

    def byte(self) -> int:
        """Return the next byte."""
        return self.take(1)[0]

    def fixed(self, size: int) -> int:
        """Return the next number of a fixed size."""
        return int.from_bytes(self.take(size), "little")

    def number(self) -> int:
        """Return the next number, whose first byte tells by its leading ones how many follow."""
        first = self.byte()
        more = next((n for n in range(8) if not first & (0x80 >> n)), 8)
        low = self.fixed(more)
        high = first & ((0x80 >> more) - 1) if more < 8 else 0
        return low | high << (8 * more)

    def count(self, most: int | None = None) -> int:
        """Return the next number, of things that each take at least one byte from here."""
        value = self.number()
        if value > (self.left if most is None else most):
            raise DamagedError("the header counts more than it can hold")
        return value

    def bits(self, count: int) -> list[bool]:
        """Return so many bits, the highest of each byte first."""
        data = self.take((count + 7) // 8)
        return [bool(data[n >> 3] & (0x80 >> (n & 7))) for n in range(count)]

    def defined(self, count: int) -> list[bool]:
        """Return for which of so many things a value follows."""
        if self.byte():
            return [True] * count
        return self.bits(count)

    def expect(self, kind: int) -> None:
        """Take the mark of a part that must come here."""
        found = self.byte()
        if found != kind:
            raise DamagedError(f"the header has {found:#04x} where {kind:#04x} belongs")


def parse_streams(cursor: Cursor, most: int, room: int = 1 << 62) -> tuple[Folder, ...]:
    """Read where the packed bytes lie, in an archive of `room` bytes, and how they are packed."""
    kind = cursor.byte()
    start = 0
    sizes: list[int] = []
    folders: list[Folder] = []
    if kind == PACK_INFO:
        start, sizes = _pack_info(cursor, room)
        kind = cursor.byte()
    if kind == UNPACK_INFO:
        folders = _place(_unpack_info(cursor, len(sizes)), start, sizes)
        kind = cursor.byte()
    folders = _substreams(cursor, folders, most) if kind == SUBSTREAMS else _whole(folders)
    if kind == SUBSTREAMS:
        kind = cursor.byte()
    if kind != END:
        raise DamagedError("the header's list of streams has no end")
    return tuple(folders)


def _parts(cursor: Cursor) -> Iterator[int]:
    """Yield the mark of each part up to the end; each may come once, so that reading is linear."""
    seen: set[int] = set()
    while kind := cursor.byte():
        if kind in seen:
            raise DamagedError(f"the header has two parts of kind {kind:#04x}")
        seen.add(kind)
        yield kind


def _pack_info(cursor: Cursor, room: int) -> tuple[int, list[int]]:
    start, count = cursor.number(), cursor.count()
    if count > room:
        raise DamagedError("the header has more packed streams than the archive has bytes")
    sizes: list[int] = []
    for kind in _parts(cursor):
        if kind == SIZE:
            sizes = [cursor.number() for _ in range(count)]
        elif kind == CRC:
            _digests(cursor, count)
        else:
            raise DamagedError("the header's list of packed streams is damaged")
    return start, sizes


def _digests(cursor: Cursor, count: int) -> list[int | None]:
    return [cursor.fixed(4) if known else None for known in cursor.defined(count)]


def _unpack_info(cursor: Cursor, most: int) -> list[Folder]:
    cursor.expect(FOLDER)
    count = cursor.count()
    if count > most:
        raise DamagedError("the header has more folders than packed streams")
    cursor.expect(0)
    shapes = [_folder(cursor) for _ in range(count)]
    cursor.expect(CODERS_SIZE)
    folders = []
    for coders, order, packed_streams, outs in shapes:
        sizes = [cursor.number() for _ in range(outs)]
        way = tuple(replace(coders[n], size=sizes[n]) for n in order)
        folders.append(Folder(way, packed_streams))
    for kind in _parts(cursor):
        if kind != CRC:
            raise DamagedError("the header's list of folders is damaged")
        digests = _digests(cursor, count)
        folders = [replace(one, crc=crc) for one, crc in zip(folders, digests, strict=True)]
    return folders


def _folder(cursor: Cursor) -> tuple[list[Coder], list[int], int, int]:
    """Return coders, the order in which bytes pass them, packed streams and streams out."""
    coders: list[Coder] = []
    ins = outs = 0
    for _ in range(cursor.count(MOST_CODERS)):
        flags = cursor.byte()
        if flags & 0xC0:
            raise DamagedError("the header has a coder of an unknown kind")
        method = cursor.take(flags & 15)
        streams = (1, 1)
        if flags & 16:
            streams = (cursor.count(MOST_CODERS), cursor.count(MOST_CODERS))
        properties = cursor.take(cursor.number()) if flags & 32 else b""
        coders.append(Coder(method, properties))
        ins, outs = ins + streams[0], outs + streams[1]
    binds = {cursor.number(): cursor.number() for _ in range(max(outs - 1, 0))}
    packed = ins - len(binds)
    if not coders or packed < 1 or packed > MOST_CODERS or len(binds) != outs - 1:
        raise DamagedError("the header has a folder without bytes")
    starts = [cursor.number() for _ in range(packed)] if packed > 1 else []
    simple = not starts and ins == outs == len(coders)
    return coders, _order(binds, len(coders)) if simple else [], packed, outs


def _order(binds: dict[int, int], count: int) -> list[int]:
    """Follow the bytes: from the coder none feeds, each time to the one that takes its output."""
    current = next((n for n in range(count) if n not in binds), None)
    after = {out: taker for taker, out in binds.items()}
    order: list[int] = []
    while current is not None and current < count and len(order) < count:
        order.append(current)
        current = after.get(current)
    if len(order) != count or current is not None:
        raise DamagedError("the header has a folder whose coders run in a circle")
    return order


def _place(folders: list[Folder], start: int, sizes: list[int]) -> list[Folder]:
    placed, index = [], 0
    for folder in folders:
        own = sizes[index : index + folder.packed_streams]
        if len(own) < folder.packed_streams:
            raise DamagedError("the header has more folders than packed streams")
        placed.append(replace(folder, start=start, packed=sum(own)))
        start += sum(own)
        index += folder.packed_streams
    return placed


def _whole(folders: list[Folder]) -> list[Folder]:
    return [replace(one, streams=(Stream(one.size, one.crc),)) for one in folders]


def _substreams(cursor: Cursor, folders: list[Folder], most: int) -> list[Folder]:
    counts = [1] * len(folders)
    kind = cursor.byte()
    if kind == NUM_STREAMS:
        counts = [cursor.number() for _ in folders]
        kind = cursor.byte()
    if sum(counts) > most:
        raise TooManyError(str(sum(counts)))
    sizes = [_sizes(cursor, one, n, kind) for one, n in zip(folders, counts, strict=True)]
    if kind == SIZE:
        kind = cursor.byte()
    known = [one.crc is not None and n == 1 for one, n in zip(folders, counts, strict=True)]
    digests: list[int | None] = []
    if kind == CRC:
        wanted = sum(n for n, one in zip(counts, known, strict=True) if not one)
        digests = _digests(cursor, wanted)
        kind = cursor.byte()
    if kind:
        raise DamagedError("the header's list of files in folders is damaged")
    rest = iter(digests)
    return [
        replace(
            folder,
            streams=tuple(Stream(size, folder.crc if whole else next(rest, None)) for size in own),
        )
        for folder, own, whole in zip(folders, sizes, known, strict=True)
    ]


def _sizes(cursor: Cursor, folder: Folder, count: int, kind: int) -> list[int]:
    if not count:
        return []
    sizes = [cursor.number() for _ in range(count - 1)] if kind == SIZE else []
    if len(sizes) != count - 1 or (folder.coders and sum(sizes) > folder.size):
        raise DamagedError("the sizes of the files do not fit their folder")
    return [*sizes, max(folder.size - sum(sizes), 0)]


def parse_header(data: bytes, most: int, room: int = 1 << 62) -> Contents:
    """Read a plain header; raise TooManyError where it lists more than `most` members."""
    cursor = Cursor(data)
    cursor.expect(HEADER)
    folders: tuple[Folder, ...] = ()
    files: list[File] = []
    kind = cursor.byte()
    if kind == MAIN_STREAMS:
        folders = parse_streams(cursor, most, room)
        kind = cursor.byte()
    if kind == FILES:
        files = _files(cursor, most)
        kind = cursor.byte()
    if kind != END:
        raise UnsupportedError(f"a header with a part of kind {kind:#04x}")
    return Contents(folders, tuple(files))


def _files(cursor: Cursor, most: int) -> list[File]:
    count = cursor.number()
    if count > most:
        raise TooManyError(str(count))
    if count > 1 and 2 * count > cursor.left:
        raise DamagedError(f"the header has no room for the names of {count} members")
    files = [File() for _ in range(count)]
    empty_files: list[bool] = []
    named = count < 2
    for kind in _parts(cursor):
        part = Cursor(cursor.take(cursor.number()))
        if kind == EMPTY_STREAM:
            for file, empty in zip(files, part.bits(count), strict=True):
                file.has_bytes = not empty
        elif kind == EMPTY_FILE:
            empty_files = part.bits(sum(not file.has_bytes for file in files))
        elif kind in (NAMES, MODIFIED, ATTRIBUTES):
            named |= kind == NAMES
            _property(kind, part, files)
    if not named:
        raise DamagedError(f"{count} members without names")
    empties = [file for file in files if not file.has_bytes]
    for n, file in enumerate(empties):
        file.is_folder = not (n < len(empty_files) and empty_files[n])
    return files


def _property(kind: int, part: Cursor, files: list[File]) -> None:
    known = [True] * len(files) if kind == NAMES else part.defined(len(files))
    if part.byte():
        raise UnsupportedError("a header whose names or times are packed elsewhere")
    if kind == NAMES:
        _names(part.take(part.left), files)
        return
    for file, one in zip(files, known, strict=True):
        if one and kind == MODIFIED:
            file.modified = part.fixed(8)
        elif one:
            file.attributes = part.fixed(4)


def _names(data: bytes, files: list[File]) -> None:
    # A name may hold half a surrogate pair; it is kept so (WTF-8) and can be turned back.
    whole = data[: len(data) & ~1]
    names = whole.decode("utf-16-le", "surrogatepass").split("\0", len(files))
    if len(names) < len(files):
        raise DamagedError("the header has fewer names than files")
    for file, name in zip(files, names, strict=False):
        file.name = name.encode("utf-8", "surrogatepass")
