"""The compiled loops that find near pairs; imported only where there are codes to compare."""

from typing import Any, NamedTuple

import numpy as np

from fanal.matching.pairs_found import DISTANCE, FIRST, NAME, SECOND, TURNED
from fanal.matching.vectors import compare_codes, compiled, count_bits, lowest_bit

TILE = 1 << 12
"""Codes of a crowd that are compared with all queries of a block while they lie in the cache."""
APART = 63
"""A level that says "not joined"; greater than any radius."""


class Crowd(NamedTuple):
    """Codes that lie around a head, by rising distance from it."""

    codes: Any
    """Four words a code, flat, padded to whole groups of eight codes."""
    names: Any
    levels: Any
    """Greatest distance on a way of pairs from each code to the head; `APART` where there is none.

    The way is one of true pairs as they are, so a pair farther apart than both its ends' levels is
    in no minimum spanning forest, nor is a turned one that is as far.
    """
    nearest: Any
    """Of each tile the distance of the first code from the head."""
    farthest: Any


class Asked(NamedTuple):
    """Queries to a crowd."""

    words: Any
    names: Any
    own: Any
    """The name of the code that each query shares, which it is not to be paired with."""
    until: Any
    """How many of the crowd's codes each query is compared with."""
    apart: Any
    """Distance of each query from the head."""
    best: Any
    """The nearest pair so far with a code that is joined to the head more closely than it."""


class Sought(NamedTuple):
    """What is asked: radius, and the turn of the queries and how the pair tells it."""

    radius: int
    turned: int
    turn: int


@compiled
def pair_key(distance: Any, name: Any, other: Any, sought: Sought) -> Any:
    """Return the number of a pair."""
    first, second = np.uint64(min(name, other)), np.uint64(max(name, other))
    return (
        (np.uint64(distance) << np.uint64(DISTANCE))
        | (np.uint64(sought.turned) << np.uint64(TURNED))
        | (first << np.uint64(FIRST))
        | (second << np.uint64(SECOND))
        | np.uint64(sought.turn)
    )


@compiled
def keep_forest(pairs: Any, parents: Any) -> int:
    """Keep of sorted pairs those that join two trees, in place; return how many.

    `parents` holds every number itself at first.
    """
    kept = 0
    for pair in pairs:
        one = _root(parents, np.intp((pair >> np.uint64(FIRST)) & np.uint64(NAME)))
        other = _root(parents, np.intp((pair >> np.uint64(SECOND)) & np.uint64(NAME)))
        if one != other:
            parents[max(one, other)] = min(one, other)
            pairs[kept] = pair
            kept += 1
    return kept


@compiled
def _root(parents: Any, node: Any) -> Any:
    """Return the root of a node's tree, and shorten the way there."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = np.intp(parents[node])
    return node


@compiled
def settle(pairs: Any, places: Any, levels: Any) -> int:
    """Keep the forest of one crowd's sorted pairs, and set the level of each of its codes.

    The head stands at place 0. Codes of one tree are a ring, so that a tree is walked through once,
    when it is joined to the head's.
    """
    total = levels.shape[0]
    parents = np.arange(total)
    sizes = np.ones(total, np.int64)
    ring = np.arange(total)
    levels[:] = APART
    levels[0] = 0
    kept = 0
    for pair in pairs:
        one = _root(parents, places[np.intp((pair >> np.uint64(FIRST)) & np.uint64(NAME))])
        other = _root(parents, places[np.intp((pair >> np.uint64(SECOND)) & np.uint64(NAME))])
        if one == other:
            continue
        pairs[kept] = pair
        kept += 1
        level = np.intp(pair >> np.uint64(DISTANCE))
        core = _root(parents, 0)
        if core in (one, other):
            start = other if core == one else one
            place = start
            while True:
                levels[place] = level
                place = ring[place]
                if place == start:
                    break
        ring[one], ring[other] = ring[other], ring[one]
        if sizes[one] < sizes[other]:
            one, other = other, one
        parents[other] = one
        sizes[one] += sizes[other]
    return kept


@compiled
def measure(codes: Any, head: Any, apart: Any) -> None:
    """Tell the distance of every code from a head."""
    for row in range(codes.shape[0]):
        distance = np.uint64(0)
        for word in range(4):
            distance += count_bits(codes[row, word] ^ head[word])
        apart[row] = distance


@compiled
def sweep(crowd: Crowd, tops: Any, asked: Asked, sought: Sought, state: Any, pairs: Any) -> int:
    """Compare queries with a crowd, by tiles; go on where `state` says; return how many pairs.

    Stops when `pairs` might not hold the next tile's. `tops` are the greatest levels of the tiles.
    Left out are pairs that cannot be in the forest: those farther apart than the levels of both
    ends, but for the first of them at each query, which waits in `best`.
    """
    total = crowd.names.shape[0]
    kept = 0
    tile, first = state[0], state[1]
    while tile * TILE < total:
        span = (tile * TILE, min((tile + 1) * TILE, total))
        for query in range(first, asked.names.shape[0]):
            if kept + TILE > pairs.shape[0]:
                state[0], state[1] = tile, query
                return kept
            bound = _bound(asked.best[query], tops[tile], sought)
            apart = asked.apart[query]
            if apart - crowd.farthest[tile] > bound or crowd.nearest[tile] - apart > bound:
                continue
            kept = _sweep_tile(crowd, (span, tops[tile]), (asked, query), sought, pairs, kept)
        first = 0
        tile += 1
    state[0], state[1] = tile, 0
    return kept


@compiled
def _bound(best: Any, top: Any, sought: Sought) -> Any:
    """Return the distance up to which a pair comes before the best one or is told at once."""
    reach = np.int64((best - np.uint64(1)) >> np.uint64(DISTANCE))
    return min(max(reach, top - sought.turned), sought.radius)


@compiled
def _sweep_tile(crowd: Crowd, tile: Any, asker: Any, sought: Sought, pairs: Any, kept: int) -> int:
    """Compare one query with one tile."""
    (start, stop), top = tile
    asked, query = asker
    words, name, own = asked.words[query], asked.names[query], asked.own[query]
    wanted = (words[0], words[1], words[2], words[3])
    best = asked.best[query]
    bound = np.uint64(_bound(best, top, sought) + 1)
    stop = min(stop, asked.until[query])
    for row in range(start, stop, 8):
        near, _, apart = compare_codes(crowd.codes, row * 4, wanted, bound, bound)
        if stop - row < 8:
            near &= (np.uint64(1) << np.uint64(stop - row)) - np.uint64(1)
        while near != 0:
            lane = lowest_bit(near)
            near &= near - np.uint64(1)
            place = row + np.intp(lane)
            other = crowd.names[place]
            if other == own or (sought.turned and other >= name):
                continue
            distance = np.int64((apart >> (np.uint64(8) * lane)) & np.uint64(255))
            key = pair_key(distance, name, other, sought)
            if distance + sought.turned <= crowd.levels[place]:
                pairs[kept] = key
                kept += 1
            elif key < best:
                best = key
                bound = np.uint64(_bound(best, top, sought) + 1)
    asked.best[query] = best
    return kept


@compiled
def read_hits(hits: Any, queries: Any, own: Any, names: Any, sought: Sought, pairs: Any) -> int:
    """Turn hits of the tables into pairs, each pair once; return how many.

    Of a pair, the content with the larger number asks.
    """
    kept = 0
    for hit in hits:
        query = np.intp(hit >> np.uint64(40))
        other = names[np.intp(hit & np.uint64(0xFFFFFFFF))]
        if other == own[query] or other >= queries[query]:
            continue
        distance = (hit >> np.uint64(32)) & np.uint64(255)
        pairs[kept] = pair_key(distance, queries[query], other, sought)
        kept += 1
    return kept


@compiled
def make_pairs(distances: Any, names: Any, others: Any, sought: Sought, pairs: Any) -> None:
    """Write the numbers of pairs that are known."""
    for row in range(names.shape[0]):
        pairs[row] = pair_key(distances[row], names[row], others[row], sought)
