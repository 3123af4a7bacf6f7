"""A whole decode gives Pillow's bytes, in colours, once."""

import io

import numpy as np
import pytest
from PIL import Image

from fanal.content.handle import Content
from fanal.content.image import Decoded, Frame, Undecodable
from fanal.content.media import media_type
from fanal.content.whole import in_colours, plain_jpeg, red_green_blue
from fanal.model.item import MemoryBody
from makers import pictures


def saved(image: Image.Image, **how) -> bytes:
    out = io.BytesIO()
    image.save(out, **how)
    return out.getvalue()


def drawn() -> Image.Image:
    return Image.open(io.BytesIO(pictures.png(97, 61, 3))).convert("RGB")


@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("quality", [20, 75, 98])
def test_the_fast_way_gives_pillows_bytes(sampling, progressive, quality):
    how = {"quality": quality, "subsampling": sampling, "progressive": progressive}
    data = saved(drawn(), format="JPEG", **how)
    wanted = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    fast = plain_jpeg(data)
    assert fast is not None
    assert np.array_equal(fast, wanted)
    assert np.array_equal(red_green_blue(data, "image/jpeg"), wanted)


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_jpeg_of_other_colours_goes_the_slow_way(mode):
    data = saved(drawn().convert(mode), format="JPEG")
    assert plain_jpeg(data) is None
    wanted = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert np.array_equal(red_green_blue(data, "image/jpeg"), wanted)


def test_a_jpeg_larger_than_may_be_is_not_decoded():
    data = bytearray(saved(drawn(), format="JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(Undecodable) as caught:
        red_green_blue(bytes(data), "image/jpeg")
    assert caught.value.reason == "limit: pixels"


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", pictures.truncated(pictures.png(96, 64))])
def test_what_is_damaged_says_why(data):
    for kind in ("image/jpeg", "image/png", "image/zz"):
        with pytest.raises(Undecodable):
            red_green_blue(data, kind)


def test_what_was_decoded_whole_is_not_decoded_again(monkeypatch):
    data = pictures.png(96, 64)
    content = Content("5a" * 32, media_type(data), MemoryBody(data))
    first = content.decoded.frames[0].plane
    monkeypatch.setattr("fanal.content.handle.converted", None)
    assert content.rgb is first


def test_grey_of_another_decoder_is_shown_in_colours():
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    content = Content("5a" * 32, "image/jxl", MemoryBody(b"zz"))
    content.__dict__["decoded"] = Decoded(4, 3, 1, (Frame(0, plane, 1, 3, 4),))
    assert content.rgb.shape == (3, 4, 3)
    assert (content.rgb == plane[..., None]).all()
    assert in_colours(content.rgb) is content.rgb


def test_what_is_no_picture_has_no_pixels():
    with pytest.raises(Undecodable, match="not a picture"):
        Content("5a" * 32, "text/plain", MemoryBody(b"zz")).rgb  # noqa: B018 (asking is the test)
