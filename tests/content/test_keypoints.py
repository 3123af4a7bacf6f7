"""Local points come back where the picture was moved, told in nearly the same bits."""

import base64
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fanal.content import keypoints
from fanal.content.keypoints import (
    MOST,
    MOST_TEXT,
    Points,
    Unreadable,
    find,
    mirrored,
    pack,
    unpack,
)
from makers import pictures

needs_opencv = pytest.mark.skipif(
    not keypoints.installed(), reason="opencv-python-headless is not installed: fanal[features]"
)
FIELDS = ("x", "y", "size", "angle", "codes")


def drawn(seed: int = 3) -> Image.Image:
    return pictures.picture(512, 384, seed)


def found(image: Image.Image) -> Points:
    return find(np.asarray(image))


def bits(one: Points, other: Points) -> np.ndarray:
    words, others = one.codes.view(np.uint64), other.codes.view(np.uint64)
    return np.bitwise_count(words[:, None] ^ others[None]).sum(axis=2)


def invented(count: int, seed: int = 1) -> Points:
    made = np.random.default_rng(seed)
    return Points(
        400,
        300,
        made.uniform(0, 400, count).astype(np.float32),
        made.uniform(0, 300, count).astype(np.float32),
        made.uniform(2, 90, count).astype(np.float32),
        made.uniform(0, 2 * np.pi, count).astype(np.float32),
        made.integers(0, 256, (count, 32), np.uint8),
    )


@needs_opencv
def test_points_lie_in_the_picture_and_all_over_it():
    points = found(drawn())
    assert 100 < len(points) <= MOST
    assert (points.width, points.height) == (512, 384)
    cells = set(zip((points.x // 128).tolist(), (points.y // 128).tolist(), strict=True))
    assert cells <= {(x, y) for x in range(4) for y in range(3)}
    assert len(cells) >= 10


@needs_opencv
def test_the_same_plane_gives_the_same_points():
    one, other = found(drawn()), found(drawn())
    assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in FIELDS)


@needs_opencv
def test_points_of_a_turned_picture_lie_where_a_quarter_turn_brings_them():
    one, other = found(drawn()), found(drawn().transpose(Image.Transpose.ROTATE_90))
    near = bits(one, other)
    best = near.argmin(axis=1)
    sure = np.flatnonzero(near.min(axis=1) <= 20)
    assert len(sure) > len(one) / 2
    # Counter-clockwise: a column becomes the row counted from below.
    aside = np.abs(other.x[best[sure]] - one.y[sure])
    down = np.abs(other.y[best[sure]] - (511 - one.x[sure]))
    assert np.median(aside) < 1
    assert np.median(down) < 1
    turned = np.angle(np.exp(1j * (other.angle[best[sure]] - one.angle[sure])))
    assert np.median(np.abs(turned + np.pi / 2)) < 0.1


@needs_opencv
def test_exchanged_halves_are_the_codes_of_the_mirrored_picture():
    one, other = found(drawn()), found(drawn().transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    straight = bits(one, other).min(axis=1)
    as_mirrored = Points(512, 384, one.x, one.y, one.size, one.angle, mirrored(one.codes))
    assert np.median(bits(as_mirrored, other).min(axis=1)) < 8
    assert np.median(straight) > 40


@given(st.integers(0, 5))
def test_mirrored_twice_is_as_before(seed):
    codes = invented(9, seed).codes
    assert np.array_equal(mirrored(mirrored(codes)), codes)


@needs_opencv
@pytest.mark.parametrize("size", [(1, 1), (31, 400), (4000, 20)])
def test_a_picture_too_small_has_no_points(size):
    assert not len(find(np.zeros((size[1], size[0]), np.uint8)))


@needs_opencv
def test_a_blank_picture_has_no_points():
    assert not len(find(np.full((300, 400, 3), 200, np.uint8)))


@needs_opencv
def test_a_picture_of_noise_has_no_more_points_than_others():
    noise = np.random.default_rng(1).integers(0, 256, (600, 600), np.uint8)
    assert len(pack(find(noise))) <= MOST_TEXT


@given(st.integers(0, MOST), st.integers(0, 9))
def test_packed_points_come_back_to_within_a_step(count, seed):
    before = invented(count, seed)
    text = pack(before)
    after = unpack(text)
    assert len(text) <= MOST_TEXT
    assert (after.width, after.height, len(after)) == (400, 300, count)
    assert np.array_equal(after.codes, before.codes)
    assert np.allclose(after.x, before.x, atol=400 / 65535)
    assert np.allclose(after.y, before.y, atol=300 / 65535)
    assert np.allclose(after.size, before.size, rtol=0.015)
    turned = np.angle(np.exp(1j * (after.angle - before.angle).astype(float)))
    assert np.abs(turned).max(initial=0) <= np.pi / 256 + 1e-4
    assert pack(after) == text


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()),
        st.tuples(st.integers(0, 7), st.binary(min_size=1, max_size=8)).map(
            lambda told: changed(*told)
        ),
    )
)
def test_hostile_text_is_points_within_bounds_or_unreadable(text):
    try:
        points = unpack(text)
    except Unreadable:
        return
    assert len(points) <= MOST
    assert 0 < points.width <= keypoints.LONGEST
    for name in ("x", "y", "size", "angle"):
        assert np.isfinite(getattr(points, name)).all()
    assert points.codes.shape == (len(points), 32)
    assert (points.size >= 1).all()
    assert (points.x <= points.width).all()


def changed(at: int, put: bytes) -> str:
    data = bytearray(base64.b64decode(pack(invented(5))))
    data[at : at + len(put)] = put
    return base64.b64encode(data).decode()


def test_a_text_that_is_too_long_is_not_decoded():
    text = "A" * (64 << 20)
    tracemalloc.start()
    with pytest.raises(Unreadable):
        unpack(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1 << 16
