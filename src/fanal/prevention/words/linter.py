"""Measures how often each entry of a list meets harmless texts, and which entries meet too many."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import BinaryIO

from fanal.errors import ListError
from fanal.prevention.words.automaton import Crowded
from fanal.prevention.words.lists import TermBook, book
from fanal.prevention.words.normalise import is_text
from fanal.prevention.words.stems import Stems
from fanal.prevention.words.terms import Entry

MOST_LINE = 1_000_000
"""Bytes of one line of a sample."""
UNREADABLE = "\udcff"
"""Stands for a line that cannot be asked about: half of a surrogate pair."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one entry met harmless texts; holds its name and never its pattern."""

    id: str
    hits: int
    is_refused: bool
    """It met more than the threshold allows."""


@dataclass(frozen=True, slots=True)
class Linted:
    """What a sample of harmless texts says of a list."""

    texts: int
    """Texts that were asked about."""
    unread: int
    """Lines that were too long or no valid Unicode."""
    rates: tuple[Rate, ...]
    """One for each entry that is no context, in the order of the list."""
    needed: int
    """Texts that a sample must have for its silence to say anything at this threshold."""

    @property
    def refused(self) -> tuple[Rate, ...]:
        """Return the entries that met more than the threshold allows."""
        return tuple(one for one in self.rates if one.is_refused)


def lint(
    entries: Sequence[Entry],
    texts: Iterable[str],
    threshold: Fraction,
    stems: Stems | None = None,
    limit: int = 20_000,
) -> Linted:
    """Ask about every harmless text, and count for each entry in how many of them it stands.

    Entries of support lists are counted like the others: their cost is help where none was looked
    for. No hit in n texts leaves a rate of 3/n possible (with 95 in 100, Hanley and Lippman-Hand,
    JAMA 1983;249:1743), so a sample shorter than three times the inverse threshold cannot clear.
    """
    asked = plain(entries, stems, limit)
    counts: Counter[int] = Counter()
    done = unread = 0
    for text in texts:
        if len(text) > limit or not is_text(text):
            unread += 1
            continue
        try:
            met = hits(asked, text)
        except Crowded:
            unread += 1
            continue
        done += 1
        counts.update(met)
    if not done:
        raise ListError("the sample holds no text", "one harmless text a line, in UTF-8")
    most = threshold * done
    rates = tuple(
        Rate(entry.id, counts[number], counts[number] > most)
        for number, entry in enumerate(entries)
        if entry.kind != "context"
    )
    return Linted(done, unread, rates, ceil(3 / threshold))


def plain(entries: Sequence[Entry], stems: Stems | None = None, limit: int = 20_000) -> TermBook:
    """Return a book in which support entries are found by number as listed ones are."""
    return book(tuple(replace(one, audience=None) for one in entries), "", limit, stems)


def hits(asked: TermBook, text: str) -> frozenset[int]:
    """Return the numbers of the entries that stand in a text."""
    found: frozenset[int] = frozenset()
    return found.union(*(one.hits for one in asked.found(text)))


def read_sample(path: Path) -> Iterator[str]:
    """Yield the lines of a sample; one that is no UTF-8 or far too long comes out as unreadable."""
    try:
        with path.open("rb") as stream:
            while line := stream.readline(MOST_LINE):
                text = line.decode("utf-8", "surrogateescape").strip()
                if len(line) == MOST_LINE and not line.endswith(b"\n"):
                    _skip(stream)
                    text = UNREADABLE
                if text:
                    yield text
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror}", "correct its name") from None


def _skip(stream: BinaryIO) -> None:
    """Pass over the rest of a line."""
    while (part := stream.readline(MOST_LINE)) and not part.endswith(b"\n"):
        pass
