import time

import pytest

from fanal.prevention.trials.simulate import Setup, power_table, simulate

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
    assert [n for _, _, n in power_table()] == [379, 79, 180, 1_964, 20_966, 36_164, 174_991]
