"""Series are what links join, as far as people and sizes let them, however they are told."""

import dataclasses
import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET
from fanal.series.cluster import FIRM, Clusters, Links, People, cluster, limit_of
from fanal.series.events import MERGE, SPLIT, Event
from makers.clusters import (
    CONTENTS,
    chain,
    components,
    events,
    links_of,
    pairs,
    partition,
    people,
)

MANY = 600
"""Contents of which a tenth is more than a sheet."""


@contextmanager
def small_sheets() -> Iterator[None]:
    """Let a sheet show three contents, and everything larger than four be cut."""
    with (
        patch("fanal.series.cutting.SHEET", 3),
        patch("fanal.series.cluster.limit_of", lambda _: 4),
    ):
        yield


def again(clusters: Clusters, told: People) -> People:
    """What people said, over the series that were made."""
    return dataclasses.replace(told, series=clusters.series, dissolved=frozenset())


@given(pairs())
def test_without_people_series_are_what_hangs_together(told):
    found = partition(cluster(CONTENTS, links_of(told)))
    assert found == components(CONTENTS, [pair[:2] for pair in told])


@given(pairs(60, 90))
def test_the_components_are_those_of_a_library(told):
    sparse = pytest.importorskip("scipy.sparse")
    graph = pytest.importorskip("scipy.sparse.csgraph")
    a, b = ([pair[at] for pair in told] for at in (0, 1))
    matrix = sparse.coo_array((np.ones(len(told)), (a, b)), shape=(MANY, MANY))
    _, labels = graph.connected_components(matrix, directed=False)
    clusters = cluster(MANY, links_of(told))
    if not clusters.cuts:
        sizes = np.bincount(labels)
        assert (clusters.series < 0).tolist() == (sizes[labels] == 1).tolist()
        assert len({*zip(labels.tolist(), clusters.series.tolist(), strict=True)}) == len(
            {*labels.tolist()}
        )


@given(st.integers(1, 4 * SHEET), st.lists(st.integers(0, 4 * SHEET - 1), max_size=6))
def test_links_by_place_and_time_of_files_alone_make_no_more_than_a_sheet(firm, gaps):
    count = 4 * SHEET
    told = [(at, at + 1, FIRM - 1 if at >= firm or at in gaps else FIRM) for at in range(count - 1)]
    clusters = cluster(10 * count, links_of([(a, b, strength, 0) for a, b, strength in told]))
    strong = cluster(10 * count, links_of([(*pair, 0) for pair in told if pair[2] >= FIRM]))
    sizes = [len(part) for part in partition(clusters)]
    assert max(sizes) <= max([SHEET, *(len(part) for part in partition(strong))])
    loose = cluster(10 * count, links_of([(at, at + 1, FIRM - 1, 0) for at in range(count - 1)]))
    assert max(len(part) for part in partition(loose)) == SHEET


@given(pairs(), people(), st.randoms())
def test_the_order_in_which_links_are_told_does_not_matter(told, said, chance):
    links = links_of(told)
    shuffled = list(range(len(told)))
    chance.shuffle(shuffled)
    columns = [getattr(links, field.name)[shuffled] for field in dataclasses.fields(Links)]
    one, other = cluster(CONTENTS, links, said), cluster(CONTENTS, Links(*columns), said)
    assert one.series.tolist() == other.series.tolist()
    assert (one.held, one.formed, one.cuts) == (other.held, other.formed, other.cuts)
    assert one.refused.tolist() == [shuffled[at] for at in other.refused.tolist()]


@given(pairs(), people())
def test_made_again_of_what_was_made_nothing_changes(told, said):
    links = links_of(told)
    once = cluster(CONTENTS, links, said)
    twice = cluster(CONTENTS, links, again(once, said))
    assert twice.series.tolist() == once.series.tolist()
    assert twice.held == once.held


@given(pairs(), people())
def test_a_split_is_never_undone_by_links(told, said):
    found = partition(cluster(CONTENTS, links_of(told), said))
    for at, event in enumerate(said.events):
        if event.verb == SPLIT:
            for one in event.contents:
                for other in event.others:
                    assert not any({one, other} <= group for group in found) or any(
                        {one, other} <= {*side}
                        for later in said.events[at + 1 :]
                        for side in (later.contents, later.others)
                    )


@given(pairs(), events())
def test_what_was_merged_last_stays_together_and_alone(told, said):
    clusters = cluster(CONTENTS, links_of(told), People(said))
    if said and said[-1].verb == MERGE:
        assert frozenset(said[-1].contents) in partition(clusters)
        assert clusters.formed[int(clusters.series[said[-1].contents[0]])].id == said[-1].id


@given(pairs(), people())
def test_a_link_that_joins_nothing_is_a_proposal_unless_a_person_parted_its_ends(told, said):
    links = links_of(told)
    clusters = cluster(CONTENTS, links, said)
    series, refused = clusters.series, set(clusters.refused.tolist())
    for at, (one, other, *_) in enumerate(sorted(told)):
        joined = series[one] == series[other] != -1
        parted = any(
            {one, other} <= {*event.contents, *event.others}
            and (one in event.contents) != (other in event.contents)
            for event in said.events
            if event.verb == SPLIT
        )
        assert (at in refused) == (not joined and not parted)


@given(pairs(), people(), st.randoms())
def test_what_is_cut_is_cut_the_same_way_whoever_says_what(told, said, chance):
    links = links_of(told)
    shuffled = list(range(len(told)))
    chance.shuffle(shuffled)
    columns = [getattr(links, field.name)[shuffled] for field in dataclasses.fields(Links)]
    with small_sheets():
        plain = cluster(CONTENTS, links)
        once = cluster(CONTENTS, links, said)
        other = cluster(CONTENTS, Links(*columns), said)
        twice = cluster(CONTENTS, links, again(once, said))
    assert once.series.tolist() == other.series.tolist() == twice.series.tolist()
    assert once.piece.tolist() == plain.piece.tolist() == twice.piece.tolist()
    assert [cut.first for cut in once.cuts] == [cut.first for cut in plain.cuts]
    assert all(len(group) <= 4 for group in partition(plain))
    for group in partition(once):  # larger only where a person made it so
        assert len(group) <= 4 or int(once.series[min(group)]) in once.held


def test_a_strong_link_into_a_held_series_is_a_proposal():
    links = links_of([*chain([0, 1, 2]), *chain([2, 3, 4]), (4, 5, 50, 0)])
    said = People([Event("r-0", MERGE, (0, 1, 2))])
    clusters = cluster(6, links, said)
    assert partition(clusters) == {frozenset({0, 1, 2}), frozenset({3, 4, 5})}
    assert clusters.held == {0}
    assert [(links.a[at], links.b[at]) for at in clusters.refused] == [(2, 3)]


def test_a_series_with_a_decision_keeps_its_contents_and_no_other_joins():
    links = links_of(chain([0, 1, 2, 3]))
    decided, old = np.array([True, False, False, False]), np.array([0, 0, -1, -1])
    clusters = cluster(4, links, People((), old, frozenset(), decided))
    assert partition(clusters) == {frozenset({0, 1}), frozenset({2, 3})}
    assert clusters.held == {0}
    # A series that a merge formed is free once that merge was taken back.
    freed = People((), old, frozenset({0}), decided, frozenset({0, 1}))
    assert partition(cluster(4, links, freed)) == {frozenset({0, 1, 2, 3})}


def test_what_is_new_does_not_hide_behind_a_decision_on_a_single_content():
    links, nobody = links_of(chain([0, 1])), np.array([-1, -1])
    one = cluster(2, links, People((), nobody, frozenset(), np.array([True, False])))
    assert (partition(one), one.refused.tolist()) == (set(), [0])
    both = cluster(2, links, People((), nobody, frozenset(), np.array([True, True])))
    assert (partition(both), both.held) == ({frozenset({0, 1})}, {0})


def test_a_burst_that_fits_on_a_sheet_is_not_cut():
    assert limit_of(60) == SHEET
    clusters = cluster(60, links_of(chain(range(20))))
    assert (partition(clusters), clusters.cuts) == ({frozenset(range(20))}, ())


def test_what_is_larger_than_a_tenth_is_cut_people_or_not():
    random.seed(5)
    every = random.sample(range(MANY), 100)
    links = links_of(chain(every))
    clusters = cluster(MANY, links)
    (cut,) = clusters.cuts
    assert (cut.contents, cut.parts) == (100, 3)
    ends = {every[0], every[-1]}
    along = every if min(ends) == every[0] else every[::-1]
    assert partition(clusters) == {
        frozenset(along[start : start + SHEET]) for start in range(0, 100, SHEET)
    }
    decided = np.zeros(MANY, dtype=bool)
    decided[along[50]] = True
    held = cluster(MANY, links, People((), clusters.series, frozenset(), decided))
    assert partition(held) == partition(clusters)
    assert held.cuts == clusters.cuts
    assert not len(held.refused)
