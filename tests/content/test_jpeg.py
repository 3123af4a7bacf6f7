"""The header of a JPEG is what Pillow finds in it, however its markers stand."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fanal.content.jpeg import MOST_SEGMENTS, JpegHeader, read_header, segments
from makers.pictures import adobe_rgb_jpeg, jpeg, picture, ycck_jpeg


def sampled(mode: str, size=(97, 61), **options) -> bytes:
    out = io.BytesIO()
    picture(*size).convert(mode).save(out, "JPEG", **options)
    return out.getvalue()


KINDS = {
    "4:2:0": lambda: sampled("RGB", subsampling="4:2:0"),
    "4:2:2": lambda: sampled("RGB", subsampling="4:2:2"),
    "4:4:4": lambda: sampled("RGB", subsampling="4:4:4"),
    "progressive": lambda: sampled("RGB", progressive=True),
    "grey": lambda: sampled("L"),
    "cmyk": lambda: sampled("CMYK"),
    "adobe rgb": lambda: adobe_rgb_jpeg(97, 61),
    "ycck": lambda: ycck_jpeg(97, 61),
    "restarts": lambda: sampled("RGB", restart_marker_rows=1),
    "described": lambda: sampled("RGB", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", comment=b"zz"),
    "profile": lambda: sampled("RGB", icc_profile=bytes(70_000)),
}
EACH = pytest.mark.parametrize("data", [make() for make in KINDS.values()], ids=list(KINDS))


@EACH
def test_the_header_is_what_pillow_finds(data):
    header = read_header(data)
    with Image.open(io.BytesIO(data)) as found:
        assert (header.width, header.height) == found.size
        assert header.precision == found.bits
        assert list(header.components) == [(c, h, v) for c, h, v, _ in found.layer]
        assert header.adobe_transform == found.info.get("adobe_transform")
        assert header.jfif == ("jfif" in found.info)


def test_only_plain_luma_is_plain():
    plain = {name: read_header(make()).plain_luma for name, make in KINDS.items()}
    assert {name for name, is_plain in plain.items() if not is_plain} == {
        "cmyk",
        "ycck",
        "adobe rgb",
    }


def header(**changes) -> JpegHeader:
    told = {
        "width": 8,
        "height": 8,
        "precision": 8,
        "components": ((1, 2, 2), (2, 1, 1), (3, 1, 1)),
        "adobe_transform": None,
        "jfif": False,
    }
    return JpegHeader(**told | changes)


@pytest.mark.parametrize(
    ("changes", "plain"),
    [
        ({}, True),
        ({"adobe_transform": 1}, True),
        ({"adobe_transform": 0}, False),
        ({"adobe_transform": 2}, False),
        ({"precision": 12}, False),
        ({"width": 0}, False),
        ({"height": 0}, False),
        ({"components": ((82, 1, 1), (71, 1, 1), (66, 1, 1))}, False),
        ({"components": ((1, 1, 1), (2, 2, 2), (3, 1, 1))}, False),
        ({"components": ((1, 1, 1), (2, 1, 1))}, False),
        ({"components": ((1, 1, 1),)}, True),
        ({"components": ()}, False),
    ],
)
def test_what_counts_as_plain(changes, plain):
    assert header(**changes).plain_luma is plain


@EACH
def test_fill_bytes_and_markers_without_length_are_passed_over(data):
    told = read_header(data)
    stuffed = data[:2] + b"\xff\xff\xff" + b"\xff\x01" + b"\xff\xd3" + data[2:]
    assert read_header(stuffed) == told


@EACH
def test_a_comment_that_holds_a_frame_is_passed_over(data):
    fake = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    comment = b"\xff\xfe" + (len(fake) + 2).to_bytes(2, "big") + fake
    assert read_header(data[:2] + comment + data[2:]) == read_header(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xff\xff\xff\xff\xff\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8zz\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00",
        b"\xff\xd8\xff\xe0\x00\x00\xff\xc0",
        b"\xff\xd8\xff\xe0\x00\x01\xff\xc0",
        b"\xff\xd8\xff\xda\x00\x04\x00\x00\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00",
        b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x09\x01\x11\x00",
        b"\xff\xd8\xff\xc4\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00",
    ],
)
def test_markers_that_lead_to_no_frame(data):
    assert read_header(data) is None


def test_segments_and_where_their_payload_is_said_to_lie():
    data = b"\xff\xd8" + b"\xff\xe0\0\4ab" + b"\xff\xff\xff\xfe\0\2" + b"\xff\xe5\0\x09c"
    assert list(segments(data)) == [(0xE0, 6, 8), (0xFE, 14, 14), (0xE5, 18, 25)]
    assert list(segments(data[:14] + b"\xff\xda\0\2" + data)) == [
        *segments(data[:14]),
        (0xDA, 18, 18),
    ]
    assert list(segments(b"\xff\xd8\xff\xe0\0\1\xff\xe0\0\4ab")) == [(0xE0, 6, 5)]


@pytest.mark.parametrize("piece", [b"\xff", b"\xff\x01", b"\xff\xd0", b"\xff\xfe\0\2"])
def test_a_file_of_nothing_but_markers_is_left_early(piece):
    data = b"\xff\xd8" + piece * (16 << 20)
    begin = time.process_time()
    assert read_header(data) is None
    assert sum(1 for _ in segments(data)) <= MOST_SEGMENTS
    assert time.process_time() - begin < 1


def test_a_cut_anywhere_gives_the_header_or_nothing():
    data = jpeg(64, 48)
    whole = read_header(data)
    start = data.index(b"\xff\xc0")
    for end in range(min(len(data), start + 60)):
        assert read_header(data[:end]) in {None, whole}
    assert read_header(data[: start + 30]) == whole


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(data):
    found = read_header(b"\xff\xd8\xff" + data)
    assert found is None or found.plain_luma in {True, False}


@given(st.data())
def test_any_change_is_read_without_an_error(data):
    original = jpeg(64, 48)
    at = data.draw(st.integers(0, 700))
    read_header(original[:at] + data.draw(st.binary(max_size=8)) + original[at:])
