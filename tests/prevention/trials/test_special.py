import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.trials.special import chi_square_above, two_sided

stats = pytest.importorskip("scipy.stats", reason="scipy is the oracle")


@given(st.floats(0, 400), st.integers(1, 60))
def test_the_tail_of_chi_square_is_that_of_scipy(x, freedom):
    told = float(stats.chi2.sf(x, freedom))
    assert chi_square_above(x, freedom) == pytest.approx(told, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(
    ("x", "freedom", "p"), [(3.841, 1, 0.05), (10.828, 1, 0.001), (13.816, 2, 0.001)]
)
def test_the_tail_is_that_of_printed_tables(x, freedom, p):
    assert chi_square_above(x, freedom) == pytest.approx(p, rel=1e-3)


@given(st.floats(-30, 30))
def test_the_tails_of_the_normal_are_those_of_scipy(z):
    assert two_sided(z) == pytest.approx(2 * float(stats.norm.sf(abs(z))), rel=1e-9)
