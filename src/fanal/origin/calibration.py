"""Fits what a score weighs to pictures of which the truth is known.

Both ways weigh the two sides the same in sum, so that the odds they fit are likelihood ratios: how
many pictures a laboratory happens to have of either side moves nothing.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fanal.model.calibration import LOGISTIC, METHODS, MOST_KNOTS, MOST_NUMBER, Calibrated
from fanal.origin.calibration_measures import EXTREME, Weights, elub, pooled, rule_of_three

ROUNDS = 100
"""Newton steps of the logistic fit; it takes fewer than ten on any scores that do not separate."""
CLOSE = 1e-12
DIGITS = 9
"""Digits of a parameter that are kept: what a sum of floats leaves beyond them depends on the
machine that adds."""


def fit(
    scores_same: ArrayLike,
    scores_other: ArrayLike,
    method: str = LOGISTIC,
    *,
    condition: str = "",
    date: str = "",
    digest: str = "",
) -> Calibrated:
    """Return the calibration of scores: `same` those of which the first proposition is true.

    A higher score must speak for the first proposition; where the scores say the opposite, they
    weigh nothing. The caps are the narrower of two: the empirical bounds of the weights that were
    fitted (ELUB), and the rule of three over the number of pictures.
    """
    first, second = _scores(scores_same), _scores(scores_other)
    if method not in METHODS:
        raise ValueError(f"a method is one of {', '.join(METHODS)}, not {method!r}")
    made = _logistic(first, second) if method == LOGISTIC else _isotonic(first, second)
    free = Calibrated(method, made, -EXTREME, EXTREME)
    bounds = elub(
        [free.log10_lr(score) for score in first.tolist()],
        [free.log10_lr(score) for score in second.tolist()],
    )
    few = rule_of_three(len(first), len(second))
    return Calibrated(
        method,
        made,
        cap_low=_towards_zero(max(bounds[0], few[0])),
        cap_high=_towards_zero(min(bounds[1], few[1])),
        counts={"same": len(first), "other": len(second)},
        date=date,
        digest=digest,
        condition=condition,
    )


def narrowed(made: Calibrated, bounds: tuple[float, float]) -> tuple[float, float]:
    """Return the caps of a calibration, no wider than these bounds."""
    low, high = _towards_zero(bounds[0]), _towards_zero(bounds[1])
    return max(made.cap_low, low), min(made.cap_high, high)


def _logistic(first: Weights, second: Weights) -> dict[str, Any]:
    """Return slope and offset of log10 LR: logistic regression with even weights, kept in bounds.

    Half the square of the slope over scores of unit spread is added to the loss, as if the slope
    had been expected to be about one: a few pictures that separate make no steep line.
    """
    scores = np.concatenate([first, second])
    truth = np.concatenate([np.ones(len(first)), np.zeros(len(second))])
    weights = len(scores) / 2 / np.where(truth == 1, len(first), len(second))
    middle, spread = float(scores.mean()), float(scores.std())
    if not spread:
        return {"slope": 0.0, "offset": 0.0}
    design = np.stack([np.ones(len(scores)), (scores - middle) / spread])
    lightly = np.diag([0.0, 1.0])
    line = np.zeros(2)
    for _ in range(ROUNDS):
        found = 1 / (1 + np.exp(-np.clip(line @ design, -500, 500)))
        slope = design @ (weights * (found - truth)) + lightly @ line
        bend = (design * (weights * found * (1 - found))) @ design.T + lightly
        step = np.linalg.solve(bend, slope)
        line = line - step
        if float(np.abs(step).max()) < CLOSE:
            break
    if line[1] <= 0:
        return {"slope": 0.0, "offset": 0.0}
    tilt = float(line[1]) / spread / math.log(10)
    return {"slope": _kept(tilt), "offset": _kept(float(line[0]) / math.log(10) - tilt * middle)}


def _isotonic(first: Weights, second: Weights) -> dict[str, Any]:
    """Return the knots of the pooled weights: of each flat stretch its two ends."""
    scores, weights, *_ = pooled(first, second)
    kept = [_kept(float(weight)) for weight in np.clip(weights, -EXTREME, EXTREME)]
    last = len(kept) - 1
    ends = [
        at
        for at in range(len(kept))
        if at in {0, last} or kept[at] != kept[at - 1] or kept[at] != kept[at + 1]
    ]
    if len(ends) > MOST_KNOTS:
        raise ValueError(f"an isotonic calibration has at most {MOST_KNOTS} knots")
    return {
        "scores": [float(scores[at]) for at in ends],
        "log10_lr": [kept[at] for at in ends],
    }


def _scores(told: ArrayLike) -> Weights:
    held = np.asarray(told, np.float64).ravel()
    if not len(held) or not (np.abs(held) <= MOST_NUMBER).all():
        raise ValueError("a calibration needs scores on either side, all of them finite numbers")
    return held


def _kept(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _towards_zero(value: float) -> float:
    """Return a cap with four places, never wider than it was."""
    return math.trunc(value * 10_000) / 10_000 or 0.0
