"""Noise has the distribution that it should have, and no other."""

from collections import Counter
from fractions import Fraction
from math import exp

import numpy as np
import pytest

from fanal.prevention.counting.noise import laplace, variance


class Bits:
    """A fixed source of equally likely whole numbers, by rejection over random bits."""

    def __init__(self, seed):
        self._words = iter(np.random.default_rng(seed).bytes(6_000_000))

    def __call__(self, below):
        size = (below - 1).bit_length()
        while True:
            drawn = int.from_bytes([next(self._words) for _ in range((size + 7) // 8)], "big")
            drawn >>= -size % 8
            if drawn < below:
                return drawn


HALF = Fraction(1, 2)


@pytest.fixture(scope="module")
def drawn():
    bits = Bits(20261127)
    return [laplace(HALF, bits) for _ in range(20_000)]


def test_variance_at_one_half_is_the_one_of_theory(drawn):
    """2 exp(-e) / (1 - exp(-e))^2 is 7.84 at e = 1/2; four standard errors of 20,000 are 0.5."""
    assert variance(HALF) == pytest.approx(7.8354, abs=1e-4)
    assert float(np.var(drawn)) == pytest.approx(7.8354, abs=0.5)
    assert float(np.mean(drawn)) == pytest.approx(0, abs=0.08)


def exact(epsilon, x):
    """Return the probability of one value: tanh(e/2) exp(-e |x|)."""
    return (1 - exp(-epsilon)) / (1 + exp(-epsilon)) * exp(-epsilon * abs(x))


def fits(values, epsilon, reach):
    """Return the p-value of a chi-square test against the exact distribution."""
    counted = Counter(max(-reach, min(reach, value)) for value in values)
    expected = {x: exact(epsilon, x) for x in range(-reach + 1, reach)}
    tail = (1 - sum(expected.values())) / 2
    expected |= {-reach: tail, reach: tail}
    n = len(values)
    grid = range(-reach, reach + 1)
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    return stats.chisquare([counted[x] for x in grid], [n * expected[x] for x in grid]).pvalue


def test_values_fit_the_exact_distribution(drawn):
    assert fits(drawn, 0.5, 12) > 0.001


@pytest.mark.parametrize(("epsilon", "reach"), [(Fraction(3, 2), 4), (Fraction(1, 8), 30)])
def test_other_shares_fit_theirs(epsilon, reach):
    bits = Bits(7)
    values = [laplace(epsilon, bits) for _ in range(8_000)]
    assert fits(values, float(epsilon), reach) > 0.001
    assert fits(values, float(epsilon) * 1.2, reach) < 0.001


def test_a_seeded_source_gives_the_same_again():
    first, second = ([laplace(HALF, bits) for _ in range(9)] for bits in (Bits(1), Bits(1)))
    assert first == second


def test_the_source_of_chance_is_asked_for_whole_numbers_only():
    asked = []
    bits = Bits(3)

    def below(n):
        asked.append(n)
        return bits(n)

    drawn = [laplace(HALF, below) for _ in range(50)]
    assert all(type(one) is int for one in (*asked, *drawn))


def test_without_epsilon_there_is_no_noise_to_draw():
    with pytest.raises(ValueError, match="epsilon"):
        laplace(Fraction(0))
