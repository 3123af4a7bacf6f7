"""The forest of near pairs is that of all pairs, whatever lies in crowds, is equal or is turned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.errors import CaseError
from fanal.matching import near_pairs, near_query, pairs_search
from makers.codes import clustered, flipped, random_codes
from makers.paired import all_pairs, forest, skewed, small_tables, spelled

RADII = [(31, 31), (31, 15), (12, 20), (0, 0), (61, 40)]


def holds(codes, turned, radii, after):
    """Compare with the slow way: the whole, and the new part joined with the old."""
    count = len(codes)
    expected = forest(all_pairs(codes, turned, *radii), count)
    assert spelled(near_pairs(codes, turned, *radii)) == expected
    before = near_pairs(codes[:after], None if turned is None else turned[:after], *radii)
    new = near_pairs(codes, turned, *radii, after=after)
    assert (new.b >= after).all()
    assert spelled(before.joined(new)) == expected


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1 << 20),
    count=st.integers(0, 60),
    radii=st.sampled_from(RADII),
    turns=st.booleans(),
    share=st.floats(0, 1),
)
def test_small_sets_are_joined_as_by_comparing_all(seed, count, radii, turns, share):
    codes, turned = skewed(seed, count)
    holds(codes, turned if turns else None, radii, round(share * count))


@pytest.mark.parametrize("radii", RADII)
def test_large_sets_are_joined_as_by_comparing_all(radii):
    """There are tables, crowds that are set apart and crowds that are not."""
    codes, turned = skewed(7, 1000)
    with small_tables():
        holds(codes, turned, radii, 800)


def test_who_has_too_many_candidates_is_compared_with_everything():
    codes, turned = skewed(8, 1000)
    with small_tables(smallest=1 << 30) as patch:
        patch.setattr(near_query, "ROOM", 64)
        patch.setattr(near_query, "MOST_CANDIDATES", 8)
        holds(codes, turned, (31, 31), 700)


def test_a_smaller_distance_cuts_the_forest():
    codes = clustered(3, 300, 20, 25)
    whole = spelled(near_pairs(codes, None, 31, 0))
    for radius in range(31):
        assert [pair for pair in whole if pair[0] <= radius] == spelled(
            near_pairs(codes, None, radius, 0)
        )


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_threads_change_nothing(monkeypatch, workers):
    monkeypatch.setattr(pairs_search, "BLOCK", 100)
    codes, turned = skewed(9, 1500)
    with small_tables():
        expected = spelled(near_pairs(codes, turned, 31, 31, workers=3))
        assert spelled(near_pairs(codes, turned, 31, 31, workers=workers)) == expected


def test_equal_codes_are_a_star():
    codes = np.repeat(random_codes(1, 1), 20_000, axis=0)
    pairs = near_pairs(codes, None, 31, 31)
    assert len(pairs) == 19_999
    assert not pairs.a.any()
    assert (pairs.b == np.arange(1, 20_000)).all()
    assert not pairs.distance.any()


def test_a_crowd_is_joined_by_as_many_pairs_as_it_has_codes():
    """The 200 million pairs of 20,000 near copies are never held."""
    codes = flipped(2, np.repeat(random_codes(1, 1), 20_000, axis=0), 6)
    pairs = near_pairs(codes, None, 31, 31)
    assert len(pairs) == 19_999
    assert pairs.distance.max() <= 6


def test_a_turn_is_told_for_the_earlier_picture():
    """The later one looks like the earlier when turned by 90 degrees, so the earlier by 270."""
    codes, turned = random_codes(4, 2), np.zeros((2, 7, 32), np.uint8)
    turned[1, 0] = codes[0]
    assert spelled(near_pairs(codes, turned, 31, 0)) == [(0, True, 0, 1, 3)]
    turned[0, 4], turned[1, 0] = codes[1], turned[1, 1]
    assert len(near_pairs(codes, turned, 31, 0)) == 0


def test_nothing_has_no_pairs():
    for count in (0, 1):
        pairs = near_pairs(random_codes(1, count), np.zeros((count, 7, 32), np.uint8), 31, 31)
        assert [len(column) for column in (pairs.a, pairs.b, pairs.distance, pairs.turn)] == [0] * 4


@pytest.mark.parametrize(
    ("codes", "turned", "radii", "after"),
    [
        (np.zeros((2, 31), np.uint8), None, (31, 31), 0),
        (np.zeros((2, 32), np.int8), None, (31, 31), 0),
        (np.zeros((2, 32), np.uint8), np.zeros((2, 6, 32), np.uint8), (31, 31), 0),
        (np.zeros((2, 32), np.uint8), np.zeros((1, 7, 32), np.uint8), (31, 31), 0),
        (np.zeros((2, 32), np.uint8), None, (62, 31), 0),
        (np.zeros((2, 32), np.uint8), None, (31, -1), 0),
        (np.zeros((2, 32), np.uint8), None, (31, 31), -1),
    ],
)
def test_what_cannot_be_asked_is_refused(codes, turned, radii, after):
    with pytest.raises(CaseError):
        near_pairs(codes, turned, *radii, after=after)
