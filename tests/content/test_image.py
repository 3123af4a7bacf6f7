"""Pictures are decoded by the kind their bytes say, within limits, in part where damaged."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from fanal.content import image as room
from fanal.content.image import MOST_FRAMES, Undecodable, coloured, decode
from fanal.content.media import media_type
from makers import pictures
from makers.evidence import corpus
from makers.pictures import opened, picture, truncated

MAKERS = {
    "jpeg": lambda: pictures.jpeg(96, 64),
    "progressive": lambda: pictures.jpeg(96, 64, progressive=True),
    "grey jpeg": lambda: pictures.jpeg(96, 64, mode="L"),
    "cmyk": lambda: pictures.jpeg(96, 64, mode="CMYK"),
    "adobe": lambda: pictures.adobe_rgb_jpeg(96, 64),
    "png": lambda: pictures.png(96, 64),
    "palette": lambda: pictures.png(96, 64, mode="P"),
    "wide": lambda: pictures.png(96, 64, mode="I;16"),
    "gif": lambda: pictures.gif(96, 64, frames=3),
    "webp": lambda: pictures.webp(96, 64),
    "webp moving": lambda: pictures.webp(96, 64, frames=3),
    "tiff": lambda: pictures.tiff(96, 64, pages=3),
    "bmp": lambda: pictures.bmp(96, 64),
    "avif": lambda: pictures.avif(96, 64),
    "jp2": lambda: written("JPEG2000"),
    "ico": lambda: written("ICO", sizes=[(32, 32)]),
    "dds": lambda: written("DDS"),
    "sgi": lambda: written("SGI"),
    "ppm": lambda: written("PPM"),
    "pcx": lambda: written("PCX"),
}
EACH = pytest.mark.parametrize("name", MAKERS)


def written(kind: str, **options) -> bytes:
    out = io.BytesIO()
    picture(96, 64).copy().save(out, kind, **options)
    return out.getvalue()


def told(data: bytes):
    return decode(data, media_type(data[:4096]))


def why(data: bytes, kind: str = "") -> Undecodable:
    with pytest.raises(Undecodable) as caught:
        decode(data, kind or media_type(data[:4096]))
    assert room.ImageFile.LOAD_TRUNCATED_IMAGES is False
    return caught.value


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def stated(width: int, height: int) -> bytes:
    """A PNG that states a size and holds next to nothing."""
    size = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)
    return head + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")


def gif_of(width: int, height: int, *frames: tuple[int, int]) -> bytes:
    """A GIF of that screen with frames of one pixel of data each."""
    parts = [b"GIF89a", struct.pack("<HHBBB", width, height, 0x80, 0, 0), b"\0\0\0\xff\xff\xff"]
    parts += [b"," + struct.pack("<HHHH", 0, 0, *size) + b"\0\2\2D\1\0" for size in frames]
    return b"".join(parts) + b";"


@EACH
def test_every_kind_is_decoded_as_pillow_shows_it(name):
    data = MAKERS[name]()
    found = told(data)
    shown = opened(data)
    assert (found.width, found.height, found.partly) == (*shown.size, "")
    plane = found.frames[0].plane
    if name in {"jpeg", "progressive", "grey jpeg"}:
        luma = np.asarray(shown.convert("L")).astype(int)
        assert np.abs(luma - plane).max() <= 6  # clipped colours of the bright edges
        assert np.abs(luma - plane).mean() < 1
    elif name == "wide":
        assert (plane == np.asarray(shown) >> 8).all()
    else:
        assert (plane == np.asarray(shown if shown.mode == "L" else shown.convert("RGB"))).all()


def test_heic_of_the_corpus_is_decoded():
    found = list(corpus("c2pa").glob("*.heic"))
    data = min(found, key=lambda path: path.stat().st_size).read_bytes()
    assert media_type(data[:4096]) in {"image/heic", "image/heif"}
    decoded = told(data)
    assert decoded.frames[0].plane.shape == (decoded.height, decoded.width, 3)


@pytest.mark.parametrize(("frames", "looked"), [(1, [0]), (4, [0, 1, 2, 3]), (7, None), (30, None)])
@pytest.mark.parametrize("make", [pictures.gif, pictures.webp])
def test_first_and_evenly_spread_frames(make, frames, looked):
    data = make(48, 32, frames=frames)
    found = told(data)
    taken = [frame.index for frame in found.frames]
    assert found.total == frames
    if looked is None:
        steps = np.diff(taken)
        assert (taken[0], taken[-1], len(taken)) == (0, frames - 1, MOST_FRAMES)
        assert steps.max() - steps.min() <= 1
    else:
        assert taken == looked
    with Image.open(io.BytesIO(data)) as shown:
        for frame in found.frames:
            shown.seek(frame.index)
            assert (np.asarray(shown.convert("RGB")) == frame.plane).all()


def test_pages_of_a_tiff_are_pictures_of_their_own():
    data = pictures.tiff(80, 60, pages=3)
    found = told(data)
    assert found.total == 3
    for number, frame in enumerate(found.frames):
        assert (frame.plane == np.asarray(picture(80, 60, 1 + number))).all()


def test_pages_of_other_sizes_keep_their_sizes():
    out = io.BytesIO()
    picture(80, 64).copy().save(out, "TIFF", save_all=True, append_images=[picture(120, 90).copy()])
    assert [(f.width, f.height) for f in told(out.getvalue()).frames] == [(80, 64), (120, 90)]


@pytest.mark.parametrize("name", ["jpeg", "progressive", "cmyk", "png", "bmp", "gif", "tiff"])
def test_a_cut_picture_is_decoded_in_part(name):
    data = truncated(MAKERS[name](), 0.7)
    found = told(data)
    assert found.partly == "decoded in part"
    assert (found.width, found.height) == (96, 64)
    assert found.detail
    assert room.ImageFile.LOAD_TRUNCATED_IMAGES is False


@pytest.mark.parametrize("name", ["jpeg", "png", "bmp"])
def test_the_part_that_is_there_is_right(name):
    data = MAKERS[name]()
    top = told(truncated(data, 0.8)).frames[0].plane[:16]
    whole = np.asarray(opened(data).convert("RGB"))
    rows = whole[-16:] if name == "bmp" else whole[:16]  # a BMP starts at the bottom
    kept = told(truncated(data, 0.8)).frames[0].plane[-16:] if name == "bmp" else top
    assert (kept == rows).mean() > 0.95


def test_pages_before_a_bad_one_are_kept():
    data = bytearray(pictures.tiff(80, 60, pages=3))
    with Image.open(io.BytesIO(bytes(data))) as found:
        found.seek(2)
        at = found.tag_v2[273][0]
    data[at : at + 200] = b"\xff" * 200
    found = told(bytes(data))
    assert found.partly == "decoded in part"
    assert [frame.index for frame in found.frames][:2] == [0, 1]
    assert (found.frames[0].plane == np.asarray(picture(80, 60, 1))).all()


def test_a_cut_in_the_list_of_pages_keeps_the_first():
    found = told(truncated(pictures.tiff(200, 150, pages=4)))
    assert [frame.index for frame in found.frames] == [0]
    assert found.partly == "decoded in part"


@pytest.mark.parametrize(
    "data",
    [
        gif_of(65535, 65535, (1, 1)),
        gif_of(1, 1, (65535, 65535)),
        stated(60_000, 60_000),
        stated(2**31 - 1, 2**31 - 1),
        b"BM" + bytes(8) + struct.pack("<IIiiHHI", 54, 40, 60_000, 60_000, 1, 24, 0) + bytes(24),
        b"P5\n70000 70000\n255\n" + bytes(100),
    ],
    ids=["gif screen", "gif frame", "png", "png most", "bmp", "ppm"],
)
def test_a_declared_huge_picture_meets_the_limit_of_pixels(data):
    assert why(data).reason == "limit: pixels"


def test_a_jpeg_of_the_largest_size_meets_the_limit_of_pixels():
    data = bytearray(pictures.jpeg(96, 64))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert why(bytes(data)).reason == "limit: pixels"


def test_a_huge_picture_inside_an_icon_meets_the_limit_of_pixels():
    inner = stated(20_000, 20_000)
    entry = bytes([0, 0, 0, 0, 1, 0, 1, 0]) + struct.pack("<II", len(inner), 22)
    assert why(b"\0\0\1\0\1\0" + entry + inner).reason == "limit: pixels"


def test_a_huge_frame_between_others_costs_only_the_later_ones():
    found = told(gif_of(1, 1, (1, 1), (30_000, 30_000), *[(1, 1)] * 20))
    assert [frame.index for frame in found.frames] == [0]
    assert found.partly == "limit: pixels"


def test_frames_are_held_up_to_a_limit(monkeypatch):
    out = io.BytesIO()
    pages = [Image.new("RGB", (300, 300), (n, n, n)) for n in range(4)]
    Image.new("RGB", (4, 4)).save(out, "TIFF", save_all=True, append_images=pages)
    monkeypatch.setattr(room, "MOST_BYTES", 2 * 300 * 300 * 3 + 100)
    found = told(out.getvalue())
    assert (len(found.frames), found.partly) == (3, "limit: frames")
    assert found.detail == "looked at 3 of 5"


def test_memory_that_runs_out_is_a_limit(monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(room, "_rgb", full)
    assert why(pictures.png(96, 64)).reason == "limit: memory"


@pytest.mark.parametrize(
    "data", [stated(0, 5), stated(5, 0), gif_of(0, 0), b"P5\n0 0\n255\n"], ids=str
)
def test_no_pixels_are_damage(data):
    assert why(data).reason == "damaged picture"


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/x-canon-cr3", "image/x-fuji-raf"])
def test_no_decoder_is_said(kind):
    assert why(b"zz", kind).reason == f"no decoder: {kind}"


@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "webp", "tiff", "bmp", "avif", "jp2"])
@pytest.mark.parametrize("kind", sorted(room._FORMATS))
def test_no_other_decoder_is_ever_tried(name, kind):
    data = MAKERS[name]()
    if media_type(data[:4096]) == kind:
        return
    reason = why(data, kind)
    assert reason.reason == "damaged picture"


@EACH
def test_the_same_damage_has_the_same_words(name):
    data = MAKERS[name]()
    first, second = (why(data[:7], media_type(data)) for _ in range(2))
    assert (first.reason, first.detail) == (second.reason, second.detail)
    assert "0x" not in first.detail
    assert first.detail.isprintable()
    assert len(first.detail) <= 200


def test_what_a_decoder_says_is_one_printable_line():
    said = room.said(ValueError("one\ntwo \x1b[31m" + "z" * 500))
    assert said.isprintable()
    assert len(said) == 200


@pytest.mark.parametrize("turn", range(1, 9))
def test_how_to_hold_a_picture_changes_nothing(turn):
    plain = told(pictures.jpeg(320, 200))
    held = told(pictures.jpeg(320, 200, orientation=turn))
    assert (held.width, held.height) == (320, 200)
    assert (held.frames[0].plane == plain.frames[0].plane).all()


@pytest.mark.parametrize("size", [(641, 487), (1300, 1201), (2403, 601), (2401, 2409)])
def test_a_large_jpeg_keeps_three_hundred_pixels(size):
    width, height = size
    data = pictures.jpeg(*size, quality=60)
    (frame,) = told(data).frames
    assert (frame.width, frame.height) == size
    assert frame.plane.shape == (-(-height // frame.scale), -(-width // frame.scale))
    assert min(frame.plane.shape) >= 300 or frame.scale == 1
    assert frame.scale == 8 or min(size) // (2 * frame.scale) < 300
    whole = np.asarray(opened(data).convert("L").reduce(frame.scale)).astype(int)
    assert np.abs(whole - frame.plane)[:-1, :-1].mean() < 2


def test_colours_come_whole_or_with_the_reason():
    assert coloured(pictures.png(96, 64), "image/png", 2).plane.shape == (64, 96, 3)
    for data, reason in (
        (b"\xff\xd8\xff", "damaged picture"),
        (stated(60_000, 60_000), "limit: pixels"),
    ):
        kind = "image/png" if data.startswith(b"\x89") else "image/jpeg"
        with pytest.raises(Undecodable, match=reason):
            coloured(data, kind, 2)


def test_warnings_of_decoders_stay_inside():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for make in MAKERS.values():
            for part in (0.2, 0.5, 0.9):
                data = make()
                survives(truncated(data, part), media_type(data[:4096]))


@pytest.mark.parametrize(
    ("mode", "values", "wanted"),
    [
        ("F", [[-1.0, 0.0, 127.9, 300.0, float("nan")]], [[0, 0, 127, 255, 0]]),
        ("I", [[0, 256, 65535]], [[0, 1, 255]]),
        ("I", [[0, 7, 255]], [[0, 7, 255]]),
    ],
)
def test_wide_grey_is_taken_in_256_steps(mode, values, wanted):
    kind = np.float32 if mode == "F" else np.int32
    out = io.BytesIO()
    Image.fromarray(np.array(values, dtype=kind)).save(out, "TIFF")
    assert opened(out.getvalue()).mode == mode
    assert told(out.getvalue()).frames[0].plane.tolist() == wanted


@EACH
@settings(max_examples=25, deadline=None)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=5))
def test_no_change_raises_anything_but_a_reason(name, edits):
    data = bytearray(MAKERS[name]())
    for where, put in edits:
        at = int(where * (len(data) - 1))
        data[at : at + len(put)] = put
    survives(bytes(data), media_type(MAKERS[name]()[:4096]))


@EACH
@settings(max_examples=25, deadline=None)
@given(part=st.floats(0, 1), rest=st.binary(max_size=30))
def test_no_cut_raises_anything_but_a_reason(name, part, rest):
    data = MAKERS[name]()
    survives(truncated(data, part) + rest, media_type(data[:4096]))


def survives(data: bytes, kind: str) -> None:
    try:
        found = decode(data, kind)
    except Undecodable:
        pass
    else:
        assert found.frames
        assert all(frame.plane.dtype == np.uint8 for frame in found.frames)
        assert all(frame.plane.ndim in {2, 3} for frame in found.frames)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
