"""A crowd leaves out only pairs that are in no forest, and takes no room for them."""

import numpy as np

from fanal.matching import pairs_crowds
from fanal.matching.pairs_crowds import Group, first_best
from fanal.matching.pairs_found import DISTANCE, Found, unpack
from fanal.matching.pairs_kernels import APART, Sought
from makers.codes import flipped, random_codes
from makers.paired import all_pairs, forest

PLAIN, TURNED = Sought(31, 0, 0), Sought(20, 1, 4)


def crowd(seed, count, most):
    """Draw different codes around a head, the head first."""
    head = random_codes(seed, 1)
    around = flipped(seed, np.repeat(head, count, axis=0), most)
    codes = np.unique(np.concatenate([head, around]), axis=0)
    first = np.flatnonzero((codes == head).all(axis=1))[0]
    codes[[0, first]] = codes[[first, 0]]
    return codes


def group_of(codes, radius=31):
    words = codes.view(np.uint64)
    return Group(words, np.arange(len(codes)), words[0], radius)


def joined(codes, after=0):
    found = Found(len(codes))
    group = group_of(codes)
    group.join(after, PLAIN, found, 2)
    one, other, distance, _ = unpack(found.forest())
    return group, list(zip(distance.tolist(), one.tolist(), other.tolist(), strict=True)), found


def test_a_crowd_is_joined_as_by_comparing_all(monkeypatch):
    monkeypatch.setattr(pairs_crowds, "BLOCK", 100)
    monkeypatch.setattr(pairs_crowds, "LEAST_HELD", 10)
    codes = crowd(1, 700, 40)
    expected = forest(all_pairs(codes, None, 31, 0), len(codes))
    assert joined(codes)[1] == [(pair[0], *pair[2:4]) for pair in expected]


def test_levels_are_the_greatest_distance_on_the_way_to_the_head():
    codes = crowd(2, 500, 30)
    group, pairs, _ = joined(codes)
    levels = {0: 0}
    for _ in codes:
        for distance, one, other in pairs:
            for near, far in ((one, other), (other, one)):
                if near in levels and far not in levels:
                    levels[far] = max(levels[near], distance)
    expected = [levels.get(name, APART) for name in group.names.tolist()]
    assert group.level(np.arange(len(codes))).tolist() == expected


def test_few_pairs_of_a_crowd_are_told():
    codes = crowd(3, 3000, 12)
    _, pairs, found = joined(codes)
    assert len(pairs) == len(codes) - 1
    assert found.seen < 2 * len(codes)


def test_the_first_bound_is_greater_than_every_wanted_pair():
    levels = np.array([0, 5, 31, 40, APART], np.uint8)
    assert (first_best(levels, PLAIN) >> np.uint64(DISTANCE)).tolist() == [1, 6, 32, 32, 32]
    assert (first_best(levels, TURNED) >> np.uint64(DISTANCE)).tolist() == [0, 5, 21, 21, 21]
    assert first_best(levels, TURNED).min() > 0
