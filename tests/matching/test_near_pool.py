"""A pool keeps the nearest hits of each query, however they come, and counts all of them."""

from random import Random

import numpy as np
import pytest

from fanal.matching import near_pool
from fanal.matching.near_pool import Pool


def number(query: int, distance: int, entry: int) -> int:
    return (query << 40) | (distance << 32) | entry


def some(seed: int, queries: int, count: int) -> list[int]:
    random = Random(seed)
    return [number(random.randrange(queries), random.randrange(4), n) for n in range(count)]


@pytest.mark.parametrize("most", [0, 1, 7])
def test_the_nearest_survive_any_number_of_parts(monkeypatch, most):
    monkeypatch.setattr(near_pool, "LEAST_HELD", 20)
    hits = some(1, 5, 1000)
    pool = Pool(5, most)
    for start in range(0, 1000, 13):
        pool.take(np.array(hits[start : start + 13], np.uint64))
        assert not most or pool._held <= max(20, 2 * most * 5)
    expected = []
    for query in range(5):
        own = sorted(hit for hit in hits if hit >> 40 == query)
        assert pool.totals[query] == len(own)
        expected += own[:most] if most else own
    assert pool.settle().tolist() == expected


def test_dropped_queries_are_forgotten():
    pool = Pool(3, 0)
    pool.take(np.array([number(0, 1, 2), number(1, 1, 2), number(2, 0, 0)], np.uint64))
    pool.drop(np.array([False, True, False]))
    assert pool.totals.tolist() == [1, 0, 1]
    assert pool.settle().tolist() == [number(0, 1, 2), number(2, 0, 0)]


def test_hits_are_copied_and_those_added_are_counted_elsewhere():
    pool, buffer = Pool(1, 0), np.array([5], np.uint64)
    pool.add(buffer)
    buffer[0] = 6
    pool.add(buffer[:0])
    assert pool.settle().tolist() == [5]
    assert pool.totals.tolist() == [0]
