"""Chooses, counts and sorts places of the queue by what is known of them; numbers only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Bits = NDArray[np.bool_]
Places = NDArray[np.int64]
MOST_VALUES = 60
"""Values of one facet that are told; those with most places."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen of one facet."""

    only: frozenset[str] = frozenset()
    """Codes of which a place must have one; none for any."""
    without: frozenset[str] = frozenset()
    """Codes that it must not have."""

    def __bool__(self) -> bool:
        return bool(self.only or self.without)


Chosen = Mapping[str, Choice]
"""Facet → what is chosen of it."""


@dataclass(slots=True)
class Values:
    """The values that a facet has: a number, a code for pages and words for each."""

    number: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def of(self, code: str, words: str) -> int:
        """Return the number of a value, a new one where it was not seen before."""
        found = self.number.get(code)
        if found is None:
            found = self.number[code] = len(self.codes)
            self.codes.append(code)
            self.words.append(words)
        return found

    def numbers(self, codes: frozenset[str]) -> list[int]:
        """Return the numbers of those of these codes that there are."""
        return [self.number[code] for code in codes if code in self.number]


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a facet, and how many places have it."""

    code: str
    says: str
    count: int


def fitting(column: Codes, values: Values, choice: Choice) -> Bits:
    """Tell which rows one facet lets through."""
    through = np.full(len(values.codes) + 1, not choice.only, np.bool_)
    through[values.numbers(choice.only)] = True
    through[values.numbers(choice.without)] = False
    found: Bits = through[column]
    return found


def marked(column: Codes, names: Sequence[str], choice: Choice) -> Bits:
    """Tell which rows a facet lets through whose values are marks, of which a row has any."""
    only = _bits(names, choice.only)
    found: Bits = (column & _bits(names, choice.without)) == 0
    if choice.only:
        found &= (column & only) != 0
    return found


def _bits(names: Sequence[str], codes: frozenset[str]) -> int:
    return sum(1 << at for at, name in enumerate(names) if name in codes)


def others(masks: Mapping[str, Bits], count: int) -> dict[str, Bits]:
    """Return for each facet what all the others let through, and for "" what all do.

    So a facet of which one value is chosen still counts its other values.
    """
    found = {"": _all([*masks.values()], count)}
    for name in masks:
        found[name] = _all([mask for other, mask in masks.items() if other != name], count)
    return found


def _all(masks: Sequence[Bits], count: int) -> Bits:
    found = np.ones(count, np.bool_)
    for mask in masks:
        found &= mask
    return found


def counted(column: Codes, values: Values, among: Bits, always: frozenset[str]) -> list[Counted]:
    """Return how many of these rows have each value, most first; what is chosen always."""
    counts = np.bincount(column[among], minlength=len(values.codes)).tolist()
    told = [
        Counted(code, values.words[at], counts[at])
        for at, code in enumerate(values.codes)
        if counts[at] or code in always
    ]
    told.sort(key=lambda one: (one.code not in always, -one.count, one.code))
    return told[:MOST_VALUES]


def counted_marks(
    column: Codes, names: Sequence[str], words: Mapping[str, str], among: Bits
) -> list[Counted]:
    """Return how many of these rows have each mark."""
    chosen = column[among]
    counts = [int(np.count_nonzero(chosen & (1 << at))) for at in range(len(names))]
    told = zip(names, counts, strict=True)
    return [Counted(name, words[name], count) for name, count in told if count]


def place_key(step: int, turn: int) -> int:
    """Return a number by which places are ordered; of equal ones exhibit and digest decide."""
    return (step << 40) | (turn & ((1 << 40) - 1))
