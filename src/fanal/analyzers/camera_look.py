"""Gathers what a content's parts say, each read once, for everything that speaks of cameras."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fanal.analyzers.camera_notes import MakerNote, read_note
from fanal.analyzers.camera_programs import Program, program_of, program_of_comment
from fanal.analyzers.camera_times import Time, read_times
from fanal.content.exif import EXIF, IFD0, MAKER_NOTE, Exif
from fanal.content.handle import Content
from fanal.content.iptc import read_iptc
from fanal.content.jpeg_structure import JpegStructure, read_structure
from fanal.content.parts import Part
from fanal.content.xmp import TIFF, XMP, Xmp, read_xmp
from fanal.model import evidence

COMMENT = "comment"
MAKE, MODEL, SOFTWARE, ARTIST = 0x010F, 0x0110, 0x0131, 0x013B
_PROGRAMS = ((SOFTWARE, "EXIF Software"), (0x000B, "EXIF ProcessingSoftware"))
_IPTC_PROGRAM = (2, 65)
"""IPTC dataset: originating program."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text that says what wrote the file, where it stands, and the bytes it stands in."""

    where: str
    text: str
    offset: int
    length: int

    @property
    def program(self) -> Program | None:
        """Return the program that it names, None where it names none that is known."""
        return (program_of_comment if self.where == COMMENT else program_of)(self.text)


class Look:
    """One content, seen for what it says of cameras and programs."""

    def __init__(self, content: Content) -> None:
        """Take the content; nothing is read yet but its parts."""
        self.content = content
        self.metadata = content.metadata
        blocks = self.metadata.of("exif")
        self.part: Part | None = blocks[0] if blocks else None
        self.exif: Exif = content.exif if blocks else Exif()

    @cached_property
    def make(self) -> str:
        """Return the Make as EXIF has it, cleaned."""
        return clean(self.exif.find(MAKE))

    @cached_property
    def model(self) -> str:
        """Return the Model as EXIF has it, cleaned."""
        return clean(self.exif.find(MODEL))

    @cached_property
    def software(self) -> str:
        """Return what EXIF calls Software, cleaned."""
        return clean(self.exif.find(SOFTWARE))

    @cached_property
    def note(self) -> MakerNote | None:
        """Return what the maker note says, None where there is none."""
        tag = self.exif.tags.get((EXIF, MAKER_NOTE))
        if tag is None or self.part is None:
            return None
        if not self.part.as_stored:
            return MakerNote()
        return read_note(self.exif, self.part.value, self.part.offset, tag)

    @cached_property
    def xmp(self) -> tuple[tuple[Part, Xmp], ...]:
        """Return the XMP packets."""
        return tuple((part, read_xmp(part.value)) for part in self.metadata.of("xmp")[:4])

    @cached_property
    def structure(self) -> JpegStructure | None:
        """Return how a JPEG was encoded, None of anything else."""
        if self.metadata.container != "jpeg":
            return None
        return read_structure(self.content.data)

    @cached_property
    def times(self) -> dict[str, Time]:
        """Return the times that EXIF has."""
        return read_times(self.exif)

    def first(self, *names: tuple[str, str]) -> str:
        """Return the first text that an XMP packet has under one of the names."""
        for _, packet in self.xmp:
            for name in names:
                if text := clean(packet.first(*name)):
                    return text
        return ""

    @cached_property
    def programs(self) -> tuple[Said, ...]:
        """Return every text that names what wrote the file."""
        return tuple(said for said in self._programs() if said.text)

    def _programs(self) -> Iterator[Said]:
        for number, where in _PROGRAMS:
            tag = self.exif.tags.get((IFD0, number))
            if tag is not None:
                yield Said(where, clean(tag.value), tag.offset, tag.length)
        for part, packet in self.xmp:
            for space, name in ((XMP, "CreatorTool"), (TIFF, "Software")):
                for text in packet.all(space, name)[:4]:
                    yield Said(f"XMP {name}", clean(text), part.offset, part.length)
        yield from self._texts()

    def _texts(self) -> Iterator[Said]:
        for part in self.metadata.of("iptc")[:4]:
            for text in read_iptc(part.value).texts(*_IPTC_PROGRAM)[:1]:
                yield Said("IPTC program", clean(text), part.offset, part.length)
        for part in (*self.metadata.of("text"), *self.metadata.of("comment")[:4]):
            if part.kind == "comment" or part.key == "Software":
                where = COMMENT if part.kind == "comment" else "PNG Software"
                text = part.value[:400].decode("utf-8", "replace")
                yield Said(where, clean(text), part.offset, part.length)

    def extent(self, offset: int, length: int) -> dict[str, Any]:
        """Return a stretch of the file with its digest."""
        if offset == 0 and length == len(self.content.data):
            return evidence.extent(0, length, self.content.sha256)
        data = memoryview(self.content.data)[offset : offset + length]
        return evidence.extent(offset, length, hashlib.sha256(data).hexdigest())

    @cached_property
    def block(self) -> list[dict[str, Any]]:
        """Return the stretch in which the EXIF block lies, none where there is no block."""
        return [self.extent(self.part.offset, self.part.length)] if self.part else []


def clean(value: Any, most: int = 120) -> str:
    """Return a text as one printable line of at most so many characters; "" for anything else."""
    if not isinstance(value, str):
        return ""
    text = value.strip(" \0\t\r\n")[:most]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text.strip()


def number(value: Any) -> float | None:
    """Return a finite number rounded to 9 digits, None for anything else."""
    if isinstance(value, tuple) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(float(value), 9)
