"""Links pictures to those that they were made from, as their records and credentials say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fanal.model.series import MADE_FROM, Link, Tie
from fanal.series.spelling import digest

MOST_OF_DOCUMENT = 1000
"""Contents that one document of an editor may have become; more have the id of a template."""
Shared = Iterable[tuple[str, str]]
"""Content, and what stands for the thing that it shares with others."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One picture that names another one as what it was made from."""

    output: str
    source: str
    how: str
    """Short code, e.g. `init image`."""
    strength: int
    says: str


def links(told: Iterable[Source]) -> Iterator[Link]:
    """Yield a link from each picture to its source; none of them joins.

    Where pictures name each other in a ring, that cannot be true of all of them, and is said; one
    that names itself has no link.
    """
    every = sorted({one for one in told if one.output != one.source})
    of = _rings([(one.output, one.source) for one in every])
    for one in every:
        says = one.says
        if of.get(one.output, -1) == of.get(one.source, -2):
            says += "; but they name each other in a ring, which cannot be true of all of them"
        yield Link(one.output, one.source, MADE_FROM, one.how, one.strength, joins=False, says=says)


def by_source(told: Shared) -> Iterator[Tie]:
    """Yield the ties of pictures that name one and the same source, be it in the case or not."""
    yield from _ties(told, "source", "generated pictures that name the same source picture")


def by_document(told: Shared) -> Iterator[Tie]:
    """Yield the ties of pictures that an editor saved from one document."""
    said = "pictures that an editor saved from one document"
    yield from _ties(told, "document", said, MOST_OF_DOCUMENT)


def _ties(told: Shared, code: str, said: str, most: int = 1 << 62) -> Iterator[Tie]:
    every = sorted(set(told))
    counts = Counter(value for _, value in every)
    for sha256, value in every:
        if 1 < counts[value] <= most:
            says = f"one of {counts[value]:,} {said}"
            yield Tie(sha256, MADE_FROM, f"{code} {digest(value)}", says)


def _rings(edges: list[tuple[str, str]]) -> dict[str, int]:
    """Return of each picture that is in a ring the number of that ring (Tarjan, 1972)."""
    leads: dict[str, list[str]] = {}
    for output, source in edges:
        leads.setdefault(output, []).append(source)
    return _Search(leads).rings()


class _Search:
    """Finds the strongly connected parts of a graph, without recursion."""

    def __init__(self, leads: dict[str, list[str]]) -> None:
        self._leads = leads
        self._met: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._held: list[str] = []
        self._on: set[str] = set()
        self._found: dict[str, int] = {}

    def rings(self) -> dict[str, int]:
        """Return every node of a part of two or more, with the number of the part."""
        for start in self._leads:
            if start not in self._met:
                self._walk(start)
        return self._found

    def _walk(self, start: str) -> None:
        waiting = [(start, iter(self._leads.get(start, ())))]
        self._enter(start)
        while waiting:
            node, rest = waiting[-1]
            following = next(rest, None)
            if following is None:
                waiting.pop()
                self._leave(node)
                if waiting:
                    above = waiting[-1][0]
                    self._low[above] = min(self._low[above], self._low[node])
            elif following not in self._met:
                self._enter(following)
                waiting.append((following, iter(self._leads.get(following, ()))))
            elif following in self._on:
                self._low[node] = min(self._low[node], self._met[following])

    def _enter(self, node: str) -> None:
        self._met[node] = self._low[node] = len(self._met)
        self._held.append(node)
        self._on.add(node)

    def _leave(self, node: str) -> None:
        if self._low[node] != self._met[node]:
            return
        part: list[str] = []
        while not part or part[-1] != node:
            part.append(self._held.pop())
        self._on.difference_update(part)
        if len(part) > 1:
            self._found.update(dict.fromkeys(part, self._met[node]))
