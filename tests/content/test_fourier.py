"""Transforms made in parts are those of the whole."""

import numpy as np
import pytest

from fanal.content.fourier import energy_of, plane_of, spectrum_of


@pytest.mark.parametrize("shape", [(1, 1), (5, 2), (63, 130), (200, 131), (64, 128)])
def test_parts_make_the_whole(shape):
    plane = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    made = spectrum_of(plane)
    assert made.dtype == np.complex64
    np.testing.assert_allclose(made, np.fft.rfft2(plane.astype(np.float64)), atol=2e-3)
    again = plane_of(made, shape[1])
    assert again.dtype == np.float32
    np.testing.assert_allclose(again, plane, atol=1e-5)


def test_half_precision_is_taken_too():
    plane = np.random.default_rng(1).standard_normal((70, 66)).astype(np.float16)
    whole = np.fft.rfft2(plane.astype(np.float64))
    np.testing.assert_allclose(spectrum_of(plane), whole, atol=2e-3)


def test_energy_is_summed_exactly_enough():
    plane = np.full((3000, 400), 0.1, np.float32)
    assert energy_of(plane) == pytest.approx(12_000, rel=1e-6)
