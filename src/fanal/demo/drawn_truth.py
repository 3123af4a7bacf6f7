"""Says which contents of a drawn operation truly belong together, the story's and all others."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fanal.demo.cast import HARMLESS
from fanal.demo.drawn_story import File
from fanal.demo.plan import Plan, Scene
from fanal.demo.series_truth import TrueSeries
from fanal.demo.truth import Placed, Spot

STORY = "story"
"""What the truth's file calls a place of the story."""


def placed(spot: Spot, file: File) -> Placed:
    """Return what lies at a place of the story."""
    piece, series = file.piece, file.piece.series
    said = {"series": series.id, "way": series.way, "kind": series.kind}
    name = f"{series.id}-{piece.number}" if series.apart else series.id
    return Placed(
        spot,
        hashlib.sha256(file.data).hexdigest(),
        len(file.data),
        STORY,
        None,
        file.demand,
        series.listed,
        series.victim_identified,
        {**said, "name": name, "planted": series.planted, "note": series.note},
    )


def truth_of(plan: Plan, places: Iterable[Placed]) -> list[TrueSeries]:
    """Return every true series; each content stands in the first that has it."""
    named: dict[str, dict[str, set[str]]] = {}
    about: dict[str, tuple[str, bool, str, str]] = {}
    taken: dict[str, str] = {}
    for place in places:
        if not place.sha256:
            continue
        name = _name(place)
        name = taken.setdefault(place.sha256, name)
        about.setdefault(name, _about(plan, place))
        named.setdefault(name, {}).setdefault(place.sha256, set()).add(place.spot.exhibit)
    return [
        TrueSeries(
            name, kind, planted, way, tuple(held), tuple(sorted(set().union(*held.values()))), note
        )
        for name, held in named.items()
        for kind, planted, way, note in (about[name],)
    ]


def _name(place: Placed) -> str:
    if place.what == STORY:
        return str(place.parameters["name"])
    if place.scene is not None:
        return f"zz-scene-{place.scene:04d}"
    return f"zz-file-{place.sha256[:16]}"


def _about(plan: Plan, place: Placed) -> tuple[str, bool, str, str]:
    """Return kind, whether it is planted, way and note of the series of a place."""
    if place.what == STORY:
        told = place.parameters
        return told["kind"], told["planted"], told["way"], told["note"]
    if place.scene is None:
        return "clutter", False, place.what, ""
    return _of_scene(plan.scenes[place.scene]), False, "scene", "a scene and what was made of it"


def _of_scene(scene: Scene) -> str:
    if not scene.listed or scene.listed == HARMLESS:
        return "clutter"
    return "identified" if scene.victim_identified else "known"


def counted(true: Sequence[TrueSeries]) -> Mapping[str, Any]:
    """Return how many series and contents there are of each kind, and of each planted way."""
    series: Counter[str] = Counter()
    contents: Counter[str] = Counter()
    for one in true:
        for name in (one.kind, *(("planted", f"planted {one.way}") if one.planted else ())):
            series[name] += 1
            contents[name] += len(one.contents)
    return {"series": dict(sorted(series.items())), "contents": dict(sorted(contents.items()))}
