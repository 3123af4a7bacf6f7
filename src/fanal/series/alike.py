"""Finds pictures that show the same, whole or in part, by the local points they have in common.

Two points that are told alike give at once where, how large and how far turned one picture would
lie in the other; what most of the others agree with is believed (Lowe, sections 7.1 to 7.4). There
is no chance in it: every pair of points is tried.
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
"""The next best point elsewhere must be farther: its bits times this are more than the best's."""
APART = 4.0
"""Pixels within which two points stand for one."""
TOLERANCE = 3.0
"""Pixels by which a point may lie beside where it should, in the picture that is larger there."""
COARSE = 12.0
TURNED, SCALED = np.deg2rad(20), 0.5
"""By how much a point's own direction and octave of size may differ from those of the whole."""
TRIED = 4
"""Guesses that are refined: those with which most agree."""
LEAST = 8
CELLS = 5
"""What both pictures show is divided into so many columns and rows."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one picture lies in another: z → turn * z + shift, of the mirrored one where told."""

    turn: complex
    shift: complex
    mirror: bool

    def __call__(self, places: Array) -> Array:
        """Return where places of the one lie in the other, as complex numbers."""
        return self.turn * (places.conj() if self.mirror else places) + self.shift


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two pictures have in common."""

    fit: Fit
    inliers: int
    matched: int
    """Points that were told alike."""
    shown: tuple[float, float]
    """Which share of each picture's area lies within the other."""
    cells: int
    """Parts of what both show that hold points."""
    agreeing: int
    """Of those, the ones with points that agree."""
    apart: float = 0.0
    """Median of the bits by which the agreeing points differ."""


def compare(a: Points, b: Points, *, mirror: bool = False) -> Agreement | None:
    """Return what two pictures have in common, or None where fewer than LEAST points agree."""
    one, other, bits = _told_alike(a, b, mirror)
    if len(one) < LEAST:
        return None
    za, zb = _places(a)[one], _places(b)[other]
    turns = _turns(a, b, one, other, mirror)
    fit, held = _best(za, zb, turns, mirror)
    if fit is None or len(held) < LEAST:
        return None
    inliers = held[_distinct(za[held], zb[held])]
    if len(inliers) < LEAST:
        return None
    return _agreement(a, b, fit, (za[inliers], zb[inliers]), len(one), float(np.median(bits[inliers])))


def _places(points: Points) -> Array:
    return points.x.astype(np.float64) + 1j * points.y


def _told_alike(a: Points, b: Points, mirror: bool) -> tuple[Array, Array, Array]:
    """Return pairs of points that are each other's best, and clearly better than any elsewhere."""
    if not len(a) or not len(b):
        none = np.empty(0, np.int64)
        return none, none, none
    codes = mirrored(a.codes) if mirror else a.codes
    words, others = codes.view(np.uint64), b.codes.view(np.uint64)
    bits = np.bitwise_count(words[:, None] ^ others[None]).sum(axis=2, dtype=np.int16)
    best = bits.argmin(axis=1)
    rows = np.arange(len(bits))
    near = bits[rows, best]
    z = _places(b)
    beside = np.abs(z[:, None] - z[None]) <= APART
    elsewhere = np.where(beside[best], 257, bits).min(axis=1)
    good = (bits.argmin(axis=0)[best] == rows) & (near <= FARTHEST) & (near <= CLEARLY * elsewhere)
    one = np.flatnonzero(good)
    return one, best[one], near[one]


def _turns(a: Points, b: Points, one: Array, other: Array, mirror: bool) -> Array:
    """Return the turn and scale of each pair, as complex numbers."""
    angle = np.pi - a.angle[one] if mirror else a.angle[one]
    if mirror:
        # Of the picture mirrored left to right; conjugation mirrors top to bottom: half a turn.
        angle = angle + np.pi
    return (b.size[other] / a.size[one]) * np.exp(1j * (b.angle[other] - angle).astype(np.float64))


def _best(za: Array, zb: Array, turns: Array, mirror: bool) -> tuple[Fit | None, Array]:
    seen = za.conj() if mirror else za
    shifts = zb - turns * seen
    beside = np.abs(turns[:, None] * seen[None] + shifts[:, None] - zb[None])
    ratio = turns[None] / turns[:, None]
    alike = (np.abs(np.angle(ratio)) <= TURNED) & (np.abs(np.log2(np.abs(ratio))) <= SCALED)
    wide = np.maximum(1.0, np.abs(turns))[:, None]
    counts = (alike & (beside <= 2 * COARSE * wide)).sum(axis=1)
    best, kept = None, np.empty(0, np.int64)
    for guess in np.argsort(-counts, kind="stable")[:TRIED]:
        held = np.flatnonzero(alike[guess] & (beside[guess] <= 2 * COARSE * wide[guess]))
        turn, shift = turns[guess], shifts[guess]
        for tolerance in (COARSE, 2 * TOLERANCE, TOLERANCE, TOLERANCE):
            if len(held) < LEAST:
                break
            turn, shift = _fitted(seen[held], zb[held])
            off = np.abs(turn * seen + shift - zb)
            same = turns / turn if turn else np.zeros_like(turns)
            good = np.abs(np.angle(same)) <= TURNED
            good &= np.abs(np.log2(np.maximum(np.abs(same), 1e-9))) <= SCALED
            held = np.flatnonzero(good & (off <= tolerance * max(1.0, abs(turn))))
        if len(held) > len(kept):
            best, kept = Fit(complex(turn), complex(shift), mirror), held
    return best, kept


def _fitted(seen: Array, zb: Array) -> tuple[complex, complex]:
    """Return the turn and shift that bring places nearest to others, by least squares."""
    middle, aim = seen.mean(), zb.mean()
    off = seen - middle
    spread = float((off * off.conj()).real.sum())
    turn = complex((off.conj() * (zb - aim)).sum() / spread) if spread else 0j
    return turn, complex(aim - turn * middle)


def _distinct(za: Array, zb: Array) -> Array:
    """Return which of the pairs stand for different places in both pictures."""
    kept: list[int] = []
    for at in range(len(za)):
        if all(abs(za[at] - za[k]) > APART and abs(zb[at] - zb[k]) > APART for k in kept):
            kept.append(at)
    return np.array(kept, np.int64)


def _agreement(
    a: Points, b: Points, fit: Fit, pairs: tuple[Array, Array], matched: int, apart: float
) -> Agreement:
    back = _inverse(fit)
    shown = _share(a, b, fit), _share(b, a, back)
    if shown[0] >= shown[1]:
        cells, agreeing = _cells(a, b, fit, back, pairs[0])
    else:
        cells, agreeing = _cells(b, a, back, fit, pairs[1])
    return Agreement(fit, len(pairs[0]), matched, shown, cells, agreeing, apart)


def _inverse(fit: Fit) -> Fit:
    if fit.mirror:
        turn = 1 / fit.turn.conjugate()
        return Fit(turn, -(turn * fit.shift.conjugate()), True)
    return Fit(1 / fit.turn, -fit.shift / fit.turn, False)


_GRID = (np.arange(24) + 0.5) / 24


def _share(a: Points, b: Points, fit: Fit) -> float:
    """Return which share of a picture lies within the other."""
    z = (_GRID[:, None] * a.width + 1j * _GRID[None] * a.height).ravel()
    return float(_within(fit(z), b).mean())


def _within(z: Array, b: Points) -> Array:
    return (z.real >= 0) & (z.real < b.width) & (z.imag >= 0) & (z.imag < b.height)


def _cells(a: Points, b: Points, fit: Fit, back: Fit, inliers: Array) -> tuple[int, int]:
    """Return how many parts of what both show hold points, and how many hold agreeing ones."""
    za = _places(a)
    za = za[_within(fit(za), b)]
    zb = back(_places(b))
    zb = zb[_within(zb, a)]
    both = np.concatenate((za, zb, inliers))
    low = complex(both.real.min(), both.imag.min())
    size = complex(max(np.ptp(both.real), 1.0), max(np.ptp(both.imag), 1.0))
    def cell(z: Array) -> set[int]:
        off = z - low
        x = np.minimum((off.real / size.real * CELLS).astype(int), CELLS - 1)
        y = np.minimum((off.imag / size.imag * CELLS).astype(int), CELLS - 1)
        return set((y * CELLS + x).tolist())
    return len(cell(np.concatenate((za, zb)))), len(cell(inliers))
