"""Gathers what series are made of, and what is known of their contents, a million at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model import evidence
from fanal.model.finding import Finding, Picture
from fanal.model.item import Item, Place
from fanal.model.opinion import GRADES, STATES, Opinion
from fanal.model.series import LINK_KINDS, SAME_PICTURE, Link, Member, Series
from fanal.pipeline.order_facts import parts
from fanal.series.cluster import Links, forest, rooted
from fanal.series.representative import UNDATED, Standing
from fanal.series.times import by_own_clock, seconds
from fanal.stores.interface import CaseStore

Array = NDArray[Any]
KINDS = {kind: number for number, kind in enumerate(LINK_KINDS)}
NO_ORIGIN = frozenset({evidence.COMPARED, evidence.TRACE, evidence.DETECTOR})
"""Kinds of finding that tell of pixels only, or nothing of an origin."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a case, or some of them, by their numbers."""

    digests: Sequence[str]
    """In order."""
    number: Mapping[str, int]
    """SHA-256 → its place among them."""
    size: Array
    """Bytes of each."""
    among: Sequence[str] | None = None
    """The same where they are some of the case's; None where they are all."""

    @classmethod
    def of(cls, store: CaseStore, among: Iterable[str] | None = None) -> "Contents":
        """Read them, all or some."""
        chosen = None if among is None else sorted(among)
        every = store.columns(Item, "sha256", "size", order=("sha256",), among=_among(chosen))
        digests, sizes = [], []
        for sha256, size in every:
            digests.append(sha256)
            sizes.append(size)
        number = {sha256: at for at, sha256 in enumerate(digests)}
        return cls(digests, number, np.array(sizes, np.int64), chosen)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.digests)

    def at(self, digests: Sequence[str]) -> Array:
        """Return their numbers; -1 of what is not in the case."""
        missing = repeat(-1)
        return np.fromiter(map(self.number.get, digests, missing), np.int64, len(digests))

    def rows(
        self, store: CaseStore, records: type, *fields: str, kind: str = ""
    ) -> Iterator[tuple[Array, list[Any]]]:
        """Yield, part by part, the numbers of contents and further columns of their records."""
        among = _among(self.among, **({"kind": [kind]} if kind else {}))
        for of, *columns in parts(store.columns(records, "sha256", *fields, among=among)):
            at = self.at(of)
            kept = np.flatnonzero(at >= 0).tolist()
            told = (
                columns if len(kept) == len(at) else [[one[row] for row in kept] for one in columns]
            )
            yield at[kept], list(told)


def _among(chosen: Sequence[str] | None, **more: Sequence[str]) -> dict[str, Sequence[str]] | None:
    return ({"sha256": chosen} if chosen is not None else {}) | more or None


def links_of(store: CaseStore, contents: Contents) -> Links:
    """Return the links that may join contents of the case."""
    found: list[tuple[Array, ...]] = []
    columns = store.columns(Link, "a", "b", "strength", "kind", joins=True)
    for a, b, strength, kind in parts(columns):
        ends = contents.at(a), contents.at(b)
        good = (ends[0] >= 0) & (ends[1] >= 0) & (ends[0] != ends[1])
        told = np.array(strength, np.int64), np.array([KINDS[one] for one in kind], np.int64)
        found.append(tuple(column[good] for column in (*ends, *told)))
    if not found:
        return Links(*(np.zeros(0, np.int64) for _ in range(4)))
    return Links(*(np.concatenate(column) for column in zip(*found, strict=True)))


def before(store: CaseStore, contents: Contents) -> tuple[Array, list[Series]]:
    """Return the series that each content is in now, by its number, and all of them by name."""
    known = list(store.find(Series, order=("name",)))
    number = {one.name: at for at, one in enumerate(known)}
    series = np.full(contents.count, -1, np.int64)
    for at, (names,) in contents.rows(store, Member, "series"):
        series[at] = [number.get(name, -1) for name in names]
    return series, known


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of contents besides their links, and of the series that they are in."""

    standing: Standing
    taken: Array
    """When each was taken, by the clock of its camera, in seconds; NaN where nothing says so."""
    changed: Array
    """When its first copy was last changed."""
    exhibits: Array
    """On how many exhibits each series lies."""


def known_of(store: CaseStore, contents: Contents, series: Array, picture: Array) -> Known:
    """Return what is known of contents; `picture` is each one's group of near or equal pictures."""
    count = contents.count
    pixels = np.zeros(count, np.int64)
    for at, (width, height) in contents.rows(store, Picture, "width", "height"):
        pixels[at] = np.array(width, np.int64) * np.array(height, np.int64)
    state, camera = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    for at, (states, grades) in contents.rows(store, Opinion, "state", "propositions"):
        state[at] = [STATES.index(one) for one in states]
        camera[at] = [_camera(one) for one in grades]
    taken = _taken(store, contents)
    changed, exhibits = _places(store, contents, series)
    told = np.where(np.isnan(taken), changed, taken)
    time = np.full(count, UNDATED)
    dated = np.flatnonzero(~np.isnan(told))
    time[dated] = (told[dated] * 1000).astype(np.int64)
    kinds = _kinds(store, contents)
    standing = Standing(pixels > 0, camera, kinds, pixels, contents.size, time, picture, state)
    return Known(standing, taken, changed, exhibits)


@lru_cache(maxsize=4096)
def _camera(propositions: str) -> int:
    """Return how strongly something speaks for a camera."""
    grades = json.loads(propositions)
    return max(GRADES.index(grades.get(code, "none")) for code in ("C1", "C2"))


def _kinds(store: CaseStore, contents: Contents) -> Array:
    """Return how many kinds of finding tell of the origin of each content."""
    bit: dict[str, int] = {}
    seen = np.zeros(contents.count, np.uint64)
    for at, (kinds,) in contents.rows(store, Finding, "kind"):
        told = [
            0 if kind in NO_ORIGIN else 1 << (bit.setdefault(kind, len(bit)) % 64) for kind in kinds
        ]
        np.bitwise_or.at(seen, at, np.array(told, np.uint64))
    return np.bitwise_count(seen).astype(np.int64)


def _taken(store: CaseStore, contents: Contents) -> Array:
    taken = np.full(contents.count, np.nan)
    for at, (data,) in contents.rows(store, Finding, "data", kind=evidence.CAMERA):
        taken[at] = [by_own_clock(json.loads(one).get("taken")) for one in data]
    return taken


def _places(store: CaseStore, contents: Contents, series: Array) -> tuple[Array, Array]:
    """Return when the first copy of each content was changed, and the exhibits of each series."""
    changed = np.full(contents.count, np.nan)
    number: dict[str, int] = {}
    pairs: set[int] = set()
    for at, (modified, exhibits) in contents.rows(store, Place, "modified", "exhibit"):
        np.fmin.at(changed, at, np.array([_seconds(one) for one in modified]))
        told = np.array([number.setdefault(one, len(number)) for one in exhibits], np.int64)
        inside = series[at] >= 0
        pairs.update(np.unique((told[inside] << 40) | series[at][inside]).tolist())
    found = np.fromiter(pairs, np.int64, len(pairs)) & ((1 << 40) - 1)
    return changed, np.bincount(found, minlength=int(series.max(initial=-1)) + 1)


_seconds = lru_cache(maxsize=1 << 16)(seconds)


def pictures_of(links: Links, series: Array) -> Array:
    """Return the group of near or equal pictures of each content, as linked within its series."""
    same = (links.kind == KINDS[SAME_PICTURE]) & (series[links.a] == series[links.b])
    at = np.flatnonzero(same & (series[links.a] >= 0))
    firm = np.ones(len(at), dtype=np.bool_)
    return rooted(forest(len(series), links.a[at], links.b[at], firm)[0])
