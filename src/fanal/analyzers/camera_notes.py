"""Reads maker notes: whether one is of the form its maker writes, and serial numbers in it.

CIPA DC-008 leaves the note to the maker. Forms and tag numbers are those that ExifTool's tables
name (https://exiftool.org/TagNames/); nothing here was taken from its code.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.content.exif import Exif, Tag

MOST_ENTRIES = 512
"""Entries of one directory of a note."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_BLOCK, _NOTE, _TIFF = "block", "note", "tiff"
"""What offsets count from: the EXIF block, the note, or a TIFF header inside the note."""


@dataclass(frozen=True, slots=True)
class Form:
    """How one maker's notes begin."""

    maker: str
    start: bytes
    makes: tuple[str, ...]
    """Beginnings of the Make, in lower case, that write so."""
    at: int
    """Where the directory begins in the note."""
    base: str = _BLOCK
    order: str = ""
    """`<` or `>`; "" for that of the EXIF block, or the other where only that makes sense."""


_FORMS = (
    Form("Nikon", b"Nikon\0\2", ("nikon",), 10, _TIFF),
    Form("Nikon", b"Nikon\0\1", ("nikon",), 8),
    Form("Olympus", b"OLYMPUS\0II", ("olympus",), 12, _NOTE, "<"),
    Form("Olympus", b"OLYMPUS\0MM", ("olympus",), 12, _NOTE, ">"),
    Form("Olympus", b"OM SYSTEM\0\0\0II", ("om digital",), 16, _NOTE, "<"),
    Form("Olympus", b"OLYMP\0", ("olympus", "seiko epson", "agfa"), 8),
    Form("Epson", b"EPSON\0", ("seiko epson", "epson"), 8),
    Form("Panasonic", b"Panasonic\0\0\0", ("panasonic",), 12),
    Form("Leica", b"LEICA\0\0\0", ("leica",), 8),
    Form("Sony", b"SONY DSC \0\0\0", ("sony", "hasselblad"), 12),
    Form("Sony", b"SONY CAM \0\0\0", ("sony",), 12),
    Form("Apple", b"Apple iOS\0\0\1MM", ("apple",), 14, _NOTE, ">"),
    Form("Fujifilm", b"FUJIFILM\x0c\0\0\0", ("fujifilm",), 12, _NOTE, "<"),
    Form("Pentax", b"AOC\0", ("pentax", "asahi", "samsung", "ricoh"), 6),
    Form("Pentax", b"PENTAX \0II", ("pentax", "ricoh"), 10, _NOTE, "<"),
    Form("Pentax", b"PENTAX \0MM", ("pentax", "ricoh"), 10, _NOTE, ">"),
    Form("Casio", b"QVC\0\0\0", ("casio",), 6),
    Form("Casio", b"DCI\0\0\0", ("casio",), 6),
    Form("Sigma", b"SIGMA\0\0\0", ("sigma",), 10),
    Form("Sigma", b"FOVEON\0\0", ("sigma", "foveon"), 10),
    Form("Sanyo", b"SANYO\0", ("sanyo",), 8),
    Form("Ricoh", b"RICOH\0", ("ricoh",), 8),
    Form("Ricoh", b"Ricoh", ("ricoh",), 8),
    Form("GE", b"GE\0\0", ("general imaging", "ge"), 10, _TIFF),
    Form("Motorola", b"MOT\0", ("motorola",), 8, _NOTE),
    Form("Canon", b"", ("canon",), 0),
    Form("Minolta", b"", ("minolta", "konica minolta"), 0),
    Form("Nikon", b"", ("nikon",), 0),
    Form("Samsung", b"", ("samsung",), 0, _NOTE),
)

_TEXT = {
    "Nikon": {0x001D: "serial", 0x00A0: "serial"},
    "Canon": {
        0x0006: "image_type",
        0x0007: "firmware",
        0x0009: "owner",
        0x0095: "lens",
        0x0096: "internal_serial",
    },
    "Panasonic": {0x0025: "internal_serial", 0x0051: "lens", 0x0052: "lens_serial"},
    "Olympus": {0x0207: "firmware", 0x0404: "serial"},
    "Fujifilm": {0x0010: "internal_serial"},
    "Pentax": {0x0229: "serial"},
    "Sigma": {0x0002: "serial"},
    "Motorola": {0x5501: "serial"},
    "Apple": {0x0011: "content_id", 0x0015: "image_unique_id", 0x002B: "photo_id"},
    "Epson": {0x0207: "firmware"},
}
"""Maker → tag number → what its text is."""
_NUMBER = {
    "Nikon": {0x00A7: "shutter_count"},
    "Canon": {0x0008: "file_number", 0x000C: "serial"},
    "Fujifilm": {0x1438: "image_count"},
}
_EQUIPMENT = {0x0101: "serial", 0x0102: "internal_serial", 0x0202: "lens_serial", 0x0203: "lens"}
"""Tags of the directory that Olympus keeps under 0x2010."""


@dataclass(frozen=True, slots=True)
class MakerNote:
    """What a maker note says, and whether it is of its maker's form."""

    maker: str = ""
    """Whose form it has; "" where of none that is read."""
    of_its_maker: bool = False
    """The Make of the same EXIF block is one that writes this form."""
    entries: int = 0
    moved: int = 0
    """Values that do not lie in the note, as after a program has written the block anew."""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        """Tell whether its directory could be read, and its values lie where it says."""
        return self.entries > 0 and self.moved * 4 <= self.entries


class _Directory:
    """One directory of a note, its values not yet read."""

    def __init__(self, block: bytes, at: int, base: int, order: str) -> None:
        self.block, self.base, self.order = block, base, order
        self.values: dict[int, tuple[int, int, int]] = {}
        self.places: list[tuple[int, int]] = []
        if not 0 <= at <= len(block) - 2:
            return
        count = struct.unpack_from(order + "H", block, at)[0]
        if not 0 < count <= MOST_ENTRIES or at + 2 + 12 * count > len(block):
            return
        entries = struct.Struct(order + "HHII")
        stretch = memoryview(block)[at + 2 : at + 2 + 12 * count]
        for place, (number, kind, many, where) in enumerate(entries.iter_unpack(stretch)):
            size = _SIZES.get(kind, 0) * many
            if not size and many:  # no type: this is no directory
                self.values.clear()
                return
            position = at + 10 + 12 * place
            if size > 4:
                position = base + where
                self.places.append((position, size))
            self.values.setdefault(number, (kind, position, size))

    def moved(self, begin: int, end: int) -> int:
        """Return how many long values do not lie between two places."""
        return sum(place < begin or place + size > end for place, size in self.places)

    def raw(self, number: int) -> bytes:
        """Return the bytes of a value, none where it is absent or lies outside."""
        _, position, size = self.values.get(number, (0, 0, 0))
        if not size or position < 0 or position + size > len(self.block):
            return b""
        return self.block[position : position + min(size, 256)]

    def text(self, number: int) -> str:
        """Return a value as text, "" where it is none."""
        if self.values.get(number, (0,))[0] not in {2, 7, 129}:
            return ""
        raw, _, _ = self.raw(number).partition(b"\0")
        text = raw.decode("utf-8", "replace").strip()
        return text[:80] if text.isprintable() else ""

    def number(self, number: int) -> int | None:
        """Return a value as one whole number, None where it is none."""
        kind, _, size = self.values.get(number, (0, 0, 0))
        raw = self.raw(number)
        if kind not in {3, 4, 8, 9} or size not in {2, 4} or len(raw) != size:
            return None
        value: int = struct.unpack(self.order + ("H" if size == 2 else "I"), raw)[0]
        return value


def read_note(exif: Exif, block: bytes, offset: int, tag: Tag) -> MakerNote:
    """Return what the maker note of an EXIF block says; `offset` is where the block begins."""
    note = tag.value
    start = tag.offset - offset
    if not isinstance(note, bytes) or block[start : start + len(note)] != note or len(note) < 6:
        return MakerNote()
    make = exif.find(0x010F)
    written = make.strip().lower() if isinstance(make, str) else ""
    order = ">" if exif.big_endian else "<"
    for form in _FORMS:
        whose = written.startswith(form.makes)
        if note.startswith(form.start) and (form.start or whose):
            found = _directory(form, block, start, order)
            if found is not None and found.values:
                moved = found.moved(start, start + len(note))
                facts = _facts(form.maker, found)
                return MakerNote(form.maker, whose, len(found.values), moved, facts)
            if form.start:
                return MakerNote(form.maker, whose)
    return MakerNote()


def _directory(form: Form, block: bytes, start: int, order: str) -> _Directory | None:
    at, base = start + form.at, 0 if form.base == _BLOCK else start
    if form.base == _TIFF:
        head = block[at : at + 8]
        if head[:4] not in {b"II*\0", b"MM\0*"} or len(head) < 8:
            return None
        order = "<" if head[:2] == b"II" else ">"
        return _Directory(block, at + struct.unpack(order + "I", head[4:])[0], at, order)
    found = _Directory(block, at, base, form.order or order)
    if found.values or form.order:
        return found
    return _Directory(block, at, base, "<" if order == ">" else ">")


def _facts(maker: str, found: _Directory) -> dict[str, str | int]:
    """Return the values of a note that name the device or count its pictures."""
    facts: dict[str, str | int] = {}
    for number, name in _TEXT.get(maker, {}).items():
        if text := found.text(number):
            facts.setdefault(name, text)
    for number, name in _NUMBER.get(maker, {}).items():
        value = found.number(number)
        if value:
            facts.setdefault(name, str(value) if name.endswith("serial") else value)
    if maker == "Nikon":
        facts.update(_nikon_file(found))
    elif maker == "Olympus":
        facts.update(_olympus_equipment(found))
    return facts


def _nikon_file(found: _Directory) -> dict[str, str | int]:
    """Return folder and number of the file (tag 0x00B8: version, card, folder, file)."""
    raw = found.raw(0x00B8)
    if len(raw) < 10 or not raw[:4].isdigit():
        return {}
    _, folder, number = struct.unpack(found.order + "HHH", raw[4:10])
    return {"folder_number": folder, "file_number": number} if number else {}


def _olympus_equipment(found: _Directory) -> dict[str, str | int]:
    kind, position, size = found.values.get(0x2010, (0, 0, 0))
    if kind in {4, 13} and size == 4:
        position = found.base + (found.number(0x2010) or 0) if kind == 4 else _pointer(found)
    elif kind != 7:
        return {}
    below = _Directory(found.block, position, found.base, found.order)
    told: dict[str, Any] = {name: below.text(number) for number, name in _EQUIPMENT.items()}
    return {name: text for name, text in told.items() if text}


def _pointer(found: _Directory) -> int:
    raw = found.raw(0x2010)
    return found.base + int(struct.unpack(found.order + "I", raw)[0]) if len(raw) == 4 else -1
