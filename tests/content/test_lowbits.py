"""Hidden text in low bits: found where it begins as one, taken out whole, within the picture."""

import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fanal.content.image import decode
from fanal.content.lowbits import hidden_in_alpha, hidden_in_colours
from makers.evidence import corpus

TEXT = b"zz-test-0001, a lighthouse"


def bits_of(signature: bytes, payload: bytes, told: int | None = None) -> list[int]:
    """Spell signature, count and payload bit by bit, without numpy's help."""
    count = len(payload) * 8 if told is None else told
    whole = signature + count.to_bytes(4, "big") + payload
    return [(byte >> (7 - place)) & 1 for byte in whole for place in range(8)]


def in_alpha(width: int, height: int, bits: list[int]) -> Image.Image:
    """Hide bits in alpha, column by column, pixel by pixel."""
    image = Image.new("RGBA", (width, height), (128, 128, 128, 255))
    for place, bit in enumerate(bits[: width * height]):
        column, row = divmod(place, height)
        image.putpixel((column, row), (128, 128, 128, 254 | bit))
    return image


def in_colours(width: int, height: int, bits: list[int]) -> Image.Image:
    """Hide bits in red, green and blue."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    for place in range(0, min(len(bits), width * height * 3), 3):
        column, row = divmod(place // 3, height)
        three = [128 | bit for bit in [*bits[place : place + 3], 0, 0, 0][:3]]
        image.putpixel((column, row), tuple(three))
    return image


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(("width", "height"), [(64, 64), (7, 400), (400, 7), (1, 900), (900, 1)])
def test_what_was_hidden_in_alpha_is_found(width, height):
    image = in_alpha(width, height, bits_of(b"stealth_pnginfo", TEXT))
    assert hidden_in_alpha(image)[19 : 19 + len(TEXT)] == TEXT


@pytest.mark.parametrize(("width", "height"), [(40, 40), (7, 90), (90, 7), (1, 400), (400, 1)])
def test_what_was_hidden_in_colours_is_found(width, height):
    image = in_colours(width, height, bits_of(b"stealth_rgbinfo", TEXT))
    assert hidden_in_colours(np.asarray(image))[19 : 19 + len(TEXT)] == TEXT


@pytest.mark.parametrize(
    ("kind", "options"), [("png", {}), ("webp", {"lossless": True, "exact": True}), ("tiff", {})]
)
def test_one_decode_gives_the_pixels_and_the_hidden_text(kind, options):
    image = in_alpha(40, 40, bits_of(b"stealth_pngcomp", gzip.compress(TEXT, mtime=0)))
    frame = decode(saved(image, kind, **options), f"image/{kind}").frames[0]
    assert frame.plane.shape == (40, 40, 3)
    assert gzip.decompress(frame.hidden[19:]) == TEXT


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P"])
def test_ordinary_pictures_hide_nothing(mode):
    noise = np.random.default_rng(5).integers(0, 256, (50, 60, 4), dtype=np.uint8)
    image = Image.fromarray(noise, "RGBA").convert(mode)
    assert decode(saved(image, "png"), "image/png").frames[0].hidden == b""


@pytest.mark.parametrize("told", [0, 1, 8, 1 << 31, (1 << 32) - 1])
def test_a_count_that_lies_is_bounded_by_the_picture(told):
    image = in_alpha(20, 20, bits_of(b"stealth_pnginfo", b"ab", told))
    assert len(hidden_in_alpha(image)) <= 50
    coloured = in_colours(20, 20, bits_of(b"stealth_rgbinfo", b"ab", told))
    assert len(hidden_in_colours(np.asarray(coloured))) <= 150


def test_a_picture_too_small_for_a_signature_hides_nothing():
    assert hidden_in_alpha(in_alpha(3, 3, bits_of(b"stealth_pnginfo", b""))) == b""
    assert hidden_in_colours(np.zeros((2, 2, 3), np.uint8)) == b""
    assert hidden_in_colours(np.zeros((90, 90), np.uint8)) == b""


@given(st.binary(max_size=60), st.integers(1, 30), st.integers(1, 30))
def test_any_bits_are_read_without_fault(data, width, height):
    bits = bits_of(b"stealth_pngcomp", data)
    assert len(hidden_in_alpha(in_alpha(width, height, bits))) <= width * height // 8


def test_a_genuine_file_gives_its_text():
    path = corpus("generator/sdparsers_automatic1111_stealth.png")
    hidden = decode(path.read_bytes(), "image/png").frames[0].hidden
    assert hidden.startswith(b"stealth_pngcomp")
    assert b"Steps: 20" in gzip.decompress(hidden[19:])
