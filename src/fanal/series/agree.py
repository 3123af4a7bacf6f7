"""Compares the local points of two pictures: how one lies in the other, and which parts agree.

Two points that are told alike give at once where, how large and how far turned one picture would
lie in the other; what most of the others agree with is believed (Lowe,
doi:10.1023/B:VISI.0000029664.99615.94, section 7). Every pair of points is tried, so there is no
chance in it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.content.keypoints import Points, mirrored

Array = NDArray[Any]
FARTHEST = 64
"""Bits by which two points that are told alike differ at most."""
CLEARLY = 0.9
"""The next best point elsewhere differs so much more: this share of its bits is over the best's."""
APART = 4.0
"""Pixels within which two points stand for one."""
TOLERANCE = 3.0
"""Pixels by which a point may lie beside where it should, in the larger of both pictures."""
COARSE = 12.0
"""The same while the fit is still being made."""
TURNED, SCALED = float(np.deg2rad(20)), 0.5
"""By how much a point's own direction and octave of size may differ from those of the whole."""
TRIED = 4
"""Guesses that are refined: those that most points agree with."""
LEAST = 8
"""Agreeing points below which two pictures have nothing in common."""
DENSE, MOST_CELLS = 5, 6
"""What both show is divided into so many columns and rows, at most, that a part holds so many
points of the picture with fewer."""
RATE, SEEN = 0.15, 2
"""A part agrees where this share of its points does; it counts where both have so many in it."""
EDGED = 4
"""Columns and rows from which on the outer ones are an edge."""
_SAMPLES = (np.arange(24) + 0.5) / 24


@dataclass(frozen=True, slots=True)
class Fit:
    """How a picture lies in another: z → turn * z + shift, of the mirrored one where told."""

    turn: complex
    shift: complex
    mirror: bool

    def __call__(self, places: Array) -> Array:
        """Return where places of the one lie in the other, as complex numbers."""
        return self.turn * (places.conj() if self.mirror else places) + self.shift

    @property
    def back(self) -> "Fit":
        """How the other lies in the one."""
        if self.mirror:
            turn = 1 / self.turn.conjugate()
            return Fit(turn, -turn * self.shift.conjugate(), mirror=True)
        return Fit(1 / self.turn, -self.shift / self.turn, mirror=False)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two pictures have in common."""

    fit: Fit
    inliers: int
    """Places that agree with the fit."""
    points: int
    """Points that the picture with fewer has in what both show."""
    shown: tuple[float, float]
    """Which share of each picture's area lies within the other."""
    off: float
    """Pixels by which they lie beside the fit, in the larger of both pictures: the median."""
    cells: int
    """Parts of what both show that agree or could."""
    agreeing: int
    """Those that do."""
    inside: float
    """The share that agree of the parts that do not lie at the edge of what both show."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Points that are told alike: where, and how the one would be turned and scaled."""

    a: Array
    b: Array
    seen: Array
    """The places of the one, mirrored where asked."""
    turns: Array

    def near(self, turn: complex) -> Array:
        """Tell which pairs are turned and scaled about as the whole is."""
        own = self.turns / turn
        good: Array = np.abs(np.angle(own)) <= TURNED
        return good & (np.abs(np.log2(np.abs(own))) <= SCALED)


def compare(a: Points, b: Points, *, mirror: bool = False) -> Agreement | None:
    """Return what two pictures have in common; None where fewer than LEAST places agree."""
    pairs = _told_alike(a, b, mirror=mirror)
    if pairs is None:
        return None
    best: tuple[Fit, Array] | None = None
    for fit, held in _guesses(pairs, mirror=mirror):
        refined = _refined(pairs, fit, held)
        if refined and (best is None or len(refined[1]) > len(best[1])):
            best = refined
    if best is None:
        return None
    fit, held = best
    held = held[_distinct(pairs.a[held], pairs.b[held])]
    if len(held) < LEAST:
        return None
    return _agreement(a, b, fit, (pairs.a[held], pairs.b[held]))


def places(points: Points) -> Array:
    """Return where the points lie, as complex numbers."""
    where: Array = points.x.astype(np.float64) + 1j * points.y
    return where


def _told_alike(a: Points, b: Points, *, mirror: bool) -> _Pairs | None:
    """Return points that are each other's best, and clearly better than any elsewhere."""
    if min(len(a), len(b)) < LEAST:
        return None
    words = (mirrored(a.codes) if mirror else a.codes).view(np.uint64)
    bits = np.bitwise_count(words[:, None] ^ b.codes.view(np.uint64)[None]).sum(2, dtype=np.int16)
    rows, best, z = np.arange(len(bits)), bits.argmin(axis=1), places(b)
    near = bits[rows, best]
    beside = np.abs(z[:, None] - z[None]) <= APART
    elsewhere = np.where(beside[best], 257, bits).min(axis=1)
    good = (bits.argmin(axis=0)[best] == rows) & (near <= FARTHEST) & (near <= CLEARLY * elsewhere)
    one = np.flatnonzero(good)
    other = best[one]
    if len(one) < LEAST:
        return None
    # The other way round, top to bottom: what conjugation does to places, it does to directions.
    angle = b.angle[other] - (-a.angle[one] if mirror else a.angle[one])
    turns = (b.size[other] / a.size[one]) * np.exp(1j * angle.astype(np.float64))
    at = places(a)[one]
    return _Pairs(at, z[other], at.conj() if mirror else at, turns)


def _guesses(pairs: _Pairs, *, mirror: bool) -> list[tuple[Fit, Array]]:
    """Return the fits that single pairs suggest, those first that most others agree with."""
    shifts = pairs.b - pairs.turns * pairs.seen
    beside = np.abs(pairs.turns[:, None] * pairs.seen[None] + shifts[:, None] - pairs.b[None])
    good = beside <= 2 * COARSE * np.maximum(1.0, np.abs(pairs.turns))[:, None]
    good &= np.stack([pairs.near(turn) for turn in pairs.turns])
    first = np.argsort(-good.sum(axis=1), kind="stable")[:TRIED]
    return [
        (Fit(complex(pairs.turns[at]), complex(shifts[at]), mirror), np.flatnonzero(good[at]))
        for at in first
    ]


def _refined(pairs: _Pairs, fit: Fit, held: Array) -> tuple[Fit, Array] | None:
    """Return the fit that most agree with, within ever less, and who they are."""
    for tolerance in (COARSE, 2 * TOLERANCE, TOLERANCE, TOLERANCE):
        if len(held) < LEAST:
            return None
        turn, shift = _fitted(pairs.seen[held], pairs.b[held])
        if not turn:
            return None
        fit = Fit(turn, shift, fit.mirror)
        off = np.abs(fit(pairs.a) - pairs.b)
        held = np.flatnonzero(pairs.near(turn) & (off <= tolerance * max(1.0, abs(turn))))
    return (fit, held) if len(held) >= LEAST else None


def _fitted(seen: Array, aims: Array) -> tuple[complex, complex]:
    """Return the turn and shift that bring places nearest to others, by least squares."""
    middle, aim = seen.mean(), aims.mean()
    off = seen - middle
    spread = float((off * off.conj()).real.sum())
    turn = complex((off.conj() * (aims - aim)).sum() / spread) if spread else 0j
    return turn, complex(aim - turn * middle)


def _distinct(a: Array, b: Array) -> Array:
    """Return which pairs stand for places of their own in both pictures: the first of each."""
    beside = (np.abs(a[:, None] - a[None]) <= APART) | (np.abs(b[:, None] - b[None]) <= APART)
    kept: list[int] = []
    for at, row in enumerate(beside):
        if not row[kept].any():
            kept.append(at)
    return np.array(kept, np.int64)


def _agreement(a: Points, b: Points, fit: Fit, agreed: tuple[Array, Array]) -> Agreement:
    shown = _share(a, b, fit), _share(b, a, fit.back)
    if shown[0] >= shown[1]:
        points, could, do = _cells(a, b, fit, agreed[0])
    else:
        points, could, do = _cells(b, a, fit.back, agreed[1])
    at = slice(1, -1) if len(could) >= EDGED else slice(None)
    inside = float(do[at, at].sum() / max(1, could[at, at].sum()))
    off = float(np.median(np.abs(fit(agreed[0]) - agreed[1]))) / max(1.0, abs(fit.turn))
    count = len(agreed[0])
    return Agreement(fit, count, points, shown, off, int(could.sum()), int(do.sum()), inside)


def _share(a: Points, b: Points, fit: Fit) -> float:
    """Return which share of a picture lies within the other."""
    z = (_SAMPLES[:, None] * a.width + 1j * _SAMPLES[None] * a.height).ravel()
    return float(_within(fit(z), b).mean())


def _within(z: Array, b: Points) -> Array:
    inside: Array = (z.real >= 0) & (z.real < b.width) & (z.imag >= 0) & (z.imag < b.height)
    return inside


def _cells(a: Points, b: Points, fit: Fit, agreed: Array) -> tuple[int, Array, Array]:
    """Return the points in what both show, which of its parts could agree, and which do."""
    own, other = places(a), fit.back(places(b))
    own, other = own[_within(fit(own), b)], other[_within(other, a)]
    both = np.concatenate((own, other, agreed))
    low = complex(both.real.min(), both.imag.min())
    size = complex(max(np.ptp(both.real), 1.0), max(np.ptp(both.imag), 1.0))
    fewer = min(len(own), len(other))
    side = int(np.clip(np.sqrt(fewer / DENSE), 2, MOST_CELLS))

    def counted(z: Array) -> Array:
        off = z - low
        across = np.minimum((off.real / size.real * side).astype(np.int64), side - 1)
        down = np.minimum((off.imag / size.imag * side).astype(np.int64), side - 1)
        return np.bincount(down * side + across, minlength=side * side).reshape(side, side)

    could, agree = np.minimum(counted(own), counted(other)), counted(agreed)
    good = agree >= np.maximum(1, RATE * could)
    return fewer, good | (could >= SEEN), good
