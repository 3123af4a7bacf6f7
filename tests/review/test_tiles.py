"""A tile is the mosaic, pixel for pixel, in a few hundred bytes; what is no mosaic is none."""

import io
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from fanal.model.finding import Mosaic
from fanal.review.tiles import fits, tile

SHA = "5a" * 32


@given(some.data())
def test_a_tile_has_the_greys_of_its_mosaic(data):
    columns, rows = data.draw(some.integers(1, 32)), data.draw(some.integers(1, 32))
    count = columns * rows
    greys = data.draw(some.lists(some.integers(0, 15), min_size=count, max_size=count))
    packed = bytes(a << 4 | b for a, b in zip(greys[::2], [*greys[1::2], 0], strict=False))
    drawn = tile(Mosaic(SHA, 0, columns, rows, packed))
    head, _, body = drawn.partition(",")
    assert head == "data:image/bmp;base64"
    with Image.open(io.BytesIO(b64decode(body, validate=True))) as image:
        assert (image.format, image.size) == ("BMP", (columns, rows))
        found = np.asarray(image.convert("L")).ravel().tolist()
    assert found == [17 * grey for grey in greys]
    assert len(drawn) < 900


GOOD = Mosaic(SHA, 0, 5, 3, bytes(8))


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, columns=0),
        replace(GOOD, columns=33),
        replace(GOOD, rows=40, grey=bytes(100)),
        replace(GOOD, rows=-3),
        replace(GOOD, grey=bytes(7)),
        replace(GOOD, grey=bytes(9)),
    ],
)
def test_what_is_no_mosaic_has_no_tile(bad):
    assert fits(GOOD)
    assert not fits(bad)
    assert tile(bad) == tile(None) == ""
