"""What is shown of a picture is small, grey where it must be, marked, and nothing but pixels."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from fanal.content.image import Undecodable
from fanal.content.jpeg import segments
from fanal.content.media import media_type
from fanal.content.preview import MOST_BYTES, SIDES, View, drawn, preview, watermark
from makers import pictures
from makers.evidence import corpus
from makers.late import Late

MARK = "zz-a · 2026-11-26 17:00:25 UTC · 0123456789ab"


def shown(data: bytes, level: int, **told) -> Image.Image:
    made = preview(data, media_type(data[:4096]), View(level, MARK, **told))
    image = Image.open(io.BytesIO(made.data))
    assert image.format == "JPEG"
    assert image.size == (made.width, made.height)
    image.load()
    return image


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures."""
    both = [np.asarray(each.convert("L"), float) for each in (one, other)]
    return float(np.abs(both[0] - both[1]).mean())


EVERY = Late(
    {
        "jpeg": lambda: pictures.jpeg(2000, 1500),
        "progressive": lambda: pictures.jpeg(2000, 1500, progressive=True),
        "grey jpeg": lambda: pictures.jpeg(2000, 1500, mode="L"),
        "cmyk jpeg": lambda: pictures.jpeg(640, 480, mode="CMYK"),
        "ycck jpeg": pictures.ycck_jpeg,
        "adobe rgb": pictures.adobe_rgb_jpeg,
        "png": lambda: pictures.png(2000, 1500),
        "png 16": lambda: pictures.png(mode="I;16"),
        "png alpha": lambda: pictures.png(mode="RGBA"),
        "png bits": lambda: pictures.png(mode="1"),
        "png palette": lambda: pictures.png(mode="P"),
        "gif": lambda: pictures.gif(frames=3),
        "webp": pictures.webp,
        "tiff": lambda: pictures.tiff(pages=2),
        "bmp": pictures.bmp,
        "avif": pictures.avif,
    }
)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_every_kind_is_shown_at_every_level(name, level):
    data = EVERY[name]
    image = shown(data, level)
    whole = pictures.opened(data)
    longer = max(whole.size)
    assert max(image.size) == min(SIDES[level], longer)
    assert image.mode == ("RGB" if level == 5 else "L")
    if name not in {"png 16", "png bits"}:
        wanted = whole.convert("RGB").convert("L").resize(image.size, Image.Resampling.BOX)
        assert apart(image, wanted) < (30 if level == 2 or level >= 4 else 4)


def test_the_blur_leaves_no_detail():
    lines = Image.fromarray((np.indices((256, 256)).sum(0) // 4 % 2 * 255).astype(np.uint8))
    held = io.BytesIO()
    lines.save(held, "PNG")
    clear = np.asarray(shown(held.getvalue(), 3), float)
    blurred = np.asarray(shown(held.getvalue(), 2), float)
    assert clear.std() > 100
    assert blurred[32:-32, 32:-32].std() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_shown_upright(orientation):
    data = pictures.jpeg(640, 480, orientation=orientation)
    wanted = ImageOps.exif_transpose(pictures.opened(data))
    image = shown(data, 3)
    small = wanted.convert("L").resize(image.size, Image.Resampling.BOX)
    assert apart(image, small) < 4


def full_of_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "zz-test-0001 description"
    exif[0x8298] = "zz-test-0001 copyright"
    held = io.BytesIO()
    pictures.picture(640, 480).copy().save(
        held,
        "JPEG",
        exif=exif,
        xmp=b"<x:xmpmeta>zz-test-0001</x:xmpmeta>",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        comment=b"zz-test-0001 comment",
        dpi=(301, 301),
    )
    return held.getvalue()


def png_of_metadata() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("parameters", "zz-test-0001", zip=True)
    told.add_text("Comment", "zz-test-0001")
    held = io.BytesIO()
    pictures.picture(640, 480).save(held, "PNG", pnginfo=told, dpi=(301, 301))
    return held.getvalue()


@pytest.mark.parametrize("level", [2, 3, 4, 5])
@pytest.mark.parametrize("data", [full_of_metadata(), png_of_metadata()], ids=["jpeg", "png"])
def test_nothing_but_pixels_is_carried_over(data, level):
    assert b"zz-test-0001" in data or b"parameters" in data
    made = preview(data, media_type(data[:4096]), View(level, MARK))
    assert b"zz-test" not in made.data
    assert {marker for marker, _, _ in segments(made.data)} <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    with Image.open(io.BytesIO(made.data)) as image:
        assert not dict(image.getexif())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert image.info["jfif_density"] != (301, 301)
    assert made.data.rstrip(b"\0").endswith(b"\xff\xd9")


@pytest.mark.parametrize("grey", [0, 60, 128, 200, 255])
@pytest.mark.parametrize("level", [4, 5])
def test_the_watermark_is_in_the_pixels_of_any_ground(grey, level):
    ground = Image.new("RGB", (1600, 1200), (grey,) * 3)
    made = drawn(ground, View(level, MARK))
    found = np.asarray(Image.open(io.BytesIO(made.data)).convert("L"), int)
    marked = np.abs(found - grey) > 24
    assert 0.005 < marked.mean() < 0.2
    # Wherever a quarter of the picture is cut out, some of it is there.
    for part in (marked[:600, :800], marked[600:, :800], marked[:600, 800:], marked[600:, 800:]):
        assert part.mean() > 0.004


def test_the_watermark_says_who_and_is_not_on_small_pictures():
    ground = Image.new("L", (1600, 1200), 128)
    texts = [ground.copy() for _ in range(3)]
    for image, text in zip(texts, (MARK, MARK, "somebody else"), strict=True):
        watermark(image, text)
    assert texts[0].tobytes() == texts[1].tobytes() != texts[2].tobytes()
    small = Image.open(io.BytesIO(drawn(ground, View(3, MARK)).data))
    assert np.asarray(small).std() < 1


def test_a_name_in_any_letters_makes_a_mark():
    ground = Image.new("L", (400, 300), 128)
    watermark(ground, "\u202eanna\n\0 · ж漢" * 90)
    assert np.asarray(ground).std() > 1


def test_an_area_is_clear_and_the_rest_is_squares():
    data = pictures.jpeg(1600, 1200, seed=5, quality=95)
    whole = np.asarray(shown(data, 4), float)
    part = np.asarray(shown(data, 4, x=0.25, y=0.5, width=0.5, height=0.25), float)
    assert part.shape == whole.shape
    inside = np.zeros(whole.shape, bool)
    inside[600:900, 400:1200] = True
    # Off the watermark, which stands in the same places of both.
    assert np.median(np.abs(part - whole)[inside]) < 2
    squares = [_in_squares(each)[~inside] for each in (part, whole)]
    apart_by = [
        np.abs(one - each[~inside]) for one, each in zip(squares, (part, whole), strict=True)
    ]
    assert np.quantile(apart_by[0], 0.8) < 4 < np.quantile(apart_by[1], 0.8)


def _in_squares(plane: np.ndarray) -> np.ndarray:
    """Return a plane in which each 50 x 50 pixels have their median."""
    squares = np.median(plane.reshape(24, 50, 32, 50), axis=(1, 3))
    return squares.repeat(50, axis=0).repeat(50, axis=1)


def test_a_frame_of_many_is_shown():
    data = pictures.gif(frames=4)
    for number in range(4):
        image = shown(data, 3, frame=number)
        wanted = pictures.picture(320, 240, 1 + number).convert("L")
        assert apart(image, wanted.resize(image.size, Image.Resampling.BOX)) < 8
    for data in (pictures.gif(frames=4), pictures.jpeg()):
        with pytest.raises(Undecodable, match="no such frame"):
            shown(data, 3, frame=9)


def test_a_page_of_another_size_is_shown_in_its_own():
    held = io.BytesIO()
    pages = [pictures.picture(320, 240), pictures.picture(100, 300)]
    pages[0].save(held, "TIFF", save_all=True, append_images=pages[1:])
    assert shown(held.getvalue(), 4, frame=1).size == (100, 300)


def huge(width: int, height: int) -> bytes:
    """Return a PNG that states a size and holds next to nothing."""

    def part(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", zlib.compress(b""))
        + part(b"IEND", b"")
    )


def test_a_picture_of_more_than_200_megapixels_is_refused_before_it_is_decoded():
    for size in ((20_000, 10_001), (65_000, 65_000)):
        with pytest.raises(Undecodable, match="limit: pixels"):
            shown(huge(*size), 2)


def test_a_truncated_picture_is_shown_as_far_as_it_goes():
    assert shown(pictures.truncated(pictures.jpeg(640, 480)), 4).size == (640, 480)
    with pytest.raises(Undecodable, match="damaged"):
        shown(b"\xff\xd8\xff\xe0", 4)


def test_hostile_files_are_shown_or_told_and_nothing_else():
    told = 0
    for path in sorted(corpus("hostile").iterdir()):
        data = path.read_bytes() if path.stat().st_size < 4_000_000 else b""
        kind = media_type(data[:4096])
        if not kind.startswith("image/"):
            continue
        for level in (2, 5):
            try:
                made = preview(data, kind, View(level, MARK))
            except Undecodable as why:
                assert why.reason  # noqa: PT017 (either way is right)
                told += 1
            else:
                assert len(made.data) <= MOST_BYTES
                assert max(made.width, made.height) <= SIDES[level]
    assert told > 5
