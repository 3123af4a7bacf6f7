"""Names series, so that one that is made anew keeps its name.

A series takes the name of the earlier one with which it shares most contents, and a new one is
named after the first of its contents. No name passes to what has nothing in common with it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
PREFIX = "s-"
DIGITS = 12
"""Hexadecimal digits of a name."""


def named(series: Array, digests: Sequence[str], old: Array, names: Sequence[str]) -> list[str]:
    """Return the names of series 0, 1 …, given each content's series and its earlier one.

    `digests` are in order; -1 stands for no series.
    """
    count = int(series.max(initial=-1)) + 1
    given: list[str] = [""] * count
    free = set(names)
    for shared, name, new in _shared(series, old, names):
        if shared and not given[new] and name in free:
            given[new] = name
            free.discard(name)
    taken = set(names)
    first = np.full(count, len(series), dtype=np.int64)
    at = np.flatnonzero(series >= 0)
    np.minimum.at(first, series[at], at)
    for new in (number for number, name in enumerate(given) if not name):
        given[new] = fresh(PREFIX, digests[int(first[new])], taken)
        taken.add(given[new])
    return given


def _shared(series: Array, old: Array, names: Sequence[str]) -> list[tuple[int, str, int]]:
    """Return how many contents each series shares with an earlier one, the most first."""
    at = np.flatnonzero((series >= 0) & (old >= 0))
    pairs, counts = np.unique(
        np.stack([old[at], series[at]], axis=1) if len(at) else np.zeros((0, 2), dtype=np.int64),
        axis=0,
        return_counts=True,
    )
    told = (
        (shared, names[earlier], new)
        for (earlier, new), shared in zip(pairs.tolist(), counts.tolist(), strict=True)
    )
    return sorted(told, key=lambda one: (-one[0], one[1], one[2]))


def fresh(prefix: str, digest: str, taken: set[str]) -> str:
    """Return a name after a digest that is not taken yet: with more of its digits where need be."""
    for digits in range(DIGITS, len(digest) + 1):
        if (name := prefix + digest[:digits]) not in taken:
            return name
    number = 2
    while (name := f"{prefix}{digest}-{number}") in taken:
        number += 1
    return name
