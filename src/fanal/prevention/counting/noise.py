"""Draws whole-number noise exactly, by integers alone.

The discrete Laplace distribution, P(x) proportional to exp(-epsilon * |x|), after Canonne, Kamath
and Steinke, The Discrete Gaussian for Differential Privacy (2020), Algorithms 1 and 2. No floating
point: its rounding can give away what noise should hide (Mironov, 2012).
"""

import secrets
from collections.abc import Callable
from fractions import Fraction
from math import exp

Below = Callable[[int], int]
"""A whole number from 0 to below the one given, all equally likely."""


def laplace(epsilon: Fraction, below: Below = secrets.randbelow) -> int:
    """Draw noise for a count that one session changes by at most one."""
    if epsilon <= 0:
        raise ValueError("epsilon must be above nothing")
    s, t = epsilon.numerator, epsilon.denominator
    while True:
        part = below(t)
        if not _exponential(Fraction(part, t), below):
            continue
        whole = 0
        while _exponential(Fraction(1), below):
            whole += 1
        size = (part + t * whole) // s
        is_negative = below(2) == 1
        if is_negative and size == 0:
            continue
        return -size if is_negative else size


def variance(epsilon: Fraction) -> float:
    """Return the variance of the noise, for reports; never used to draw it."""
    one = exp(-float(epsilon))
    return 2 * one / (1 - one) ** 2


def _exponential(gamma: Fraction, below: Below) -> bool:
    """Return True with probability exp(-gamma), for gamma from 0 to 1."""
    at = 1
    while below(gamma.denominator * at) < gamma.numerator:
        at += 1
    return at % 2 == 1
