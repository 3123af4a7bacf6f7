"""The size a JPEG XL states is the size it decodes to, and is checked before a decode."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.content.image import Undecodable, decode
from fanal.content.jxl import read_size

CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n" + b"\x00\x00\x00\x14ftypjxl \x00\x00\x00\x00jxl "


@pytest.fixture(scope="module")
def codecs():
    return pytest.importorskip("imagecodecs", reason="imagecodecs is not installed here")


def packed(*fields: tuple[int, int]) -> bytes:
    """Bits from the least significant one, after the two bytes of the mark."""
    value = at = 0
    for number, count in fields:
        value |= number << at
        at += count
    return b"\xff\x0a" + value.to_bytes(-(-at // 8), "little")


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (packed((1, 1), (4, 5), (1, 3)), (40, 40)),
        (packed((1, 1), (4, 5), (0, 3), (7, 5)), (64, 40)),
        (packed((0, 1), (0, 2), (299, 9), (3, 3)), (400, 300)),
        (packed((0, 1), (3, 2), (99_999, 30), (0, 3), (2, 2), (199_999, 18)), (200_000, 100_000)),
        (packed((0, 1), (1, 2), (1079, 13), (5, 3)), (1920, 1080)),
    ],
)
def test_sizes_written_by_the_specification(data, size):
    assert read_size(data) == size
    box = (len(data) + 8).to_bytes(4, "big") + b"jxlc"
    assert read_size(CONTAINER + box + data) == size
    assert read_size(CONTAINER + bytes(4) + b"jxlc" + data) == size
    assert (
        read_size(CONTAINER + (len(data) + 12).to_bytes(4, "big") + b"jxlp" + bytes(4) + data)
        == size
    )
    long = (1).to_bytes(4, "big") + b"jxlc" + (len(data) + 16).to_bytes(8, "big")
    assert read_size(CONTAINER + long + data) == size


@pytest.mark.parametrize("size", [(8, 8), (64, 48), (121, 93), (400, 300), (1000, 20), (256, 256)])
def test_sizes_written_by_the_encoder(codecs, size):
    import numpy as np  # noqa: PLC0415

    data = codecs.jpegxl_encode(np.zeros((size[1], size[0], 3), dtype=np.uint8))
    assert read_size(data) == size
    decoded = decode(data, "image/jxl")
    assert (decoded.width, decoded.height) == size


def test_a_declared_huge_picture_is_not_decoded(codecs):
    data = packed((0, 1), (3, 2), (99_999, 30), (1, 3)) + bytes(40)
    with pytest.raises(Undecodable, match="limit: pixels"):
        decode(data, "image/jxl")


@pytest.mark.parametrize("shape", [(90, 120), (90, 120, 1), (90, 120, 2), (90, 120, 4)])
def test_grey_and_alpha_are_decoded(codecs, shape):
    import numpy as np  # noqa: PLC0415

    wanted = (np.arange(np.prod(shape)).reshape(shape) // 91 % 256).astype(np.uint8)
    (frame,) = decode(codecs.jpegxl_encode(wanted, lossless=True), "image/jxl").frames
    if len(shape) == 3:
        wanted = wanted[..., :3] if shape[2] >= 3 else wanted[..., 0]
    assert (frame.plane == wanted).all()


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\x0b", CONTAINER, CONTAINER + bytes(20)])
def test_what_leads_to_no_size(data):
    assert read_size(data) is None


@given(st.binary(max_size=80))
def test_any_bytes_are_read_without_an_error(data):
    for start in (b"\xff\x0a", CONTAINER):
        found = read_size(start + data)
        assert found is None or min(found) >= 0


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(data):
    with pytest.raises(Undecodable):
        decode(b"\xff\x0a" + data[:3] + b"zz" + data[3:], "image/jxl")
