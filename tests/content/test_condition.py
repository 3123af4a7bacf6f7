"""Bins of pictures for calibration, and the quality that a JPEG's table stands for."""

import io

import pytest
from PIL import Image

from fanal.content.condition import condition, conditions, quality_of
from fanal.content.jpeg_tables import LUMA


def saved_at(quality: int) -> list[int]:
    """The luminance table that Pillow's libjpeg writes; Pillow gives it row by row."""
    made = io.BytesIO()
    Image.new("RGB", (16, 16)).save(made, "JPEG", quality=quality)
    return Image.open(made).quantization[0]


@pytest.mark.parametrize("quality", [5, 30, 50, 60, 75, 85, 90, 92, 95, 98, 100])
def test_the_quality_is_read_off_the_table(quality):
    assert quality_of(saved_at(quality)) == quality


def test_a_table_of_a_cameras_own_is_given_the_quality_as_coarse():
    own = [max(1, step // 10) for step in LUMA]
    assert 93 <= quality_of(own) <= 97


@pytest.mark.parametrize("table", [(), (1, 2), (0,) * 64])
def test_what_is_no_table_has_no_quality(table):
    assert quality_of(table) is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ((4000, 3000, 95, False), "large/high/once"),
        ((2048, 10, 90, False), "large/high/once"),
        ((2047, 2047, 89, True), "medium/middle/again"),
        ((100, 640, 70, False), "medium/middle/once"),
        ((639, 1, 69, True), "small/low/again"),
        ((1024, 1024, None, False), "medium/other/once"),
    ],
)
def test_bins(told, wanted):
    *facts, double = told
    assert condition(*facts, double=double) == wanted
    assert wanted in conditions()


def test_every_bin_is_listed_once():
    assert len(set(conditions())) == len(conditions()) == 24
