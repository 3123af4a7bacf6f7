import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.trials.several import closed, holm, rotation

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=6)


@given(values)
def test_closed_testing_is_the_smallest_mean_of_all_sets(told):
    ours = closed(told)
    for own in range(len(told)):
        means = [
            sum(told[at] for at in chosen) / len(chosen)
            for size in range(1, len(told) + 1)
            for chosen in itertools.combinations(range(len(told)), size)
            if own in chosen
        ]
        assert ours[own] == pytest.approx(min(means), rel=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_closed_testing_with_bonferroni(told):
    ours = holm(told)
    for own in range(len(told)):
        most = max(
            min(1.0, size * min(told[at] for at in chosen))
            for size in range(1, len(told) + 1)
            for chosen in itertools.combinations(range(len(told)), size)
            if own in chosen
        )
        assert ours[own] == pytest.approx(most)


def test_holm_s_own_example():
    assert holm([0.01, 0.02, 0.03, 0.005]) == pytest.approx([0.03, 0.04, 0.04, 0.02])


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.data())
def test_rotation_keeps_a_tenth_for_the_reference(best, data):
    own = data.draw(st.integers(0, len(best) - 1))
    told = rotation(best, own)
    assert sum(told) == 1000 or sum(best) == 0
    assert told[own] >= 100
    assert min(told) >= 0


def test_rotation_follows_the_probability_of_being_best():
    assert rotation([0.5, 0.25, 0.25], 0) == [550, 225, 225]
    assert rotation([0.0, 1.0], 0) == [100, 900]
