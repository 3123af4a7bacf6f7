import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.trials.ratio import is_alarm, ratio_p


@given(st.lists(st.tuples(st.integers(1, 100_000), st.integers(1, 100)), min_size=2, max_size=6))
def test_it_is_the_chi_square_test_of_scipy(told):
    stats = pytest.importorskip("scipy.stats", reason="scipy is the oracle")
    shown, weights = [one for one, _ in told], [one for _, one in told]
    due = [sum(shown) * weight / sum(weights) for weight in weights]
    assert ratio_p(shown, weights) == pytest.approx(
        float(stats.chisquare(shown, due).pvalue), rel=1e-6, abs=1e-12
    )


def test_it_rings_below_one_in_a_thousand():
    assert ratio_p([], [1, 1]) == ratio_p([0, 0], [1, 1]) == 1
    assert not is_alarm(ratio_p([5164, 4836], [1, 1]))  # chi-square 10.76, limit 10.83
    assert is_alarm(ratio_p([5165, 4835], [1, 1]))  # chi-square 10.89
    assert not is_alarm(ratio_p([6666, 3334], [2, 1]))
    assert is_alarm(ratio_p([5000, 5000], [2, 1]))
