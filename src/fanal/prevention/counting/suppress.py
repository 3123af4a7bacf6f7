"""Adds noisy days up to one table of a period, and leaves out what is small or could be noise.

A number under 10, or under three standard deviations of its own noise, is not shown. Where that
would leave one unknown in a sum, another is left out with it, so no total gives a number back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from fanal.prevention.counting.noise import variance
from fanal.prevention.counting.publish import ELSEWHERE, Release
from fanal.prevention.nouns import Surface

LEAST = 10
SPREAD = 3
ALL = "all"
OTHER = "other"
"""Countries that are not told apart, and acts for which none was declared."""


@dataclass(slots=True)
class Node:
    """A number of a measure: a sum of those below it, or a cell."""

    surface: str
    country: str
    value: int
    floor: int
    below: list["Node"] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One printed number."""

    measure: str
    surface: str
    """`all` for a sum over surfaces."""
    country: str
    """`all` for a sum over countries, `other` for what is not told apart."""
    n: int | None
    """None where it is left out."""


def table(releases: Sequence[Release]) -> tuple[Line, ...]:
    """Return the numbers of a period, as far as they may be shown."""
    if not releases:
        return ()
    plans = [release.plan for release in releases]
    measures = [one for one in plans[0].measures if all(one in plan.measures for plan in plans)]
    countries = [one for one in plans[0].countries if all(one in plan.countries for plan in plans)]
    lines: list[Line] = []
    for measure in measures:
        root = tree(releases, measure, countries)
        hide(root)
        lines += _lines(root, measure)
    return tuple(lines)


def tree(releases: Sequence[Release], measure: str, countries: Sequence[str]) -> Node:
    """Return a measure's sum over everything, over it the surfaces, over these the countries."""
    surfaces = []
    for surface in Surface:
        sums = dict.fromkeys((*countries, ELSEWHERE), 0)
        noise = dict.fromkeys(sums, 0.0)
        for release in releases:
            for country in (*release.plan.countries, ELSEWHERE):
                told = country if country in sums else ELSEWHERE
                sums[told] += release.counts[country, surface.value, measure]
                noise[told] += variance(release.plan.share)
        cells = [
            Node(surface.value, country or OTHER, sums[country], floor(noise[country]))
            for country in sums
        ]
        value, spread = sum(sums.values()), sum(noise.values())
        below = cells if countries else []
        surfaces.append(Node(surface.value, ALL, value, floor(spread), below))
    value = sum(one.value for one in surfaces)
    spread = sum(
        variance(release.plan.share) * len(Surface) * (len(release.plan.countries) + 1)
        for release in releases
    )
    return Node(ALL, ALL, value, floor(spread), surfaces)


def floor(spread: float) -> int:
    """Return the least number that is shown, by the variance of its noise."""
    return max(LEAST, ceil(SPREAD * sqrt(spread)))


def hide(node: Node) -> None:
    """Hide what is under its floor, and beside it what would give it back."""
    for one in _all(node):
        one.is_hidden = one.value < one.floor
    _complete(node)


def _complete(node: Node) -> None:
    """Leave either none or several unknown in each sum."""
    hidden = sum(one.is_hidden for one in node.below)
    seen = sorted((one for one in node.below if not one.is_hidden), key=lambda one: one.value)
    if seen and hidden == (0 if node.is_hidden else 1):
        seen[0].is_hidden = True
    for one in node.below:
        _complete(one)


def _all(node: Node) -> list[Node]:
    return [node, *(inner for one in node.below for inner in _all(one))]


def _lines(root: Node, measure: str) -> list[Line]:
    return [
        Line(measure, one.surface, one.country, None if one.is_hidden else one.value)
        for one in _all(root)
    ]
