"""The loops keep the forest, tell the way to a head and stop where there is no room."""

import numpy as np
import pytest

from fanal.matching import pairs_kernels as kernels
from fanal.matching.pairs_found import pack, unpack
from fanal.matching.pairs_kernels import APART, Asked, Crowd, Sought
from makers.codes import flipped, near_pairs, random_codes

NOT_TURNED = np.zeros(5, np.uint8)


def test_a_pair_that_closes_a_ring_is_dropped():
    pairs = pack(np.array([0, 1, 0, 3, 2]), np.array([1, 2, 2, 4, 3]), np.arange(5), NOT_TURNED)
    kept = kernels.keep_forest(pairs, np.arange(5, dtype=np.uint32))
    assert unpack(pairs[:kept])[2].tolist() == [0, 1, 3, 4]


def test_a_tree_gets_the_level_of_the_pair_that_joins_it_to_the_head():
    pairs = pack(
        np.array([1, 3, 0, 1, 2]), np.array([2, 4, 1, 3, 4]), np.array([1, 2, 7, 9, 9]), NOT_TURNED
    )
    levels = np.zeros(6, np.uint8)
    assert kernels.settle(pairs, np.arange(6), levels) == 4
    assert levels.tolist() == [0, 7, 7, 9, 9, APART]


@pytest.mark.parametrize("count", [1, 7, 8, 9, kernels.TILE + 3])
@pytest.mark.parametrize("turned", [0, 1])
def test_a_sweep_tells_every_pair_of_codes_that_nothing_joins(count, turned):
    """In as many calls as the room asks, and only once; a turned query asks earlier codes."""
    codes = random_codes(1, count)
    queries = flipped(2, codes[:: max(1, count // 6)], 40)
    names = np.arange(count) * 2
    own = np.full(len(queries), names[0])
    asking = np.arange(len(queries)) * 9 + 1
    padded = np.zeros((-(-count // 8) * 8, 32), np.uint8)
    padded[:count] = codes
    tiles = -(-count // kernels.TILE)
    levels = np.full(count, APART, np.uint8)
    spans = np.zeros(tiles, np.int64), np.full(tiles, 256)
    crowd = Crowd(padded.view(np.uint64).reshape(-1), names, levels, *spans)
    none, until = np.zeros(len(queries), np.int64), np.full(len(queries), count)
    best = np.full(len(queries), 32 << 58, np.uint64)
    asked = Asked(queries.view(np.uint64), asking, own, until, none, best.copy())
    state, found = np.zeros(2, np.int64), []
    room = np.empty(kernels.TILE, np.uint64)
    while state[0] < tiles:
        tops = np.full(tiles, APART)
        kept = kernels.sweep(crowd, tops, asked, Sought(31, turned, 5 * turned), state, room)
        found += list(zip(*(column.tolist() for column in unpack(room[:kept])), strict=True))
    expected = []
    for query, distance, code in near_pairs(codes, queries, 31):
        name, other = int(asking[query]), int(names[code])
        if other != 0 and (not turned or other < name):
            expected.append((min(name, other), max(name, other), distance, 5 * turned))
    assert sorted(found) == sorted(expected)
    assert (asked.best == best).all()
