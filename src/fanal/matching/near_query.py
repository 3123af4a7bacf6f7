"""Asks the tables of a large near index: plans a radius, runs the kernels, sorts the hits."""

from functools import lru_cache
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fanal.matching.crowds import REACH, Crowds
from fanal.matching.hits import Columns, Hits, joined
from fanal.matching.mapped import Array
from fanal.matching.near_build import CHUNKS, spread_tables
from fanal.matching.near_kernels import (
    GROUP,
    Asked,
    Found,
    Plan,
    Tables,
    search,
    spread,
)
from fanal.matching.near_pool import Pool
from fanal.matching.scan_kernels import (
    TILE,
    Nearest,
    count_hits,
    finish_hits,
    near_head,
    place_hits,
    renumber,
    scan,
    scan_all,
)

BLOCK = 1 << 15
"""Queries worked on together: each table is then read from cache; fits the 24 bits of a hit."""
COUNTERS = 1 << 21
"""Queries times distances that are counted together when hits are sorted."""
ROOM = 1 << 16
"""Candidates gathered before they are checked."""
MOST_CANDIDATES = 1 << 20
"""Candidates of one query at most, whatever the size of the index."""
AS_THEY_ARE = np.empty(0, np.uint32)
"""Stands for codes that are numbered as they come."""
Index = tuple[Tables, Crowds]


class Job(NamedTuple):
    """Codes, what they are called, and the queries to be compared with all of them."""

    codes: Array
    numbers: Array
    dense: Array


# Nanoseconds, measured with `python -m fanal.bench.matching`; only their ratios matter.
PROBE_COST = 8.0
TAG_COST = 0.1
CODE_COST = 0.6


def ask(index: Index, codes: Array, wish: tuple[int, int], bits: int) -> Hits:
    """Return the hits within a radius, sorted; only so many nearest where that is not 0."""
    radius, most = wish
    plan = plan_radius(radius, bits, len(index[0].codes))
    spreads = spread_tables_once()
    step = min(BLOCK, COUNTERS // (radius + 1))
    blocks = []
    for start in range(0, len(codes), step):
        block = np.ascontiguousarray(codes[start : start + step])
        words = np.empty((len(block), 4), np.uint64)
        spread(block, spreads, words)
        blocks.append(_ask_block(index, words, plan, most))
    return joined(blocks, most)


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


def _ask_block(index: Index, words: Array, plan: Plan, most: int) -> Columns:
    """Answer one block of queries."""
    tables, crowds = index
    pool = Pool(len(words), most)
    crowded = _ask_tables(tables, words, plan, pool)
    jobs = [Job(tables.codes, AS_THEY_ARE, np.flatnonzero(crowded))]
    near = np.empty(len(words), np.bool_)
    for crowd, head in enumerate(crowds.heads):
        near_head(words, head, plan.radius + REACH, near)
        jobs.append(Job(*crowds.of(crowd), np.flatnonzero(near & ~crowded)))
    jobs = [job for job in jobs if len(job.dense)]
    if jobs and not most:
        return _all_hits(pool.settle(), jobs, words, plan.radius)
    for job in jobs:
        _nearest_hits(job, words, plan.radius, pool)
    hits = pool.settle()
    distances = (hits >> np.uint64(32)).astype(np.uint8)
    return hits.astype(np.uint32), distances, pool.totals


def _ask_tables(tables: Tables, words: Array, plan: Plan, pool: Pool) -> Array:
    """Gather what the tables hold; return which queries they are not to be asked for."""
    count = len(words)
    if not plan.rounds.any():
        return np.ones(count, np.bool_)
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
    while found.state[0] < CHUNKS:
        kept = search(tables, plan, asked, found)
        pool.take(hits[:kept])
    crowded: Array = asked.burden > plan.limit
    pool.drop(crowded)
    return crowded


def _nearest_hits(job: Job, words: Array, radius: int, pool: Pool) -> None:
    """Count all hits and gather the nearest."""
    # A small buffer stays in cache; fresh memory costs more than the comparing.
    hits = np.empty(16 * TILE, np.uint64)
    state = np.zeros(2, np.int64)
    nearest = Nearest.begin(len(job.dense), radius, pool.most)
    while state[0] < len(job.codes):
        kept = scan(job.codes, words, job.dense, nearest, state, hits)
        if len(job.numbers):
            renumber(hits[:kept], job.numbers)
        pool.add(hits[:kept])
    pool.totals[job.dense] += nearest.totals


def _all_hits(hits: Array, jobs: list[Job], words: Array, radius: int) -> Columns:
    """Put all hits in order by counting those at each distance; too many to be compared."""
    width = radius + 1
    starts = np.zeros(len(words) * width + 1, np.int64)
    entries = np.empty(0, np.uint32)
    count_hits(hits, width, starts)
    for job in jobs:
        scan_all(job.codes, job.numbers, (words, job.dense), width, starts, entries)
    totals = starts[1:].reshape(-1, width).sum(axis=1)
    starts = np.cumsum(starts)
    entries = np.empty(starts[-1], np.uint32)
    distances = np.empty(starts[-1], np.uint8)
    place_hits(hits, width, starts, entries)
    # Where nothing is to be written, no entries would mean to count once more.
    for job in jobs if len(entries) else []:
        scan_all(job.codes, job.numbers, (words, job.dense), width, starts, entries)
    finish_hits(width, starts, entries, distances)
    return entries, distances, totals
