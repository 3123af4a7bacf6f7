"""Reads VICS lists (Project VIC's Video Image Classification Standard), 1.0 to 2.0.

The standard is not public. What is read here follows lists and programs that are; it is tolerant
of every order of members and of every type a value has been seen with, and certified by nobody.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from fanal.formats.digests import category_text, entry, flag, kind_named, unreadable_flag
from fanal.formats.json_rows import Found, JsonScanner, Shape, objects, outline
from fanal.formats.streams import head_of, open_list, tail_of, until_cut
from fanal.model.known import KnownHash, Refused

HEADERS = ("odata.metadata", "@odata.context")
"""Members that hold the header: of 1.x and of 2.0."""
SHAPE = Shape(holders=("value", "Media"), dropped=("Miniature",))
"""`#Cases` lists hold Media in cases. Miniature is a picture: nothing here may keep one."""
MEDIA_KEYS = frozenset({"MD5", "MediaID", "MediaFiles", "Media", "CaseID", "odata.id"})
"""Members by which a list shows itself whose header comes last."""
CASE_KEYS = frozenset({"CaseID", "CaseNumber", "Media", "value", *HEADERS})
"""Members of what holds Media; without an MD5 beside them there is no row to refuse."""
SERIES_NAMES = ("Name", "SeriesName", "Series", "Title")
"""Where a series given as an object has its name."""
EDGE = 1 << 16
"""Bytes at either end of a list in which the header is looked for."""
REPORTED = frozenset({"MediaFiles", "MediaMetadata", "Exifs", "AlternativeHashes", "PhotoDNA"})
"""Members that a reason may name; others are `other`, as a list could make up a million names."""
_HEADER = re.compile(rb'(?<!\\)"(?:odata\.metadata|@odata\.context)"\s*:\s*"([^"\\]{1,1000})"')


class VicsReader:
    """Lists of police and hotlines, and NIST's NSRL lists in the same shape."""

    name: ClassVar[str] = "vics"
    example: ClassVar[bytes] = json.dumps(
        {
            "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/"
            "Default/$metadata#Media",
            "value": [
                {
                    "MediaID": 1,
                    "Category": 0,
                    "MD5": "900150983CD24FB0D6963F7D28E17F72",
                    "SHA1": "A9993E364706816ABA3E25717850C26C9CD0D89D",
                    "VictimIdentified": False,
                    "Series": "zz-test-series",
                    "MediaFiles": [{"FileName": "zz-test-0001.txt", "FilePath": "zz-test"}],
                },
                {"MediaID": 2, "Category": 5, "MD5": "900150983CD24FB0"},
            ],
        }
    ).encode()

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by the header, or by the members of the rows where the header comes later."""
        del file_name
        shown = outline(head)
        for name in HEADERS:
            said = shown.top.get(name, "").lower()
            if "projectvic" in said or said.endswith(("#media", "#cases")):
                return True
        return "value" in shown.top and bool(shown.rows & MEDIA_KEYS)

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each Media record, of all cases in the list."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return the header, wherever it stands, from the two ends of the file."""
        shown = outline(head_of(path, EDGE)).top
        for name in HEADERS:
            if shown.get(name):
                return shown[name]
        at_end = _HEADER.findall(tail_of(path, EDGE))
        return at_end[-1].decode("utf-8", "replace") if at_end else ""


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    number = 0
    with open_list(path) as stream:
        scanner = JsonScanner(stream)
        while scanner.peek():
            for found in objects(scanner, SHAPE):
                number += 1
                yield from _entry(number, found)


def _entry(number: int, found: Found) -> Iterator[KnownHash | Refused]:
    row = found.row
    if row is None:
        yield Refused(number, "not an object")
        return
    given = [(kind, row.pop(name, None)) for kind, name in (("md5", "MD5"), ("sha1", "SHA1"))]
    given += _alternative(row.get("AlternativeHashes"))
    given.append(("sha256", row.pop("SHA256", None)))
    if all(value is None for _, value in given) and not CASE_KEYS.isdisjoint(row):
        return
    said = row.get("VictimIdentified")
    victim = flag(said)
    if victim is not None:
        del row["VictimIdentified"]
    series = series_text(row.get("Series"))
    if isinstance(row.get("Series"), str):
        del row["Series"]
    yield from entry(
        number,
        given,
        victim_identified=victim,
        category=category_text(row.pop("Category", None)),
        series=series,
        fields=row,
    )
    yield from unreadable_flag(number, "VictimIdentified", said)
    for name in found.cut:
        yield Refused(number, f"field not kept: {name if name in REPORTED else 'other'}")


def _alternative(hashes: Any) -> list[tuple[str, Any]]:
    """Return the alternative hashes that are ours; PhotoDNA stays a field, never interpreted."""
    return [
        (kind, each.get("HashValue"))
        for each in (hashes if isinstance(hashes, list) else ())
        if isinstance(each, dict) and (kind := kind_named(each.get("HashName")))
    ]


def series_text(value: Any) -> str:
    """Return the name of a series given as text, as an object with a name, or as several."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        named = (value[name] for name in SERIES_NAMES if isinstance(value.get(name), str))
        return next(named, json.dumps(value, sort_keys=True)[:1000])
    if isinstance(value, list):
        return "; ".join(filter(None, (series_text(each) for each in value)))[:1000]
    return "" if value is None else str(value)
