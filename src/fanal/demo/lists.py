"""Writes the demonstration's stand-in lists: digests of drawn pictures, and of nothing else."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from fanal.content.pdq import pdq_of_picture
from fanal.demo import draw
from fanal.demo.encode import encode
from fanal.demo.plan import Scene
from fanal.demo.variants import opened

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/$metadata#Media"
CATEGORY = 9
"""A number that no country's scale uses."""
STRANGERS = 10
"""Pictures on each list that nobody had."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a stand-in list."""

    md5: str
    sha1: str
    size: int
    pdq: str
    victim_identified: bool | None


def entry(data: bytes, known_by: str, *, victim_identified: bool | None) -> Listed:
    """Return what a list knows of a file: `digests and pdq`, `digests` or `pdq`."""
    digests, pdq = "digests" in known_by, "pdq" in known_by
    return Listed(
        hashlib.md5(data, usedforsecurity=False).hexdigest() if digests else "",
        hashlib.sha1(data, usedforsecurity=False).hexdigest() if digests else "",
        len(data) if digests else 0,
        pdq_of_picture(opened(data))[0].hex() if pdq else "",
        victim_identified,
    )


def entry_of_scene(scene: Scene, data: bytes) -> Listed:
    """Return what the scene's list knows of its original file."""
    return entry(data, scene.known_by, victim_identified=scene.victim_identified)


def strangers(seed: int, name: str) -> list[Listed]:
    """Return entries for drawn pictures that are nowhere in the evidence."""
    found = []
    for number in range(STRANGERS):
        random = Random(f"fanal demo {seed} stranger {name} {number}")
        data = encode(draw.scene(random, 320, 240), "jpeg", quality=85)
        found.append(entry(data, "digests and pdq", victim_identified=None))
    return found


def vics(entries: Sequence[Listed]) -> bytes:
    """Return the entries as a VICS 2.0 list of media."""
    media = []
    for number, listed in enumerate(entries):
        md5 = listed.md5.upper() or None
        other = [{"HashName": "PDQ", "HashValue": listed.pdq, "MD5": md5}] if listed.pdq else []
        media.append(
            {
                "MediaID": number + 1,
                "Category": CATEGORY,
                "MD5": md5,
                "SHA1": listed.sha1.upper() or None,
                "MediaSize": listed.size or None,
                "Series": f"zz-series-{number % 5}",
                "VictimIdentified": listed.victim_identified,
                "DateUpdated": "2025-06-01T00:00:00.000Z",
                "AlternativeHashes": other,
            }
        )
    document = {"@odata.context": CONTEXT, "value": media}
    return json.dumps(document, indent=1).encode() + b"\n"


def plain_csv(entries: Sequence[Listed], *, victims: bool) -> bytes:
    """Return the entries as a plain table, with a column about the victim or without."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["md5", "sha1", "pdq", *(["victim_identified"] if victims else [])])
    for listed in entries:
        said = ["" if listed.victim_identified is None else str(listed.victim_identified).lower()]
        writer.writerow([listed.md5, listed.sha1, listed.pdq, *(said if victims else [])])
    return out.getvalue().encode()
