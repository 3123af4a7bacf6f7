"""Hits of several queries are put together, and a count says whether it is exact."""

from itertools import groupby
from operator import itemgetter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.matching.exact import VICTIMS
from fanal.matching.hits import Hits, NearHit, NearHits, joined, nothing, ranks


def near_hits(found: list[tuple[int, int, int]], counts: list[int]) -> NearHits:
    """Make hits of (query, distance, entry); an entry's victim flag is its number modulo 3."""
    columns = np.array(sorted(found), np.int64).reshape(-1, 3)
    return NearHits(
        columns[:, 0],
        columns[:, 2].astype(np.uint32),
        columns[:, 1].astype(np.uint8),
        (columns[:, 2] % 3).astype(np.uint8),
        np.array(counts, np.int64),
        np.ones(len(counts), np.bool_),
    )


def test_hits_become_objects_one_at_a_time():
    hits = near_hits([(1, 3, 4), (0, 2, 9)], [1, 1])
    assert len(hits) == 2
    assert list(hits) == [NearHit(0, 9, 2, VICTIMS[0]), NearHit(1, 4, 3, VICTIMS[1])]


@given(
    found=st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 30)), st.integers(0, 6), max_size=80
    ),
    groups=st.lists(st.integers(0, 2), min_size=6, max_size=6),
    most=st.integers(1, 12),
)
def test_an_entry_that_several_queries_meet_is_one_hit(found, groups, most):
    """Each query brings its nearest only; the plain way looks at every hit of all of them."""
    every = sorted((query, distance, entry) for (query, entry), distance in found.items())
    counts = [sum(1 for hit in every if hit[0] == query) for query in range(6)]
    first = [hit for _, own in groupby(every, key=itemgetter(0)) for hit in [*own][:most]]
    together = near_hits(first, counts).together(np.array(groups), most)
    for group in range(max(groups) + 1):
        best: dict[int, tuple[int, int]] = {}
        for query, distance, entry in every:
            if groups[query] == group:
                best[entry] = min(best.get(entry, (99, 99)), (distance, query))
        nearest = sorted((distance, entry, query) for entry, (distance, query) in best.items())
        got = [(h.distance, h.entry, h.query) for h in together if groups[h.query] == group]
        assert got == nearest[:most]
        if together.complete[group]:
            assert together.counts[group] == len(best)
        assert min(len(best), most) <= together.counts[group] <= len(best)
        left_out = any(counts[query] > most for query in range(6) if groups[query] == group)
        assert together.complete[group] == (not left_out or groups.count(group) == 1)


def test_no_queries_at_all():
    together = near_hits([], []).together(np.empty(0, np.int64), 5)
    assert len(together) == len(together.counts) == 0


def test_blocks_are_joined():
    one = (np.array([4, 7], np.uint32), np.array([1, 2], np.uint8), np.array([0, 9]))
    two = (np.array([5], np.uint32), np.array([0], np.uint8), np.array([1]))
    hits = joined([one, two], 2)
    assert isinstance(hits, Hits)
    assert (hits.queries.tolist(), hits.entries.tolist()) == ([1, 1, 2], [4, 7, 5])
    assert (hits.kept.tolist(), hits.counts.tolist()) == ([0, 2, 1], [0, 9, 1])


def test_nothing_is_an_answer():
    hits = nothing(3)
    assert (hits.queries.tolist(), hits.counts.tolist()) == ([], [0, 0, 0])


def test_ranks_count_from_nought_for_each_owner():
    assert ranks(np.array([3, 3, 5, 3, 3, 3])).tolist() == [0, 1, 0, 0, 1, 2]
    assert ranks(np.empty(0, np.int64)).tolist() == []
