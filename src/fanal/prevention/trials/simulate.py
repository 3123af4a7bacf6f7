"""Simulates trials whose truth is known, to see how often each method errs."""

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.prevention.trials.anytime import confidence, log_e
from fanal.prevention.trials.special import NORMAL

REFERENCE = (
    (0.27, 0.38),
    (0.27, 0.52),
    (0.40, 0.57),
    (0.18, 0.142),
    (0.0015, 0.0030),
    (0.0073, 0.0095),
    (0.0006, 0.0009),
)
"""Shares from published studies of warnings, as pairs that a trial may want to tell apart."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Made-up trials of two arms of one size."""

    base: float
    other: float
    spread: float
    """The registered smallest effect."""
    trials: int = 1000
    looks: int = 50
    sessions: int = 200
    """Of each arm, from one look to the next."""
    alpha: float = 0.05
    unevenness: float = 0.0
    """How much sizes differ from day to day: standard deviation of their logarithm."""
    drift: float = 0.0
    """How much shares differ from day to day, of both arms alike: of the logarithm of odds."""
    again: int = 1
    """Sessions of one person a day, with one wording and one outcome."""
    repeats: int = 1
    """How many of them were registered."""


@dataclass(frozen=True, slots=True)
class Told:
    """How often a method called a difference, and when."""

    method: str
    called: float
    stop: int
    """Median sessions an arm when it called; where it did not, those of the whole trial."""


def simulate(setup: Setup, seed: int = 20261127) -> list[Told]:
    """Return what each method called; the same seed gives the same numbers."""
    random = np.random.default_rng(seed)
    shape = (setup.trials, setup.looks, 2)
    size = setup.sessions * np.exp(setup.unevenness * random.standard_normal(shape[:2]))
    persons = np.maximum(1, np.rint(size[..., None] / setup.again)).astype(np.int64)
    persons = np.broadcast_to(persons, shape)
    if setup.unevenness:
        persons = random.poisson(persons)
    odds = np.log([one / (1 - one) for one in (setup.base, setup.other)])
    moved = odds + setup.drift * random.standard_normal(shape[:2])[..., None]
    events = random.binomial(persons, 1 / (1 + np.exp(-moved))) * setup.again
    return _methods(setup, events, persons * setup.again)


def _methods(setup: Setup, events: NDArray[Any], sessions: NDArray[Any]) -> list[Told]:
    events, sessions = events / setup.repeats, sessions / setup.repeats
    _, low, high = confidence(events, sessions, setup.spread, setup.alpha)
    naive = _naive(events, sessions) > NORMAL.inv_cdf(1 - setup.alpha / 2)
    last = np.zeros_like(naive)
    last[:, -1] = naive[:, -1]
    calls = {
        "z-test at every look (wrong)": naive,
        "z-test once at the end": last,
        "confidence sequence": (low > 0) | (high < 0),
        "e-process": log_e(events, sessions, setup.spread) >= log(1 / setup.alpha),
    }
    so_far = np.cumsum(sessions.mean(-1), axis=-1) * setup.repeats
    return [_told(method, hits, so_far) for method, hits in calls.items()]


def _naive(events: NDArray[Any], sessions: NDArray[Any]) -> NDArray[np.float64]:
    """Return |z| of the test with pooled variance at every look."""
    y, n = np.cumsum(events, axis=1).astype(float), np.cumsum(sessions, axis=1).astype(float)
    n = np.maximum(n, 0.01)
    pooled = y.sum(-1) / n.sum(-1)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n).sum(-1))
    off = np.abs(y[..., 1] / n[..., 1] - y[..., 0] / n[..., 0])
    z: NDArray[np.float64] = np.divide(off, spread, out=np.zeros_like(off), where=spread > 0)
    return z


def _told(method: str, hits: NDArray[np.bool_], so_far: NDArray[np.float64]) -> Told:
    called = hits.any(axis=1)
    first = np.where(called, hits.argmax(axis=1), hits.shape[1] - 1)
    stop = np.median(np.take_along_axis(so_far, first[:, None], axis=1))
    return Told(method, float(called.mean()), round(float(stop)))
