"""Enlargements are told, with their factor; nothing is told of pictures as they were taken."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from fanal.content.traces_scale import enlarged
from makers.traced import filtered, grey, opened, plain, saved, scaled

SEEDS = range(8)


@pytest.mark.parametrize("factor", [1.1, 1.25, 1.4, 1.5, 1.9])
def test_an_enlargement_is_told_with_its_factor(factor):
    lines = [enlarged(grey(scaled(plain(seed), factor))) for seed in SEEDS]
    for line in lines:
        assert line is not None
        assert line.factors[0] == pytest.approx(factor, abs=0.02)


@pytest.mark.parametrize(("factor", "least"), [(1.1, 6), (1.25, 7), (1.5, 5), (1.9, 5)])
def test_a_fine_jpeg_keeps_it(factor, least):
    pictures = [opened(saved(scaled(plain(seed), factor), 95)) for seed in SEEDS]
    assert sum(enlarged(grey(picture)) is not None for picture in pictures) >= least


@pytest.mark.parametrize("make", [plain, filtered])
def test_pictures_as_they_were_taken_have_none(make):
    for seed in SEEDS:
        assert enlarged(grey(make(seed))) is None
        for quality in (50, 75, 90):
            assert enlarged(grey(opened(saved(make(seed), quality)))) is None


@pytest.mark.parametrize("factor", [0.5, 0.8, 4 / 3, 2.0])
def test_a_reduction_and_what_falls_on_an_eighth_are_not_seen(factor):
    larger = [plain(seed, tall=576, wide=600) for seed in range(2)]
    assert [enlarged(grey(scaled(picture, factor))) for picture in larger] == [None, None]


def test_one_direction_alone_is_not_enough():
    image = Image.fromarray(plain(4))
    wide = image.resize((image.width * 5 // 4, image.height), Image.Resampling.BICUBIC)
    assert enlarged(grey(np.asarray(wide))) is None


def test_small_and_even_pictures_have_none():
    assert enlarged(grey(plain(1)[:255])) is None
    assert enlarged(np.full((300, 300), 7, np.uint8)) is None


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 270), st.integers(250, 270))))
def test_no_plane_raises(plane):
    assert enlarged(plane) is None or min(plane.shape) >= 256
