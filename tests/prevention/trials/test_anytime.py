import itertools
from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.trials.anytime import confidence, log_e, share_sequence


def days(*told):
    """Days as (events, sessions) of the reference, then of the other."""
    events = np.array([[one[0], other[0]] for one, other in told])
    return events, np.array([[one[1], other[1]] for one, other in told])


def binomial(y, n, share):
    return comb(n, y) * share**y * (1 - share) ** (n - y)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=4),
    st.integers(0, 5),
    st.integers(0, 5),
    st.floats(0.02, 0.98),
    st.sampled_from([0.01, 0.1, 0.4]),
    st.randoms(use_true_random=False),
)
def test_the_next_day_multiplies_by_at_most_one_in_the_mean(past, n, m, share, spread, random):
    """Summed over every outcome of a day, for any past, any sizes and any common share."""
    before = [((random.randint(0, a), a), (random.randint(0, b), b)) for a, b in past]
    now = log_e(*days(*before), spread)[-1]
    mean = sum(
        binomial(y, n, share)
        * binomial(z, m, share)
        * exp(log_e(*days(*before, ((y, n), (z, m))), spread)[-1] - now)
        for y, z in itertools.product(range(n + 1), range(m + 1))
    )
    assert mean <= 1 + 1e-9


def test_one_day_alone_is_no_evidence_and_empty_days_change_nothing():
    told = log_e(*days(((10, 100), (90, 100))), 0.04)
    assert told == pytest.approx([0])
    one = log_e(*days(((30, 100), (10, 100)), ((30, 100), (10, 100))), 0.1)
    two = log_e(
        *days(((30, 100), (10, 100)), ((0, 0), (0, 0)), ((0, 0), (9, 30)), ((30, 100), (10, 100))),
        0.1,
    )
    assert two[1] == two[0]
    assert two[2] == pytest.approx(two[1])
    assert one[1] > 1
    assert two[3] != one[1]  # the ninety-first day's guess knows the day on which one arm was alone


def test_a_day_is_the_product_that_the_method_says():
    past, today = ((27, 100), (40, 110)), ((13, 50), (21, 40))
    spread = 0.05
    common = (67 + 0.5) / (210 + 1)
    worth = common * (1 - common) / spread**2
    guess = [(27 + worth * common) / (100 + worth), (40 + worth * common) / (110 + worth)]
    mean = (50 * guess[0] + 40 * guess[1]) / 90
    told = 1.0
    for (y, n), share in zip(today, guess, strict=True):
        told *= (share / mean) ** y * ((1 - share) / (1 - mean)) ** (n - y)
    assert log_e(*days(past, today), spread)[-1] == pytest.approx(log(told))


def test_a_small_first_day_does_not_spoil_large_ones():
    random = np.random.default_rng(7)
    sessions = np.array([[20, 20], *[[500, 500]] * 20])
    events = random.binomial(sessions, [0.27, 0.35], (200, 21, 2))
    told = log_e(events, np.broadcast_to(sessions, events.shape), 0.04)
    assert (told >= log(20)).any(axis=1).mean() > 0.95
    assert np.quantile(told[:, 1], 0.05) > -3


def test_the_confidence_sequence_is_the_mixture_s_bound():
    events, sessions = days(((270, 1000), (310, 1000)))
    difference, low, high = confidence(events, sessions, 0.04, 0.05)
    share, other = 271 / 1002, 311 / 1002
    known = 1 / (share * (1 - share) / 1000 + other * (1 - other) / 1000)
    # the distance at which the mixture of exp(λS - λ²V/2) over λ ~ N(0, 0.04²) is 1/α
    around = (high - low)[0] / 2
    points = np.linspace(-0.4, 0.4, 200_001)
    weight = np.exp(-(points**2) / (2 * 0.04**2)) / np.sqrt(2 * np.pi * 0.04**2)
    mixture = (weight * np.exp(points * around * known - points**2 * known / 2)).sum() * (
        points[1] - points[0]
    )
    assert mixture == pytest.approx(20, rel=1e-6)
    assert difference[0] == pytest.approx(0.04)
    assert (low + high)[0] / 2 == pytest.approx(0.04)


def test_too_few_events_leave_everything_open():
    _, low, high = confidence(*days(((4, 1000), (60, 1000)), ((1, 10), (0, 10))), 0.04, 0.05)
    assert (low[0], high[0]) == (-1, 1)
    assert (low[1], high[1]) != (-1, 1)


def test_the_sequence_of_one_share_covers_it_at_all_looks():
    random = np.random.default_rng(3)
    missed = 0
    for _ in range(300):
        events = random.binomial(20, 0.1, 30).cumsum()
        ends = [
            share_sequence(int(y), 20 * (at + 1), 0.05)
            for at, y in enumerate(events)
            if at % 3 == 0
        ]
        missed += any(not low <= 0.1 <= high for low, high in ends)
    assert missed / 300 <= 0.05
    assert share_sequence(0, 0, 0.05) == (0, 1)
    low, high = share_sequence(0, 100, 0.05)
    assert low == 0
    # (1-p)^100 = 0.05 / 101, solved by hand
    assert high == pytest.approx(1 - (0.05 / 101) ** 0.01)
