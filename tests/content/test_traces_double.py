"""JPEGs saved twice are told from those saved once, where the second saving was finer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fanal.content.jpeg_tables import LUMA, scaled
from fanal.content.traces_double import Histograms, histograms
from makers.traced import filtered, grey, opened, plain, saved

SEEDS = range(8)


def judged(picture, *qualities: int) -> Histograms:
    """What is judged of a picture that was saved so often."""
    for quality in qualities:
        picture = opened(saved(picture, quality))
    return histograms(grey(picture), scaled(LUMA, qualities[-1]))


@pytest.mark.parametrize("quality", [60, 85, 95, 100])
@pytest.mark.parametrize("make", [plain, filtered])
def test_a_picture_that_was_saved_once_has_no_gaps(make, quality):
    assert [judged(make(seed), quality).again for seed in SEEDS] == [False] * 8


@pytest.mark.parametrize(
    ("first", "last", "least"),
    [(50, 75, 6), (75, 90, 8), (85, 90, 8), (75, 95, 8), (92, 98, 8)],
)
def test_a_finer_second_saving_leaves_gaps(first, last, least):
    assert sum(judged(plain(seed), first, last).again for seed in SEEDS) >= least


@pytest.mark.parametrize(("first", "last"), [(90, 75), (95, 85), (90, 90)])
def test_a_coarser_or_equal_second_saving_leaves_none(first, last):
    assert not any(judged(plain(seed), first, last).again for seed in SEEDS)


def test_three_savings_are_at_least_two():
    assert judged(plain(1), 60, 75, 95).again


@pytest.mark.parametrize(
    ("rising", "of", "again"),
    [(0, 0, False), (3, 4, False), (4, 4, True), (4, 16, False), (5, 16, True)],
)
def test_how_many_histograms_must_rise(rising, of, again):
    assert Histograms(rising, of).again is again


@settings(max_examples=25, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 64), st.integers(1, 200))),
    st.lists(st.integers(1, 65535), min_size=64, max_size=64),
)
def test_no_plane_raises(plane, table):
    told = histograms(plane, table)
    assert 0 <= told.rising <= told.judged <= 16
