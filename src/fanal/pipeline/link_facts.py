"""Reads from a case what links are found by: columns side by side, JSON only where it is asked."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding, Picture
from fanal.model.item import Place
from fanal.model.series import SAME_PICTURE, Link
from fanal.origin.neighbours import shot_of
from fanal.series.arrivals import Arrivals
from fanal.series.bodies import Body, body_of, key_of, software_of
from fanal.series.counting import numbered
from fanal.series.folders import File, Folders
from fanal.series.places import place_of
from fanal.series.sessions import Sessions, Shot
from fanal.series.sides import CAMERA, GENERATOR, INPUT, NOTHING
from fanal.series.spelling import hashed
from fanal.series.times import by_own_clock, seconds
from fanal.series.together import Together
from fanal.stores.interface import CaseStore

Row = tuple[Any, ...]
Sides = Mapping[str, int]
"""Content → what its findings speak for, as `series.sides` counts it; absent where for nothing."""
Taken = Mapping[str, float]
"""Content → seconds by the clock of its camera."""
IN_ORDER = ("sha256", "exhibit", "path", "inside")
CAPTURES = ("camera_capture", "camera_ingredient")
"""Keys in the data of a content credential that speak for a camera."""


class Beside:
    """Rows in the order of their first column, taken group by group beside another stream."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take the rows."""
        self._groups = groupby(rows, key=itemgetter(0))
        self._head: tuple[str, list[Row]] = ("", [])

    def upto(self, sha256: str) -> list[Row]:
        """Return the rows of that content, dropping those of contents passed by."""
        while self._head[0] < sha256:
            group = next(self._groups, None)
            self._head = ("g", []) if group is None else (group[0], list(group[1]))
        return self._head[1] if self._head[0] == sha256 else []


def data_of(store: CaseStore, *kinds: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield content, kind and data of the findings of these kinds, by content."""
    order = ("sha256", "analyzer", "version", "kind", "says")
    columns = ("sha256", "kind", "data")
    for sha256, kind, data in store.columns(
        Finding, *columns, order=order, among={"kind": list(kinds)}
    ):
        yield sha256, kind, json.loads(data)


def places_of(store: CaseStore, *more: str) -> Iterator[Row]:
    """Yield content, exhibit, name and further columns of every place, by content."""
    return store.columns(Place, "sha256", "exhibit", "name", *more, order=IN_ORDER)


def path_of(name: bytes) -> str:
    """Return a name as found, with slashes."""
    return name.decode("utf-8", "replace").replace("\\", "/")


def cameras_of(store: CaseStore) -> Iterator[tuple[str, dict[str, Any], list[Row]]]:
    """Yield each content with a camera's record, the record, and its places."""
    places = Beside(places_of(store))
    for sha256, told in groupby(data_of(store, evidence.CAMERA), key=itemgetter(0)):
        yield sha256, next(told)[2], places.upto(sha256)


def sides_of(store: CaseStore) -> tuple[Sides, Taken]:
    """Return what the findings of each content speak for, and when it was taken.

    A camera comes first, then a picture that went in.
    """
    sides: dict[str, int] = {}
    taken: dict[str, float] = {}
    plain = {evidence.RECORD: GENERATOR, evidence.INPUT: INPUT}
    plain |= {evidence.STRUCTURE: CAMERA, evidence.NOISE: CAMERA}
    for kind, side in plain.items():
        for (sha256,) in store.columns(Finding, "sha256", kind=kind):
            sides[sha256] = side
    for sha256, _, data in data_of(store, evidence.CREDENTIAL):
        if any(data.get(key) for key in CAPTURES):
            sides[sha256] = CAMERA
    for sha256, _, record in data_of(store, evidence.CAMERA):
        sides[sha256] = _body(body_of(record), software_of(record))
        taken[sha256] = by_own_clock(record.get("taken"))
    return sides, taken


def _body(body: Body, software: str) -> int:
    """Return a number that stands for a camera wherever it is met, beyond those of sides."""
    return key_of(body, software, "") | 1 << 63


def sessions_of(store: CaseStore) -> Sessions:
    """Gather the pictures of every camera, those without serial numbers once an exhibit."""
    gathered = Sessions()
    for sha256, record, places in cameras_of(store):
        body, software = body_of(record), software_of(record)
        exhibits: dict[str, str] = {}
        for _, exhibit, name in places:
            exhibits.setdefault(exhibit, path_of(name))
        if body.serial:
            exhibits = dict([*exhibits.items()][:1])
        for exhibit, path in exhibits.items():
            gathered.add(_shot(sha256, record, (key_of(body, software, exhibit), path), body))
    return gathered


def _shot(sha256: str, record: Mapping[str, Any], at: tuple[int, str], body: Body) -> Shot:
    key, path = at
    counted = shot_of(sha256, record, path, "")
    return Shot(
        sha256,
        key,
        bool(body.serial),
        by_own_clock(record.get("taken")),
        hashed(counted.stream) if counted else 0,
        counted.number if counted else None,
        place_of(record.get("gps")),
    )


def runs_of(store: CaseStore, sides: Sides, taken: Taken) -> tuple[Folders, Arrivals, Together]:
    """Gather the pictures of every folder: whose names count, what came or was written together."""
    counting, coming, telling_little = Folders(), Arrivals(), Together()
    sizes = Beside(store.columns(Picture, "sha256", "width", "height", order=("sha256",)))
    shows = _shown(store)
    exhibits: dict[str, int] = {}
    for sha256, exhibit, name, modified in places_of(store, "modified"):
        size = sizes.upto(sha256)
        if not size:
            continue
        folder, _, last = path_of(name).rpartition("/")
        at = exhibits.setdefault(exhibit, hashed(exhibit)), hashed(exhibit, folder)
        side, written = sides.get(sha256, NOTHING), seconds(modified)
        shown = shows[sha256] if sha256 in shows else str(sha256)
        coming.add(sha256, at, written, (int(shown[:16], 16), side))
        if side in {NOTHING, CAMERA}:
            telling_little.add(sha256, at, written, size[0][1:])
        if counted := numbered(last):
            when = taken.get(sha256, math.nan)
            counting.add(File(sha256, at, counted, written, size[0][1:], side, when))
    return counting, coming, telling_little


def _shown(store: CaseStore) -> dict[str, str]:
    """Return of each content that shows the same as others one content that stands for them."""
    parents: dict[str, str] = {}

    def root(one: str) -> str:
        while (above := parents.setdefault(one, one)) != one:
            parents[one] = one = parents[above]
        return one

    for a, b in store.columns(Link, "a", "b", kind=SAME_PICTURE, joins=True):
        one, other = sorted((root(a), root(b)))
        parents[other] = one
    return {one: root(one) for one in parents}
