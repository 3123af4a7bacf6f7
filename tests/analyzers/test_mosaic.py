"""A mosaic holds the mean grey of each square and no more; it is made of the one decode."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from fanal.analyzers.mosaic import MosaicAnalyzer, squares
from fanal.analyzers.perceptual import Perceptual
from fanal.content import handle
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.finding import Mosaic, Seen
from fanal.model.item import FileBody, MemoryBody
from makers import pictures

SHA = "5a" * 32


def content(data: bytes, kind: str = "") -> Content:
    return Content(SHA, kind or media_type(data[:4096]), MemoryBody(data))


def records(data: bytes, kind: str = "") -> list:
    return list(MosaicAnalyzer().analyze(content(data, kind)))


def steps(columns: int, rows: int, grey: bytes) -> np.ndarray:
    """Return the greys of a mosaic, 0 to 15, unpacked in another way than it was packed."""
    every = [step for byte in grey for step in divmod(byte, 16)]
    return np.array(every[: columns * rows]).reshape(rows, columns)


def averaged(plane: np.ndarray, side: int) -> np.ndarray:
    """Return the mean of each square of so many pixels, by plain loops."""
    height, width = plane.shape
    return np.array(
        [
            [plane[y : y + side, x : x + side].mean() for x in range(0, width, side)]
            for y in range(0, height, side)
        ]
    )


@pytest.mark.parametrize(("height", "width"), [(240, 320), (317, 101), (96, 128), (31, 32), (5, 3)])
def test_each_square_is_the_mean_of_its_pixels(height, width):
    plane = np.random.default_rng(height).integers(0, 256, (height, width), np.uint8)
    side = -(-max(height, width) // 32)
    columns, rows, grey = squares(plane)
    wanted = averaged(plane.astype(float), side)
    assert (rows, columns) == wanted.shape
    assert np.abs(steps(columns, rows, grey) * 17 - wanted).max() <= 8.5 + 0.5


def test_of_a_drawn_scene_every_square_is_within_a_grey():
    plane = np.asarray(pictures.picture(1600, 1200, 3, "L"))
    columns, rows, grey = squares(plane)
    wanted = averaged(plane.astype(float), -(-1600 // columns))
    assert (rows, columns) == wanted.shape
    apart = np.abs(steps(columns, rows, grey) * 17 - wanted)
    assert apart.max() <= 17
    assert apart.mean() < 6


def test_colours_become_the_grey_that_jpeg_takes_them_for():
    for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (120, 200, 40)):
        plane = np.full((64, 64, 3), colour, np.uint8)
        columns, rows, grey = squares(plane)
        luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
        assert set(steps(columns, rows, grey).ravel()) == {round(luma / 17)}


@given(some.integers(1, 1300), some.integers(1, 1300))
def test_there_are_never_more_squares_than_32(height, width):
    columns, rows, grey = squares(np.zeros((height, width), np.uint8))
    assert 1 <= columns <= 32
    assert 1 <= rows <= 32
    assert len(grey) == -(-columns * rows // 2)
    assert max(columns, rows) >= min(16, max(height, width))


def test_a_picture_has_one_and_no_second_decode(monkeypatch):
    decoded = []
    whole = handle.decode
    monkeypatch.setattr(handle, "decode", lambda *told: decoded.append(1) or whole(*told))
    one = content(pictures.jpeg(800, 600))
    list(Perceptual().analyze(one))
    found, seen = MosaicAnalyzer().analyze(one)
    assert decoded == [1]
    assert (found.frame, found.columns, found.rows) == (0, 31, 24)
    assert seen == Seen(SHA, "mosaic", "1", "spoke")


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (pictures.gif(frames=3), [0, 1, 2]),
        (pictures.gif(frames=12), None),
        (pictures.tiff(64, 48, pages=20), [0, 2, 5, 7, 10, 12, 14, 17, 19]),
    ],
    ids=["3 frames", "12 frames", "20 pages"],
)
def test_of_many_frames_at_most_nine_are_kept(data, wanted):
    *found, _ = records(data)
    numbers = [one.frame for one in found]
    if wanted is None:  # of an animation five are decoded
        assert len(numbers) == 5
        assert (numbers[0], numbers[-1]) == (0, 11)
    else:
        assert numbers == wanted
    assert len({one.grey for one in found}) == len(found)


def test_it_stands_as_it_is_stored():
    upright, turned = pictures.jpeg(), pictures.jpeg(orientation=6)
    assert [one.grey for one in records(upright)[:1]] == [one.grey for one in records(turned)[:1]]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"plain text", "text/plain"), (b"\0" * 64, "video/mp4"), (b"\xff\xd8\xff", "image/jpeg")],
)
def test_what_cannot_be_decoded_has_none(data, kind):
    (seen,) = records(data, kind)
    assert (seen.analyzer, seen.outcome, seen.reason) == ("mosaic", "silent", "")


def test_a_damaged_picture_has_what_could_be_decoded():
    mosaic, seen = records(pictures.truncated(pictures.jpeg()))
    assert isinstance(mosaic, Mosaic)
    assert seen.outcome == "spoke"


def test_a_file_that_is_gone_is_told_by_who_asked():
    with pytest.raises(FileNotFoundError):
        list(MosaicAnalyzer().analyze(Content(SHA, "image/png", FileBody(b"/there/is/none"))))


def test_sixteen_bits_a_pixel_are_taken_as_eight():
    held = io.BytesIO()
    Image.fromarray(np.full((40, 40), 0x7FFF, np.uint16)).save(held, "PNG")
    mosaic, _ = records(held.getvalue())
    assert set(steps(mosaic.columns, mosaic.rows, mosaic.grey).ravel()) == {7}
