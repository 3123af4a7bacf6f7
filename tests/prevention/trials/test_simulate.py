import time
from math import exp

import numpy as np
import pytest

from fanal.prevention.trials.anytime import confidence, log_e
from fanal.prevention.trials.fixed import sessions_needed
from fanal.prevention.trials.several import closed
from fanal.prevention.trials.simulate import REFERENCE, Setup, simulate

NULLS = [(0.27, 0.04), (0.01, 0.005)]


def told(**setup):
    return {one.method: one for one in simulate(Setup(**setup))}


@pytest.mark.parametrize(("base", "spread"), NULLS)
def test_a_thousand_null_trials_with_fifty_looks(base, spread):
    begun = time.process_time()
    called = told(base=base, other=base, spread=spread)
    assert called["e-process"].called <= 0.05
    assert called["confidence sequence"].called <= 0.05
    assert 0.27 < called["z-test at every look (wrong)"].called < 0.39  # 32 to 33 % elsewhere
    assert called["z-test once at the end"].called < 0.08
    assert time.process_time() - begun < 10


def test_a_true_difference_is_found_and_early():
    called = told(base=0.27, other=0.31, spread=0.04)
    assert called["e-process"].called > 0.98
    assert called["confidence sequence"].called > 0.98
    assert called["e-process"].stop <= 2_600


@pytest.mark.parametrize(
    "setup",
    [
        {"unevenness": 1.0},
        {"drift": 0.5},
        {"unevenness": 1.0, "drift": 0.5},
        {"again": 4, "repeats": 4},
        {"looks": 500, "sessions": 20},
    ],
    ids=str,
)
def test_false_alarms_stay_rare_where_days_differ_and_people_return(setup):
    called = told(base=0.27, other=0.27, spread=0.04, **setup)
    assert called["e-process"].called <= 0.05
    assert called["confidence sequence"].called <= 0.05


def test_people_who_return_and_were_not_registered_break_the_promise():
    assert told(base=0.27, other=0.27, spread=0.04, again=4)["e-process"].called > 0.1


def test_the_same_seed_tells_the_same():
    setup = Setup(0.27, 0.31, 0.04, trials=50)
    assert simulate(setup) == simulate(setup) != simulate(setup, 1)


def test_the_table_of_power_is_that_of_the_reference():
    assert [sessions_needed(*pair, 0.05, 0.9) for pair in REFERENCE] == [
        379,
        79,
        180,
        1_964,
        20_966,
        36_164,
        174_991,
    ]


def drawn(shares, sizes, trials, looks, seed):
    """Days of several arms: (trial, look, arm)."""
    random = np.random.default_rng(seed)
    sessions = random.poisson(np.broadcast_to(sizes, (trials, looks, len(sizes))))
    return random.binomial(sessions, shares), sessions


@pytest.mark.parametrize("shares", [(0.27, 0.27, 0.27), (0.27, 0.2, 0.27)], ids=str)
def test_several_wordings_are_wrongly_called_in_few_trials(shares):
    events, sessions = drawn(shares, (100, 100, 100), 300, 20, 9)
    pairs = [[0, 1], [0, 2]]
    logs = np.stack([log_e(events[..., one], sessions[..., one], 0.04) for one in pairs], -1)
    wrong = 0
    for trial in logs:
        called = np.array([closed([exp(one) for one in look]) for look in trial]) >= 20
        same = [at for at in range(2) if shares[at + 1] == shares[0]]
        wrong += bool(called[:, same].any())
    assert wrong / 300 <= 0.05


@pytest.mark.parametrize("other", [0.27, 0.31, 0.4])
def test_the_confidence_sequence_covers_the_difference_with_unequal_arms(other):
    events, sessions = drawn((0.27, other), (360, 40), 1000, 50, 10)
    _, low, high = confidence(events, sessions, 0.04, 0.05)
    off = ((low > other - 0.27) | (high < other - 0.27)).any(axis=1)
    assert off.mean() <= 0.05
    if other == 0.27:
        assert (log_e(events, sessions, 0.04).max(axis=1) >= np.log(20)).mean() <= 0.05
