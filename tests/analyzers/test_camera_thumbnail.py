"""Thumbnails against pictures: the same, turned, cropped, between bars, of another picture."""

import io

import numpy as np
import pytest
from PIL import Image

from fanal.analyzers.camera_thumbnail import compare
from fanal.content.image import Frame, decode
from makers import camera_files, pictures

SEEDS = range(1, 9)


def frame(data: bytes) -> Frame:
    return decode(data, "image/jpeg").frames[0]


def saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "jpeg", quality=75)
    return out.getvalue()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [(640, 480), (900, 600), (480, 640)])
def test_the_thumbnail_of_a_picture_agrees(seed, size):
    data = pictures.jpeg(*size, seed)
    small = pictures.picture(*size, seed).resize((size[0] // 4, size[1] // 4))
    found = compare(saved(small), frame(data))
    assert found.outcome == "agrees"
    assert (found.width, found.height) == small.size


@pytest.mark.parametrize(
    ("seed", "other"), [(seed, other) for seed in SEEDS for other in SEEDS if seed != other]
)
def test_the_thumbnail_of_another_picture_does_not(seed, other):
    small = camera_files.thumbnail_of(pictures.jpeg(640, 480, other))
    assert compare(small, frame(pictures.jpeg(640, 480, seed))).outcome != "agrees"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bars_around_a_thumbnail_are_nothing(seed):
    data = pictures.jpeg(900, 600, seed)
    found = compare(camera_files.thumbnail_of(data, (160, 120), bars=7), frame(data))
    assert found.outcome == "agrees"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_thumbnail_is_told(turn):
    data = pictures.jpeg(480, 480, 2)
    small = pictures.picture(480, 480, 2).resize((120, 120)).rotate(turn)
    found = compare(saved(small), frame(data))
    assert (found.outcome, found.what) == ("differs", "the thumbnail shows the picture turned")


def test_a_thumbnail_of_a_part_still_agrees():
    whole = pictures.picture(640, 480, 3)
    small = whole.crop((20, 10, 620, 460)).resize((160, 120))
    assert compare(saved(small), frame(pictures.jpeg(640, 480, 3))).outcome == "agrees"


def test_flat_pictures_say_nothing():
    flat = Frame(0, np.full((300, 400), 90, np.uint8), 1, 300, 400)
    small = saved(Image.new("L", (160, 120), 90))
    assert compare(small, flat).outcome == "absent"


def test_a_picture_that_was_not_decoded_says_nothing():
    assert compare(saved(Image.new("L", (160, 120))), None).outcome == "absent"


@pytest.mark.parametrize(
    "thumbnail", [b"", b"zz", b"\xff\xd8", saved(Image.new("L", (160, 120), 90))[:200]]
)
def test_what_is_no_thumbnail_differs(thumbnail):
    picture = frame(pictures.jpeg(320, 240))
    assert compare(thumbnail, picture).outcome == "differs"


def test_a_large_thumbnail_is_not_looked_at():
    large = saved(Image.new("L", (3000, 8)))
    assert compare(large, frame(pictures.jpeg(320, 240))).outcome == "differs"


def test_colour_frames_compare_too():
    data = pictures.jpeg(320, 240, 4)
    plane = np.asarray(pictures.opened(data).convert("RGB"))
    coloured = Frame(0, plane, 1, 240, 320)
    assert compare(camera_files.thumbnail_of(data), coloured).outcome == "agrees"


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (17, 16), (400, 3)])
def test_pictures_of_odd_shapes_raise_nothing(size):
    plane = np.arange(size[0] * size[1], dtype=np.uint8).reshape(size)
    compare(camera_files.thumbnail_of(pictures.jpeg(320, 240)), Frame(0, plane, 1, *size))
