"""Measures a calibration on devices and generators that it was not fitted to.

Whole groups are held out: with some pictures of a camera on either side of a fold, a detector that
knows the camera looks as if it knew its craft.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fanal.model.calibration import Calibrated
from fanal.origin.calibration import fit, narrowed
from fanal.origin.calibration_measures import (
    Measures,
    elub,
    measured,
    rule_of_three,
    tippett,
)

FOLDS = 5
LEAST_PICTURES = 50
"""Pictures on either side from which on a condition is calibrated."""
LEAST_GROUPS = 5
"""Devices or generators on either side, likewise."""
EDGE = 0.05
"""Distance of the points of a Tippett plot, in log10 LR."""


@dataclass(frozen=True, slots=True)
class Case:
    """One picture or comparison of which the truth is known."""

    score: float
    same: bool
    """The first proposition is true."""
    group: str
    """The device or generator; whoever has none named is a group of one."""


@dataclass(frozen=True, slots=True)
class Bin:
    """What the cases of one condition showed."""

    condition: str
    counts: Mapping[str, int]
    """`same`, `other`, `same_groups`, `other_groups`."""
    why: str
    """Why there is no calibration; "" where there is one."""
    calibrated: Calibrated | None = None
    measures: Measures | None = None
    """Of the cases while they were held out, within the caps of the calibration."""
    elub: tuple[float, float] | None = None
    rule_of_three: tuple[float, float] | None = None
    edges: tuple[float, ...] = ()
    """Of the Tippett plot, in log10 LR."""
    tippett: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    """Which share of `same` and of `other` has at least so much weight."""


def binned(
    condition: str, cases: Sequence[Case], method: str, names: tuple[str, str] = ("same", "other")
) -> Bin:
    """Return what the cases of one condition show, with a calibration where they are enough.

    `names` is what the two sides are called where something is said of them.
    """
    counts = _counts(cases)
    why = _too_few(counts, names)
    if why:
        return Bin(condition, counts, why)
    held = held_out(cases, method)
    if held is None:
        return Bin(condition, counts, "too few groups to hold one out")
    bounds, three = elub(*held), rule_of_three(*map(len, held))
    made = fit(*_scores(cases), method, condition=condition)
    low, high = narrowed(made, bounds)
    made = replace(made, counts=counts, cap_low=low, cap_high=high)
    same, other = ([min(max(weight, low), high) for weight in side] for side in held)
    found = measured(same, other)
    most = max(1.0, -low, high)
    edges = tuple(round(at * EDGE, 2) for at in range(int(-most / EDGE) - 1, int(most / EDGE) + 3))
    curves = tippett(same, edges), tippett(other, edges)
    if found.cllr >= 1:
        why = f"its cost is {found.cllr:.2f}: worse than saying nothing"
    return Bin(condition, counts, why, None if why else made, found, bounds, three, edges, curves)


def held_out(cases: Sequence[Case], method: str) -> tuple[list[float], list[float]] | None:
    """Return the weights of both sides, each group's by a calibration that never met it.

    None where what is left of a side is nothing.
    """
    fold_of, count = folds(cases)
    if count < 2:
        return None
    weights: dict[bool, list[float]] = {True: [], False: []}
    for number in range(count):
        first, second = _scores([case for case in cases if fold_of[case.group] != number])
        if not (first and second):
            return None
        made = fit(first, second, method)
        for case in cases:
            if fold_of[case.group] == number:
                weights[case.same].append(made.log10_lr(case.score))
    return weights[True], weights[False]


def folds(cases: Sequence[Case]) -> tuple[dict[str, int], int]:
    """Return group → fold, and how many folds: each with both sides outside of it."""
    sides = {True: Counter[str](), False: Counter[str]()}
    for case in cases:
        sides[case.same][case.group] += 1
    count = min(FOLDS, *(len(side) for side in sides.values()))
    totals = {same: max(1, side.total()) for same, side in sides.items()}
    held: dict[bool, list[float]] = {same: [0.0] * max(count, 1) for same in sides}
    found: dict[str, int] = {}
    for group in sorted(sides[True] | sides[False], key=lambda name: _order(name, sides)):
        shares = {same: side[group] / totals[same] for same, side in sides.items() if side[group]}
        number = min(range(max(count, 1)), key=lambda at: (sum(held[s][at] for s in shares), at))
        for same, share in shares.items():
            held[same][number] += share
        found[group] = number
    return found, count


def _order(group: str, sides: Mapping[bool, Mapping[str, int]]) -> tuple[int, str]:
    """Return the place of a group: the largest first, then as if drawn, but always the same."""
    size = sum(side.get(group, 0) for side in sides.values())
    return -size, hashlib.sha256(group.encode("utf-8", "surrogatepass")).hexdigest()


def _scores(cases: Sequence[Case]) -> tuple[list[float], list[float]]:
    sides: dict[bool, list[float]] = defaultdict(list)
    for case in cases:
        sides[case.same].append(case.score)
    return sides[True], sides[False]


def _counts(cases: Sequence[Case]) -> dict[str, int]:
    counts = {}
    for name, side in (("same", True), ("other", False)):
        held = [case for case in cases if case.same is side]
        counts[name] = len(held)
        counts[f"{name}_groups"] = len({case.group for case in held})
    return counts


def _too_few(counts: Mapping[str, int], names: tuple[str, str]) -> str:
    for side, name in zip(("same", "other"), names, strict=True):
        if counts[side] < LEAST_PICTURES:
            return f"{counts[side]} of {name}; it takes {LEAST_PICTURES}"
        if counts[f"{side}_groups"] < LEAST_GROUPS:
            return f"{counts[f'{side}_groups']} groups of {name}; it takes {LEAST_GROUPS}"
    return ""
