"""Counts how many looks it takes until everybody who must be seen has been seen."""

import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fanal.demo.belonging import Belonging
from fanal.demo.grouping import kind_of
from fanal.demo.looks import Look, first_seen

SHARES = (50, 80, 90, 95, 100)
"""Percent of the planted series by which a way of looking is measured."""
MOST_TOLD = 12
BLIND = "drawn by the blind sample"
_DIGEST = re.compile(r"[0-9a-f]{12,}")
_NUMBER = re.compile(r"\d[\d,.]*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")


@dataclass(frozen=True, slots=True)
class Seen:
    """One way of looking: when each planted series is first seen."""

    name: str
    at: tuple[int, ...]
    """Looks after which one more planted series has been seen, rising."""
    planted: int
    whole: int
    """Looks until this way has shown all that it ever shows."""

    @property
    def lost(self) -> int:
        """Return how many planted series this way never shows."""
        return self.planted - len(self.at)

    @property
    def last(self) -> int:
        """Return the look at which the last planted series is seen; all, where one never is."""
        return self.whole if self.lost else self.until(100)

    def until(self, percent: int) -> int:
        """Return the looks until so many percent were seen; all, where they never are."""
        needed = math.ceil(self.planted * percent / 100)
        if needed > len(self.at):
            return self.whole
        return self.at[needed - 1] if needed else 0


def seen(name: str, shown: Iterable[Sequence[str]], truth: Belonging) -> Seen:
    """Return when a way of looking shows each planted series."""
    every = list(shown)
    found = first_seen(every, truth.planted)
    return Seen(name, tuple(sorted(found.values())), len(truth.planted), len(every))


def best(truth: Belonging) -> Seen:
    """Return the least that anybody could do: one look a planted series, no look for naught."""
    count = len(truth.planted)
    return Seen("the unreachable best", tuple(range(1, count + 1)), count, count)


@dataclass(frozen=True, slots=True)
class Why:
    """What people looked at before the last planted series was seen."""

    kinds: Mapping[str, int]
    """What a look showed → looks."""
    reasons: Sequence[tuple[int, str, int, str]]
    """Step, sentence with its numbers and names left out, looks, what most of them showed."""
    ways: Sequence[tuple[str, int, int, int]]
    """Way of planted series, how many there are, middle and last look at which one was seen."""
    last: Sequence[tuple[str, str, int, int, str]]
    """The planted series seen last: name, way, look, step, sentence."""
    never: Sequence[str]
    """Names of planted series that no look shows."""


def why(shown: Sequence[Look], truth: Belonging) -> Why:
    """Return what stood before the last planted series, and which of them were seen last."""
    found = first_seen([look.contents for look in shown], truth.planted)
    by_id = {series.id: series for series in truth.planted}
    firsts = set(found.values())
    until = max(firsts, default=0)
    kinds: Counter[str] = Counter()
    reasons: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for number, look in enumerate(shown[:until], 1):
        kind = _shown(look, truth, first=number in firsts)
        kinds[kind] += 1
        if number not in firsts:
            reasons[look.step, _plain(look.reason)][kind] += 1
    ways: defaultdict[str, list[int]] = defaultdict(list)
    for name, number in found.items():
        ways[by_id[name].way].append(number)
    last = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST_TOLD]
    return Why(
        dict(kinds.most_common()),
        _most(reasons),
        [
            (way, len(at), round(statistics.median(at)), max(at))
            for way, at in sorted(ways.items(), key=lambda one: -max(one[1]))
        ],
        [
            (name, by_id[name].way, at, shown[at - 1].step, shown[at - 1].reason)
            for name, at in last
        ],
        sorted(by_id.keys() - found.keys()),
    )


def _shown(look: Look, truth: Belonging, *, first: bool) -> str:
    if first:
        return "planted, seen for the first time"
    if look.blind:
        return BLIND
    kind = kind_of(truth, look.contents)
    return "planted, seen before" if kind.startswith("planted") else kind


def _most(
    reasons: Mapping[tuple[int, str], Counter[str]],
) -> list[tuple[int, str, int, str]]:
    counted = [
        (step, reason, kinds.total(), ", ".join(f"{kind} {n}" for kind, n in kinds.most_common(3)))
        for (step, reason), kinds in reasons.items()
    ]
    return sorted(counted, key=lambda one: (-one[2], one[:2]))[:MOST_TOLD]


def _plain(reason: str) -> str:
    """Return a sentence without the names and numbers that are each content's own."""
    for what in (_QUOTED, _DIGEST, _NUMBER):
        reason = what.sub("#", reason)
    return reason
