"""Finds words that are nearly those of a list, only for entries that ask for it (MATCH-02)."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import regex

from fanal.errors import ListError
from fanal.prevention.words.normalise import STEPS, normalise
from fanal.prevention.words.terms import Entry

_word = regex.compile(r"\S+")
MOST_ENTRIES = 2_000
"""More would make every text wait."""
EVERY = frozenset(STEPS)


@dataclass(frozen=True, slots=True, repr=False)
class Nearly:
    """Patterns with the letters that may differ, by their number of words."""

    by_words: dict[int, tuple[tuple[str, int, int], ...]]
    """Words → pattern, limit, number of the entry."""

    @classmethod
    def of(cls, entries: tuple[Entry, ...]) -> "Nearly":
        """Return the entries that ask for it; raises where there are too many, or no library."""
        found: dict[int, list[tuple[str, int, int]]] = {}
        for number, entry in enumerate(entries):
            if entry.fuzzy and entry.audience is None and entry.kind != "context":
                pattern = normalise(entry.pattern, EVERY).text
                found.setdefault(len(pattern.split()), []).append((pattern, entry.fuzzy, number))
        if sum(map(len, found.values())) > MOST_ENTRIES:
            raise ListError(
                f"more than {MOST_ENTRIES:,} entries are fuzzy",
                "keep the flag for the few that need it",
            )
        if found:
            _distance()
        return cls({words: tuple(patterns) for words, patterns in found.items()})

    def __bool__(self) -> bool:
        """Tell whether any entry asks for it."""
        return bool(self.by_words)

    def __repr__(self) -> str:
        """Return how many patterns there are."""
        return f"Nearly({sum(map(len, self.by_words.values())):,} patterns)"

    def find(self, text: str) -> frozenset[int]:
        """Return the entries that stand in a text in its normal form, but for a few letters."""
        words = _word.findall(text)
        cdist, distance = _distance()
        found: set[int] = set()
        for count, patterns in self.by_words.items():
            windows = list(
                {" ".join(words[at : at + count]) for at in range(len(words) - count + 1)}
            )
            if not windows:
                continue
            limits = np.array([limit for _, limit, _ in patterns])
            most = int(limits.max())
            far = cdist(
                [pattern for pattern, _, _ in patterns],
                windows,
                scorer=distance,
                score_cutoff=most,
                dtype=np.uint8,
            )
            near = (far <= limits[:, None]).any(axis=1)
            found.update(patterns[at][2] for at in np.flatnonzero(near))
        return frozenset(found)


def _distance() -> tuple[Any, Any]:
    """Return rapidfuzz's comparison of many with many, and its distance."""
    try:
        process = import_module("rapidfuzz.process")
        distance = import_module("rapidfuzz.distance")
    except ImportError:
        raise ListError(
            "the list has fuzzy entries, and rapidfuzz is not installed",
            "pip install 'fanal[fuzzy]', or take the flag from these entries",
        ) from None
    return process.cdist, distance.DamerauLevenshtein.distance
