"""Asks the tables of a large near index: plans a radius, runs the kernels, sorts the hits."""

from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from fanal.matching.mapped import Array
from fanal.matching.near_build import CHUNKS, spread_tables
from fanal.matching.near_kernels import (
    GROUP,
    TILE,
    Asked,
    Found,
    Plan,
    Tables,
    count_hits,
    place_hits,
    scan,
    search,
    spread,
)

BLOCK = 1 << 15
"""Queries worked on together: each table is then read from cache; fits the 24 bits of a hit."""
COUNTERS = 1 << 21
"""Queries times distances that are counted together when hits are sorted."""
ROOM = 1 << 16
"""Candidates gathered before they are checked."""
MOST_CANDIDATES = 1 << 20
"""Candidates of one query at most, whatever the size of the index."""

# Nanoseconds, measured with `python -m fanal.bench.matching`; only their ratios matter.
PROBE_COST = 8.0
TAG_COST = 0.1
CODE_COST = 0.6


def ask(tables: Tables, codes: Array, radius: int, bits: int) -> tuple[Array, Array, Array]:
    """Return queries, entries and distances of the hits, sorted."""
    plan = plan_radius(radius, bits, len(tables.codes))
    spreads = spread_tables_once()
    step = min(BLOCK, COUNTERS // (radius + 1))
    blocks = []
    for start in range(0, len(codes), step):
        block = np.ascontiguousarray(codes[start : start + step])
        words = np.empty((len(block), 4), np.uint64)
        spread(block, spreads, words)
        blocks.append((start, len(block), _ask_block(tables, words, plan)))
    total = sum(len(part) for _, _, parts in blocks for part in parts)
    answer = (np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.uint8))
    done = 0
    for start, count, parts in blocks:
        done = _place(parts, (start, count, radius + 1), answer, done)
        parts.clear()
    return answer


@lru_cache(maxsize=1)
def spread_tables_once() -> npt.NDArray[np.uint64]:
    """Return the tables that spread bits, made at the first call."""
    return spread_tables()


@lru_cache(maxsize=64)
def plan_radius(radius: int, bits: int, entries: int) -> Plan:
    """Share the radius out over the chunks, or plan to compare everything where that is cheaper.

    By the generalised pigeonhole principle, budgets that add up to more than the radius leave at
    least one chunk that differs by less than its budget (Norouzi, Punjani and
    Fleet, doi:10.1109/TPAMI.2013.231).
    """
    share, rest = divmod(radius + 1, CHUNKS)
    budgets = np.full(CHUNKS, share, np.int64)
    budgets[:rest] += 1
    rounds = [
        sum(comb(bits, flipped) for flipped in range(min(b, bits + 1))) for b in budgets.tolist()
    ]
    cost = sum(rounds) * (PROBE_COST + TAG_COST * entries / (1 << bits))
    if cost > CODE_COST * entries:
        budgets[:] = 0
        rounds = [0] * CHUNKS
    flips, weights = _flips(int(budgets.max()) - 1, bits)
    limit = max(ROOM // 8, min(entries // 16, MOST_CANDIDATES))
    every = np.array(rounds, np.int64)
    return Plan(radius, 16 - bits, budgets, every, flips, weights, limit)


def _flips(most: int, bits: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return every key with at most so many bits set, fewest first, and how many each has."""
    flips = [
        (sum(1 << bit for bit in chosen), weight)
        for weight in range(min(most, bits) + 1)
        for chosen in combinations(range(bits), weight)
    ]
    values = np.array([flip for flip, _ in flips], np.uint32)
    return values, np.array([weight for _, weight in flips], np.int64)


def _ask_block(tables: Tables, words: Array, plan: Plan) -> list[Array]:
    """Return the hits of one block of queries, in parts; those of each query by rising entry."""
    count = len(words)
    asked = Asked(
        words,
        np.zeros(count, np.int64),
        np.empty(count, np.uint32),
        np.empty(count, np.uint16),
        np.empty(count, np.uint32),
    )
    room = GROUP * (plan.limit + 64) + ROOM
    hits = np.empty(2 * room, np.uint64)
    found = Found(np.empty((room, 2), np.uint32), hits, np.zeros(2, np.int64))
    parts: list[Array] = []
    if not plan.rounds.any():
        asked.burden[:] = plan.limit + 1
        found.state[0] = CHUNKS
    while found.state[0] < CHUNKS:
        kept = search(tables, plan, asked, found)
        parts.append(hits[:kept].copy())
    dense = np.flatnonzero(asked.burden > plan.limit)
    if len(dense):
        parts = [part[asked.burden[part >> np.uint64(40)] <= plan.limit] for part in parts]
    near = np.concatenate([*parts, np.empty(0, np.uint64)])
    near.sort()
    return [near, *_crowds(tables.codes, words, dense, plan.radius)]


def _crowds(codes: Array, words: Array, dense: Array, radius: int) -> list[Array]:
    """Compare the queries in a crowd with every code."""
    # A small buffer stays in cache; fresh memory costs more than the comparing.
    hits = np.empty(16 * TILE, np.uint64)
    state = np.zeros(2, np.int64)
    parts: list[Array] = []
    while len(dense) and state[0] < len(codes):
        kept = scan(codes, words, dense, radius, state, hits)
        parts.append(hits[:kept].copy())
    return parts


def _place(
    parts: list[Array], block: tuple[int, int, int], answer: tuple[Array, ...], done: int
) -> int:
    """Write the hits sorted by query and distance; a crowd's are too many to be compared."""
    first, count, width = block
    counts = np.zeros(count * width + 1, np.int64)
    for part in parts:
        count_hits(part, width, counts)
    counts[0] = done
    starts = np.cumsum(counts)
    end = int(starts[-1])
    for part in parts:
        place_hits(part, width, starts, first, answer)
    return end
