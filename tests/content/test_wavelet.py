"""The wavelet is the published one: its moments, its values, and nothing lost on the way back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fanal.content.wavelet import HIGH, LOW, put_together, taken_apart

SMALL = np.add.outer(np.arange(5) ** 2, 3 * np.arange(6)) % 17
COARSE = [
    [14.45741, 12.39252, 27.3021, 17.75149, 11.39321, 22.13012],
    [23.11806, 19.0913, 7.8966, 13.78554, 24.28394, 15.77407],
    [23.49179, 11.34203, 0.03494, 5.99174, 16.32982, 33.15303],
    [26.04555, 17.30517, 1.3345, 9.56058, 25.0214, 20.52995],
    [16.84978, 15.16317, 20.74999, 16.94807, 15.67744, 19.0947],
    [14.45741, 12.39252, 27.3021, 17.75149, 11.39321, 22.13012],
]
"""What PyWavelets 1.9 gives: dwt2(SMALL, "db4", "symmetric"), rounded."""
ALONG = [0.28254, 1.07414, 3.20107, -1.21515, -3.0959, -0.24669]
DOWN = [3.72785, 0.84242, 0.28257, -1.45991, 7.32795, -10.08366]
BOTH = [0.07108, -0.98717, 2.07107, -0.92167, -0.85677, 0.62346]
"""The second rows of its vertical, horizontal and diagonal details."""


def test_the_filters_are_orthonormal_with_four_vanishing_moments():
    low, high = np.array(LOW), np.array(HIGH)
    assert low.sum() == pytest.approx(2**0.5, abs=1e-12)
    for shift in (0, 2, 4, 6):
        assert low[: 8 - shift] @ low[shift:] == pytest.approx(float(shift == 0), abs=1e-11)
        assert low[: 8 - shift] @ high[shift:] == pytest.approx(0, abs=1e-12)
    for power in range(4):
        assert high @ np.arange(8.0) ** power == pytest.approx(0, abs=1e-8)
    assert abs(high @ np.arange(8.0) ** 4) > 1


def test_the_values_are_those_of_pywavelets():
    coarse, (along, down, both) = taken_apart(SMALL.astype(np.uint8))
    np.testing.assert_allclose(coarse, COARSE, atol=2e-5)
    for band, row in ((along, ALONG), (down, DOWN), (both, BOTH)):
        assert band.shape == (6, 6)
        np.testing.assert_allclose(band[1], row, atol=2e-5)


@settings(max_examples=40, deadline=None)
@given(
    arrays(
        np.uint8, st.tuples(st.integers(1, 150), st.integers(1, 150)), elements=st.integers(0, 255)
    )
)
def test_what_is_taken_apart_can_be_put_together(plane):
    coarse, bands = taken_apart(plane)
    assert {band.shape for band in (coarse, *bands)} == {tuple((n + 7) // 2 for n in plane.shape)}
    again = put_together(coarse, bands, *plane.shape)
    np.testing.assert_allclose(again, plane, atol=2e-3)


def test_without_the_coarse_half_what_is_smooth_is_gone():
    smooth = np.add.outer(np.linspace(0, 80, 200), np.linspace(0, 90, 260))
    _, bands = taken_apart(smooth)
    fine = put_together(None, bands, *smooth.shape)
    assert np.abs(fine[16:-16, 16:-16]).max() < 1e-3
