"""Draws codes and queries for the matching benchmark: random ones, and skewed ones like lists."""

import numpy as np
import numpy.typing as npt

from fanal.matching.exact import sorted_rows

Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

BLANKS = 0.03
"""Share of codes that are nearly the same one: empty pages, black frames."""
CLUSTERED = 0.4
"""Share of codes that are near copies of others."""
SIBLINGS = 8
"""Near copies in a cluster, on average."""
BLOCK = 1 << 18


def make_codes(random: np.random.Generator, count: int, *, skewed: bool) -> tuple[Codes, Flags]:
    """Draw different codes, sorted as in a list that was built, and say which are blanks.

    Skewed ones have dependent neighbouring bits, near copies and blanks; a near copy of a blank is
    a blank. Equal codes are one entry, so there may be a few fewer than asked for.
    """
    blank = np.zeros(count, np.bool_)
    if skewed:
        codes = _skewed(random, count, blank)
    else:
        codes = random.integers(0, 256, (count, 32), dtype=np.uint8)
    order = sorted_rows(codes)
    codes, blank = codes[order], blank[order]
    different = np.ones(count, np.bool_)
    different[1:] = (codes[1:] != codes[:-1]).any(axis=1)
    return codes[different], blank[different]


def make_queries(
    random: np.random.Generator, codes: Codes, blank: Flags, count: int
) -> tuple[Codes, Flags]:
    """Draw queries: every other one 0 to 40 bits from an entry, the rest random.

    Says which are blanks too: those whose entry is.
    """
    queries = random.integers(0, 256, (count, 32), dtype=np.uint8)
    planted = np.arange(0, count, 2)
    entries = random.integers(0, len(codes), len(planted))
    places = np.argsort(random.random((len(planted), 256)), axis=1)
    changed = places < random.integers(0, 41, len(planted))[:, None]
    queries[planted] = codes[entries] ^ np.packbits(changed, axis=1)
    blanks = np.zeros(count, np.bool_)
    blanks[planted] = blank[entries]
    return queries, blanks


def _skewed(random: np.random.Generator, count: int, blank: Flags) -> Codes:
    """Draw codes as lists have them, and mark the blanks."""
    codes = np.concatenate(
        [_dependent(random, min(BLOCK, count - start)) for start in range(0, count, BLOCK)]
    )
    kind = random.random(count)
    blanks = np.flatnonzero(kind < BLANKS)
    codes[blanks] = codes[0] ^ _flips(random, len(blanks), 4)
    blank[blanks] = True
    copies = np.flatnonzero(kind > 1 - CLUSTERED)
    heads = random.choice(random.integers(0, count, max(1, len(copies) // SIBLINGS)), len(copies))
    codes[copies] = codes[heads] ^ _flips(random, len(copies), 12)
    blank[copies] = blank[heads]
    return codes


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
