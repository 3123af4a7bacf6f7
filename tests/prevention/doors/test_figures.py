"""Figures are plain numbers inside their frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.doors.figures import (
    FOOT,
    HEIGHT,
    SIDE,
    WIDTH,
    bars,
    evidence,
    reach,
    span,
)


def test_bars_are_as_high_as_their_numbers():
    found = bars([0, 5, 10])
    assert [bar.height for bar in found] == [0, (HEIGHT - FOOT) / 2, HEIGHT - FOOT]
    assert [bar.y for bar in found] == [HEIGHT - FOOT, (HEIGHT - FOOT) / 2, 0]
    assert bars([]) == ()
    assert bars([0, 0])[0].height == 0


def test_an_interval_lies_on_both_sides_of_nothing():
    found = span(-0.1, 0.0, 0.2, 0.2)
    middle = WIDTH / 2
    assert (found.zero, found.at) == (middle, middle)
    assert found.high == WIDTH - SIDE
    assert found.low == (SIDE + middle) / 2
    assert span(-1, 0, 1, 0.2).low == SIDE


@pytest.mark.parametrize(
    ("values", "end"), [([], 0.05), ([0.01], 0.05), ([-0.5, 0.1], 0.55), ([1, -1], 1)]
)
def test_an_axis_shows_all_of_it(values, end):
    assert reach(values) == pytest.approx(end)


@given(st.floats(0, 1e300), st.sampled_from([0.05, 0.01, 0.001]))
def test_evidence_passes_its_limit_where_it_is_enough(e, alpha):
    bar, limit = evidence(e, alpha)
    assert 0 <= bar <= WIDTH
    assert limit == pytest.approx(WIDTH / 1.5, abs=0.1)
    if e >= 1 / alpha * 1.01:
        assert bar > limit
    if e < 1 / alpha * 0.99:
        assert bar <= limit


def test_no_evidence_is_no_bar():
    assert evidence(0.5, 0.05)[0] == 0
