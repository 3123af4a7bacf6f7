"""Measures how far people agree who did not see each other's word; ranks nobody.

Kappa is that of Cohen (1960), "A coefficient of agreement for nominal scales", Educational and
Psychological Measurement 20, 37-46; the interval around a share that of Wilson (1927).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Z = 1.959963984540054
"""Of the normal distribution, for an interval that holds in 95 of 100 cases."""
FEW = 30
"""Pairs below which a figure is shown as one that rests on few."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What the first and the second person said of one content."""

    first: str
    second: str
    when: str
    """ISO 8601, of the second word."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the pairs of one kind agree."""

    of: str
    pairs: int
    agree: int
    low: float
    high: float
    """Wilson's interval of the share that agrees."""
    kappa: float | None
    """None where it is not defined: both always say the same one thing, or there is no pair."""

    @property
    def share(self) -> float | None:
        """The share that agrees; None without pairs."""
        return self.agree / self.pairs if self.pairs else None

    @property
    def rests_on_few(self) -> bool:
        """Tell whether the figures rest on few pairs."""
        return self.pairs < FEW


def overall(pairs: Sequence[Pair], of: str = "all") -> Agreement:
    """Return the agreement of pairs."""
    agree = sum(pair.first == pair.second for pair in pairs)
    low, high = wilson(agree, len(pairs))
    return Agreement(of, len(pairs), agree, low, high, kappa(table(pairs)))


def by_category(pairs: Sequence[Pair]) -> list[Agreement]:
    """Return the agreement on each category against all others, of the pairs that name it.

    The share is that of pairs in which both name it, of those in which either does; kappa is over
    all pairs, the category against the rest.
    """
    names = sorted({name for pair in pairs for name in (pair.first, pair.second)})
    found = []
    for name in names:
        either = [pair for pair in pairs if name in {pair.first, pair.second}]
        both = sum(pair.first == pair.second for pair in either)
        two = [Pair(str(one.first == name), str(one.second == name), one.when) for one in pairs]
        low, high = wilson(both, len(either))
        found.append(Agreement(name, len(either), both, low, high, kappa(table(two))))
    return found


def by_week(pairs: Iterable[Pair]) -> list[Agreement]:
    """Return the agreement of each week (ISO 8601), oldest first."""
    weeks: dict[str, list[Pair]] = {}
    for pair in pairs:
        weeks.setdefault(week(pair.when), []).append(pair)
    return [overall(weeks[name], name) for name in sorted(weeks)]


def week(when: str) -> str:
    """Return the week of a time, such as 2026-W09; "" where the time cannot be read."""
    try:
        year, number, _ = datetime.fromisoformat(when).isocalendar()
    except ValueError:
        return ""
    return f"{year:04}-W{number:02}"


def table(pairs: Iterable[Pair]) -> Mapping[tuple[str, str], int]:
    """Return how often each first word met each second word."""
    return Counter((pair.first, pair.second) for pair in pairs)


def kappa(counts: Mapping[tuple[str, str], int]) -> float | None:
    """Return Cohen's kappa: agreement beyond what chance gives, as a part of what it could be."""
    total = sum(counts.values())
    if not total:
        return None
    rows, columns = Counter[str](), Counter[str]()
    for (first, second), count in counts.items():
        rows[first] += count
        columns[second] += count
    agree = sum(count for (first, second), count in counts.items() if first == second)
    chance = sum(rows[name] * columns[name] for name in rows)
    if chance == total * total:
        return None
    return (agree * total - chance) / (total * total - chance)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the interval of a share, 0 to 1 without anything counted."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z * Z
    middle = share + square / (2 * total)
    width = Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    below = 1 + square / total
    return max(0.0, (middle - width) / below), min(1.0, (middle + width) / below)
