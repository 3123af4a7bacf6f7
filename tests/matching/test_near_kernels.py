"""The loops of the tables: every code has its place, and each pair is met once."""

import numpy as np
import pytest

from fanal.matching import near_kernels as kernels
from fanal.matching.near_build import PAD, chunk_places, spread_tables
from fanal.matching.near_query import plan_radius
from makers.codes import clustered, flipped, random_codes

SIXTEEN = 0xFFFF


def spread(codes: np.ndarray) -> np.ndarray:
    words = np.empty((len(codes), 4), np.uint64)
    kernels.spread(codes, spread_tables(), words)
    return words


def chunks_of(words: np.ndarray) -> np.ndarray:
    """Cut words into their 16 chunks by arithmetic, lowest first."""
    shifts = np.arange(0, 64, 16, dtype=np.uint64)
    return ((words[:, :, None] >> shifts) & np.uint64(SIXTEEN)).reshape(len(words), 16)


def tables_of(words: np.ndarray, free: np.ndarray, shift: int, width: int) -> kernels.Tables:
    """Build all chunks as an index does."""
    chunks, count = words.view(np.uint16), int(free.sum())
    offsets = np.zeros((16, (1 << (16 - shift)) + 1), np.uint32)
    tags = np.zeros((16, count + PAD), np.uint16)
    numbers = np.zeros((16, count, width), np.uint8)
    for chunk in range(16):
        counts = np.zeros(offsets.shape[1], np.int64)
        kernels.count_keys(chunks, free, chunk, shift, counts)
        starts = np.cumsum(counts)
        offsets[chunk] = starts
        kernels.place_codes(chunks, free, (chunk, shift), starts, tags[chunk], numbers[chunk])
    return kernels.Tables(words, offsets, tags, numbers)


def test_spreading_puts_each_bit_where_it_belongs():
    codes = random_codes(1, 50)
    bits = np.unpackbits(codes, axis=1)
    expected = np.zeros((50, 4), object)
    for bit, place in enumerate(chunk_places().tolist()):
        expected[:, place // 64] += bits[:, bit].astype(object) << (place % 64)
    assert (spread(codes) == expected.astype(np.uint64)).all()


@pytest.mark.parametrize("width", [3, 4])
def test_a_table_holds_every_free_code_under_its_key_by_rising_number(width):
    words = spread(clustered(2, 3000, 30, 20))
    free = np.random.default_rng(3).random(3000) < 0.7
    tables, chunks = tables_of(words, free, 6, width), chunks_of(words)
    for chunk in range(16):
        raw = tables.numbers[chunk].astype(np.int64)
        numbers = (raw << (8 * np.arange(width))).sum(axis=1)
        keys = chunks[numbers, chunk] >> np.uint64(6)
        assert sorted(numbers.tolist()) == np.flatnonzero(free).tolist()
        assert [*zip(keys, numbers, strict=True)] == sorted(zip(keys, numbers, strict=True))
        following = chunks[numbers, (chunk + 1) % 16]
        assert (tables.tags[chunk][: len(numbers)] == following).all()
        counts = np.bincount(keys.astype(np.int64), minlength=1 << 10)
        assert (np.diff(tables.offsets[chunk].astype(np.int64)) == counts).all()


def searched(
    tables: kernels.Tables, words: np.ndarray, radius: int, room: int
) -> tuple[list[int], list[int]]:
    """Search with so little room that the kernel stops often; return hits and the crowded."""
    plan = plan_radius(radius, 10, 1 << 20)._replace(limit=room)
    count, size = len(words), kernels.GROUP * (room + 64) + 64
    kinds = (np.int64, np.uint32, np.uint16, np.uint32)
    asked = kernels.Asked(words, *(np.zeros(count, kind) for kind in kinds))
    hits = np.empty(2 * size, np.uint64)
    found = kernels.Found(np.empty((size, 2), np.uint32), hits, np.zeros(2, np.int64))
    answer = []
    while found.state[0] < 16:
        answer += hits[: kernels.search(tables, plan, asked, found)].tolist()
    return answer, np.flatnonzero(asked.burden > room).tolist()


@pytest.mark.parametrize("radius", [0, 15, 31, 40])
@pytest.mark.parametrize("room", [500, 5000])
def test_a_search_meets_each_pair_of_free_codes_once(radius, room):
    codes = clustered(4, 4000, 200, 30)
    free = np.random.default_rng(5).random(4000) < 0.8
    words = spread(codes)
    queries = spread(flipped(6, codes[:3000:50], 35))
    hits, crowded = searched(tables_of(words, free, 6, 3), queries, radius, room)
    assert not crowded
    apart = np.bitwise_count(queries[:, None] ^ words[None]).sum(axis=2)
    near = np.argwhere((apart <= radius) & free)
    expected = [(int(q) << 40) | (int(apart[q, e]) << 32) | int(e) for q, e in near]
    assert sorted(hits) == sorted(expected)


def test_a_query_over_the_limit_is_marked_and_the_others_are_answered():
    words = spread(np.concatenate([clustered(7, 4000, 1, 6), random_codes(80, 3)]))
    tables = tables_of(words, np.ones(4003, np.bool_), 6, 3)
    hits, crowded = searched(tables, words[[0, 4000, 5, 4002]], 31, 500)
    assert crowded == [0, 2]
    assert [hit for hit in hits if hit >> 40 in {1, 3}] == [(1 << 40) | 4000, (3 << 40) | 4002]
