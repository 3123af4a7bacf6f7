"""Reports month by month how tiers were set, and says where that drifts.

Two shares are compared as usual (two-proportion z-test, pooled; Fleiss, Levin and Paik, Statistical
Methods for Rates and Proportions, chapter 3). A drift is told to people; it changes nothing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

FEWEST = 20
"""Tiers in a month, and before it, below which nothing is called a drift."""
FAR = 3.0
"""Standard errors between two shares from which on that is called a drift: by chance in about 1 of
370 comparisons."""


@dataclass(frozen=True, slots=True)
class Set:
    """A tier that was set."""

    lead: str
    when: str
    """ISO 8601, UTC."""
    tier: str
    proposed: str
    differs: bool
    countries: tuple[str, ...]
    missing: tuple[str, ...]
    """Items of which nobody knew the answer then."""
    came: str
    """When the lead came in."""
    acted: str = ""
    """When its first package was sent, or its first outcome told; "" where neither was."""
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a month shows."""

    month: str
    tiers: Mapping[str, int]
    by_country: Mapping[str, Mapping[str, int]]
    """Country → tier → how many; a lead counts in each of its countries."""
    overrides: int
    missing: Mapping[str, int]
    """Item → of how many tiers nobody knew its answer."""
    hours_to_tier: float | None
    """Median hours from coming in to its tier; None where nothing tells."""
    hours_to_action: float | None
    """Median hours from its tier to a package or an outcome."""
    without_action: int
    outcomes: Mapping[str, Mapping[str, int]]
    """Tier → outcome → how many."""
    drifts: tuple[str, ...]

    @property
    def count(self) -> int:
        """Return how many tiers were set."""
        return sum(self.tiers.values())


def report(every: Iterable[Set], month: str) -> Report:
    """Return the report of a month (`2026-11`), compared with all months before it."""
    known = list(every)
    now = [one for one in known if one.when[:7] == month]
    before = [one for one in known if one.when[:7] < month]
    by_country: dict[str, Counter[str]] = {}
    outcomes: dict[str, Counter[str]] = {}
    for one in now:
        for country in one.countries or ("none",):
            by_country.setdefault(country, Counter())[one.tier] += 1
        if one.outcomes:
            outcomes.setdefault(one.tier, Counter()).update(one.outcomes)
    return Report(
        month,
        _sorted(Counter(one.tier for one in now)),
        {country: _sorted(told) for country, told in sorted(by_country.items())},
        sum(one.differs for one in now),
        _sorted(Counter(item for one in now for item in one.missing)),
        _hours((one.came, one.when) for one in now),
        _hours((one.when, one.acted) for one in now),
        sum(not one.acted for one in now),
        {tier: _sorted(told) for tier, told in sorted(outcomes.items())},
        tuple(_drifts(now, before)),
    )


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items()))


def _hours(spans: Iterable[tuple[str, str]]) -> float | None:
    """Return the median hours between two times."""
    found = []
    for first, last in spans:
        try:
            passed = datetime.fromisoformat(last) - datetime.fromisoformat(first)
        except (ValueError, TypeError):
            continue
        found.append(max(passed.total_seconds(), 0.0) / 3600)
    return round(median(found), 1) if found else None


def _drifts(now: Sequence[Set], before: Sequence[Set]) -> Iterator[str]:
    if min(len(now), len(before)) < FEWEST:
        return
    told = [_marks(one) for one in now], [_marks(one) for one in before]
    a, b = (Counter(mark for marks in part for mark in marks) for part in told)
    for mark in sorted({*a, *b}):
        if abs(apart(a[mark], len(now), b[mark], len(before))) >= FAR:
            yield (
                f"{mark}: {a[mark]:,} of {len(now):,} this month, {b[mark]:,} of {len(before):,}"
                " before; see whether the work, the leads or the reading of an item changed"
            )


def _marks(one: Set) -> set[str]:
    """Return what is counted of a tier that was set, each once."""
    differs = {"another tier than proposed"} if one.differs else set()
    return {f"tier {one.tier}", *differs, *(f"no answer to {item}" for item in one.missing)}


def apart(a: int, of_a: int, b: int, of_b: int) -> float:
    """Return how many standard errors lie between two shares."""
    pooled = (a + b) / (of_a + of_b)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / of_a + 1 / of_b))
    return (a / of_a - b / of_b) / spread if spread else 0.0
