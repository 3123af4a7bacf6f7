"""Checks whether the parts of a camera's file go together, one outcome and one reason each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fanal.analyzers.camera_facts import written_by_a_generator
from fanal.analyzers.camera_look import Look, number
from fanal.analyzers.camera_thumbnail import Compared, compare
from fanal.analyzers.camera_times import agree, agrees_with_gps
from fanal.content import xmp
from fanal.content.exif import EXIF
from fanal.content.image import Undecodable

AGREES, DIFFERS, ABSENT = "agrees", "differs", "absent"
NOTE, THUMBNAIL, SIZE = "maker note", "thumbnail", "pixel size"
NEEDED = (NOTE, THUMBNAIL, SIZE)
"""Checks that must agree, and none may differ, before the structure counts as intact."""
_FOREIGN = {
    "APP12 Ducky": "Photoshop's save for the web",
    "APP13 Photoshop 3.0": "Photoshop",
    "APP14 Adobe": "Adobe's JPEG library",
}
"""Segments that cameras do not write, and who does."""
DOUBTS = (
    "an EXIF block with its maker note can be copied onto another picture",
    "what cameras write differs with firmware and settings",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    outcome: str
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Every check of one file, and its thumbnail's size."""

    checks: tuple[Check, ...]
    thumbnail: Compared | None

    @property
    def intact(self) -> bool:
        """Tell whether the needed checks agree and none differs."""
        found = {check.name: check.outcome for check in self.checks}
        needed = all(found.get(name) == AGREES for name in NEEDED)
        return needed and DIFFERS not in found.values()


def check(look: Look) -> Checked:
    """Return every check of a content whose EXIF names a camera."""
    compared = _compared(look)
    if compared is None:
        thumbnail = Check(THUMBNAIL, ABSENT, "there is no thumbnail")
    else:
        thumbnail = Check(THUMBNAIL, compared.outcome, compared.what)
    checks = [
        Check(NOTE, *_note(look)),
        thumbnail,
        Check(SIZE, *_size(look)),
        Check("times", *agree(look.times)),
        Check("time of the position", *agrees_with_gps(look.times)),
        *(Check(name, *looked(look)) for name, looked in _CHECKS.items()),
    ]
    return Checked(tuple(checks), compared)


def _compared(look: Look) -> Compared | None:
    if not look.exif.thumbnail:
        return None
    try:
        frames = look.content.decoded.frames
    except Undecodable:
        frames = ()
    return compare(look.exif.thumbnail, frames[0] if frames else None)


def _note(look: Look) -> tuple[str, str]:
    note = look.note
    if note is None:
        return ABSENT, "there is no maker note"
    if not note.maker:
        return ABSENT, "the maker note is of a kind that is not read"
    if not note.of_its_maker:
        return DIFFERS, f"the maker note is {note.maker}'s, the Make is not"
    if not note.entries:
        return DIFFERS, f"the maker note begins as {note.maker}'s and cannot be read"
    if not note.readable:
        return DIFFERS, "the maker note's values do not lie where it says: it was moved"
    return AGREES, f"the maker note is {note.maker}'s and can be read"


def _size(look: Look) -> tuple[str, str]:
    width, height = (number(look.exif.get(EXIF, tag)) for tag in (0xA002, 0xA003))
    if not width or not height:
        return ABSENT, "EXIF states no size"
    real = _real_size(look)
    if real is None:
        return ABSENT, "the picture's own size is not known"
    said, is_ = f"{width:.0f} x {height:.0f}", f"{real[0]} x {real[1]}"
    if (width, height) == real:
        return AGREES, f"EXIF and picture have {said} pixels"
    if (height, width) == real:
        turned = look.metadata.container == "heif"  # decoded upright, stored as it was taken
        return (AGREES if turned else DIFFERS), f"EXIF has {said} pixels, the picture is turned"
    return DIFFERS, f"EXIF has {said} pixels, the picture {is_}"


def _real_size(look: Look) -> tuple[int, int] | None:
    if look.structure is not None and look.structure.width:
        return look.structure.width, look.structure.height
    try:
        decoded = look.content.decoded
    except Undecodable:
        return None
    return decoded.width, decoded.height


def _software(look: Look) -> tuple[str, str]:
    for said in look.programs:
        program = said.program
        if program is not None and program.sort == "organiser":
            return DIFFERS, f"{said.where} names a program that copies or describes pictures"
        if program is not None:
            return DIFFERS, f"{said.where} names a program for editing pictures"
    if not look.software:
        return ABSENT, "no program is named"
    return AGREES, "no program for editing is named"


def _history(look: Look) -> tuple[str, str]:
    for _, packet in look.xmp:
        steps = packet.all(xmp.ST_EVT, "action")
        if steps:
            return DIFFERS, f"XMP tells of {len(steps)} steps of editing"
        if packet.all(xmp.ST_REF, "documentID") or packet.first(xmp.XMP_MM, "DerivedFrom"):
            return DIFFERS, "XMP names a document that this one was made from"
    return ABSENT, "no history of editing"


def _markers(look: Look) -> tuple[str, str]:
    structure = look.structure
    if structure is None:
        return ABSENT, "not a JPEG"
    for marker in structure.markers:
        if marker in _FOREIGN:
            return DIFFERS, f"segment {marker} is written by {_FOREIGN[marker]}"
    if structure.progressive:
        return DIFFERS, "it is progressive, as cameras do not write"
    if "APP1 Exif" not in structure.markers:
        return ABSENT, "no EXIF segment"
    return AGREES, "no segment that cameras do not write"


def _text(look: Look) -> tuple[str, str]:
    if field := written_by_a_generator(look):
        return DIFFERS, f"{field} holds what a generator writes"
    return AGREES, "no text of a generator in Make, Model, Software, Artist and MakerNote"


_CHECKS: dict[str, Callable[[Look], tuple[str, str]]] = {
    "software": _software,
    "history": _history,
    "markers": _markers,
    "generator text": _text,
}


def encoder_facts(look: Look, checked: Checked) -> dict[str, Any]:
    """Return what a case learns of how a model writes its files."""
    structure = look.structure
    compared = checked.thumbnail
    facts: dict[str, Any] = {
        "make": look.make,
        "model": look.model,
        "thumbnail": [compared.width, compared.height] if compared else [],
    }
    if structure is None:
        real = _real_size(look) or (0, 0)
        return facts | {"width": real[0], "height": real[1]}
    return facts | {
        "width": structure.width,
        "height": structure.height,
        "tables": structure.digest[:32],
        "quality": structure.quality,
        "sampling": structure.sampling,
        "markers": list(structure.markers[:40]),
        "progressive": structure.progressive,
        "restart": structure.restart,
    }
