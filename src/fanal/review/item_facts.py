"""Says in words what the public object of an item tells besides its origin: dates, size, device."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fanal.model import evidence

CLOCK = "EXIF, by the camera's own clock; anybody can write it"
_EXIF = (
    ("taken", "taken"),
    ("digitized", "digitized"),
    ("modified", "written by a program"),
)
_DAY = timedelta(days=1)
"""Zones of two clocks differ by less."""
MOST = 50
"""Places, and dates of places, that one page tells."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One date, what says so, and what speaks against it."""

    what: str
    when: str
    origin: str
    conflict: str = ""


def dates(facts: Mapping[str, Any]) -> list[Dated]:
    """Return every date that is told of an item, each with its origin and its conflicts."""
    camera = _data(facts, evidence.CAMERA)
    taken = _time(camera.get("taken"))
    found = []
    against = "; ".join(_conflicts(_data(facts, evidence.STRUCTURE)))
    for name, what in _EXIF:
        if isinstance(camera.get(name), str):
            found.append(Dated(what, camera[name], CLOCK, against if name == "taken" else ""))
    place = camera.get("gps")
    if isinstance(place, Mapping) and isinstance(place.get("time"), str):
        found.append(Dated("position fixed", place["time"], "EXIF, by satellites (UTC)"))
    signed = _data(facts, evidence.CREDENTIAL).get("time")
    if isinstance(signed, Mapping) and signed.get("signed_at"):
        told = f"content credential: {signed.get('state', 'not checked')}"
        found.append(Dated("signed", str(signed["signed_at"]), told))
    return found + list(_changed(facts["locations"], taken))


def _changed(locations: Sequence[Mapping[str, Any]], taken: datetime | None) -> Iterator[Dated]:
    for one in locations[:MOST]:
        if one["modified"]:
            when = _time(one["modified"])
            early = taken and when and when < taken - _DAY
            conflict = "before the picture was taken, as EXIF says" if early else ""
            origin = f"the place on exhibit {one['exhibit']}, by its file system or archive"
            yield Dated("last changed", str(one["modified"]), origin, conflict)


def _conflicts(structure: Mapping[str, Any]) -> Iterator[str]:
    for check in structure.get("checks", ()):
        told = check if isinstance(check, Mapping) else {}
        if told.get("outcome") == "differs" and "time" in str(told.get("name")):
            yield str(told.get("what"))


def _time(told: object) -> datetime | None:
    """Return an ISO 8601 time; one without a zone as if it were UTC; None for none."""
    if not isinstance(told, str) or len(told) > 40:
        return None
    try:
        time = datetime.fromisoformat(told)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _data(facts: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Return the data of the first finding of a kind; nothing where there is none."""
    found = facts["origin"]["findings"] if facts["origin"] else ()
    return next((one["data"] for one in found if one["kind"] == kind), {})


def device(facts: Mapping[str, Any]) -> str:
    """Return the device that the metadata name; "" for none."""
    told = _data(facts, evidence.CAMERA)
    return ", ".join(
        str(told[name]) if name != "serial" else f"serial number {told[name]}"
        for name in ("make", "model", "serial")
        if told.get(name)
    )


def position(facts: Mapping[str, Any]) -> str:
    """Return the position that the metadata name; "" for none."""
    place = _data(facts, evidence.CAMERA).get("gps")
    if not isinstance(place, Mapping) or "latitude" not in place or "longitude" not in place:
        return ""
    return f"{place['latitude']:.5f}, {place['longitude']:.5f}"


def known(matches: Sequence[Mapping[str, Any]] | None) -> str:
    """Say in words whether a list knows an item."""
    if matches is None:
        return "told once it is decided"
    exact = sorted({one["kind"] for one in matches if one["via"] != "pdq"})
    if exact:
        return f"known: on a list ({', '.join(exact)})"
    return "new: near a listed picture, on no list itself" if matches else "new: on no list"


def _number(value: object) -> str:
    """Return a number without zeros behind its point; anything else as it is."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def odd(text: str) -> int:
    """Return how many letters of a name cannot be seen, or turn the text around them."""
    return sum(not letter.isprintable() for letter in text)


def rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what two items are compared by: name and value, the names always the same."""
    camera = _data(facts, evidence.CAMERA)
    first = facts["locations"][0] if facts["locations"] else {}
    yield "kind of file", facts["media_type"]
    yield "bytes", f"{facts['size']:,}"
    yield "pixels", f"{facts['width']} × {facts['height']}" if facts["width"] else ""
    yield "known", known(facts["matches"])
    for name in ("make", "model", "serial", "lens", "lens_serial", "software"):
        yield name.replace("_", " "), str(camera.get(name, ""))
    for name in ("exposure_time", "f_number", "focal_length", "iso", "orientation"):
        yield name.replace("_", " "), _number(camera.get(name, ""))
    yield "position", position(facts)
    yield from ((f"{what}, EXIF", str(camera.get(name, ""))) for name, what in _EXIF)
    yield "last changed, first place", str(first.get("modified") or "")
    yield "exhibits", ", ".join(sorted({one["exhibit"] for one in facts["locations"]}))
    yield "name, first place", str(first.get("path", ""))
    yield "copies", f"{len(facts['locations']):,}"
    yield "series", (facts["series"] or {}).get("name", "")
    yield "SHA-256", facts["sha256"]
    yield "PDQ", facts["pdq"] or ""
