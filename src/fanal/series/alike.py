"""Finds the pictures that show the same, whole or in part, by the local points they have in common.

Points that many pictures have, such as those of a logo or of a program's frame, count for little,
and what a picture is compared with is bounded, so that a flood of them costs no more than others.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fanal.content.keypoints import CODE_BYTES, Points, mirrored
from fanal.model.series import SAME_PICTURE, SAME_PLACE, Link
from fanal.series.agree import Agreement, compare

Array = NDArray[Any]
RADIUS = 15
"""Bits within which a point is sought in other pictures; up to 15 an index answers fastest."""
MOST_HITS = 64
"""Points that one is found at, at most: the nearest."""
VOTES, WEIGHT = 3, 1.5
"""Points that two pictures have in common before they are compared, and what these weigh."""
MOST_COMPARED = 24
"""Pictures that one is compared with at most, those with most in common first."""
FEW = 64
"""In a small case points weigh as though it held so many pictures."""
BLOCK = 1 << 15
"""Points sought together."""
PICTURE_INLIERS, PICTURE_SHARE, PICTURE_CELLS, PICTURE_SHOWN = 10, 0.6, 3, 0.5
"""The same picture: so many places agree, in this share of the parts that both show, which are so
many; and so much of the one is in the other."""
PICTURE_INSIDE = 0.5
"""This share of the parts that do not lie at the edge: else only a frame is the same."""
PICTURE_OFF = 0.3
"""Pixels by which the places of a copy lie beside the fit, in the median; those of another
photograph of the same thing lie farther: no two stand in quite the same spot."""
PLACE_INLIERS, PLACE_SHARE, PLACE_CELLS = 12, 0.25, 4
"""The same likewise for the same place."""
LARGEST = 16.0
"""Times that one picture is larger than the other, at most."""
FEATURES, BACKGROUND = "features", "background"


class Hits(Protocol):
    """The answer of an index: hits sorted by query, and how many each query has in truth."""

    @property
    def queries(self) -> Array:
        """The query of each hit."""
        ...

    @property
    def entries(self) -> Array:
        """The entry of each hit."""
        ...

    @property
    def counts(self) -> Array:
        """Hits of each query, those left out included."""
        ...


class Near(Protocol):
    """Finds the entries within a radius of codes; `matching.NearIndex.query` is one."""

    def __call__(self, codes: Array, radius: int, most: int) -> Hits:
        """Return the hits of each code, the nearest `most` at most."""
        ...


@dataclass(frozen=True, slots=True)
class Alike:
    """Why two pictures are said to show the same."""

    kind: str
    how: str
    strength: int
    says: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two pictures, by number, that have points in common."""

    a: int
    b: int
    mirror: bool
    weight: float


def all_codes(points: Iterable[Points]) -> Array:
    """Return the codes of all pictures in turn: what an index is to be built over."""
    rows = [each.codes for each in points]
    return np.concatenate(rows) if rows else np.empty((0, CODE_BYTES), np.uint8)


def links(features: Iterable[tuple[str, Points]], near: Near) -> Iterator[Link]:
    """Yield links that join the pictures of a case by what they show: a forest of each kind.

    The index is one over `all_codes` of these pictures in the same order. Same picture joins; same
    place is a proposal for people.
    """
    told = list(features)
    found = sorted(
        retrieve([points for _, points in told], near),
        key=lambda one: (-one.weight, *sorted((told[one.a][0], told[one.b][0])), one.mirror),
    )
    picture, place = _Groups(len(told)), _Groups(len(told))
    proposed: list[tuple[Candidate, Alike]] = []
    for one in found:
        if picture.same(one.a, one.b):
            continue
        alike = verify(told[one.a][1], told[one.b][1], mirror=one.mirror)
        if alike is None:
            continue
        if alike.kind == SAME_PLACE:
            proposed.append((one, alike))
        elif picture.join(one.a, one.b):
            place.join(one.a, one.b)
            yield _link(told[one.a][0], told[one.b][0], alike)
    for one, alike in sorted(proposed, key=lambda pair: -pair[1].strength):
        if place.join(one.a, one.b):
            yield _link(told[one.a][0], told[one.b][0], alike)


def _link(a: str, b: str, alike: Alike) -> Link:
    joins = alike.kind == SAME_PICTURE
    return Link(min(a, b), max(a, b), alike.kind, alike.how, alike.strength, joins, alike.says)


def retrieve(points: Sequence[Points], near: Near) -> Iterator[Candidate]:
    """Yield the pairs of pictures that have points in common, each once for each way round."""
    owner = np.repeat(np.arange(len(points)), [len(each) for each in points])
    usual = math.log(max(len(points), FEW))
    best: dict[tuple[int, int, bool], float] = {}
    for first, last in _blocks(points):
        codes, asked = all_codes(points[first:last]), owner[(owner >= first) & (owner < last)]
        if not len(codes):
            continue
        for mirror in (False, True):
            hits = near(mirrored(codes) if mirror else codes, RADIUS, MOST_HITS)
            weights = np.maximum(0.0, 1 - np.log(np.maximum(hits.counts, 1)) / usual)
            for one, other, weight in _voted(hits, asked, owner, weights):
                key = (min(one, other), max(one, other), mirror)
                best[key] = max(best.get(key, 0.0), weight)
    for (one, other, mirror), weight in best.items():
        yield Candidate(one, other, mirror, weight)


def _blocks(points: Sequence[Points]) -> Iterator[tuple[int, int]]:
    """Yield ranges of pictures with about so many points."""
    first = held = 0
    for number, each in enumerate(points):
        held += len(each)
        if held >= BLOCK:
            yield first, number + 1
            first, held = number + 1, 0
    yield first, len(points)


def _voted(
    hits: Hits, asked: Array, owner: Array, weights: Array
) -> Iterator[tuple[int, int, float]]:
    """Yield (picture asked about, another, weight of what they have in common)."""
    queries = hits.queries.astype(np.int64)
    other = owner[hits.entries]
    votes = np.unique(np.stack((queries, other), axis=1), axis=0)  # each point has one vote
    one = asked[votes[:, 0]]
    votes, one = votes[one != votes[:, 1]], one[one != votes[:, 1]]
    pairs, place, counts = np.unique(
        np.stack((one, votes[:, 1]), axis=1), axis=0, return_inverse=True, return_counts=True
    )
    weight = np.bincount(place.ravel(), weights[votes[:, 0]], minlength=len(pairs))
    good = np.flatnonzero((counts >= VOTES) & (weight >= WEIGHT))
    order = good[np.lexsort((pairs[good, 1], -weight[good], pairs[good, 0]))]
    starts = np.searchsorted(pairs[order, 0], pairs[order, 0])
    for at in order[np.arange(len(order)) - starts < MOST_COMPARED].tolist():
        yield int(pairs[at, 0]), int(pairs[at, 1]), float(weight[at])


def verify(a: Points, b: Points, *, mirror: bool = False) -> Alike | None:
    """Return why two pictures show the same picture or the same place, or None."""
    told = compare(a, b, mirror=mirror)
    if told is None or not 1 / LARGEST <= abs(told.fit.turn) <= LARGEST:
        return None
    share = told.agreeing / told.cells
    whole = max(told.shown) >= PICTURE_SHOWN
    if (
        whole
        and told.off <= PICTURE_OFF
        and told.inside >= PICTURE_INSIDE
        and told.inliers >= PICTURE_INLIERS
        and told.agreeing >= PICTURE_CELLS
        and share >= PICTURE_SHARE
    ):
        return Alike(SAME_PICTURE, FEATURES, _strength(told), _said(told))
    if told.inliers >= PLACE_INLIERS and told.agreeing >= PLACE_CELLS and share >= PLACE_SHARE:
        return Alike(SAME_PLACE, BACKGROUND, _strength(told), _said_of_place(told))
    return None


def _strength(told: Agreement) -> int:
    """Return 1 to 100: more for many places, spread over all that both show."""
    share = told.agreeing / told.cells
    return round(min(100.0, max(1.0, 100 * share * min(1.0, math.sqrt(told.inliers / 64)))))


def _said(told: Agreement) -> str:
    """Return the sentence for a person."""
    least, most = sorted(told.shown)
    if least >= 0.9:
        shows = "both show the whole of the same picture"
    elif most >= 0.9:
        shows = f"one shows {least:.0%} of the other"
    else:
        shows = f"they have {least:.0%} and {most:.0%} of their area in common"
    return f"{_agreed(told)}: {shows}"


def _said_of_place(told: Agreement) -> str:
    return (
        f"{_agreed(told)}, in {told.agreeing} of {told.cells} parts, the others differ: perhaps"
        " the same place or background, or a part that both contain"
    )


def _agreed(told: Agreement) -> str:
    # A mirror left to right is the one top to bottom, turned by half.
    turn = -told.fit.turn if told.fit.mirror else told.fit.turn
    scale, degrees = abs(turn), round(math.degrees(np.angle(turn)))
    how = f"scale {scale:.2f}, turned {abs(degrees)} degrees" + (", mirrored" * told.fit.mirror)
    return f"{told.inliers} of {told.points} points agree under one shift ({how})"


class _Groups:
    """Which pictures have been joined."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def _root(self, at: int) -> int:
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def same(self, a: int, b: int) -> bool:
        return self._root(a) == self._root(b)

    def join(self, a: int, b: int) -> bool:
        """Join two groups; tell whether they were apart."""
        one, other = sorted((self._root(a), self._root(b)))
        self._parent[other] = one
        return one != other
