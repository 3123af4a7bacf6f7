"""Quantisation tables against those that Pillow's libjpeg writes, and their two orders."""

import io

import pytest
from PIL import Image

from fanal.content.jpeg_structure import read_structure
from fanal.content.jpeg_tables import CHROMA, LUMA, by_diagonals, by_row, scaled

QUALITIES = [1, 10, 49, 50, 51, 75, 89, 90, 95, 99, 100]


def saved_at(quality: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (16, 16)).save(made, "JPEG", quality=quality)
    return made.getvalue()


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize(("number", "base"), [(0, LUMA), (1, CHROMA)])
def test_tables_are_those_of_libjpeg(quality, number, base):
    read = Image.open(io.BytesIO(saved_at(quality))).quantization[number]  # row by row
    assert list(scaled(base, quality)) == read


@pytest.mark.parametrize("number", [0, 1])
def test_a_table_of_a_file_row_by_row_is_as_pillow_gives_it(number):
    data = saved_at(75)
    table = dict(read_structure(data).tables)[number]
    read = Image.open(io.BytesIO(data)).quantization[number]
    assert list(by_row(table)) == read
    assert by_diagonals(read) == table


def test_diagonals_begin_as_the_figure_has_them():
    assert by_diagonals(range(64))[:10] == (0, 1, 8, 16, 9, 2, 3, 10, 17, 24)


@pytest.mark.parametrize("table", [(), (1, 2), range(65)])
def test_what_is_no_table_has_no_rows(table):
    assert by_row(table) == ()
