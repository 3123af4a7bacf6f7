"""Draws links, people's events and cases of groups, and tells what holds of them the slow way."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from fanal.series.cluster import Clusters, Links, People
from fanal.series.events import MERGE, SPLIT, Event

CONTENTS = 14
Pair = tuple[int, int, int, int]
"""One content, another, strength, number of the kind."""


def links_of(pairs: Iterable[Pair]) -> Links:
    """Columns of links."""
    columns = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 4).T
    return Links(*columns)


def chain(contents: Sequence[int], strength: int = 80, kind: int = 0) -> list[Pair]:
    """Links from each content to the next."""
    return [(min(pair), max(pair), strength, kind) for pair in pairwise(contents)]


def partition(clusters: Clusters) -> set[frozenset[int]]:
    """The series as sets of contents."""
    series = clusters.series.tolist()
    return {
        frozenset(at for at, of in enumerate(series) if of == number)
        for number in range(clusters.count)
    }


def components(contents: int, pairs: Iterable[tuple[int, int]]) -> set[frozenset[int]]:
    """What hangs together, by joining sets until nothing changes; sets of one are left out."""
    sets = {at: frozenset({at}) for at in range(contents)}
    for one, other in pairs:
        both = sets[one] | sets[other]
        sets |= dict.fromkeys(both, both)
    return {found for found in sets.values() if len(found) > 1}


def pairs(contents: int = CONTENTS, most: int = 24) -> st.SearchStrategy[list[Pair]]:
    """Links between contents, at most one of a pair and kind."""
    one = st.tuples(
        st.integers(0, contents - 1),
        st.integers(0, contents - 1),
        st.integers(1, 5),
        st.integers(0, 2),
    )
    ordered = one.filter(lambda pair: pair[0] != pair[1]).map(
        lambda pair: (min(pair[:2]), max(pair[:2]), *pair[2:])
    )
    return st.lists(ordered, max_size=most, unique_by=lambda pair: (*pair[:2], pair[3]))


@st.composite
def events(draw: st.DrawFn, contents: int = CONTENTS) -> list[Event]:
    """Merges and splits, as people make them and as nobody would."""
    made = []
    for number in range(draw(st.integers(0, 5))):
        named = draw(st.lists(st.integers(0, contents - 1), min_size=2, max_size=8, unique=True))
        if draw(st.booleans()):
            made.append(Event(f"r-{number}", MERGE, tuple(named)))
        else:
            at = draw(st.integers(1, len(named) - 1))
            made.append(Event(f"r-{number}", SPLIT, tuple(named[:at]), tuple(named[at:])))
    return made


@st.composite
def people(draw: st.DrawFn, contents: int = CONTENTS) -> People:
    """What people said, over series of any kind."""
    series = draw(st.lists(st.integers(-1, 4), min_size=contents, max_size=contents))
    decided = draw(st.lists(st.booleans(), min_size=contents, max_size=contents))
    return People(
        draw(events(contents)),
        np.array(series),
        frozenset(draw(st.lists(st.integers(0, 4), max_size=2))),
        np.array(decided),
        frozenset(draw(st.lists(st.integers(0, contents - 1), max_size=4))),
    )
