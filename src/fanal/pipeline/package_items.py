"""Writes what a package says of contents: their digests and origin, in lists of two audiences.

Only contents that the leads' deeds name are written, and of each only what tells it and its
origin: no places, since copies lie on other people's devices too, and nobody's words.
"""

import io
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fanal.formats import lead_json
from fanal.formats.vics_writer import VicsWriter
from fanal.model.package import Loss, Sighting
from fanal.pipeline import facts
from fanal.pipeline.pollution import REAL_VICTIMS, Guard
from fanal.stores.interface import CaseStore

TOLD = (
    *("sha256", "sha1", "md5", "size", "media_type", "width", "height", "pdq", "pdq_quality"),
    "victim_state",
)
"""Of the public object of an item; the rest is dropped."""
PROFILE = "Default"
FILES = {True: "vics/real-victims.json", False: "vics/analysis-only.json"}
"""Fit for lists of real victims → the file."""
CUT = Loss(
    "locations, findings, matches, decisions",
    0,
    "copies may lie on other people's devices: a package tells a content, not where it lies",
)


def items(store: CaseStore, documents: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the contents that deeds name, by SHA-256, and whether each is fit for lists."""
    wanted = sorted({sha256 for one in documents for sha256 in lead_json.contents(one)})
    guard = Guard(store, REAL_VICTIMS)
    found = {}
    for one in facts.items(store, wanted) if wanted else ():
        found[one["sha256"]] = _cut(one) | {"fit": not guard.holds(one)}
    return found


def _cut(item: Mapping[str, Any]) -> dict[str, Any]:
    series = item.get("series") or {}
    origin = item["origin"]
    kept = ("state", "grade", "propositions", "real_child_possible")
    return {name: item[name] for name in TOLD} | {
        "series": series.get("name"),
        "origin": {name: origin[name] for name in kept},
    }


def vics(
    found: Mapping[str, Mapping[str, Any]], package: str, moment: datetime
) -> tuple[dict[str, bytes], tuple[Loss, ...]]:
    """Return both lists as VICS 2.0, and what it could not say."""
    files: dict[str, bytes] = {}
    losses: list[Loss] = [Loss(CUT.field, len(found), CUT.note)] if found else []
    for fit, name in FILES.items():
        chosen = [Sighting(dict(one)) for one in found.values() if one["fit"] is fit]
        if not chosen:
            continue
        case = {"CaseID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{package} {name}"))}
        case["CaseNumber"] = package
        out = io.BytesIO()
        losses += VicsWriter(PROFILE, case, moment=moment).write(chosen, out)
        files[name] = out.getvalue()
    held = sum(not one["fit"] for one in found.values())
    if held:
        note = f"not fit for lists of real victims: in {FILES[False]}, never to be sent on to such"
        losses.append(Loss("item", held, note))
    return files, tuple(losses)
