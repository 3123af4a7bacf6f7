"""Joins along the strongest edges first, and never two that somebody holds apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Two numbers that belong together; the smaller the rank, the stronger."""

    rank: int
    a: int
    b: int


@dataclass(frozen=True, slots=True)
class Split:
    """Who is together with whom, and which edges were not followed."""

    first: Mapping[int, int]
    """Number → smallest number that it is together with."""
    refused: tuple[Edge, ...]


def split(edges: Iterable[Edge], apart: Iterable[tuple[int, int]]) -> Split:
    """Join along edges in order, strongest first; one that would unite two held apart is refused.

    Kruskal's order (1956), with pairs that must not meet. The same edges and pairs give the same
    answer, in whatever order they come.
    """
    above: dict[int, int] = {}
    foes: dict[int, set[int]] = {}
    refused: list[Edge] = []

    def top(number: int) -> int:
        above.setdefault(number, number)
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    for a, b in apart:
        foes.setdefault(top(a), set()).add(b)
        foes.setdefault(top(b), set()).add(a)
    for edge in sorted(edges):
        low, high = sorted((top(edge.a), top(edge.b)))
        if low == high:
            continue
        if any(top(foe) == high for foe in foes.get(low, ())):
            refused.append(edge)
            continue
        above[high] = low
        if high in foes:
            foes.setdefault(low, set()).update(foes.pop(high))
    return Split({number: top(number) for number in sorted(above)}, tuple(refused))
