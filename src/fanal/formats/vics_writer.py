"""Writes what a case holds as VICS 2.0: facts and origin statements, never a picture."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, ClassVar

from fanal.formats.digests import plain_name
from fanal.formats.losses import LossCount
from fanal.model.package import Loss, Sighting

HEADER = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{profile}/$metadata#Cases"
"""The header of a VICS 2.0 list of cases; the receiver names the profile."""
PREFIX = "fanal:"
"""Property names of `MediaMetadata` that carry our statements: VICS has no field for origin."""
CASE_FIELDS = (
    *("CaseID", "CaseNumber", "ContactOrganization", "ContactName", "ContactPhone"),
    *("ContactEmail", "ContactTitle", "SeizureDate", "CaseMetadata"),
)
"""Fields of a case that the caller may give."""
OURS = frozenset(
    {"MediaID", "Category", "MD5", "SHA1", "SHA256", "MediaSize", "MimeType", "Series"}
    | {"VictimIdentified", "IsPrecategorized", "DateUpdated", "MediaFiles", "RelativeFilePath"}
    | {"AlternativeHashes", "MediaMetadata"}
)
"""Fields of an imported row that are stated anew and not written back."""
PICTURES = frozenset({"miniature", "thumbnail", "preview", "image", "imagedata", "mediadata"})
"""Fields that hold pictures, in whatever spelling; they are never written."""
VICTIM = {"identified": True, "known_unidentified": False}
"""Victim states that `VictimIdentified` can say; it has no word for the others."""
HOMELESS = {
    "width": "VICS has no field for the picture's size",
    "height": "VICS has no field for the picture's size",
    "pdq_quality": "VICS has no field for the quality of a hash",
    "matches": "VICS has no field for the lists that know an item, nor for a match's distance",
    "queue": "VICS has no field for the order in which people look",
    "problems": "VICS has no field for what could not be read",
}
"""Fields of ours that VICS has no home for."""


class VicsWriter:
    """One VICS 2.0 case that holds every item, for the profile that the receiver names."""

    name: ClassVar[str] = "vics"

    def __init__(
        self, profile: str, case: Mapping[str, Any], *, moment: datetime | None = None
    ) -> None:
        """Take the profile (`Default`, `US`, `UK` …), the fields of the case and the time it is."""
        self._header = HEADER.format(profile=profile)
        self._case = {name: case[name] for name in CASE_FIELDS if case.get(name) is not None}
        self._case.setdefault("CaseID", str(uuid.uuid4()))
        now = (moment or datetime.now(UTC)).astimezone(UTC)
        self._now = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def write(self, items: Iterable[Sighting], out: BinaryIO) -> tuple[Loss, ...]:
        """Write one Media for each MD5; what VICS cannot say is returned, never guessed."""
        lost = LossCount()
        number = 0
        case = _json(self._case | {"SourceApplicationName": "fanal"})
        out.write(b'{"@odata.context":' + _json(self._header) + b',"value":[')
        out.write(case[:-1] + b',"Media":[')
        for facts in _unique(items, lost):
            number += 1
            out.write((b",\n" if number > 1 else b"\n") + _json(self._media(number, facts, lost)))
        # The number is known only now; the order of members has no meaning in JSON.
        total = _json({"TotalMediaFiles": number, "TotalPrecategorized": 0})
        out.write(b"\n]," + total[1:] + b"]}\n")
        return lost.losses()

    def _media(self, number: int, facts: Mapping[str, Any], lost: LossCount) -> dict[str, Any]:
        """Return one Media record."""
        md5 = str(facts["md5"]).upper()
        imported = facts.get("vics")
        imported = imported if isinstance(imported, Mapping) else {}
        media = {
            "MediaID": number,
            # A category is a judgement under one country's law: it is never guessed.
            "Category": None,
            "MD5": md5,
            "SHA1": _upper(facts.get("sha1")),
            "MediaSize": facts.get("size"),
            "MimeType": facts.get("media_type"),
            "Series": _series(facts.get("series")),
            "VictimIdentified": VICTIM.get(str(facts.get("victim_state"))),
            "IsPrecategorized": False,
            "DateUpdated": self._now,
            "AlternativeHashes": _hashes(md5, facts, imported),
            "MediaFiles": [_file(md5, place) for place in facts.get("locations") or ()],
            "MediaMetadata": _statements(md5, facts, imported),
        }
        always = {"MediaID", "Category", "MD5", "MediaFiles"}
        media = {name: each for name, each in media.items() if name in always or each is not None}
        for name, value in imported.items():
            if name not in OURS and "odata." not in name and not _is_picture(name):
                media[name] = _without_pictures(value)
        _count(facts, imported, lost)
        return media


def _unique(items: Iterable[Sighting], lost: LossCount) -> Iterator[Mapping[str, Any]]:
    """Yield items of different MD5; a second content with the same one is counted, not merged."""
    # 16 and 32 bytes an item: the key of the format must be unique in the whole file.
    seen: dict[bytes, str] = {}
    for item in items:
        md5 = str(item.facts.get("md5") or "")
        try:
            key = bytes.fromhex(md5)
        except ValueError:
            key = b""
        sha256 = str(item.facts.get("sha256") or "")
        if len(key) != 16:
            lost.add("item", "not written: VICS knows an item by its MD5, and it has none")
        elif key not in seen:
            seen[key] = sha256
            yield item.facts
        elif seen[key] == sha256:
            lost.add("item", "not written: the same item was given twice")
        else:
            lost.add("item", "not written: another item with a different SHA-256 has the same MD5")


def _file(md5: str, place: Mapping[str, Any]) -> dict[str, Any]:
    """Return one place: directory and name, as NIST's lists divide them."""
    folder, slash, name = str(place.get("path") or "").rpartition("/")
    file = {
        "MD5": md5,
        "FileName": name,
        "FilePath": folder or slash,
        "Written": place.get("modified"),
        "SourceID": place.get("exhibit"),
    }
    return {key: value for key, value in file.items() if value is not None}


def _hashes(
    md5: str, facts: Mapping[str, Any], imported: Mapping[str, Any]
) -> list[dict[str, Any]] | None:
    """Return SHA-256 and PDQ, which have no field of their own, then the others imported."""
    hashes: list[dict[str, Any]] = [
        {"HashName": label, "HashValue": str(facts[name]), "MD5": md5}
        for label, name in (("SHA256", "sha256"), ("PDQ", "pdq"))
        if facts.get(name)
    ]
    stated = {plain_name(each["HashName"]) for each in hashes}
    hashes += [
        each
        for each in _records(imported.get("AlternativeHashes"))
        if plain_name(str(each.get("HashName"))) not in stated
    ]
    return hashes or None


def _statements(
    md5: str, facts: Mapping[str, Any], imported: Mapping[str, Any]
) -> list[dict[str, Any]] | None:
    """Return what was found about origin and victim under our prefix, then what was imported."""
    origin = facts.get("origin") or {}
    said = [
        ("origin_state", origin.get("state")),
        ("victim_state", facts.get("victim_state")),
        *(
            ("finding", f"{finding.get('analyzer')} {finding.get('version')}: {finding['says']}")
            for finding in _records(origin.get("findings"))
            if finding.get("says")
        ),
    ]
    statements: list[dict[str, Any]] = [
        {"MD5": md5, "PropertyName": PREFIX + name, "PropertyValue": str(value)}
        for name, value in said
        if value is not None
    ]
    # A statement under our prefix that came in with a list was not made by this case.
    statements += [
        each
        for each in _records(imported.get("MediaMetadata"))
        if not str(each.get("PropertyName")).lower().startswith(PREFIX)
    ]
    return statements or None


def _count(facts: Mapping[str, Any], imported: Mapping[str, Any], lost: LossCount) -> None:
    """Count the fields of one item that have no home."""
    for name, note in HOMELESS.items():
        if facts.get(name) not in (None, [], {}, ()):
            lost.add(name, note)
    findings = list(_records((facts.get("origin") or {}).get("findings")))
    if any(finding.get("log10_lr") is not None for finding in findings):
        lost.add("origin.findings.log10_lr", "VICS has no field for the strength of evidence")
    if any(place.get("path_hex") for place in _records(facts.get("locations"))):
        lost.add("locations.path_hex", "a name is not UTF-8; its exact bytes have no home")
    state = facts.get("victim_state")
    if state is not None and state not in VICTIM:
        lost.add("victim_state", "VictimIdentified cannot say it; it stands in MediaMetadata only")
    if imported.get("MediaFiles"):
        lost.add("vics.MediaFiles", "places named by the imported list belong to another case")
    if any(_is_picture(name) for name in imported):
        lost.add("vics.Miniature", "pictures are never written")


def _records(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list, whatever else it holds."""
    for each in value if isinstance(value, (list, tuple)) else ():
        if isinstance(each, Mapping):
            yield {name: _without_pictures(part) for name, part in each.items()}


def _is_picture(name: object) -> bool:
    return plain_name(str(name)) in PICTURES


def _without_pictures(value: Any) -> Any:
    """Return an imported value without any picture in it."""
    if isinstance(value, Mapping):
        return {n: _without_pictures(v) for n, v in value.items() if not _is_picture(n)}
    if isinstance(value, (list, tuple)):
        return [_without_pictures(each) for each in value]
    return value


def _series(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _upper(value: Any) -> str | None:
    return str(value).upper() if value else None


def _json(value: Any) -> bytes:
    """Return compact JSON; text that is no UTF-8 shows a replacement character."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
