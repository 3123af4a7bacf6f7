"""Earlier grids are found where they begin, in pictures of known history, and nowhere else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fanal.content.jpeg_tables import LUMA, scaled
from fanal.content.traces_grid import earlier_grid
from makers.traced import cropped, filtered, grey, kept, opened, plain, saved

SEEDS = range(8)
PLACES = [(x, y) for x, y in np.random.default_rng(1).integers(1, 8, (8, 2)).tolist()]
"""Columns and rows that are cut off, a pair for each picture."""


def found(pictures, own: int = 0) -> list:
    return [earlier_grid(grey(picture), own) for picture in pictures]


def right(grids) -> int:
    """How many begin where they must."""
    return sum(
        grid is not None and (grid.x, grid.y) == (8 - x, 8 - y)
        for grid, (x, y) in zip(grids, PLACES, strict=True)
    )


@pytest.mark.parametrize(("quality", "least"), [(30, 8), (75, 8), (95, 8)])
def test_a_cropped_jpeg_kept_without_loss_shows_where_its_grid_begins(quality, least):
    pictures = [cropped(opened(saved(plain(seed), quality)), *PLACES[seed]) for seed in SEEDS]
    assert right(found(pictures)) >= least


def test_the_step_is_that_of_the_earlier_table_or_a_whole_part_of_it():
    for quality in (75, 90, 95):
        grid = earlier_grid(grey(opened(saved(plain(1), quality))))
        assert grid is not None
        assert (grid.x, grid.y) == (0, 0)
        assert scaled(LUMA, quality)[0] % grid.step == 0


@pytest.mark.parametrize(("first", "last", "least"), [(50, 75, 8), (75, 90, 8), (90, 95, 8)])
def test_a_grid_below_the_files_own_is_found_where_it_was_coarser(first, last, least):
    pictures = [
        opened(saved(cropped(opened(saved(plain(seed), first)), *PLACES[seed]), last))
        for seed in SEEDS
    ]
    assert right(found(pictures, scaled(LUMA, last)[0])) >= least


@pytest.mark.parametrize(("first", "last"), [(90, 75), (75, 75)])
def test_a_grid_that_was_finer_is_lost_and_nothing_else_is_told(first, last):
    pictures = [
        opened(saved(cropped(opened(saved(plain(seed), first)), *PLACES[seed]), last))
        for seed in SEEDS
    ]
    assert found(pictures, scaled(LUMA, last)[0]) == [None] * len(SEEDS)


def test_pictures_without_an_earlier_jpeg_have_none():
    assert found([plain(seed) for seed in SEEDS]) == [None] * 8
    assert found([filtered(seed) for seed in SEEDS]) == [None] * 8


@pytest.mark.parametrize("quality", [60, 90])
def test_a_jpegs_own_grid_is_no_earlier_one(quality):
    pictures = [opened(saved(plain(seed), quality)) for seed in SEEDS]
    assert found(pictures, scaled(LUMA, quality)[0]) == [None] * 8


def test_blocks_of_eight_that_no_jpeg_made_are_none():
    """As decoders of generators leave them: every eighth row and column stands out."""
    picture = plain(2).astype(np.int16)
    picture[::8] += 6
    picture[:, ::8] -= 6
    assert earlier_grid(grey(np.clip(picture, 0, 255).astype(np.uint8))) is None


def test_a_large_picture_is_looked_at_in_its_middle_at_the_same_places():
    wide = np.tile(opened(saved(plain(3), 80)), (3, 5, 1))  # sides are multiples of eight
    grid = earlier_grid(grey(cropped(wide, 3, 6)))
    assert grid is not None
    assert (grid.x, grid.y) == (5, 2)


def test_small_and_even_pictures_have_none():
    assert earlier_grid(grey(opened(kept(plain(1)))[:127])) is None
    assert earlier_grid(np.full((300, 300), 7, np.uint8)) is None


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 140), st.integers(120, 300))))
def test_no_plane_raises(plane):
    for own in (0, 1, 40, 255, 65535):
        assert earlier_grid(plane, own) is None or plane.shape[0] >= 128
