"""A sensor is found again in pictures that it took, and in no others."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.content.fourier import plane_of, spectrum_of
from fanal.content.luma import luma
from fanal.content.noise import residual
from fanal.content.sensor import (
    MOST_PIXELS,
    Sums,
    agreement,
    look,
    middle,
    pattern,
    residual_of,
)
from makers import sensors

SHAPE = (sensors.HEIGHT, sensors.WIDTH)


def plane(data: bytes, kind: str = "image/jpeg") -> np.ndarray:
    return luma(data, kind, MOST_PIXELS)


def estimated(sensor: int, shots: range, *, flat: bool) -> np.ndarray:
    sums = Sums(0, *SHAPE)
    for shot in shots:
        sums.add(plane(sensors.taken(sensor, shot, flat=flat)))
    return sums.estimate()[0]


@lru_cache(maxsize=8)
def reference(sensor: int, *, flat: bool = True) -> np.ndarray:
    return pattern(estimated(sensor, range(5) if flat else range(20, 30), flat=flat))


def score(sensor: int, data: bytes, *, flat: bool = True) -> float:
    known = spectrum_of(reference(sensor, flat=flat))
    return agreement(residual_of(plane(data)), known, SHAPE[1])


def slow_agreement(one: np.ndarray, other: np.ndarray) -> float:
    """The peak-to-correlation energy in double precision, by its definition."""
    found = np.fft.ifft2(
        np.fft.fft2(one.astype(np.float64)) * np.fft.fft2(other.astype(np.float64)).conj()
    ).real
    peak = found[0, 0]
    far = np.ones(found.shape, bool)
    for down in range(-5, 6):
        for along in range(-5, 6):
            far[down, along] = False
    return float(np.sign(peak) * peak**2 / np.mean(found[far] ** 2))


@pytest.mark.parametrize("flat", [True, False], ids=["of walls", "of scenes"])
def test_pictures_of_a_sensor_agree_with_it_and_others_do_not(flat):
    own = [score(1, sensors.taken(1, shot), flat=flat) for shot in range(40, 42)]
    other = [score(1, sensors.taken(2, shot), flat=flat) for shot in range(40, 42)]
    none = [score(1, sensors.taken(None, shot), flat=flat) for shot in range(40, 42)]
    assert min(own) > 100
    assert max(*other, *none) < 20


def test_the_agreement_is_that_of_its_definition():
    numbers = np.random.default_rng(3)
    one = numbers.standard_normal((60, 85)).astype(np.float32)
    for share in (0.0, 0.2, -0.4):
        other = numbers.standard_normal((60, 85)).astype(np.float32) + share * one
        spectra = [spectrum_of(each) for each in (one, other)]
        assert agreement(*spectra, 85) == pytest.approx(slow_agreement(one, other), rel=1e-3)


def test_a_picture_that_is_moved_does_not_agree():
    moved = np.roll(plane(sensors.taken(1, 41)), 16, axis=1)
    known = spectrum_of(reference(1))
    assert agreement(residual_of(moved), known, SHAPE[1]) < 20


def test_half_precision_costs_nothing_that_matters():
    spectrum = residual_of(plane(sensors.taken(1, 42)))
    whole, halved = (
        agreement(spectrum, spectrum_of(known), SHAPE[1])
        for known in (reference(1), reference(1).astype(np.float16).astype(np.float32))
    )
    assert halved == pytest.approx(whole, rel=0.01)


def test_nothing_agrees_with_nothing():
    nothing = np.zeros((60, 43), np.complex64)
    assert agreement(nothing, nothing, 85) == 0.0
    assert not pattern(np.zeros((64, 64), np.float32)).any()
    with np.errstate(invalid="raise", divide="raise"):
        assert np.abs(residual(np.full((64, 64), 255, np.uint8))).max() < 1e-6


def test_bands_add_up_to_the_whole():
    whole = estimated(1, range(3), flat=False)
    bands = []
    for first in range(0, SHAPE[0], 176):
        sums = Sums(first, min(176, SHAPE[0] - first), SHAPE[1])
        for shot in range(3):
            sums.add(plane(sensors.taken(1, shot)))
        bands.append(sums.estimate()[0])
    together = np.vstack(bands)
    assert np.corrcoef(whole.ravel(), together.ravel())[0, 1] > 0.9999


def test_saturated_and_dark_pixels_tell_nothing():
    sums = Sums(0, 64, 64)
    seen = np.full((64, 64), 120, np.uint8)
    seen[:32] = 255
    seen[32:40] = 2
    sums.add(seen)
    raw, energy = sums.estimate()
    assert not raw[:40].any()
    assert energy == pytest.approx((120 / 255) ** 2 * 24 / 64, rel=1e-4)


def test_a_wall_is_flat_and_a_scene_is_not():
    wall, scene = (look(plane(sensors.taken(1, 3, flat=flat))) for flat in (True, False))
    assert wall.flat
    assert not scene.flat
    assert (wall.rows, wall.columns) == SHAPE
    assert wall.mean == pytest.approx(118, abs=3)
    assert wall.used == 1.0
    assert look(np.full((64, 64), 255, np.uint8)).used == 0.0


@settings(max_examples=50)
@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_middle_lies_in_the_middle_at_even_places(rows, columns):
    for part, size in zip(middle(rows, columns), (rows, columns), strict=True):
        assert part.start % 2 == 0
        assert 0 <= part.start < part.stop <= size
        assert part.stop - part.start == min(1024, size)
        assert abs(part.start - (size - part.stop)) <= 3


def test_a_spectrum_is_turned_back():
    one = np.random.default_rng(1).standard_normal((30, 41)).astype(np.float32)
    again = plane_of(spectrum_of(one), 41)
    np.testing.assert_allclose(again, one, atol=1e-5)
