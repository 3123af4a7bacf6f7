"""Says how many of many must be looked at, and which, so that an error would have been seen.

Of n that are drawn at random and hold no error, whatever share of errors is larger than e would
have shown with probability 1 - (1 - e)^n at least: the binomial distribution at none. With 95 %
confidence that takes 59 for a share of 5 % and 299 for 1 % (Hanley and Lippman-Hand, If nothing
goes wrong, is everything all right?, JAMA 249, 1983; its rule of three is the same to a digit).
"""

import hashlib
import math
from collections.abc import Sequence

CONFIDENCE = 0.95
COARSE, FINE = 0.05, 0.01
"""Shares of errors that a sample excludes: of few contents, and of many."""


def needed(error: float, confidence: float = CONFIDENCE) -> int:
    """Return of how many without an error it follows that the share of errors is below this."""
    if not 0 < error < 1 or not 0 < confidence < 1:
        raise ValueError("a share lies between 0 and 1")
    count = max(1, math.ceil(math.log1p(-confidence) / math.log1p(-error)))
    while count > 1 and (1 - error) ** (count - 1) <= 1 - confidence:
        count -= 1  # the logarithms may have been rounded up
    return count


def bound(seen: int, confidence: float = CONFIDENCE) -> float:
    """Return the share of errors that so many without one exclude."""
    return 1.0 if seen < 1 else -math.expm1(math.log1p(-confidence) / seen)


def drawn(names: Sequence[str], count: int, seed: str) -> list[str]:
    """Return so many of these at random, in an order that says nothing of them.

    The same names and seed give the same again, on every machine.
    """
    lots = {name: hashlib.sha256(f"{seed}\0{name}".encode()).digest() for name in names}
    return sorted(lots, key=lots.__getitem__)[:count]


def said(contents: int, sample: int, error: float) -> str:
    """Return in one sentence what looking at a sample shows."""
    if sample >= contents:
        return f"This is all of it: {contents:,}."
    percent = f"{error * 100:g}"
    return (
        f"{sample:,} of {contents:,}, drawn at random: if none of them is wrong, fewer than"
        f" {percent} in 100 are, with {CONFIDENCE:.0%} confidence."
    )
