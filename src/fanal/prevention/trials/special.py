"""A few functions of statistics, so that a service needs no large library for them."""

import math
from statistics import NormalDist

NORMAL = NormalDist()
_TINY = 1e-300
_STEPS = 10_000


def chi_square_above(x: float, freedom: int) -> float:
    """Return the probability that a chi-square variable exceeds x.

    The upper regularised gamma function Q(freedom/2, x/2): by its series below a + 1, by Lentz's
    continued fraction above (NIST DLMF 8.11.4 and 8.9.2).
    """
    a, half = freedom / 2, x / 2
    if half <= 0:
        return 1.0
    head = math.exp(a * math.log(half) - half - math.lgamma(a))
    if half < a + 1:
        return max(0.0, 1 - head * _series(a, half))
    return head * _fraction(a, half)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for step in range(1, _STEPS):
        term *= x / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    value = d
    for step in range(1, _STEPS):
        factor = -step * (step - a)
        b += 2
        d = factor * d + b
        d = 1 / (d if abs(d) > _TINY else _TINY)
        c = b + factor / c
        c = c if abs(c) > _TINY else _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def two_sided(z: float) -> float:
    """Return the probability that a standard normal variable lies further out than z."""
    return math.erfc(abs(z) / math.sqrt(2))
