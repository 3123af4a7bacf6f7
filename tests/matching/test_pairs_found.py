"""Pairs are numbers that sort as the forest is made, and only a few of those found are held."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.matching.pairs_found import NAME, Found, in_threads, pack, unpack

PAIR = st.tuples(
    st.integers(0, 61), st.integers(0, NAME - 1), st.integers(1, NAME), st.integers(0, 7)
)


def packed(pairs):
    """Pack pairs told as (distance, a, b, turn)."""
    distance, one, other, turn = np.array(pairs, np.int64).reshape(-1, 4).T
    return pack(one, other, distance, turn.astype(np.uint8))


@given(st.lists(PAIR, max_size=20))
def test_pairs_sort_by_distance_turn_and_numbers(pairs):
    keys = np.sort(packed(pairs))
    one, other, distance, turn = (column.tolist() for column in unpack(keys))
    ordered = sorted(pairs, key=lambda pair: (pair[0], pair[3] > 0, pair[1], pair[2], pair[3]))
    assert list(zip(distance, one, other, turn, strict=True)) == ordered


def test_what_joins_nothing_is_dropped_before_it_takes_room():
    """All 4,950 pairs of 100 contents, in threads, with room for 400."""
    found = Found(100, least=1)
    held = []

    def add(one):
        others = np.arange(one + 1, 100)
        distances = (others - one) % 50
        found.add(pack(np.full(len(others), one), others, distances, np.zeros(99 - one, np.uint8)))
        held.append(found._held)

    in_threads(add, range(99), 3)
    assert max(held) <= 400
    assert found.seen == 4950
    one, other, distance, _ = unpack(found.forest())
    # Fifty apart is no distance at all; within the halves, next to next is 1.
    assert distance.tolist() == [0] * 50 + [1] * 49
    assert (other[:50] - one[:50] == 50).all()


def test_every_job_is_done_once():
    done, lock = [], threading.Lock()

    def work(job):
        with lock:
            done.append(job)

    in_threads(work, iter(range(200)), 4)
    assert sorted(done) == [*range(200)]


def test_an_error_in_a_thread_is_raised():
    def work(job):
        if job == 7:
            raise ValueError("seven")

    with pytest.raises(ValueError, match="seven"):
        in_threads(work, range(1000), 3)
