"""Comparing everything counts all, keeps the nearest and goes on where room ran short."""

import numpy as np
import pytest

from fanal.matching import scan_kernels as kernels
from makers.codes import flipped, near_pairs, nearest_pairs, random_codes

CODES = np.concatenate([flipped(1, np.repeat(random_codes(2, 1), 90, axis=0), 40)] * 110)[:9871]
QUERIES = np.concatenate([flipped(3, CODES[:7], 20), random_codes(4, 2), ~CODES[:1]])
PAIRS = near_pairs(CODES, QUERIES, 31)


def words(codes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(codes).view(np.uint64)


def spelled(hits: np.ndarray) -> list[tuple[int, int, int]]:
    return sorted((hit >> 40, hit >> 32 & 255, hit & 0xFFFFFFFF) for hit in hits.tolist())


@pytest.mark.parametrize("most", [0, 1, 10, 3000])
@pytest.mark.parametrize("tiles", [1, 7])
def test_no_nearest_hit_is_missing_and_all_are_counted(most, tiles):
    dense = np.arange(len(QUERIES))
    nearest = kernels.Nearest.begin(len(dense), 31, most)
    state, hits, found = np.zeros(2, np.int64), np.empty(tiles * kernels.TILE, np.uint64), []
    while state[0] < len(CODES):
        found += spelled(
            hits[: kernels.scan(words(CODES), words(QUERIES), dense, nearest, state, hits)]
        )
    found.sort()
    assert (nearest_pairs(found, most) if most else found) == (
        nearest_pairs(PAIRS, most) if most else PAIRS
    )
    owners = [query for query, _, _ in PAIRS]
    assert nearest.totals.tolist() == np.bincount(owners, minlength=len(QUERIES)).tolist()
    if most:
        # Each distance is used up at most once, whatever the order of the codes.
        assert len(found) <= most * 32 * len(QUERIES)


def test_codes_that_come_ever_nearer_cannot_fill_the_memory():
    """An enemy sorts the list so that each code is nearer than the last."""
    head = random_codes(5, 1)
    bits = np.zeros((32 * 100, 256), np.uint8)
    for row, distance in enumerate(np.repeat(np.arange(31, -1, -1), 100)):
        bits[row, :distance] = 1
    codes = head ^ np.packbits(bits, axis=1)
    nearest = kernels.Nearest.begin(1, 31, 100)
    hits = np.empty(kernels.TILE, np.uint64)
    state = np.zeros(2, np.int64)
    kept = kernels.scan(words(codes), words(head), np.zeros(1, np.int64), nearest, state, hits)
    assert kept == 3200
    assert nearest.totals.tolist() == [3200]
    assert spelled(hits[:kept])[:100] == [(0, 0, entry) for entry in range(3100, 3200)]


@pytest.mark.parametrize("named", [True, False])
def test_all_hits_are_counted_and_then_written_in_order(named):
    dense = np.array([0, 3, 9])
    names = np.arange(len(CODES), dtype=np.uint32)[::-1].copy() if named else np.empty(0, np.uint32)
    starts, entries = np.zeros(len(QUERIES) * 32 + 1, np.int64), np.empty(0, np.uint32)
    asked = (words(QUERIES), dense)
    kernels.scan_all(words(CODES), names, asked, 32, starts, entries)
    starts = np.cumsum(starts)
    entries, distances = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.uint8)
    kernels.scan_all(words(CODES), names, asked, 32, starts, entries)
    kernels.finish_hits(32, starts, entries, distances)
    expected = [
        (query, distance, int(names[entry]) if named else entry)
        for query, distance, entry in PAIRS
        if query in dense
    ]
    expected.sort()
    assert distances.tolist() == [distance for _, distance, _ in expected]
    assert entries.tolist() == [entry for _, _, entry in expected]


def test_hits_are_put_in_order_by_counting():
    hits = np.array([(q << 40) | (d << 32) | e for q, d, e in PAIRS], np.uint64)
    mixed = np.random.default_rng(6).permutation(hits)
    starts = np.zeros(len(QUERIES) * 32 + 1, np.int64)
    kernels.count_hits(mixed, 32, starts)
    starts = np.cumsum(starts)
    entries, distances = np.empty(len(hits), np.uint32), np.empty(len(hits), np.uint8)
    kernels.place_hits(mixed, 32, starts, entries)
    kernels.finish_hits(32, starts, entries, distances)
    assert [*zip(distances.tolist(), entries.tolist(), strict=True)] == [p[1:] for p in PAIRS]


@pytest.mark.parametrize("count", [8, 9, 15, 16, 9871])
def test_near_codes_are_counted(count):
    expected = [
        sum(1 for query, _, _ in near_pairs(CODES[:count], QUERIES, 31) if query == number)
        for number in range(len(QUERIES))
    ]
    assert kernels.count_near(words(CODES[:count]), words(QUERIES), 31).tolist() == expected


@pytest.mark.parametrize("heads", [1, 8, 11])
def test_codes_join_the_first_head_within_reach(heads):
    padded = np.zeros((16, 32), np.uint8)
    padded[:heads] = flipped(7, np.repeat(CODES[:1], heads, axis=0), 60)
    # What stands behind the heads is a code too, but no head.
    codes = np.concatenate([CODES[:200], np.zeros((3, 32), np.uint8)])
    owners = np.full(len(codes), 255, np.uint8)
    kernels.join_crowds(words(codes), words(padded), heads, 31, owners)
    met = near_pairs(padded[:heads], codes, 31)
    first = [min((h for q, _, h in met if q == row), default=255) for row in range(len(codes))]
    assert owners.tolist() == first


def test_heads_are_near_up_to_a_distance():
    near = np.empty(len(QUERIES), np.bool_)
    for most in (0, 20, 31, 300):
        kernels.near_head(words(QUERIES), words(CODES[:1])[0], most, near)
        pairs = {query for query, _, _ in near_pairs(CODES[:1], QUERIES, most)}
        assert near.tolist() == [query in pairs for query in range(len(QUERIES))]


def test_places_become_numbers():
    hits = np.array([(5 << 40) | (7 << 32) | 2, 1], np.uint64)
    kernels.renumber(hits, np.array([9, 0xFFFFFFFF, 70_000], np.uint32))
    assert spelled(hits) == [(0, 0, 0xFFFFFFFF), (5, 7, 70_000)]
