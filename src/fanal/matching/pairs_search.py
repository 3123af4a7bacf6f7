"""Searches near pairs: crowds among themselves, then everything else, then everything turned."""

import threading
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fanal.matching import near_kernels, pairs_kernels
from fanal.matching.crowds import NOBODY, find_crowds
from fanal.matching.mapped import Array
from fanal.matching.near_build import LINEAR
from fanal.matching.near_query import spread_tables_once
from fanal.matching.pairs_crowds import Group, first_best
from fanal.matching.pairs_found import Found, in_threads
from fanal.matching.pairs_kernels import APART, Asked, Sought
from fanal.matching.pairs_tables import Shelf

BLOCK = 1 << 15
"""Queries worked on together; fits the 24 bits of a hit."""
TURNED_BACK = (0, 3, 2, 1, 4, 5, 6, 7)
"""The turn that undoes each: a quarter turn the other one, all others they themselves."""


class Queries(NamedTuple):
    """Some contents that ask."""

    words: Array
    """Their codes, spread."""
    names: Array
    rows: Array
    """The row of each one's code among the different codes, also where it asks by a turned one."""


class Search:
    """The different codes of a set, ready to be asked for those near a code."""

    def __init__(self, codes: Array, names: Array, found: Found, workers: int) -> None:
        """Take different codes with rising numbers, and set crowds apart."""
        self._names: npt.NDArray[np.int64] = names
        self._found = found
        self._workers = workers
        self._words = _spread(codes)
        self._places = np.zeros(len(names), np.int64)
        self._owners = np.full(len(names), NOBODY, np.uint8)
        self._groups: list[Group] = []
        self._shelf: Shelf | None = None
        self._everyone: Group | None = None
        self._lock = threading.Lock()

    def join(self, radius: int, after: int) -> None:
        """Find the pairs of the codes as they are, with an end at or after `after`.

        Where all are wanted, each crowd asks those before it, and who is in none asks all.
        """
        sought = Sought(radius, 0, 0)
        self._arrange(radius)
        for group in self._groups:
            group.join(after, sought, self._found, self._workers)
        first = int(np.searchsorted(self._names, after))

        def ask(start: int) -> None:
            rows = np.arange(start, min(start + BLOCK, len(self._names)))
            queries = Queries(self._words[rows], self._names[rows], rows)
            owners = self._owners[rows]
            self._ask_shelf(queries, owners >= (0 if after else NOBODY), sought)
            for crowd, group in enumerate(self._groups):
                others = owners != crowd if after else owners > crowd
                self._ask_group(group, queries, others, sought)

        in_threads(ask, range(first, len(self._names), BLOCK), self._workers)

    def join_turned(self, turned: Array, rows: Array, radius: int, after: int) -> None:
        """Find the pairs of the codes with turned ones of later contents, from `after` on.

        `rows` says for each content where its own code stands among the different ones.
        """

        def ask(job: tuple[int, int]) -> None:
            turn, start = job
            names = np.arange(start, min(start + BLOCK, len(rows)))
            words = _spread(turned[start : start + BLOCK, turn - 1])
            queries = Queries(words, names, rows[names])
            sought = Sought(radius, 1, TURNED_BACK[turn])
            everyone = np.ones(len(names), np.bool_)
            self._ask_shelf(queries, everyone, sought)
            for group in self._groups:
                self._ask_group(group, queries, everyone, sought)

        starts = range(after, len(rows), BLOCK)
        in_threads(ask, ((turn, at) for turn in range(1, 8) for at in starts), self._workers)

    def _arrange(self, radius: int) -> None:
        """Set crowds apart, and put the others into tables, or into one group if they are few."""
        if len(self._names) >= LINEAR:
            heads, self._owners = find_crowds(self._words)
            for crowd, head in enumerate(heads):
                self._gather(np.flatnonzero(self._owners == crowd), head, radius)
        free = np.flatnonzero(self._owners == NOBODY)
        if len(free) >= LINEAR:
            self._shelf = Shelf(self._words[free], self._names[free])
        elif len(free):
            self._owners[free] = len(self._groups)
            self._gather(free, self._words[free[0]], radius)

    def _gather(self, rows: Array, head: Array, radius: int) -> None:
        """Make a group of some codes."""
        group = Group(self._words[rows], self._names[rows], head, radius)
        self._places[np.searchsorted(self._names, group.names)] = np.arange(len(rows))
        self._groups.append(group)

    def _ask_shelf(self, queries: Queries, those: Array, sought: Sought) -> None:
        """Ask the tables by those queries; who has too many candidates there asks every code."""
        if self._shelf is None or not those.any():
            return
        asking = Queries(*(column[those] for column in queries))
        own = self._names[asking.rows]
        crowded = self._shelf.ask(asking[:2], own, sought, self._found)
        if crowded.any():
            self._ask_group(self._all_free(), asking, crowded, sought)

    def _ask_group(self, group: Group, queries: Queries, those: Array, sought: Sought) -> None:
        """Ask a group by those queries that the triangle inequality lets be near one of it."""
        apart = np.empty(len(queries.names), np.int64)
        pairs_kernels.measure(queries.words, group.head, apart)
        near = np.flatnonzero(those & (apart <= sought.radius + group.reach))
        if not len(near):
            return
        own = self._names[queries.rows[near]]
        levels = np.full(len(near), APART, np.uint8)
        places = self._places[queries.rows[near]]
        # Whoever is of the group stands there under its own name.
        inside = places < len(group.names)
        inside[inside] = group.names[places[inside]] == own[inside]
        levels[inside] = group.level(places[inside])
        until = np.full(len(near), len(group.names))
        best = first_best(levels, sought)
        asked = Asked(queries.words[near], queries.names[near], own, until, apart[near], best)
        group.ask(asked, sought, self._found)

    def _all_free(self) -> Group:
        """Return all codes that are in the tables as one group, made at the first call."""
        with self._lock:
            if self._everyone is None:
                free = np.flatnonzero(self._owners == NOBODY)
                # No radius, as no pairs with the head are known: each code stands for itself.
                head = self._words[free[0]]
                self._everyone = Group(self._words[free], self._names[free], head, -1)
            return self._everyone


def _spread(codes: Array) -> npt.NDArray[np.uint64]:
    """Move the bits of codes to their chunks."""
    words = np.empty((len(codes), 4), np.uint64)
    near_kernels.spread(np.ascontiguousarray(codes), spread_tables_once(), words)
    return words
