"""What a calibration is worth is measured on groups that it never met."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model.calibration import METHODS
from fanal.origin.calibration import fit
from fanal.origin.calibration_folds import Case, binned, folds, held_out
from fanal.origin.calibration_measures import cllr, elub, rule_of_three

GROUPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from("abcdefgh"), st.floats(-5, 5)), min_size=1, max_size=60
)


def drawn(apart=1.5, each=20, groups=8, spread=0.0, seed=3):
    """Cases of several cameras and generators, each with a habit of its own."""
    random = np.random.default_rng(seed)
    cases = []
    for same, middle in ((True, apart), (False, 0.0)):
        for number in range(groups):
            habit = random.normal(0, spread) if spread else 0.0
            scores = random.normal(middle + habit, 1, each)
            cases += [Case(float(score), same, f"{same} {number}") for score in scores]
    return cases


@settings(deadline=None)
@given(GROUPS)
def test_every_group_is_held_out_once_and_whole(told):
    cases = [Case(score, same, group) for same, group, score in told]
    fold_of, count = folds(cases)
    assert set(fold_of) == {case.group for case in cases}
    assert set(fold_of.values()) <= set(range(max(count, 1)))
    assert folds(cases[::-1]) == (fold_of, count)  # the order of a list moves nothing
    held = held_out(cases, "logistic")
    if held is not None:
        assert len(held[0]) == sum(case.same for case in cases)
        assert len(held[1]) == sum(not case.same for case in cases)


def test_folds_share_out_both_sides():
    cases = drawn(each=10, groups=10)
    fold_of, count = folds(cases)
    assert count == 5
    for number in range(count):
        inside = [case for case in cases if fold_of[case.group] == number]
        assert sum(case.same for case in inside) == sum(not case.same for case in inside) == 20


def test_a_weight_comes_from_a_calibration_that_never_met_the_group():
    cases = drawn(each=5, groups=3)
    fold_of, count = folds(cases)
    expected = {True: [], False: []}
    for number in range(count):
        outside = [case for case in cases if fold_of[case.group] != number]
        made = fit(
            [case.score for case in outside if case.same],
            [case.score for case in outside if not case.same],
        )
        for case in cases:
            if fold_of[case.group] == number:
                expected[case.same].append(made.log10_lr(case.score))
    assert held_out(cases, "logistic") == (expected[True], expected[False])


def test_habits_of_a_device_cost_what_they_would_cost_in_use():
    """Steps learned for each device look perfect until the device is held out."""
    cases = [
        Case(number + shift / 100, number % 2 == 0, f"device {number}")
        for number in range(12)
        for shift in range(10)
    ]
    alone = [Case(case.score, case.same, str(at)) for at, case in enumerate(cases)]
    grouped = cllr(*held_out(cases, "isotonic"))
    assert grouped >= cllr(*held_out(alone, "isotonic")) - 1e-9
    assert grouped >= 1


@pytest.mark.parametrize("method", METHODS)
def test_a_bin_is_calibrated_within_all_its_bounds(method):
    cases = drawn()
    found = binned("zz", cases, method)
    assert found.why == ""
    assert found.counts == {"same": 160, "other": 160, "same_groups": 8, "other_groups": 8}
    made = found.calibrated
    held = held_out(cases, method)
    for bounds in (elub(*held), rule_of_three(160, 160)):
        assert bounds[0] - 1e-9 <= made.cap_low <= 0 <= made.cap_high <= bounds[1] + 1e-9
    assert made.condition == "zz"
    assert made.counts == found.counts
    capped = [np.clip(side, made.cap_low, made.cap_high) for side in held]
    assert found.measures.cllr == pytest.approx(cllr(*capped))
    assert 0 < found.measures.cllr_min <= found.measures.cllr < 1
    assert found.edges[0] < -1
    assert found.edges[-1] > 1
    assert found.tippett[0][0] == found.tippett[1][0] == 1
    assert found.tippett[0][-1] == found.tippett[1][-1] == 0


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"each": 6}, "48 of generated; it takes 50"),
        ({"each": 30, "groups": 4}, "4 groups of generated; it takes 5"),
        ({"apart": 0.0, "spread": 2.0}, "worse than saying nothing"),
    ],
)
def test_what_is_too_few_or_misleads_gets_no_calibration(told, words):
    found = binned("zz", drawn(**told), "isotonic", ("generated", "camera"))
    assert words in found.why
    assert found.calibrated is None
