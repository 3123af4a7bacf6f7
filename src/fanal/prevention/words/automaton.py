"""Finds every pattern of a list in one pass (Aho and Corasick 1975, through pyahocorasick)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ahocorasick

from fanal.errors import ListError
from fanal.prevention.nouns import Reason
from fanal.prevention.words import edges
from fanal.prevention.words.normalise import Normal, form
from fanal.prevention.words.pace import breathe
from fanal.prevention.words.terms import Entry

Span = tuple[int, int]
PART = 8_000
"""Patterns of one automaton."""
MOST_MET = 200_000
"""Places of one text at which patterns end; a text has more only where patterns hold each other."""


class Crowded(ListError):  # noqa: N818 (what happened)
    """More patterns stand in a text than can be looked at in a moment."""


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What stands in a text: listed words outside every harmless context, and words of help."""

    hits: frozenset[int] = frozenset()
    """Numbers of entries."""
    support: frozenset[Reason] = frozenset()


class Profile:
    """The patterns that are compared after the same steps."""

    def __init__(
        self, steps: frozenset[str], patterns: Iterable[tuple[str, int]], entries: tuple[Entry, ...]
    ) -> None:
        """Build the automaton of patterns as they stand, each with the number of its entry."""
        self.steps = steps
        self._entries = entries
        self._numbers: list[tuple[int, ...]] = []
        self._lengths: list[int] = []
        owners: dict[str, list[int]] = {}
        for row, (pattern, number) in enumerate(patterns):
            breathe(row)
            if text := form(pattern, steps):
                owners.setdefault(text, []).append(number)
        self._parts = tuple(self._built(part, owners) for part in _parts(owners))

    def _built(self, part: list[str], owners: dict[str, list[int]]) -> Any:
        """Return the automaton of some patterns."""
        automaton: Any = ahocorasick.Automaton()
        for text in part:
            breathe(len(self._lengths), 200)
            automaton.add_word(text, len(self._lengths))
            self._numbers.append(tuple(owners[text]))
            self._lengths.append(len(text))
        automaton.make_automaton()
        return automaton

    def __repr__(self) -> str:
        """Return how many patterns there are."""
        return f"Profile({len(self._lengths):,} patterns)"

    def find(self, normal: Normal) -> Found:
        """Return what stands in a text that went through this profile's steps."""
        met = self._met(normal)
        if not met:
            return Found()
        spans = list(self._whole(normal, met))
        entries = self._entries
        contexts = _merged(
            span for span, numbers in spans if any(entries[n].kind == "context" for n in numbers)
        )
        hits: set[int] = set()
        support: set[Reason] = set()
        for span, numbers in spans:
            is_covered = _covers(contexts, span)
            for number in numbers:
                audience = entries[number].audience
                if audience is not None:
                    support.add(audience)
                elif entries[number].kind != "context" and not is_covered:
                    hits.add(number)
        return Found(frozenset(hits), frozenset(support))

    def outside(self, normal: Normal) -> str:
        """Return a text in its normal form without the contexts that stand in it."""
        spans = _merged(span for span, _ in self._whole(normal, self._met(normal)))
        text = normal.text
        for start, end in reversed(spans):
            text = f"{text[:start]}\n{text[end:]}"
        return text

    def _met(self, normal: Normal) -> list[tuple[int, int]]:
        every = (met for part in self._parts for met in part.iter(normal.text))
        found = list(islice(every, MOST_MET + 1))
        if len(found) > MOST_MET:
            raise Crowded("a text holds too many patterns", "are there patterns of one letter?")
        return found

    def _whole(
        self, normal: Normal, met: list[tuple[int, int]]
    ) -> Iterator[tuple[Span, tuple[int, ...]]]:
        """Yield what was met as whole words: by the letters before any look-alike was replaced."""
        letters = normal.letters()
        for last, found in met:
            start, end = last + 1 - self._lengths[found], last + 1
            if edges.whole(letters.text, letters.at(start), letters.at(end)):
                yield (start, end), self._numbers[found]


def _parts(owners: Iterable[str]) -> Iterator[list[str]]:
    """Yield patterns in parts that are built in a few milliseconds each, like ones together.

    A part is built at one go, during which no thread can run; scanning several costs less where
    each knows one corner of the alphabet.
    """
    alike: dict[str, list[str]] = {}
    for row, text in enumerate(owners):
        breathe(row, 1_000)
        alike.setdefault(text[:3], []).append(text)
    part: list[str] = []
    for key in sorted(alike):
        for text in alike[key]:
            part.append(text)
            if len(part) == PART:
                yield part
                part = []
    if part:
        yield part


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the longest contexts only, in order: what begins later ends later too."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def _covers(contexts: list[Span], span: Span) -> bool:
    """Tell whether one context holds the whole span."""
    at = bisect_right(contexts, (span[0], 1 << 62))
    return at > 0 and contexts[at - 1][1] >= span[1]
