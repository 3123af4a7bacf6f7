"""Reads EXIF (CIPA DC-008): tags of every directory, the embedded thumbnail, the maker note."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.content.parts import Part

IFD0, EXIF, GPS, INTEROP, IFD1 = "0", "exif", "gps", "interop", "1"
"""The directories."""
MAKER_NOTE = 0x927C
MOST_TAGS = 2048
"""Entries read of all directories together; more are told as a problem."""
MOST_NUMBERS = 4096
"""Numbers kept of one entry; the rest is left out."""

_POINTERS = {
    (IFD0, 0x8769): EXIF,
    (IFD0, 0x8825): GPS,
    (EXIF, 0xA005): INTEROP,
}
"""Entries that lead to another directory."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
"""Bytes of one value of a type (TIFF 6.0; 13 IFD; 129 UTF-8 of EXIF 3.0)."""
_LETTERS = {3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_THUMBNAIL, _THUMBNAIL_LENGTH = (IFD1, 0x0201), (IFD1, 0x0202)


@dataclass(frozen=True, slots=True)
class Tag:
    """One entry of a directory: its value and where its bytes lie in the file."""

    value: Any
    """bytes as stored for types BYTE and UNDEFINED, text for ASCII (decoded as UTF-8, else
    Latin-1, up to the first NUL), else a number or a tuple of numbers; a rational is a float,
    not a number (nan) where it divides by 0."""
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Exif:
    """The tags of one EXIF block."""

    tags: Mapping[tuple[str, int], Tag] = field(default_factory=dict)
    """(directory, tag number) → its first entry."""
    order: tuple[tuple[str, int], ...] = ()
    """The entries in the order in which they are written."""
    thumbnail: bytes = field(default=b"", repr=False)
    """The embedded JPEG of directory 1; empty where there is none."""
    thumbnail_offset: int = 0
    big_endian: bool = False
    problems: tuple[str, ...] = ()

    def get(self, directory: str, number: int) -> Any:
        """Return the value of a tag, None where it is absent."""
        tag = self.tags.get((directory, number))
        return tag.value if tag else None

    def find(self, number: int) -> Any:
        """Return the value of a tag of directory 0 or, as some cameras write it, of `exif`."""
        tag = self.tags.get((IFD0, number)) or self.tags.get((EXIF, number))
        return tag.value if tag else None


def read_exif(block: bytes, offset: int = 0) -> Exif:
    """Return what an EXIF block says; `offset` is where it begins in its file; never raises."""
    big = block[:4] == b"MM\0*"
    if not big and block[:4] != b"II*\0":
        return Exif(problems=("an EXIF block does not begin as one",) if block else ())
    reader = _Reader(block, ">" if big else "<", offset)
    reader.read()
    start, length = reader.thumbnail()
    return Exif(
        reader.tags,
        tuple(reader.order),
        block[start : start + length],
        offset + start if length else 0,
        big,
        tuple(reader.problems),
    )


def exif_of(part: Part) -> Exif:
    """Return what a part says; where it is not stored as it is read, its place is that of all."""
    if part.as_stored:
        return read_exif(part.value, part.offset)
    found = read_exif(part.value)
    tags = {name: Tag(tag.value, part.offset, part.length) for name, tag in found.tags.items()}
    start = part.offset if found.thumbnail else 0
    return Exif(tags, found.order, found.thumbnail, start, found.big_endian, found.problems)


class _Reader:
    """Reads the directories of one block, each once."""

    def __init__(self, block: bytes, end: str, offset: int) -> None:
        self.block, self.end, self.offset = block, end, offset
        self.tags: dict[tuple[str, int], Tag] = {}
        self.order: list[tuple[str, int]] = []
        self.problems: list[str] = []
        self.seen: set[int] = set()
        self.entry = struct.Struct(end + "HHI4s")
        self.short, self.long = struct.Struct(end + "H"), struct.Struct(end + "I")
        self.rational = {5: struct.Struct(end + "II"), 10: struct.Struct(end + "ii")}

    def problem(self, sentence: str) -> None:
        """Note what was not read, each sentence once."""
        if len(self.problems) < 8 and sentence not in self.problems:
            self.problems.append(sentence)

    def read(self) -> None:
        """Read directory 0, those it leads to, and directory 1."""
        if len(self.block) < 8:
            self.problem("an EXIF block is cut off")
            return
        after = self.directory(IFD0, self.long.unpack_from(self.block, 4)[0])
        for (above, number), below in _POINTERS.items():
            tag = self.tags.get((above, number))
            if tag is not None and isinstance(tag.value, int):
                self.directory(below, tag.value)
        if after:
            self.directory(IFD1, after)

    def directory(self, name: str, at: int) -> int:
        """Read one directory and return where the next one is said to lie."""
        block = self.block
        if at in self.seen or at + 2 > len(block) or at < 8:
            self.problem(f"directory {name} does not lie where it is said to")
            return 0
        self.seen.add(at)
        count = self.short.unpack_from(block, at)[0]
        room = min((len(block) - at - 2) // 12, MOST_TAGS - len(self.order))
        if count > room:
            self.problem(f"directory {name} is cut off")
        read = min(count, room)
        begin = at + 2
        stretch = memoryview(block)[begin : begin + 12 * read]
        for number, kind, many, raw in self.entry.iter_unpack(stretch):
            self.one((name, number), kind, many, raw, begin + 8)
            begin += 12
        if read < count or begin + 4 > len(block):
            return 0
        following: int = self.long.unpack_from(block, begin)[0]
        return following

    def one(self, key: tuple[str, int], kind: int, many: int, raw: bytes, at: int) -> None:
        """Read one entry; `at` is where its value lies when it is short."""
        size = _SIZES.get(kind, 0) * many
        self.order.append(key)
        if key in self.tags:
            return
        if size > 4:
            at = self.long.unpack(raw)[0]
            if at + size > len(self.block):
                self.problem("a value lies outside its EXIF block")
                return
            raw = self.block[at : at + size]
        elif size:
            raw = raw[:size]
        else:
            if many:
                self.problem("a value has no type that EXIF knows")
            raw, kind = b"", 7
        self.tags[key] = Tag(self.value(kind, many, raw), self.offset + at, size)

    def value(self, kind: int, many: int, raw: bytes) -> Any:
        """Return a value as its type says."""
        if kind in {2, 129}:
            return _text(raw)
        if kind in {1, 7}:
            return raw
        if many == 1 and kind == 3:
            return self.short.unpack(raw)[0]
        if many == 1 and kind == 4:
            return self.long.unpack(raw)[0]
        many = min(many, MOST_NUMBERS)
        if kind in {5, 10}:
            pairs = self.rational[kind].iter_unpack(raw[: 8 * many])
            values = tuple(a / b if b else math.nan for a, b in pairs)
        else:
            values = struct.unpack_from(f"{self.end}{many}{_LETTERS[kind]}", raw)
        return values[0] if len(values) == 1 else values

    def thumbnail(self) -> tuple[int, int]:
        """Return where the embedded JPEG lies in the block, and its length."""
        start, length = self.tags.get(_THUMBNAIL), self.tags.get(_THUMBNAIL_LENGTH)
        if start is None or length is None:
            return 0, 0
        at, size = start.value, length.value
        if not isinstance(at, int) or not isinstance(size, int) or not size:
            return 0, 0
        if at + 2 > len(self.block) or self.block[at : at + 2] != b"\xff\xd8":
            self.problem("the thumbnail does not lie where it is said to")
            return 0, 0
        if at + size > len(self.block):
            self.problem("the thumbnail is cut off")
        return at, min(size, len(self.block) - at)


def _text(raw: bytes) -> str:
    raw, _, _ = raw.partition(b"\0")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
