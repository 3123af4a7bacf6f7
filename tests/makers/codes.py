"""Draws perceptual codes of every awkward kind, and finds near pairs by comparing all of them."""

from itertools import groupby
from operator import itemgetter

import numpy as np

from fanal.matching import Hits


def random_codes(seed: int, count: int) -> np.ndarray:
    """Draw codes without any structure."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def flipped(seed: int, codes: np.ndarray, most: int) -> np.ndarray:
    """Flip between no and `most` bits of each code."""
    random = np.random.default_rng(seed)
    places = np.argsort(random.random((len(codes), 256)), axis=1)
    changed = places < random.integers(0, most + 1, len(codes))[:, None]
    return codes ^ np.packbits(changed, axis=1)


def clustered(seed: int, count: int, heads: int, spread: int) -> np.ndarray:
    """Draw codes that all lie around a few heads."""
    random = np.random.default_rng(seed)
    centres = random_codes(seed + 1, heads)
    return flipped(seed + 2, centres[random.integers(0, heads, count)], spread)


def dependent(seed: int, count: int) -> np.ndarray:
    """Draw codes in which runs of neighbouring bits are alike."""
    random = np.random.default_rng(seed)
    bits = np.repeat(random.integers(0, 2, (count, 64), dtype=np.uint8), 4, axis=1)
    return np.packbits(bits ^ (random.random((count, 256)) < 0.02), axis=1)


def with_blanks(seed: int, count: int) -> np.ndarray:
    """Draw codes of which a third are nearly the same one, as blank pages are."""
    codes = random_codes(seed, count)
    blanks = np.repeat(codes[:1], count // 3, axis=0)
    codes[: count // 3] = flipped(seed + 1, blanks, 3)
    return codes


def near_pairs(codes: np.ndarray, queries: np.ndarray, radius: int) -> list[tuple[int, int, int]]:
    """Compare every query with every code, bit by bit: (query, distance, entry), sorted."""
    ones = np.unpackbits(codes, axis=1).astype(np.float32)
    asked = np.unpackbits(queries, axis=1).astype(np.float32)
    # Bits that differ: set in one but not in both. Whole numbers below 2^24 are exact in float32.
    apart = asked.sum(axis=1)[:, None] + ones.sum(axis=1)[None] - 2 * (asked @ ones.T)
    found = np.argwhere(apart <= radius)
    return sorted((int(q), int(apart[q, e]), int(e)) for q, e in found)


def nearest_pairs(pairs: list[tuple[int, int, int]], most: int) -> list[tuple[int, int, int]]:
    """Keep the first so many of each query; the pairs are sorted."""
    return [pair for _, group in groupby(pairs, key=itemgetter(0)) for pair in [*group][:most]]


def triples(hits: Hits) -> list[tuple[int, int, int]]:
    """Spell hits as `near_pairs` does, after a look at their kinds."""
    columns = (hits.queries, hits.distances, hits.entries)
    assert [column.dtype for column in columns] == [np.int64, np.uint8, np.uint32]
    return list(zip(*(column.tolist() for column in columns), strict=True))
