"""States what EXIF, XMP and the maker note say of camera, lens, time and place, as plain values."""

from typing import Any

from fanal.analyzers.camera_look import ARTIST, Look, clean, number
from fanal.analyzers.camera_programs import is_generator_text, is_scanner
from fanal.content import xmp
from fanal.content.exif import EXIF, GPS, IFD0
from fanal.model import evidence

_AUX = "http://ns.adobe.com/exif/1.0/aux/"
_EXIF_EX = "http://cipa.jp/exif/1.0/"
_TEXTS = {
    "serial": (EXIF, 0xA431),
    "lens_make": (EXIF, 0xA433),
    "lens": (EXIF, 0xA434),
    "lens_serial": (EXIF, 0xA435),
    "image_unique_id": (EXIF, 0xA420),
    "host": (IFD0, 0x013C),
    "dng_serial": (IFD0, 0xC62F),
}
"""Name → tag of a text (CIPA DC-008; DNG 1.7 for CameraSerialNumber)."""
_NUMBERS = {
    "orientation": (IFD0, 0x0112),
    "exposure_time": (EXIF, 0x829A),
    "f_number": (EXIF, 0x829D),
    "iso": (EXIF, 0x8827),
    "focal_length": (EXIF, 0x920A),
    "focal_length_35mm": (EXIF, 0xA405),
    "claimed_width": (EXIF, 0xA002),
    "claimed_height": (EXIF, 0xA003),
}
_WORDS = {"owner": (EXIF, 0xA430), "artist": (IFD0, ARTIST), "copyright": (IFD0, 0x8298)}
"""Who: kept, and shown only where asked for."""
DOUBTS = (
    "an EXIF block can be copied from another file, or written, with one command",
    "a camera's clock is right only where somebody set it",
)


def names_a_camera(look: Look) -> bool:
    """Tell whether Make and Model are such as a camera writes: no scanner, no generator's text."""
    if not look.make and not look.model:
        return False
    if is_scanner(look.model) or any(is_generator_text(t) for t in (look.make, look.model)):
        return False
    return not any(mark in look.make + look.model for mark in "{}[]<>")


def written_by_a_generator(look: Look) -> str:
    """Return the name of a field that holds a generator's text, "" where none does."""
    fields = {
        "Make": look.make,
        "Model": look.model,
        "Software": look.software,
        "Artist": clean(look.exif.find(ARTIST)),
        "MakerNote": _start_of_note(look),
    }
    return next((name for name, text in fields.items() if is_generator_text(text)), "")


def _start_of_note(look: Look) -> str:
    for directory in (EXIF, IFD0):
        note = look.exif.get(directory, 0x927C)
        if isinstance(note, str):
            return clean(note)
        if isinstance(note, bytes) and note[:24].rstrip(b"\0").isascii():
            return clean(note[:64].partition(b"\0")[0].decode("latin-1"))
    return ""


def facts_of(look: Look) -> dict[str, Any]:
    """Return what is said of the camera, under the names that findings use."""
    facts: dict[str, Any] = {"make": look.make, "model": look.model, "software": look.software}
    for name, key in _TEXTS.items():
        facts[name] = clean(look.exif.get(*key))
    for name, key in _NUMBERS.items():
        facts[name] = number(look.exif.get(*key))
    facts |= {name: str(time) for name, time in look.times.items() if name != "gps"}
    facts["gps"] = _place(look)
    facts |= _of_note(look, facts)
    facts |= _of_xmp(look, facts)
    words = {name: clean(look.exif.get(*key)) for name, key in _WORDS.items()}
    if look.note is not None and look.note.facts.get("owner"):
        words.setdefault("owner", "")
        words["owner"] = words["owner"] or str(look.note.facts["owner"])
    facts[evidence.SENSITIVE] = {name: text for name, text in words.items() if text}
    return {name: value for name, value in facts.items() if value not in ("", None, {}, [])}


def _of_note(look: Look, facts: dict[str, Any]) -> dict[str, Any]:
    note = look.note
    if note is None:
        return {}
    found: dict[str, Any] = {
        name: value for name, value in note.facts.items() if name != "owner" and not facts.get(name)
    }
    found["maker_note"] = {"maker": note.maker, "entries": note.entries}
    if found.get("serial"):
        found["serial_from"] = "maker note"
    return found


def _of_xmp(look: Look, facts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "document_id": look.first((xmp.XMP_MM, "DocumentID")),
        "original_document_id": look.first((xmp.XMP_MM, "OriginalDocumentID")),
        "instance_id": look.first((xmp.XMP_MM, "InstanceID")),
    }
    if not facts.get("serial"):
        found["serial"] = facts.get("dng_serial") or look.first(
            (_EXIF_EX, "BodySerialNumber"), (_AUX, "SerialNumber")
        )
        if found["serial"]:
            found["serial_from"] = "DNG" if facts.get("dng_serial") else "XMP"
    if not facts.get("lens_serial"):
        found["lens_serial"] = look.first(
            (_EXIF_EX, "LensSerialNumber"), (_AUX, "LensSerialNumber")
        )
    return found


def _place(look: Look) -> dict[str, Any]:
    """Return latitude and longitude in degrees, altitude in metres, and the time of the fix."""
    exif = look.exif
    latitude = _degrees(exif.get(GPS, 2), exif.get(GPS, 1), 90.0)
    longitude = _degrees(exif.get(GPS, 4), exif.get(GPS, 3), 180.0)
    if latitude is None or longitude is None:
        return {}
    place: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    altitude = number(exif.get(GPS, 6))
    if altitude is not None:
        below = exif.get(GPS, 5) == b"\1"
        place["altitude"] = -altitude if below else altitude
    fix = look.times.get("gps")
    if fix is not None:
        place["time"] = str(fix)
    return place


def _degrees(parts: Any, half: Any, most: float) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3 or not isinstance(half, str):
        return None
    numbers = [number(each) for each in parts]
    letter = half.strip().upper()[:1]
    degrees, minutes, seconds = numbers
    if degrees is None or minutes is None or letter not in {"N", "S", "E", "W"}:
        return None
    value = degrees + minutes / 60 + (seconds or 0.0) / 3600
    if not 0 <= value <= most:
        return None
    return round(-value if letter in {"S", "W"} else value, 7)


def sentence(facts: dict[str, Any]) -> str:
    """Return one sentence of at most 200 characters on the camera, the serial number, the time."""
    make, model = facts.get("make", "")[:40], facts.get("model", "")[:40]
    first = make.split(" ")[0].lower()
    name = model if first and model.lower().startswith(first) else f"{make} {model}".strip()
    said = f"EXIF names the camera {name}"
    if serial := facts.get("serial") or facts.get("internal_serial"):
        said += f", serial number {str(serial)[:32]}"
    if taken := facts.get("taken"):
        said += f", taken {taken[:32]}"
    if facts.get("gps"):
        said += ", with a place"
    return said[:200]
