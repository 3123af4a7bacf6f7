"""Asks the tables of a large near index: plans a radius, runs the kernels, sorts the hits."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from fanal.matching.mapped import Array
from fanal.matching.near_build import CHUNKS, spread_tables
from fanal.matching.near_kernels import GROUP, Asked, Found, Plan, Tables, scan, search, spread

BLOCK = 1 << 15
"""Queries worked on together: each table is then read from cache; fits the 24 bits of a hit."""
ROOM = 1 << 16
"""Candidates gathered before they are checked."""
MOST_CANDIDATES = 1 << 20
"""Candidates of one query at most, whatever the size of the index."""

# Nanoseconds, measured with `python -m fanal.bench.matching`; only their ratios matter.
PROBE_COST = 8.0
TAG_COST = 0.1
CODE_COST = 0.6


def ask(tables: Tables, codes: Array, radius: int, bits: int) -> Iterator[tuple[int, Array]]:
    """Yield for each block of queries its first query and its hits as sorted numbers."""
    plan = plan_radius(radius, bits, len(tables.codes))
    spreads = spread_tables_once()
    for start in range(0, len(codes), BLOCK):
        block = np.ascontiguousarray(codes[start : start + BLOCK])
        words = np.empty((len(block), 4), np.uint64)
        spread(block, spreads, words)
        yield start, _ask_block(tables, words, plan)


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


def _ask_block(tables: Tables, words: Array, plan: Plan) -> Array:
    """Return the hits of one block of queries, sorted."""
    count = len(words)
    asked = Asked(
        words,
        np.zeros(count, np.int64),
        np.empty(count, np.uint32),
        np.empty(count, np.uint16),
        np.empty(count, np.uint32),
    )
    room = GROUP * (plan.limit + 64) + ROOM
    found = Found(
        np.empty((room, 2), np.uint32), np.empty(2 * room, np.uint64), np.zeros(2, np.int64)
    )
    parts: list[Array] = []
    if not plan.rounds.any():
        asked.burden[:] = plan.limit + 1
        found.state[0] = CHUNKS
    while found.state[0] < CHUNKS:
        kept = search(tables, plan, asked, found)
        parts.append(found.hits[:kept].copy())
    dense = np.flatnonzero(asked.burden > plan.limit)
    if len(dense):
        parts = [part[asked.burden[part >> np.uint64(40)] <= plan.limit] for part in parts]
        parts.extend(_scan(tables, words, dense, plan.radius, found.hits))
    hits = parts[0] if len(parts) == 1 else np.concatenate(parts)
    hits.sort()
    return hits


def _scan(tables: Tables, words: Array, dense: Array, radius: int, hits: Array) -> Iterator[Array]:
    """Compare some of the queries with every code."""
    chosen = np.ascontiguousarray(words[dense])
    state = np.zeros(2, np.int64)
    rest = np.uint64((1 << 40) - 1)
    while state[0] < len(tables.codes):
        kept = scan(tables.codes, chosen, radius, state, hits)
        part = hits[:kept]
        query = dense[(part >> np.uint64(40)).astype(np.int64)].astype(np.uint64)
        yield (part & rest) | (query << np.uint64(40))
