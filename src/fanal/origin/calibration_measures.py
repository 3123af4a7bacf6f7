"""Measures likelihood ratios against the truth: their cost, their errors, their bounds.

All weights are base-ten logarithms of likelihood ratios; `same` are those of pictures of which the
first proposition is true, `other` those of which the second is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weights = NDArray[np.float64]
STEP = 0.01
"""Distance of the thresholds at which the empirical bounds are looked for, in log10 LR."""
EXTREME = 9.0
"""What stands for a likelihood ratio of 0 or without end where bounds are looked for."""
SURE = 0.95
"""Confidence of every interval here."""
HALVINGS = 50
"""Steps in which the end of an interval is found: more exact than a float of it."""
LEVELS = (10, 100)
"""Likelihood ratios at which misleading evidence is counted."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of cases with its exact interval (Clopper and Pearson 1934), two-sided 95 %."""

    cases: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What a set of likelihood ratios is worth."""

    cllr: float
    """Mean cost in bits (Brümmer and du Preez 2006): 0 perfect, 1 useless, above 1 misleading."""
    cllr_min: float
    """What is left of it after the best calibration that hindsight allows."""
    misleading: Mapping[str, Rate]
    """`same at 1/10`: first proposition true, LR below 1/10; `other at 10`: second true, above."""

    @property
    def cllr_cal(self) -> float:
        """What calibration loses."""
        return self.cllr - self.cllr_min


def measured(same: ArrayLike, other: ArrayLike) -> Measures:
    """Return the measures of two sets of weights, neither of them empty."""
    first, second = _weights(same), _weights(other)
    found: dict[str, Rate] = {}
    for level in LEVELS:
        edge = math.log10(level)
        found[f"same at 1/{level}"] = rate(int((first < -edge).sum()), len(first))
        found[f"other at {level}"] = rate(int((second > edge).sum()), len(second))
    return Measures(cllr(first, second), cllr_min(first, second), found)


def cllr(same: ArrayLike, other: ArrayLike) -> float:
    """Return the cost of weights in bits (doi:10.1016/j.csl.2005.08.001)."""
    first, second = _weights(same), _weights(other)
    bits = math.log2(10)
    missed = np.logaddexp2(0, -first * bits).mean()
    false = np.logaddexp2(0, second * bits).mean()
    return float(missed + false) / 2


def cllr_min(same: ArrayLike, other: ArrayLike) -> float:
    """Return the cost after pooling adjacent violators: how well the two sides are told apart."""
    _, weights, inverse, count = pooled(same, other)
    each = weights[inverse]
    return cllr(each[:count], each[count:])


def pooled(same: ArrayLike, other: ArrayLike) -> tuple[Weights, Weights, NDArray[np.intp], int]:
    """Return distinct scores, their log10 LR after pooling, and which score each picture has.

    Pool adjacent violators (Ayer and others 1955) over both sides, each weighing the same in sum,
    as if the odds before the evidence were even. The last number is how many pictures are `same`.
    Ends where one side has no picture weigh plus or minus infinity.
    """
    first, second = _weights(same), _weights(other)
    scores, inverse = np.unique(np.concatenate([first, second]), return_inverse=True)
    ones = np.bincount(inverse[: len(first)], minlength=len(scores))
    noughts = np.bincount(inverse[len(first) :], minlength=len(scores))
    blocks: list[tuple[int, int, int]] = []
    for each in zip(ones.tolist(), noughts.tolist(), [1] * len(scores), strict=True):
        block = each
        while blocks and _violates(blocks[-1], block):
            one, nought, size = blocks.pop()
            block = (block[0] + one, block[1] + nought, block[2] + size)
        blocks.append(block)
    made = [_ratio(one * len(second), nought * len(first)) for one, nought, _ in blocks]
    weights = np.repeat(np.array(made), [size for *_, size in blocks])
    return scores, weights, inverse, len(first)


def elub(same: ArrayLike, other: ArrayLike) -> tuple[float, float]:
    """Return the empirical lower and upper bound of log10 LR that a set of weights carries.

    Beyond them an LR would serve whoever decides by it worse than saying nothing, once one more
    misleading case is added on either side (Vergeer and others 2016,
    doi:10.1016/j.scijus.2016.06.003).
    """
    first = np.clip(_weights(same), -EXTREME, EXTREME)
    second = np.clip(_weights(other), -EXTREME, EXTREME)
    least = max(min(first.min(), second.min()), -math.log10(len(first) + 1))
    most = min(max(first.max(), second.max()), math.log10(len(second) + 1))
    low = min(0, math.floor(least / STEP))
    high = max(0, math.floor(most / STEP) + 1)
    edges = np.arange(low, high + 1) * STEP
    worse = _cost(first, second, edges, more=1) > _cost(np.zeros(1), np.zeros(1), edges, more=0)
    left = edges[(edges <= 0) & worse]
    right = edges[(edges >= 0) & worse]
    lower = max((left + STEP).max(initial=edges[0]), edges[0])
    upper = min((right - STEP).min(initial=edges[-1]), edges[-1])
    return min(float(lower), 0.0), max(float(upper), 0.0)


def rule_of_three(same: int, other: int) -> tuple[float, float]:
    """Return the bounds of log10 LR that so many pictures carry, were none of them an error.

    Without an error among n, the rate of errors is below 3/n with 95 % confidence (Hanley and
    Lippman-Hand 1983): to support 1 in 1,000 takes 3,000.
    """
    return -max(0.0, math.log10(max(same, 1) / 3)), max(0.0, math.log10(max(other, 1) / 3))


def rate(cases: int, of: int) -> Rate:
    """Return the share of `cases` among `of` with its exact interval."""
    tail = (1 - SURE) / 2
    low = _solved(cases - 1, of, 1 - tail) if cases else 0.0
    high = _solved(cases, of, tail) if cases < of else 1.0
    return Rate(cases, of, low, high)


def tippett(weights: ArrayLike, edges: Sequence[float]) -> tuple[float, ...]:
    """Return which share of the weights is at least as large as each edge."""
    held = np.sort(_weights(weights))
    below = np.searchsorted(held, np.asarray(edges), side="left")
    return tuple(float(share) for share in 1 - below / len(held))


def _weights(told: ArrayLike) -> Weights:
    held = np.asarray(told, np.float64).ravel()
    if not len(held) or np.isnan(held).any():
        raise ValueError("there must be weights on either side, and all of them numbers")
    return held


def _violates(left: tuple[int, int, int], right: tuple[int, int, int]) -> bool:
    """Tell whether the left block speaks as much for the first proposition as the right one."""
    return left[0] * right[1] >= right[0] * left[1]


def _ratio(one: int, nought: int) -> float:
    if not nought:
        return math.inf
    return math.log10(one / nought) if one else -math.inf


def _cost(first: Weights, second: Weights, edges: Weights, more: int) -> Weights:
    """Return what deciding at each threshold costs, with so many misleading cases more a side."""
    missed = np.searchsorted(np.sort(first), edges, side="right") + more
    false = len(second) - np.searchsorted(np.sort(second), edges, side="right") + more
    shares = missed / (len(first) + more), false / (len(second) + more)
    return np.asarray(shares[0] + 10**edges * shares[1])


def _solved(most: int, of: int, wanted: float) -> float:
    """Return the share at which at most `most` cases among `of` have the probability wanted."""
    each = np.arange(most + 1)
    ways = np.concatenate([[0.0], np.cumsum(np.log((of - each[1:] + 1) / each[1:]))])
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        share = (low + high) / 2
        terms = ways + each * math.log(share) + (of - each) * math.log1p(-share)
        low, high = (share, high) if np.exp(terms).sum() > wanted else (low, share)
    return (low + high) / 2
