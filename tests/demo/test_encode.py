import io
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest
from PIL import Image

from fanal.demo.devices import MAKE, Camera
from fanal.demo.draw import scene
from fanal.demo.encode import SUFFIX, Shot, animation, encode, exif, orientation_only, pages
from makers import pictures


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", [kind for kind in SUFFIX if kind != "ico"])
def test_each_format_holds_the_picture(kind):
    drawn = scene(Random(3), 320, 240)
    data = encode(drawn, kind)
    found = opened(data)
    assert found.format == kind.upper()
    assert found.size == (320, 240)
    error = np.abs(np.asarray(found.convert("RGB"), float) - np.asarray(drawn, float)).mean()
    assert error < 12
    assert encode(scene(Random(3), 320, 240), kind) == data


def test_a_picture_saved_as_jpeg_can_still_be_a_tiff():
    drawn = scene(Random(4), 64, 48)
    encode(drawn, "jpeg", quality=70)
    assert opened(encode(drawn, "tiff")).size == (64, 48)
    assert opened(pages([drawn, drawn])).n_frames == 2


def test_exif_says_what_a_camera_says():
    taken = datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC)
    block = exif(Shot(Camera("ZZ-10", "ZZ00001"), taken, orientation=6, iso=400), 320, 240)
    found = opened(encode(scene(Random(3), 320, 240), "jpeg", exif=block)).getexif()
    assert (found[271], found[272], found[274]) == (MAKE, "ZZ-10", 6)
    inner = found.get_ifd(34665)
    assert inner[36867] == "2024:03:04 05:06:07"
    assert (inner[34855], inner[40962], inner[40963], inner[42033]) == (400, 320, 240, "ZZ00001")
    assert dict(Image.open(io.BytesIO(pictures.jpeg(orientation=8))).getexif()) == {274: 8}
    assert orientation_only(8) != orientation_only(6)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_animations_move(kind):
    found = opened(animation([scene(Random(n), 64, 48) for n in range(3)], kind))
    assert found.n_frames == 3


def test_makers_make_what_they_say():
    drawn = np.asarray(pictures.picture(), float)
    for data, mode in (
        (pictures.jpeg(), "RGB"),
        (pictures.jpeg(progressive=True), "RGB"),
        (pictures.jpeg(mode="CMYK"), "CMYK"),
        (pictures.adobe_rgb_jpeg(), "RGB"),
        (pictures.ycck_jpeg(), "CMYK"),
        (pictures.png(mode="RGBA"), "RGBA"),
        (pictures.webp(), "RGB"),
        (pictures.bmp(), "RGB"),
    ):
        found = pictures.opened(data)
        assert found.mode == mode
        assert np.abs(np.asarray(found.convert("RGB"), float) - drawn).mean() < 4
    assert pictures.opened(pictures.adobe_rgb_jpeg()).info["adobe_transform"] == 0
    assert pictures.opened(pictures.ycck_jpeg()).info["adobe_transform"] == 2
    assert pictures.opened(pictures.jpeg(mode="L")).mode == "L"
    assert pictures.opened(pictures.gif(frames=3)).n_frames == 3
    assert pictures.opened(pictures.webp(frames=2)).n_frames == 2
    assert pictures.opened(pictures.tiff(pages=3)).n_frames == 3
    assert pictures.opened(pictures.avif()).format == "AVIF"
    assert pictures.opened(pictures.png(mode="I;16")).mode == "I;16"
    with pytest.raises(OSError, match="truncated"):
        pictures.opened(pictures.truncated(pictures.jpeg()))
