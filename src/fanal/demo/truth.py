"""Says of every place in the demonstration what lies there and what a triage must find out."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.demo.plan import Plan, Scene

STATES = {
    "exact": "a digest of the file is on the list",
    "near": "within the distance of a PDQ value on the list",
    "turned": "likewise, once rotated or mirrored",
    "maybe": "made from a listed picture or beside it, but a hash of the whole picture may miss it",
    "none": "on no list",
    "not decodable": "damaged: the account must name it, as failed or as read in part",
    "not followed": "a link: the account must name it",
}
"""The demanded states, one a place."""
NEAR = frozenset({"original", "copy", "re-encoding", "resize", "animation", "pages"})
TURNED = frozenset({"mirror", "rotation"})
MAYBE = frozenset({"crop", "screenshot"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something lies."""

    exhibit: str
    path: bytes
    inside: str = ""
    """Ordinals of archive members joined by `/`, as in `fanal.model.item.Entry`."""
    name: str = ""
    """Name of the archive member; "" for a file."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What lies at one place."""

    spot: Spot
    sha256: str
    """"" for a link."""
    size: int
    what: str
    scene: int | None
    demand: str
    list: str = ""
    victim_identified: bool | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the place as it stands in the truth's file."""
        return {
            "exhibit": self.spot.exhibit,
            "path": self.spot.path.hex(),
            "display": self.spot.path.decode("utf-8", "backslashreplace"),
            "inside": self.spot.inside,
            "name": self.spot.name,
            "sha256": self.sha256,
            "size": self.size,
            "what": self.what,
            "scene": self.scene,
            "demand": self.demand,
            "list": self.list,
            "via": {"exact": "exact", "near": "pdq", "turned": "pdq", "maybe": "pdq"}.get(
                self.demand, ""
            ),
            "victim_identified": self.victim_identified,
            "parameters": dict(self.parameters),
        }


def demand(what: str, scene: Scene | None) -> str:
    """Return what a triage must find out about a place."""
    if what in {"corrupt", "link"}:
        return "not decodable" if what == "corrupt" else "not followed"
    if scene is None or not scene.listed:
        return "none"
    if what in {"original", "copy"} and "digests" in scene.known_by:
        return "exact"
    if "pdq" not in scene.known_by:
        return "none"
    if what in TURNED:
        return "turned"
    return "maybe" if what in MAYBE else "near" if what in NEAR else "none"


def counts(places: Iterable[Placed]) -> dict[str, Any]:
    """Return how many places there are, of each sort, each demand and each list."""
    all_places = list(places)
    known = [place for place in all_places if place.list]
    return {
        "places": len(all_places),
        "contents": len({place.sha256 for place in all_places if place.sha256}),
        "exhibits": len({place.spot.exhibit for place in all_places}),
        "what": dict(sorted(Counter(place.what for place in all_places).items())),
        "demand": dict(sorted(Counter(place.demand for place in all_places).items())),
        "lists": dict(sorted(Counter(f"{place.list}: {place.demand}" for place in known).items())),
    }


def document(plan: Plan, size: int, places: Iterable[Placed], lists: Iterable[Any]) -> bytes:
    """Return the truth as JSON."""
    ordered = sorted(
        places,
        key=lambda place: (place.spot.exhibit, place.spot.path, _ordinals(place.spot.inside)),
    )
    scenes = [
        {
            "number": scene.number,
            "list": scene.listed,
            "known_by": scene.known_by,
            "victim_identified": scene.victim_identified,
        }
        for scene in plan.scenes
    ]
    whole = {
        "version": 1,
        "seed": plan.seed,
        "size": size,
        "states": STATES,
        "lists": list(lists),
        "counts": counts(ordered),
        "scenes": scenes,
        "places": [place.to_json() for place in ordered],
    }
    return json.dumps(whole, indent=1, ensure_ascii=True).encode() + b"\n"


def _ordinals(inside: str) -> tuple[int, ...]:
    return tuple(int(part) for part in inside.split("/") if part)
