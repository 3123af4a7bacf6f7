"""Draws codes and queries for the matching benchmark: random ones, and skewed ones like lists."""

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]

BLANKS = 0.03
"""Share of codes that are nearly the same one: empty pages, black frames."""
CLUSTERED = 0.4
"""Share of codes that are near copies of others."""
SIBLINGS = 8
"""Near copies in a cluster, on average."""
BLOCK = 1 << 18


def make_codes(random: np.random.Generator, count: int, *, skewed: bool) -> Codes:
    """Draw codes; skewed ones have dependent neighbouring bits, near copies and blanks."""
    if not skewed:
        return random.integers(0, 256, (count, 32), dtype=np.uint8)
    codes = np.concatenate(
        [_dependent(random, min(BLOCK, count - start)) for start in range(0, count, BLOCK)]
    )
    kind = random.random(count)
    blanks = np.flatnonzero(kind < BLANKS)
    codes[blanks] = codes[0] ^ _flips(random, len(blanks), 4)
    copies = np.flatnonzero(kind > 1 - CLUSTERED)
    heads = random.integers(0, count, max(1, len(copies) // SIBLINGS))
    codes[copies] = codes[random.choice(heads, len(copies))] ^ _flips(random, len(copies), 12)
    return codes


def make_queries(random: np.random.Generator, codes: Codes, count: int) -> Codes:
    """Draw queries: every other one 0 to 40 bits from an entry, the rest random."""
    queries = random.integers(0, 256, (count, 32), dtype=np.uint8)
    planted = np.arange(0, count, 2)
    picked = codes[random.integers(0, len(codes), len(planted))]
    places = np.argsort(random.random((len(planted), 256)), axis=1)
    changed = places < random.integers(0, 41, len(planted))[:, None]
    queries[planted] = picked ^ np.packbits(changed, axis=1)
    return queries


def _dependent(random: np.random.Generator, count: int) -> Codes:
    """Draw codes whose bits repeat the bit to the left or above with a chance of three in ten."""
    bits = random.integers(0, 2, (count, 16, 16), dtype=np.uint8)
    for axis in (1, 2):
        repeats = random.random((count, 16, 16), dtype=np.float32) < 0.3
        before = np.roll(bits, 1, axis=axis)
        bits = np.where(repeats, before, bits)
    return np.packbits(bits.reshape(count, 256), axis=1)


def _flips(random: np.random.Generator, count: int, mean: int) -> Codes:
    """Draw masks with so many bits set on average."""
    parts = [
        np.packbits(random.random((min(BLOCK, count - start), 256)) < mean / 256, axis=1)
        for start in range(0, count, BLOCK)
    ]
    return np.concatenate(parts) if parts else np.empty((0, 32), np.uint8)
