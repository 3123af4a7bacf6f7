"""The compiled loops that compare codes with everything, and those that put many hits in order."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fanal.matching.vectors import compare_codes, compiled, count_bits, lowest_bit

TILE = 1 << 13
"""Codes that are compared with every dense query while they lie in the second-level cache."""
ALL = 1 << 62
"""More hits than there can be."""


class Nearest(NamedTuple):
    """What a scan knows of each query; entries come ascending, so that ties go to the first."""

    radius: int
    most: int
    """Nearest hits wanted of each query; more may be reported, but none of them is missing."""
    totals: Any
    """Hits within the radius so far."""
    closer: Any
    """Only a hit closer than this may still be among the nearest."""
    held: Any
    """Hits reported that are closer than that."""
    counts: Any
    """Hits reported by distance."""

    @classmethod
    def begin(cls, queries: int, radius: int, most: int) -> "Nearest":
        """Start for so many queries, before anything was compared."""
        return cls(
            radius,
            most or ALL,
            np.zeros(queries, np.int64),
            np.full(queries, radius + 1, np.int64),
            np.zeros(queries, np.int64),
            np.zeros((queries, radius + 1), np.int64),
        )


@compiled
def scan(codes: Any, asked: Any, dense: Any, nearest: Nearest, state: Any, hits: Any) -> int:
    """Compare every code with the dense queries, by tiles; go on where `state` says.

    Stops when `hits` might not hold the next tile's; `state` then holds the tile and the query.
    There must be 8 codes or more. A hit is one number as `search` makes it.
    """
    total = codes.shape[0]
    flat = codes.reshape(total * 4)
    kept = 0
    start, first = state[0], state[1]
    while start < total:
        stop = min(start + TILE, total)
        for place in range(first, dense.shape[0]):
            if kept + TILE > hits.shape[0]:
                state[0], state[1] = start, place
                return kept
            kept = _scan_tile((flat, asked, start, stop), dense, place, nearest, hits, kept)
        first = 0
        start = stop
    state[0], state[1] = total, 0
    return kept


@compiled
def _scan_tile(tile: Any, dense: Any, place: int, nearest: Nearest, hits: Any, kept: int) -> int:
    """Compare the codes of one tile with one query; the last few codes overlap those before."""
    flat, asked, start, stop = tile
    query = dense[place]
    wanted = (asked[query, 0], asked[query, 1], asked[query, 2], asked[query, 3])
    owner = np.uint64(query) << np.uint64(40)
    closer, held = nearest.closer[place], nearest.held[place]
    outer = np.uint64(nearest.radius + 1)
    total = np.uint64(0)
    for row in range(start, stop, 8):
        base = min(row, stop - 8)
        fresh = (np.uint64(0xFF) << np.uint64(row - base)) & np.uint64(0xFF)
        inside, near, apart = compare_codes(flat, base * 4, wanted, outer, np.uint64(closer))
        total += count_bits(inside & fresh)
        near &= fresh
        while near != 0:
            lane = lowest_bit(near)
            near &= near - np.uint64(1)
            distance = (apart >> (np.uint64(8) * lane)) & np.uint64(255)
            if np.int64(distance) >= closer:
                continue
            entry = np.uint64(base) + lane
            hits[kept] = owner | (distance << np.uint64(32)) | entry
            kept += 1
            nearest.counts[place, np.intp(distance)] += 1
            held += 1
            while held >= nearest.most:
                closer -= 1
                held -= nearest.counts[place, closer]
    nearest.closer[place], nearest.held[place] = closer, held
    nearest.totals[place] += np.int64(total)
    return kept


@compiled
def count_near(codes: Any, asked: Any, radius: int) -> npt.NDArray[np.int64]:
    """Count for each query the codes within the radius; there must be 8 or more."""
    total = codes.shape[0]
    flat = codes.reshape(total * 4)
    counts = np.zeros(asked.shape[0], np.int64)
    bound = np.uint64(radius + 1)
    for query in range(asked.shape[0]):
        wanted = (asked[query, 0], asked[query, 1], asked[query, 2], asked[query, 3])
        for row in range(0, total, 8):
            base = min(row, total - 8)
            near = compare_codes(flat, base * 4, wanted, bound, bound)[0]
            near &= (np.uint64(0xFF) << np.uint64(row - base)) & np.uint64(0xFF)
            counts[query] += np.int64(count_bits(near))
    return counts


@compiled
def join_crowds(codes: Any, heads: Any, count: int, reach: int, owners: Any) -> None:
    """Tell every code within reach of a head the number of the first such head.

    Heads are padded to a multiple of 8; `count` of them are meant.
    """
    flat = heads.reshape(heads.shape[0] * 4)
    bound = np.uint64(reach + 1)
    for row in range(codes.shape[0]):
        wanted = (codes[row, 0], codes[row, 1], codes[row, 2], codes[row, 3])
        for base in range(0, count, 8):
            near = compare_codes(flat, base * 4, wanted, bound, bound)[0]
            near &= (np.uint64(1) << np.uint64(min(8, count - base))) - np.uint64(1)
            if near != 0:
                owners[row] = base + np.intp(lowest_bit(near))
                break


@compiled
def near_head(asked: Any, head: Any, most: int, near: Any) -> None:
    """Say which queries lie within so many bits of a head."""
    for query in range(asked.shape[0]):
        distance = np.uint64(0)
        for word in range(4):
            distance += count_bits(asked[query, word] ^ head[word])
        near[query] = np.int64(distance) <= most


@compiled
def renumber(hits: Any, numbers: Any) -> None:
    """Replace places in a crowd by the numbers of the codes that stand there."""
    for at in range(hits.shape[0]):
        place = np.intp(hits[at] & np.uint64(0xFFFFFFFF))
        hits[at] = (hits[at] & np.uint64(0xFFFFFFFF00000000)) | np.uint64(numbers[place])


@compiled
def count_hits(hits: Any, width: int, starts: Any) -> None:
    """Count into the place behind its own how many hits each query has at each distance."""
    for hit in hits:
        query, distance = np.intp(hit >> np.uint64(40)), np.intp(hit >> np.uint64(32)) & 255
        starts[query * width + distance + 1] += 1


@compiled
def place_hits(hits: Any, width: int, starts: Any, entries: Any) -> None:
    """Write the entries of hits where those of their query and distance begin."""
    for hit in hits:
        query, distance = np.intp(hit >> np.uint64(40)), np.intp(hit >> np.uint64(32)) & 255
        place = starts[query * width + distance]
        starts[query * width + distance] += 1
        entries[place] = np.uint32(hit & np.uint64(0xFFFFFFFF))


@compiled
def scan_all(codes: Any, numbers: Any, asked: Any, width: int, starts: Any, entries: Any) -> None:
    """Count all hits of some queries, or write them where there are entries to write to.

    Asked twice, so that many hits are written once, to their place. Without numbers, codes are
    numbered as they come. There must be 8 codes or more.
    """
    words, dense = asked
    flat = codes.reshape(codes.shape[0] * 4)
    for start in range(0, codes.shape[0], TILE):
        span = (start, min(start + TILE, codes.shape[0]))
        for query in dense:
            own = starts[query * width : (query + 1) * width + 1]
            wanted = (words[query, 0], words[query, 1], words[query, 2], words[query, 3])
            if entries.shape[0]:
                _write_tile(flat, numbers, wanted, span, own, entries)
            else:
                _count_tile(flat, wanted, span, own)


@compiled
def _count_tile(flat: Any, wanted: Any, span: Any, counts: Any) -> None:
    """Count the hits of one query in one tile by distance, one place behind its own."""
    start, stop = span
    bound = np.uint64(counts.shape[0] - 1)
    for row in range(start, stop, 8):
        base = min(row, stop - 8)
        near, _, apart = compare_codes(flat, base * 4, wanted, bound, bound)
        near &= (np.uint64(0xFF) << np.uint64(row - base)) & np.uint64(0xFF)
        while near != 0:
            lane = lowest_bit(near)
            near &= near - np.uint64(1)
            counts[np.intp((apart >> (np.uint64(8) * lane)) & np.uint64(255)) + 1] += 1


@compiled
def _write_tile(flat: Any, numbers: Any, wanted: Any, span: Any, places: Any, entries: Any) -> None:
    """Write the hits of one query in one tile to the next place of their distance."""
    start, stop = span
    bound = np.uint64(places.shape[0] - 1)
    named = numbers.shape[0] > 0
    for row in range(start, stop, 8):
        base = min(row, stop - 8)
        near, _, apart = compare_codes(flat, base * 4, wanted, bound, bound)
        near &= (np.uint64(0xFF) << np.uint64(row - base)) & np.uint64(0xFF)
        while near != 0:
            lane = lowest_bit(near)
            near &= near - np.uint64(1)
            distance = np.intp((apart >> (np.uint64(8) * lane)) & np.uint64(255))
            place = places[distance]
            places[distance] += 1
            at = base + np.intp(lane)
            entries[place] = numbers[at] if named else np.uint32(at)


@compiled
def finish_hits(width: int, ends: Any, entries: Any, distances: Any) -> None:
    """Fill in the distances, and sort the entries where several parts brought them."""
    start = np.intp(0)
    for cell in range(ends.shape[0] - 1):
        stop = np.intp(ends[cell])
        distances[start:stop] = cell % width
        for place in range(start + 1, stop):
            if entries[place] < entries[place - 1]:
                entries[start:stop].sort()
                break
        start = stop
