"""Finds what says of itself that a program edited it, or that it copies a screen or paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fanal.analyzers.camera_look import COMMENT, Look, Said, clean
from fanal.analyzers.camera_programs import (
    is_scan_program,
    is_scanner,
    is_screen_program,
)
from fanal.content import xmp
from fanal.content.exif import EXIF

SCREEN, SCAN, DRAWING = "screen capture", "scan", "drawing"
_SOURCES = {
    "screenCapture": SCREEN,
    "negativeFilm": SCAN,
    "positiveFilm": SCAN,
    "print": SCAN,
    "digitalArt": DRAWING,
    "digitalCreation": DRAWING,
}
"""IPTC digital source types (https://cv.iptc.org/newscodes/digitalsourcetype/) → what they are."""
_FILE_SOURCE = {b"\1": "a film scanner", b"\2": "a scanner of prints"}
"""EXIF FileSource (0xA300), CIPA DC-008 table 27."""
_KINDS = {
    "editor": "a program for editing pictures",
    "raw developer": "a program that develops raw pictures",
    "drawing program": "a program for drawing",
    "converter": "a program that writes pictures anew",
}
_MOST = 8


@dataclass(frozen=True, slots=True)
class Copied:
    """One thing that says so, with the stretch it stands in."""

    sort: str
    says: str
    data: dict[str, Any]
    offset: int
    length: int


def editors(look: Look) -> list[Copied]:
    """Return each program for editing that the file names, once."""
    found: dict[str, Copied] = {}
    for said in _agents(look):
        program = said.program
        if program is None or program.sort == "organiser" or program.name in found:
            continue
        says = f"{said.where} names {said.text[:60]}: {_KINDS[program.sort]}"
        data = {"program": program.name, "where": said.where, "text": said.text}
        found[program.name] = Copied(program.sort, says, data, said.offset, said.length)
        if len(found) == _MOST:
            break
    return list(found.values())


def _agents(look: Look) -> Iterator[Said]:
    yield from look.programs
    for part, packet in look.xmp:
        for text in packet.all(xmp.ST_EVT, "softwareAgent")[:64]:
            yield Said("XMP history", clean(text), part.offset, part.length)


def reproductions(look: Look) -> list[Copied]:
    """Return each thing by which the file says that it copies a screen or paper, or is drawn."""
    found = [*_by_source_type(look), *_by_comment(look), *_by_program(look), *_by_device(look)]
    first: dict[str, Copied] = {}
    for one in found:
        first.setdefault(one.says, one)
    return list(first.values())[:_MOST]


def _by_source_type(look: Look) -> Iterator[Copied]:
    for part, packet in look.xmp:
        for address in packet.all(xmp.IPTC_EXT, "DigitalSourceType")[:4]:
            name = address.rstrip("/").rpartition("/")[2]
            if name in _SOURCES:
                says = f"the IPTC digital source type in XMP is {name}"
                data = {"source_type": name, "where": "XMP DigitalSourceType"}
                yield Copied(_SOURCES[name], says, data, part.offset, part.length)


def _by_comment(look: Look) -> Iterator[Copied]:
    """Find the one word that phones and computers put where a comment goes."""
    for number, where in ((0x9286, "UserComment"), (0x010E, "ImageDescription")):
        tag = look.exif.tags.get((EXIF if number == 0x9286 else "0", number))
        if tag is not None and _word(tag.value) == "screenshot":
            data = {"where": f"EXIF {where}"}
            yield Copied(SCREEN, f"EXIF {where} says Screenshot", data, tag.offset, tag.length)
    for part, packet in look.xmp:
        if _word(packet.first(xmp.EXIF, "UserComment")) == "screenshot":
            data = {"where": "XMP UserComment"}
            yield Copied(SCREEN, "XMP UserComment says Screenshot", data, part.offset, part.length)


def _word(value: Any) -> str:
    """Return a comment in lower case; of bytes without the eight that name their coding."""
    if isinstance(value, bytes):
        if len(value) > 64:
            return ""
        value = value[8:].replace(b"\0", b"").decode("latin-1")
    return value.strip().lower() if isinstance(value, str) else ""


def _by_program(look: Look) -> Iterator[Copied]:
    for said in look.programs:
        if said.where == COMMENT:
            continue
        data = {"where": said.where, "text": said.text}
        if is_screen_program(said.text):
            says = f"{said.where} names {said.text[:60]}, which captures screens"
            yield Copied(SCREEN, says, data, said.offset, said.length)
        elif is_scan_program(said.text):
            says = f"{said.where} names {said.text[:60]}, which scans"
            yield Copied(SCAN, says, data, said.offset, said.length)


def _by_device(look: Look) -> Iterator[Copied]:
    if is_scanner(look.model):
        tag = look.exif.tags.get(("0", 0x0110)) or look.exif.tags.get((EXIF, 0x0110))
        if tag is not None:
            data = {"where": "EXIF Model", "text": look.model}
            says = f"EXIF Model names the scanner {look.model[:60]}"
            yield Copied(SCAN, says, data, tag.offset, tag.length)
    source = look.exif.tags.get((EXIF, 0xA300))
    if source is not None and isinstance(source.value, bytes) and source.value in _FILE_SOURCE:
        says = f"EXIF FileSource says that it comes from {_FILE_SOURCE[source.value]}"
        yield Copied(SCAN, says, {"where": "EXIF FileSource"}, source.offset, source.length)
