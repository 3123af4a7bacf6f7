"""Describes which wording is probably best, under a stated prior; never a rule to stop by."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, sqrt

import numpy as np
from numpy.typing import NDArray

from fanal.prevention.trials.fixed import Share

PRIOR = (1.0, 1.0)
"""Beta(1, 1): every share is as likely as any other."""
_POINTS = 20_001
_FAR = 12
"""Standard deviations around the arms that the quadrature covers."""


@dataclass(frozen=True, slots=True)
class View:
    """What the prior and the counts say of one arm."""

    mean: float
    best: float
    """Probability that no arm has a better share."""
    loss: float
    """Expected difference to the best share if this arm is chosen."""


def views(shares: Sequence[Share], *, is_less_better: bool) -> list[View]:
    """Return the view of each arm, by quadrature: the same counts give the same numbers."""
    told = [_beta(one) for one in shares]
    at = _points(told)
    density = np.stack([_density(a, b, at) for a, b in told])
    step = np.diff(at)
    below = np.stack([_cumulative(one, step) for one in density])
    tail = 1 - below if is_less_better else below
    means = [a / (a + b) for a, b in told]
    best = [_best(own, density, tail, step) for own in range(len(told))]
    sign = 1 if is_less_better else -1
    top = sum(
        _integral(sign * at * density[own] * _others(tail, own), step) for own in range(len(told))
    )
    total = sum(best)
    return [
        View(mean, one / total, max(0.0, sign * mean - top / total))
        for mean, one in zip(means, best, strict=True)
    ]


def _beta(share: Share) -> tuple[float, float]:
    return share.events + PRIOR[0], share.n - share.events + PRIOR[1]


def _points(told: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Return points where any of the densities is: each arm's own, together."""
    each = _POINTS // len(told)
    found = []
    for a, b in told:
        mean = a / (a + b)
        spread = sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
        low, high = max(0.0, mean - _FAR * spread), min(1.0, mean + _FAR * spread)
        found.append(np.linspace(low, high, each))
    return np.unique(np.clip(np.concatenate(found), 1e-12, 1 - 1e-12))


def _density(a: float, b: float, at: NDArray[np.float64]) -> NDArray[np.float64]:
    log = (a - 1) * np.log(at) + (b - 1) * np.log1p(-at)
    density: NDArray[np.float64] = np.exp(log + lgamma(a + b) - lgamma(a) - lgamma(b))
    return density


def _cumulative(density: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = (density[1:] + density[:-1]) / 2 * step
    told: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(parts)])
    told /= told[-1]
    return told


def _integral(values: NDArray[np.float64], step: NDArray[np.float64]) -> float:
    return float(((values[1:] + values[:-1]) / 2 * step).sum())


def _others(tail: NDArray[np.float64], own: int) -> NDArray[np.float64]:
    product: NDArray[np.float64] = np.delete(tail, own, axis=0).prod(axis=0)
    return product


def _best(
    own: int,
    density: NDArray[np.float64],
    tail: NDArray[np.float64],
    step: NDArray[np.float64],
) -> float:
    return _integral(density[own] * _others(tail, own), step)
