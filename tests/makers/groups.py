"""Builds cases of a few hundred contents that links hold together, without reading a file."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from fanal.model import evidence
from fanal.model.decision import IDENTIFIED, Decision
from fanal.model.finding import Finding, Picture
from fanal.model.item import Item, Place
from fanal.model.opinion import Opinion
from fanal.model.series import SAME_SESSION, Link, Member, Series
from fanal.pipeline.group import group
from fanal.pipeline.progress import Silent
from fanal.pipeline.said import Said
from makers.cases import opened

SAID = Said("they are one room", "Zoe", "zz-zoe")
FACTOR = 0x9E3779B97F4A7C15
"""Spreads numbers over digests, so that neighbours are not neighbours by digest."""


def sha(number: int) -> str:
    """The digest of the content of that number."""
    return f"{number * FACTOR % (1 << 64):016x}".ljust(64, "0")


def content(number: int, exhibit: str = "zz") -> list[Any]:
    """A picture, and where it lies."""
    digest, path = sha(number), b"zz/%d.jpg" % number
    return [
        Item(digest, digest[:40], digest[:32], 100 + number, "image/jpeg"),
        Place(exhibit, path, "", digest, path, "2025-01-01T00:00:00+00:00", "zz"),
        Picture(digest, 640, 480, 1),
    ]


def link(a: int, b: int, kind: str = SAME_SESSION, strength: int = 80, *, joins: bool = True):
    """A link between two contents."""
    one, other = sorted((sha(a), sha(b)))
    return Link(one, other, kind, "zz", strength, joins, f"zz {strength}")


def run(numbers: Iterable[int], **more: Any) -> list[Link]:
    """Links from each content to the next."""
    return [link(a, b, **more) for a, b in pairwise(numbers)]


def opinion(number: int, state: str, grade: str = "weak") -> Opinion:
    """Where a picture seems to come from."""
    code = {"camera": "C1", "generator": "G2"}[state]
    return Opinion(sha(number), state, grade, False, False, {code: grade})  # noqa: FBT003


def taken(number: int, when: str) -> Finding:
    """A camera's record with a time."""
    return Finding(sha(number), "camera", "1", evidence.CAMERA, "zz", data={"taken": when})


def decision(*numbers: int, name: str = "d-1", undoes: str = "") -> list[Decision]:
    """What somebody decided."""
    state = "" if undoes else IDENTIFIED
    when = "2026-03-01T10:00:00.000+00:00"
    return [
        Decision(name, sha(number), "Zoe", "zz-zoe", when, state, "seen", undoes)
        for number in numbers
    ]


def filled(folder: Path, count: int, *records: Iterable[Any], name: str = "folder") -> Any:
    """A store with so many contents on three exhibits, and more records."""
    store = opened(folder, name=name)
    with store.act("zz", "intake") as act:
        for number in range(count):
            act.put(content(number, f"zz-{number % 3}"))
        for group_ in records:
            act.put(group_)
    return store


def add(store: Any, records: Iterable[Any]) -> None:
    """Write further records."""
    with store.act("zz", "intake") as act:
        act.put(records)


def grouped(store: Any) -> dict[str, frozenset[int]]:
    """Bring the series up to date; return them by name, contents by their numbers."""
    group(store, "zz", Silent())
    return series_of(store)


def series_of(store: Any) -> dict[str, frozenset[int]]:
    """The series as they are written, contents by their numbers."""
    number = {sha(at): at for at in range(5000)}
    found: dict[str, set[int]] = {one.name: set() for one in store.find(Series)}
    for member in store.find(Member):
        found[member.series].add(number[member.sha256])
    for one in store.find(Series):
        assert one.size == len(found[one.name])
        assert number[one.representative] in found[one.name]
    return {name: frozenset(of) for name, of in found.items()}


def named(series: dict[str, frozenset[int]], contents: Sequence[int]) -> str:
    """The name of the series of exactly these contents."""
    (name,) = (name for name, of in series.items() if of == frozenset(contents))
    return name
