from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.trials.guards import ODDS, log_guard


@given(st.floats(0.001, 0.6), st.floats(0, 1), st.integers(1, 25))
def test_evidence_against_a_limit_that_is_kept_is_at_most_one_in_the_mean(limit, below, n):
    share = limit * below
    mean = sum(
        comb(n, y)
        * share**y
        * (1 - share) ** (n - y)
        * exp(log_guard(np.array([y]), np.array([n]), limit)[0])
        for y in range(n + 1)
    )
    assert mean <= 1 + 1e-9


def test_it_is_the_mean_of_likelihood_ratios_and_knows_no_order():
    limit, y, n = 0.02, 31, 900
    told = []
    for times in ODDS:
        odds = times * limit / (1 - limit)
        share = odds / (1 + odds)
        told.append((share / limit) ** y * ((1 - share) / (1 - limit)) ** (n - y))
    ours = log_guard(np.array([1, 0, 30]), np.array([500, 300, 100]), limit)
    assert ours[-1] == pytest.approx(log(sum(told) / len(told)))


def test_a_guard_that_is_broken_is_seen_soon():
    random = np.random.default_rng(5)
    sessions = np.full((300, 30), 100)
    broken = log_guard(random.binomial(sessions, 0.05), sessions, 0.02)
    kept = log_guard(random.binomial(sessions, 0.02), sessions, 0.02)
    assert (broken >= log(20)).any(axis=1).mean() > 0.98
    assert (kept >= log(20)).any(axis=1).mean() <= 0.05
