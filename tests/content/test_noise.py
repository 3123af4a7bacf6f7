"""The noise that is taken out is what the published filter takes, written here the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.content.fourier import plane_of
from fanal.content.noise import centred, flattened, noise, residual
from fanal.content.wavelet import put_together, taken_apart
from makers import sensors
from makers.pictures import opened


def slow_filter(values: np.ndarray, variance: float, *, round_: bool) -> np.ndarray:
    """The adaptive Wiener filter, window by window in double precision."""
    rows, columns = values.shape
    mode = "wrap" if round_ else "constant"
    least = np.full(values.shape, np.inf)
    for side in (3, 5, 7, 9):
        half = side // 2
        energy = np.pad(np.square(values.astype(np.float64)), half, mode=mode)
        total = sum(
            energy[down : down + rows, along : along + columns]
            for down in range(side)
            for along in range(side)
        )
        least = np.minimum(least, np.maximum(total / side**2 - variance, 0))
    return values * variance / (least + variance)


def slow_noise(plane: np.ndarray) -> np.ndarray:
    coarse, kept = plane.astype(np.float32), []
    for _ in range(4):
        size = coarse.shape
        coarse, bands = taken_apart(coarse)
        kept.append((size, [slow_filter(band, 25.0, round_=False) for band in bands]))
    made = None
    for size, bands in reversed(kept):
        made = put_together(made, tuple(bands), *size)
    return made


def slow_flattened(plane: np.ndarray) -> np.ndarray:
    spectrum = np.fft.fft2(plane.astype(np.float64))
    size = np.abs(spectrum) / np.sqrt(plane.size)
    kept = slow_filter(size, plane.astype(np.float64).var(), round_=True)
    return np.fft.ifft2(spectrum * kept / np.where(size, size, 1)).real


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def drawn(height: int, width: int, seed: int = 1) -> np.ndarray:
    with_noise = sensors.taken(1, seed, width, height, kind="PNG")
    return np.asarray(opened(with_noise).convert("L"))


@pytest.mark.parametrize(("height", "width"), [(120, 161), (97, 64), (256, 240)])
def test_the_noise_is_that_of_the_slow_way(height, width):
    plane = drawn(height, width)
    fast, slow = noise(plane), slow_noise(plane)
    np.testing.assert_allclose(fast, slow, atol=2e-3 * np.abs(slow).max())
    assert alike(fast, slow) > 0.999999


@pytest.mark.parametrize(("height", "width"), [(120, 161), (97, 64), (31, 13), (64, 96)])
def test_peaks_are_brought_down_as_the_slow_way_does(height, width):
    numbers = np.random.default_rng(height)
    plane = numbers.standard_normal((height, width)).astype(np.float32)
    plane += 3 * np.sin(np.arange(width) * np.pi / 4)[None, :].astype(np.float32)
    made = plane_of(flattened(plane), width)
    np.testing.assert_allclose(made, slow_flattened(plane), atol=2e-4)
    assert made.std() < plane.std() / 1.5


def test_rows_and_columns_of_each_cell_of_the_mosaic_mean_nothing():
    numbers = np.random.default_rng(5)
    plane = numbers.standard_normal((21, 34)).astype(np.float32)
    plane[1::2, ::2] += 4
    plane += np.linspace(0, 9, 34, dtype=np.float32)
    made = centred(plane.copy())
    for down in (0, 1):
        for along in (0, 1):
            part = made[down::2, along::2]
            assert np.abs(part.mean(axis=0)).max() < 1e-5
            assert np.abs(part.mean(axis=1)).max() < 1e-5


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_no_size_and_no_even_surface_is_too_strange(height, width, value):
    made = residual(np.full((height, width), value, np.uint8))
    assert made.shape == (height, width)
    assert np.abs(made).max() < 1e-2


def test_a_sensor_is_in_the_residual_and_single_precision_is_kept():
    plane = drawn(384, 512)
    made = residual(plane)
    assert made.dtype == np.float32
    pattern = sensors.cells(1, 512, 384)
    assert alike(made, pattern * plane) > 0.1
    assert abs(alike(made, sensors.cells(2, 512, 384) * plane)) < 0.02
