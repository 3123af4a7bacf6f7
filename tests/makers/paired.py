"""Finds the minimum spanning forest of near codes the slow way: all pairs, sorted, one by one."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from fanal.matching import crowds, near_build, near_query, pairs_search
from makers.codes import clustered, flipped, random_codes, with_blanks

BACK = (0, 3, 2, 1, 4, 5, 6, 7)
Pair = tuple[int, bool, int, int, int]


@contextmanager
def small_tables(smallest: int = 40) -> Iterator[pytest.MonkeyPatch]:
    """Let some hundred codes have tables and crowds, which else only thousands have."""
    with pytest.MonkeyPatch.context() as patch:
        near_query.plan_radius.cache_clear()
        patch.setattr(near_build, "LINEAR", 256)
        patch.setattr(pairs_search, "LINEAR", 256)
        patch.setattr(near_query, "CODE_COST", 1e9)
        patch.setattr(crowds, "SMALLEST", smallest)
        yield patch
    near_query.plan_radius.cache_clear()


def skewed(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw codes with near copies, equal ones, a crowd and turned copies, and their seven turns.

    A turn is some order of the bits, not undone by any other: nothing may rest on that.
    """
    random = np.random.default_rng(seed)
    part = count // 4
    centred, blanks = clustered(seed, part, 5 + count // 60, 20), with_blanks(seed + 7, part)
    rest = random_codes(seed, count - 3 * part)
    codes = np.concatenate([rest, centred, blanks, centred[random.permutation(part)]])
    codes = codes[random.permutation(count)]
    orders = [random.permutation(256) for _ in range(7)]
    copies = random.integers(0, max(1, count), (count // 5, 2))
    ways = random.integers(0, 7, len(copies))
    for (source, copy), way in zip(copies, ways, strict=True):
        bits = np.unpackbits(codes[source : source + 1], axis=1)[:, np.argsort(orders[way])]
        codes[copy] = flipped(seed + int(copy), np.packbits(bits, axis=1), 20)[0]
    bits = np.unpackbits(codes, axis=1)
    turned = [np.packbits(bits[:, order], axis=1) for order in orders]
    return codes, np.ascontiguousarray(np.stack(turned, axis=1))


def distances(queries: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Compare every query with every code, bit by bit."""
    asked = np.unpackbits(queries, axis=1).astype(np.float32)
    ones = np.unpackbits(codes, axis=1).astype(np.float32)
    # Bits that differ: set in one but not in both. Whole numbers below 2^24 are exact in float32.
    apart = asked.sum(axis=1)[:, None] + ones.sum(axis=1)[None] - 2 * (asked @ ones.T)
    return apart.astype(int)


def all_pairs(
    codes: np.ndarray, turned: np.ndarray | None, radius: int, turned_radius: int
) -> list[Pair]:
    """List all pairs as (distance, turned, a, b, turn), where b is the one that was turned."""
    found: list[Pair] = []
    for turn in range(1 if turned is None else 8):
        asked = codes if turned is None or not turn else turned[:, turn - 1]
        apart = distances(asked, codes)
        near = np.argwhere(np.tril(apart <= (turned_radius if turn else radius), -1))
        found += [(int(apart[b, a]), turn > 0, int(a), int(b), BACK[turn]) for b, a in near]
    return sorted(found)


def forest(pairs: list[Pair], count: int) -> list[Pair]:
    """Keep the pairs that join two trees (Kruskal)."""
    tree = list(range(count))

    def root(node: int) -> int:
        while tree[node] != node:
            tree[node] = tree[tree[node]]
            node = tree[node]
        return node

    kept = []
    for pair in sorted(pairs):
        one, other = root(pair[2]), root(pair[3])
        if one != other:
            tree[one] = other
            kept.append(pair)
    return kept


def spelled(pairs) -> list[Pair]:
    """Spell found pairs as the slow way does."""
    columns = (pairs.distance, pairs.turn > 0, pairs.a, pairs.b, pairs.turn)
    return list(zip(*(column.tolist() for column in columns), strict=True))
