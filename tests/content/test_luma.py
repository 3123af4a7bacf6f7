"""The luminance is that of the stored pixels, whole, whatever the file."""

import io

import numpy as np
import pytest
from PIL import Image

from fanal.content.image import Undecodable
from fanal.content.luma import luma, size_of
from fanal.content.media import media_type
from makers import pictures

MOST = 10_000_000
FILES = {
    "jpeg": pictures.jpeg(161, 120),
    "grey jpeg": pictures.jpeg(161, 120, mode="L"),
    "turned jpeg": pictures.jpeg(161, 120, orientation=6),
    "progressive jpeg": pictures.jpeg(161, 120, progressive=True),
    "adobe jpeg": pictures.adobe_rgb_jpeg(161, 120),
    "ycck jpeg": pictures.ycck_jpeg(161, 120),
    "png": pictures.png(161, 120),
    "palette png": pictures.png(161, 120, mode="P"),
    "webp": pictures.webp(161, 120),
    "bmp": pictures.bmp(161, 120),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_pillow_decodes_in_grey(name):
    data = FILES[name]
    kind = media_type(data)
    assert size_of(data, kind) == (120, 161)
    made = luma(data, kind, MOST)
    with Image.open(io.BytesIO(data)) as picture:
        grey = np.asarray(picture.convert("RGB").convert("L"), np.float32)
    assert made.shape == (120, 161)
    # Pillow rounds twice where it makes colours of luma and luma of them again.
    assert np.abs(made - grey).max() <= (16 if "jpeg" in name else 0.6)
    assert np.abs(made - grey).mean() < 0.6


def test_a_plain_jpeg_keeps_its_own_bytes():
    made = luma(FILES["jpeg"], "image/jpeg", MOST)
    with Image.open(io.BytesIO(FILES["jpeg"])) as picture:
        picture.draft("YCbCr", picture.size)
        assert np.array_equal(made, np.asarray(picture)[:, :, 0])


def test_a_picture_that_is_too_large_is_not_decoded():
    with pytest.raises(Undecodable) as told:
        luma(FILES["png"], "image/png", 161 * 120 - 1)
    assert (told.value.reason, told.value.detail) == ("limit: pixels", "161 x 120 pixels")
    assert luma(FILES["png"], "image/png", 161 * 120).shape == (120, 161)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_a_damaged_picture_is_said_to_be(name):
    data = pictures.truncated(FILES[name], 0.5)
    with pytest.raises(Undecodable) as told:
        luma(data, media_type(data), MOST)
    assert told.value.reason == "damaged picture"
