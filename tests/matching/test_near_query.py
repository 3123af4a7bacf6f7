"""A radius is shared out so that no pair can slip between the chunks, and crowds are compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.matching import crowds, near_query
from fanal.matching.near import NearIndex
from fanal.matching.near_build import build_near
from fanal.matching.near_query import plan_radius
from makers.codes import flipped, near_pairs, nearest_pairs, random_codes, triples, with_blanks


@given(radius=st.integers(0, 60), bits=st.integers(10, 16))
def test_budgets_add_up_to_more_than_the_radius(radius, bits):
    plan = plan_radius(radius, bits, 1 << 31)
    assert plan.budgets.sum() > radius
    for budget, rounds in zip(plan.budgets.tolist(), plan.rounds.tolist(), strict=True):
        tried = plan.flips[:rounds].tolist()
        assert sorted(tried) == [key for key in range(1 << bits) if key.bit_count() < budget]


def test_a_small_radius_flips_nothing():
    assert plan_radius(15, 16, 10**6).rounds.max() == 1


def test_a_radius_too_large_for_tables_compares_everything():
    assert not plan_radius(128, 10, 5000).rounds.any()


@pytest.mark.parametrize("room", [1 << 16, 512])
@pytest.mark.parametrize("hidden", [True, False])
def test_a_crowd_is_compared_and_nothing_is_lost(tmp_path, monkeypatch, room, hidden):
    """Queries above the limit are compared with everything, in as many calls as the room asks."""
    plan_radius.cache_clear()
    monkeypatch.setattr(near_query, "ROOM", room)
    monkeypatch.setattr(near_query, "MOST_CANDIDATES", 64)
    if hidden:
        monkeypatch.setattr(crowds, "SMALLEST", 1 << 30)
    codes = with_blanks(1, 6000)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    queries = np.concatenate([codes[:8], flipped(2, codes[2500:2530], 31), random_codes(3, 4)])
    plan = plan_radius(31, 10, 6000)
    found, some = index.query(queries, 31), index.query(queries, 31, 3)
    plan_radius.cache_clear()
    assert plan.limit == max(room // 8, 64)
    assert triples(found) == near_pairs(codes, queries, 31)
    assert triples(some) == nearest_pairs(near_pairs(codes, queries, 31), 3)
    assert (some.counts == found.counts).all()
