"""Counts what camera records and programs say of time, place and origin, for the overview."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from fanal.model import evidence
from fanal.pipeline.link_facts import data_of
from fanal.review.overview_facts import Found, Taken
from fanal.review.world import atlas
from fanal.series.bodies import Body, body_of
from fanal.series.places import place_of
from fanal.series.spelling import printable
from fanal.series.times import seconds
from fanal.stores.interface import CaseStore

DEVICES = 10
"""Cameras that are told one by one."""
PROGRAMS = 20
MOST_KEPT = 20_000
"""Cameras, and programs, that are kept apart while they are counted: a hostile case names a
million."""
KINDS: Mapping[str, str] = {
    evidence.CAMERA: "camera",
    evidence.EDITOR: "program for editing",
    evidence.RECORD: "generator",
    evidence.TAG: "generator",
    evidence.SIGNED: "generator",
    evidence.REPRODUCTION: "copy of a screen or paper",
}
NOT_POSSIBLE = "no position that can be one"
Months = Counter[int]


class _Cameras:
    """Pictures of each camera by month; those that there are too many of lie together."""

    def __init__(self) -> None:
        self.bodies: dict[Body, Months] = {}
        self.rest: Months = Counter()
        self.further = 0

    def add(self, record: Mapping[str, Any]) -> None:
        body = body_of(record)
        months = self.bodies.get(body)
        if months is None:
            if len(self.bodies) < MOST_KEPT:
                months = self.bodies.setdefault(body, Counter())
            else:
                months, self.further = self.rest, self.further + 1
        months[month_of(record.get("taken"))] += 1

    def told(self) -> tuple[tuple[Taken, ...], Taken, int]:
        """Return the cameras with most pictures, all others together, and how many these are."""
        of = sorted(self.bodies, key=lambda one: (-self.bodies[one].total(), _spelled(one)))
        rest = self.rest.copy()
        for body in of[DEVICES:]:
            rest.update(self.bodies[body])
        first = tuple(
            _taken(_spelled(body), self.bodies[body], own=bool(body.serial))
            for body in of[:DEVICES]
        )
        more = max(0, len(of) - DEVICES) + self.further
        return first, _taken("all further cameras", rest, own=False), more


UNDATED = -1


def month_of(taken: object) -> int:
    """Return 12 times the year and the month from 0 of a time that can be one; else `UNDATED`."""
    told = taken[:19] if isinstance(taken, str) else ""
    return int(told[:4]) * 12 + int(told[5:7]) - 1 if seconds(told) == seconds(told) else UNDATED


def _taken(device: str, months: Months, *, own: bool) -> Taken:
    dated = tuple(sorted((month, n) for month, n in months.items() if month != UNDATED))
    return Taken(device, own, dated, months[UNDATED])


def _spelled(body: Body) -> str:
    return f"{body.name}, serial number {printable(body.serial)}" if body.serial else body.name


def found(store: CaseStore) -> Found:
    """Walk over the findings once, content by content."""
    cameras, programs = _Cameras(), Counter[tuple[str, str]]()
    latitude, longitude = array("d"), array("d")
    impossible = dropped = 0
    for _, told in groupby(data_of(store, *KINDS), key=itemgetter(0)):
        records = list(told)
        record = next((data for _, kind, data in records if kind == evidence.CAMERA), None)
        if record is not None:
            cameras.add(record)
            if "gps" in record:
                place = place_of(record["gps"])
                impossible += place is None
                latitude.extend([place[0]] if place else ())
                longitude.extend([place[1]] if place else ())
        for named in set(_programs(records)):
            if named in programs or len(programs) < MOST_KEPT:
                programs[named] += 1
            else:
                dropped += 1
    first, others, more = cameras.told()
    most = sorted(programs.items(), key=lambda one: (-one[1], one[0]))
    countries, unassigned = _countries(latitude, longitude, impossible)
    return Found(
        first,
        others,
        more,
        tuple((kind, name, count) for (kind, name), count in most[:PROGRAMS]),
        max(0, len(most) - PROGRAMS) + dropped,
        countries,
        unassigned,
    )


def _programs(records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Iterator[tuple[str, str]]:
    for _, kind, data in records:
        name = data.get("software" if kind == evidence.CAMERA else "program") or data.get("tool")
        if isinstance(name, str) and name.strip():
            what = "software of a camera" if kind == evidence.CAMERA else KINDS[kind]
            yield what, printable(name.strip(), 60)


def _countries(
    latitude: Iterable[float], longitude: Iterable[float], impossible: int
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    placed, unassigned = atlas().counted(latitude, longitude)
    if impossible:
        unassigned[NOT_POSSIBLE] = impossible
    order = [sorted(one.items(), key=lambda row: (-row[1], row[0])) for one in (placed, unassigned)]
    return tuple(order[0]), tuple(order[1])
