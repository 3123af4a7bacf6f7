"""The compiled loops of the near index; imported only where a large index is built or asked."""

from typing import Any, NamedTuple

import numpy as np

from fanal.matching.vectors import (
    close_tags,
    compiled,
    count_bits,
    fetch_early,
    lowest_bit,
)

GROUP = 8
"""Queries whose buckets are asked for before the first of them is read."""
EARLY = 256
"""Tags of a bucket that are asked for early; the processor foresees the rest of a long run."""


TILE = 1 << 13
"""Codes that are compared with every dense query while they lie in the second-level cache."""
SPARED = 1 << 13
"""Candidates a query may cause in its first chunks without being taken for one in a crowd."""
SORT_FROM = 2048
"""Queries from which on it pays to put them in order."""


class Tables(NamedTuple):
    """The index: codes, and per chunk where buckets start, with tags and numbers in their order."""

    codes: Any
    offsets: Any
    tags: Any
    numbers: Any


class Plan(NamedTuple):
    """How a radius is asked for: what each chunk may differ by, and which keys that means."""

    radius: int
    shift: int
    budgets: Any
    """A pair is met in a chunk that differs by less than this; together more than the radius."""
    rounds: Any
    """How many of the flips are tried in each chunk."""
    flips: Any
    weights: Any
    """Bits set in each flip, ascending."""
    limit: int
    """A query with more candidates than this is compared with every code instead."""


class Asked(NamedTuple):
    """The queries: their codes, the candidates each has caused so far, and one chunk of them."""

    words: Any
    burden: Any
    keys: Any
    tags: Any
    order: Any
    """Queries by rising key, so that a large block walks through the table once."""


class Found(NamedTuple):
    """Room for candidates and hits, and where to go on: chunk and query."""

    candidates: Any
    hits: Any
    state: Any


@compiled
def spread(codes: Any, tables: Any, out: Any) -> None:
    """Move the bits of every code to their chunks by one table a byte."""
    for row in range(codes.shape[0]):
        a = b = c = d = np.uint64(0)
        for byte in range(32):
            value = codes[row, byte]
            a |= tables[byte, value, 0]
            b |= tables[byte, value, 1]
            c |= tables[byte, value, 2]
            d |= tables[byte, value, 3]
        out[row, 0] = a
        out[row, 1] = b
        out[row, 2] = c
        out[row, 3] = d


@compiled
def count_keys(words: Any, free: Any, chunk: int, shift: int, counts: Any) -> None:
    """Count into `counts[key + 1]` how many codes that are in no crowd have each key."""
    for row in range(words.shape[0]):
        if free[row]:
            counts[np.intp(words[row, chunk] >> shift) + 1] += 1


@compiled
def place_codes(words: Any, free: Any, where: Any, starts: Any, tags: Any, numbers: Any) -> None:
    """Put tag and number of every code in no crowd where its bucket has the next free place."""
    chunk, shift = where
    following = (chunk + 1) % 16
    for row in range(words.shape[0]):
        if not free[row]:
            continue
        key = np.intp(words[row, chunk] >> shift)
        place = np.intp(starts[key])
        starts[key] += 1
        tags[place] = words[row, following]
        for byte in range(numbers.shape[1]):
            numbers[place, byte] = (row >> (8 * byte)) & 255


@compiled
def search(tables: Tables, plan: Plan, asked: Asked, found: Found) -> int:
    """Find the hits of all queries, chunk by chunk; return how many before room ran short.

    Called again until `state` says that all chunks are done. A hit is one number: query, distance
    and entry in 24, 8 and 32 bits, so that sorting the numbers sorts the hits.
    """
    kept = 0
    state = found.state
    while state[0] < 16:
        chunk = state[0]
        if plan.budgets[chunk] > 0:
            _cut(asked, chunk, plan.shift)
        while plan.budgets[chunk] > 0 and state[1] < asked.keys.shape[0]:
            if kept + found.candidates.shape[0] > found.hits.shape[0]:
                return kept
            count = _gather(tables, plan, asked, found)
            _resolve(tables.numbers[chunk], found.candidates, count)
            kept = _verify(tables.codes, plan, asked.words, found, (chunk, count, kept))
        state[0] += 1
        state[1] = 0
    return kept


@compiled
def _cut(asked: Asked, chunk: int, shift: int) -> None:
    """Cut keys and tags of one chunk out of the queries' codes, and put the queries in order."""
    following = (chunk + 1) % 16
    total = asked.words.shape[0]
    for query in range(total):
        value = asked.words[query, chunk >> 2] >> np.uint64(16 * (chunk & 3))
        asked.keys[query] = (value & np.uint64(0xFFFF)) >> np.uint64(shift)
        value = asked.words[query, following >> 2] >> np.uint64(16 * (following & 3))
        asked.tags[query] = value & np.uint64(0xFFFF)
        asked.order[query] = query
    if total < SORT_FROM:
        return
    starts = np.zeros((1 << (16 - shift)) + 1, np.uint32)
    for query in range(total):
        starts[np.intp(asked.keys[query]) + 1] += 1
    for key in range(1, starts.shape[0]):
        starts[key] += starts[key - 1]
    for query in range(total):
        own = np.intp(asked.keys[query])
        asked.order[np.intp(starts[own])] = query
        starts[own] += 1


@compiled
def _gather(tables: Tables, plan: Plan, asked: Asked, found: Found) -> int:
    """Collect candidates of one chunk until there might not be room for the next group's."""
    chunk = found.state[0]
    rounds = plan.rounds[chunk]
    offsets, tags = tables.offsets[chunk], tables.tags[chunk]
    flips = plan.flips[:rounds]
    spans = np.empty((GROUP * rounds, 2), np.int64)
    total = asked.keys.shape[0]
    room = found.candidates.shape[0] - GROUP * (plan.limit + 64)
    most = plan.budgets[chunk] + plan.budgets[(chunk + 1) % 16] - 1
    # Who stands in a crowd is known after a chunk or two, before the whole limit is spent.
    limit = max(min(plan.limit, SPARED), plan.limit * (chunk + 2) // 16)
    count = 0
    for first in range(found.state[1], total, GROUP):
        if count > room:
            found.state[1] = first
            return count
        group = asked.order[first : first + GROUP]
        _ask_early((offsets, tags), flips, (asked.keys, group), spans)
        count = _read((tags, spans), (group, most, limit), plan, asked, found.candidates, count)
    found.state[1] = total
    return count


@compiled
def _ask_early(table: Any, flips: Any, group: Any, spans: Any) -> None:
    """Look up the buckets of a few queries and ask for their first cache lines."""
    offsets, tags = table
    keys, queries = group
    at = 0
    for query in queries:
        key = keys[query]
        for flip in flips:
            bucket = np.intp(key ^ flip)
            start = np.intp(offsets[bucket])
            stop = np.intp(offsets[bucket + 1])
            spans[at, 0] = start
            spans[at, 1] = stop
            at += 1
            for line in range(start, min(stop, start + EARLY), 32):
                fetch_early(tags, line)


@compiled
def _read(table: Any, group: Any, plan: Plan, asked: Asked, candidates: Any, count: int) -> int:
    """Add the entries in the buckets of a few queries whose tags are close enough.

    A query over the limit gets a burden that says so, and none of its candidates.
    """
    tags, spans = table
    queries, most, limit = group
    rounds = spans.shape[0] // GROUP
    span = 0
    for query in queries:
        before = count
        ceiling = before + limit - asked.burden[query]
        tag = asked.tags[query]
        for probe in range(rounds if ceiling >= before else 0):
            stop = spans[span + probe, 1]
            for place in range(spans[span + probe, 0], stop, 32):
                near = np.uint32(close_tags(tags, place, tag, most - plan.weights[probe]))
                if stop - place < 32:
                    near &= np.uint32((np.uint32(1) << np.uint32(stop - place)) - np.uint32(1))
                while near != 0:
                    candidates[count, 0] = query
                    candidates[count, 1] = place + np.intp(lowest_bit(np.uint64(near)))
                    near &= np.uint32(near - np.uint32(1))
                    count += 1
                if count > ceiling:
                    break
            if count > ceiling:
                break
        span += rounds
        asked.burden[query] += count - before
        if count > ceiling:
            asked.burden[query] = plan.limit + 1
            count = before
    return count


@compiled
def _resolve(numbers: Any, candidates: Any, count: int) -> None:
    """Replace places in a table by the numbers of the codes that stand there."""
    wide = numbers.shape[1] == 4
    for at in range(count):
        place = np.intp(candidates[at, 1])
        number = np.uint32(numbers[place, 0])
        number |= np.uint32(numbers[place, 1]) << np.uint32(8)
        number |= np.uint32(numbers[place, 2]) << np.uint32(16)
        if wide:
            number |= np.uint32(numbers[place, 3]) << np.uint32(24)
        candidates[at, 1] = number


@compiled
def _verify(codes: Any, plan: Plan, words: Any, found: Found, where: Any) -> Any:
    """Keep the candidates within the radius that no earlier chunk met."""
    chunk, count, kept = where
    radius = np.uint64(plan.radius)
    for at in range(count):
        query = np.intp(found.candidates[at, 0])
        entry = np.intp(found.candidates[at, 1])
        distance = np.uint64(0)
        for word in range(4):
            distance += count_bits(codes[entry, word] ^ words[query, word])
        if distance <= radius and _is_first(codes[entry], words[query], chunk, plan):
            found.hits[kept] = (
                (np.uint64(query) << np.uint64(40)) | (distance << np.uint64(32)) | np.uint64(entry)
            )
            kept += 1
    return kept


@compiled
def _is_first(code: Any, asked: Any, until: int, plan: Plan) -> bool:
    """Tell whether no chunk before this one meets the pair under the rule of `_gather`."""
    for chunk in range(until):
        following = (chunk + 1) % 16
        apart = (code[chunk >> 2] ^ asked[chunk >> 2]) >> np.uint64(16 * (chunk & 3))
        key = np.int64(count_bits((apart & np.uint64(0xFFFF)) >> np.uint64(plan.shift)))
        if key >= plan.budgets[chunk]:
            continue
        apart = (code[following >> 2] ^ asked[following >> 2]) >> np.uint64(16 * (following & 3))
        tag = np.int64(count_bits(apart & np.uint64(0xFFFF)))
        if key + tag < plan.budgets[chunk] + plan.budgets[following]:
            return False
    return True
