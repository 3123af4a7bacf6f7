"""Finds words that are nearly those of a list, only for entries that ask for it (MATCH-02)."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

import ahocorasick
import numpy as np
import regex

from fanal.errors import ListError
from fanal.prevention.words.normalise import STEPS, normalise
from fanal.prevention.words.terms import PIECE, Entry

MOST_ENTRIES = 500
"""More would make every text wait: 500 cost up to 3 ms in 2,000 characters."""
EVERY = frozenset(STEPS)
_signs = regex.compile(r"[^\p{L}\p{N}\p{M}]+")


class Nearly:
    """Patterns whose letters may differ a little; words are as many as in the pattern.

    What differs in at most k letters keeps one of k + 1 pieces as it is (Wu and Manber 1992), so
    only patterns of which a piece stands in the text are compared with its words.
    """

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        """Take the entries that ask for it; raises where there are too many, or no library."""
        self._known = tuple(_Known.of(one, at) for at, one in enumerate(entries) if one.fuzzy)
        if len(self._known) > MOST_ENTRIES:
            raise ListError(
                f"more than {MOST_ENTRIES:,} entries are fuzzy",
                "keep the flag for the few that need it",
            )
        pieces: dict[str, list[int]] = {}
        for at, one in enumerate(self._known):
            for piece in one.pieces():
                pieces.setdefault(piece, []).append(at)
        self._pieces: Any = ahocorasick.Automaton()
        for piece, owners in pieces.items():
            self._pieces.add_word(piece, tuple(owners))
        if pieces:
            self._pieces.make_automaton()
            _distance()

    def __bool__(self) -> bool:
        """Tell whether any entry asks for it."""
        return bool(self._known)

    def __repr__(self) -> str:
        """Return how many patterns there are."""
        return f"Nearly({len(self._known):,} patterns)"

    def find(self, text: str) -> frozenset[int]:
        """Return the entries that stand in a text in its normal form, but for a few letters."""
        near = {at for _, owners in self._pieces.iter(text) for at in owners}
        if not near:
            return frozenset()
        known = [self._known[at] for at in near]
        found = _found(text, known)
        if (bare := _bare(text)) != text:  # signs beside a word are no letters that differ
            found |= _found(bare, [one for each in known if (one := each.bare()).is_long])
        return frozenset(found)


@dataclass(frozen=True, slots=True, repr=False)
class _Known:
    """A pattern, how many of its letters may differ, and the number of its entry."""

    text: str
    most: int
    number: int
    words: int

    @classmethod
    def of(cls, entry: Entry, number: int) -> "_Known":
        text = normalise(entry.pattern, EVERY).text
        return cls(text, entry.fuzzy, number, len(text.split()))

    @property
    def is_long(self) -> bool:
        """Tell whether enough letters stay as they are (MATCH-02)."""
        return len(self.text) >= PIECE * (self.most + 1)

    def bare(self) -> "_Known":
        """Return it as it stands in a text without signs between words."""
        text = _bare(self.text)
        return _Known(text, self.most, self.number, len(text.split()))

    def pieces(self) -> list[str]:
        """Return one piece more than letters may differ, with a letter between each two.

        So two letters that changed places touch one piece at most.
        """
        count = self.most + 1
        cuts = [(len(self.text) + 1) * at // count for at in range(count + 1)]
        return [self.text[a : b - 1] for a, b in pairwise(cuts)]


def _found(text: str, every: list[_Known]) -> set[int]:
    """Return the numbers of patterns that are near as many words of a text as they have."""
    by_words: dict[int, list[_Known]] = {}
    for one in every:
        by_words.setdefault(one.words, []).append(one)
    words = text.split()
    found: set[int] = set()
    for count, known in by_words.items():
        windows = {" ".join(words[at : at + count]) for at in range(len(words) - count + 1)}
        found.update(_near(known, sorted(windows)))
    return found


def _bare(text: str) -> str:
    """Return a text in which everything between words is one blank."""
    return str(_signs.sub(" ", text)).strip()


def _near(known: list[_Known], windows: list[str]) -> Iterator[int]:
    """Yield the numbers of those patterns that are near one of these words."""
    if not windows:
        return
    cdist, distance = _distance()
    far = cdist(
        [one.text for one in known],
        windows,
        scorer=distance,
        score_cutoff=max(one.most for one in known),
        dtype=np.uint8,
    )
    for one, row in zip(known, far, strict=True):
        if (row <= one.most).any():
            yield one.number


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
    return process.cdist, distance.OSA.distance
