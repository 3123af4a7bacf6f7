"""What a network is given is the picture's own pixels, cut on the grid and put in its range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fanal.analyzers.detector_input import Window, tensor, windows
from fanal.analyzers.detector_manifest import Input


def taken(**told):
    usual = {"tensor": "x", "channels": "rgb", "range": (0.0, 1.0), "mean": (0.0,) * 3}
    more = {"std": (1.0,) * 3, "policy": "crop", "size": 64, "count": 1}
    return Input(**usual | more | told)


def plane(width=100, height=80):
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


@given(st.integers(64, 5000), st.integers(64, 5000), st.integers(1, 64))
def test_crops_lie_inside_on_the_grid_and_no_two_are_the_same(width, height, count):
    found = windows(taken(count=count), width, height)
    assert 1 <= len(found) <= count
    assert len(set(found)) == len(found)
    for crop in found:
        assert (crop.width, crop.height, crop.left % 8, crop.top % 8) == (64, 64, 0, 0)
        assert 0 <= crop.left <= width - 64
        assert 0 <= crop.top <= height - 64
    assert abs(found[0].left - (width - 64) / 2) <= 8  # the first is the middle
    assert abs(found[0].top - (height - 64) / 2) <= 8


def test_crops_spread_over_a_large_picture():
    found = windows(taken(count=9), 4000, 3000)
    assert len(found) == 9
    quarters = {(crop.left > 2000, crop.top > 1500) for crop in found}
    assert len(quarters) == 4


def test_the_whole_and_the_middle_square():
    assert windows(taken(policy="whole", size=200), 100, 80) == (Window(0, 0, 100, 80),)
    assert windows(taken(policy="resize"), 100, 80) == (Window(10, 0, 80, 80),)


def test_a_tensor_holds_the_pixels_in_the_range_of_the_network():
    picture = plane()
    window = Window(16, 8, 64, 64)
    told = taken(range=(-1.0, 1.0), mean=(0.1, 0.2, 0.3), std=(0.5, 1.0, 2.0))
    made = tensor(told, picture, window)
    assert (made.shape, made.dtype) == ((1, 3, 64, 64), np.float32)
    for channel, (mean, std) in enumerate(((0.1, 0.5), (0.2, 1.0), (0.3, 2.0))):
        expected = (picture[8:72, 16:80, channel] / 255 * 2 - 1 - mean) / std
        assert np.allclose(made[0, channel], expected, atol=1e-5)


@pytest.mark.parametrize("channels", ["bgr", "grey"])
def test_channels_are_those_that_are_asked_for(channels):
    picture = plane(64, 64)
    count = {"bgr": 3, "grey": 1}[channels]
    told = taken(channels=channels, range=(0.0, 255.0), mean=(0.0,) * count, std=(1.0,) * count)
    made = tensor(told, picture, Window(0, 0, 64, 64))[0]
    if channels == "bgr":
        assert np.allclose(made, picture[..., ::-1].transpose(2, 0, 1))
    else:
        expected = np.asarray(Image.fromarray(picture).convert("L"))
        assert np.abs(made[0] - expected).max() <= 1.01  # Pillow rounds


def test_a_scaled_picture_is_the_one_that_pillow_makes():
    picture = plane(100, 100)
    told = taken(policy="resize", size=32, range=(0.0, 255.0))
    made = tensor(told, picture, Window(0, 0, 100, 100))[0]
    expected = Image.fromarray(picture).resize((32, 32), Image.Resampling.BICUBIC)
    assert np.array_equal(made.transpose(1, 2, 0), np.asarray(expected))
