"""What is too large is taken apart at its weakest links, and nothing of it is lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET
from fanal.series.cluster import Links, cluster, limit_of
from fanal.series.cutting import Tree, cut
from makers.clusters import chain, components, links_of, pairs, partition

MANY = 600
LIMIT = limit_of(MANY)


def slowly(roots, pairs, limit):
    """The parts that are left where the weakest level is removed until all fit."""
    left = [(set(range(len(roots))), pairs)]
    done = []
    while left:
        contents, held = left.pop()
        groups = components(len(roots), [pair[:2] for pair in held])
        singles = contents - set().union(*groups)
        done += [frozenset({one}) for one in singles]
        for group in groups:
            if len(group) <= limit:
                done.append(group)
                continue
            within = [pair for pair in held if pair[0] in group]
            weakest = min(pair[2] for pair in within)
            left.append((set(group), [pair for pair in within if pair[2] > weakest]))
    return set(done)


@given(pairs(40, 90), st.integers(2, 12))
def test_what_links_still_hold_is_what_is_left_without_the_weakest(told, limit):
    links = links_of(told)
    roots = np.arange(40)
    for group in components(40, [pair[:2] for pair in told]):
        roots[list(group)] = min(group)
    order = links.order
    tree = Tree(*(column[order] for column in (links.a, links.b, links.strength, links.kind)))
    sets = components(40, [pair[:2] for pair in told])
    kept, joined = [], {at: {at} for at in range(40)}
    for at, (one, other) in enumerate(zip(tree.a.tolist(), tree.b.tolist(), strict=True)):
        if joined[one] is not joined[other]:
            kept.append(at)
            joined[one] |= joined[other]
            joined |= dict.fromkeys(joined[one], joined[one])
    tree = Tree(*(column[kept] for column in (tree.a, tree.b, tree.strength, tree.kind)))
    cuts = cut(roots, tree, limit)
    within = {
        frozenset(np.flatnonzero(cuts.within == number).tolist())
        for number in np.unique(cuts.within)
    }
    assert within == slowly(roots, told, limit)
    large = {at for group in sets if len(group) > limit for at in group}
    assert set(np.flatnonzero(cuts.piece >= 0).tolist()) == large
    assert sum(taken.contents for taken in cuts.taken) == len(large)


def test_the_weakest_links_go_first():
    groups = [list(range(start, start + 30)) for start in range(0, 90, 30)]
    told = [pair for group in groups for pair in chain(group, 90)]
    told += [(0, 30, 60, 0), (30, 60, 60, 0)]
    clusters = cluster(MANY, links_of(told))
    assert partition(clusters) == {frozenset(group) for group in groups}
    (taken,) = clusters.cuts
    assert (taken.contents, taken.parts, taken.kind) == (90, 3, 0)


def test_what_hung_on_a_hub_is_laid_together_by_sheets():
    told = [(0, other, 70, 1) for other in range(1, 200)]
    clusters = cluster(MANY, links_of(told))
    sizes = sorted(map(len, partition(clusters)))
    assert sizes == [200 % SHEET, *[SHEET] * (200 // SHEET)]
    assert clusters.cuts[0].first == (1, 0, *range(2, 8))


def test_a_few_stronger_links_do_not_shatter_the_rest():
    told = chain(range(500))
    told[250] = (250, 251, 90, 0)
    clusters = cluster(MANY, links_of(told))
    assert len(partition(clusters)) == clusters.cuts[0].parts <= 500 // SHEET + 2
    assert not (clusters.series[:500] < 0).any()


def test_a_part_that_fills_more_than_a_sheet_stands_alone():
    told = [*chain(range(55), 90), *chain(range(55, 70), 90), (0, 55, 40, 0), (55, 71, 40, 0)]
    found = partition(cluster(MANY, links_of(told)))
    assert found == {frozenset(range(55)), frozenset({*range(55, 70), 71})}


def test_a_hundred_thousand_equal_pictures_are_cut():
    every = np.random.default_rng(7).permutation(120_000)[:100_000]
    ends, same = np.sort([every[1:], every[:-1]], axis=0), np.ones(len(every) - 1, np.int64)
    links = Links(*ends, 80 * same, 0 * same)
    clusters = cluster(120_000, links)
    (taken,) = clusters.cuts
    assert (taken.contents, taken.parts) == (100_000, -(-100_000 // SHEET))
    sizes = np.bincount(clusters.series[clusters.series >= 0])
    assert sizes.max() == SHEET
    assert sizes.sum() == 100_000
