"""Makes the previews of a picture: small, grey, marked; never the bytes that were found.

What comes out is made anew of pixels alone, as a JPEG without any metadata. A JPEG is decoded at
the smallest scale that suffices (libjpeg's, through Pillow). Colours are shown as they are stored:
no colour profile is applied, and what is transparent is shown.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFile, ImageFilter, ImageFont

from fanal.content.image import Undecodable, decode, in_bytes, opened, quiet, said

BLURRED, SMALL, CLEAR, COLOURED = 2, 3, 4, 5
"""Levels of the ladder of pictures that are made here; below stand a text and a mosaic."""
SIDES = {BLURRED: 256, SMALL: 256, CLEAR: 1600, COLOURED: 1600}
"""Level → pixels of the longer side; a smaller picture is never enlarged."""
SIGMA = 8
"""Standard deviation of the blur of level 2, in pixels of its picture."""
SQUARES = 32
"""Squares along the longer side of what an area leaves covered."""
QUALITIES = {BLURRED: 80, SMALL: 85, CLEAR: 88, COLOURED: 88}
"""JPEG quality of each level."""
MOST_PIXELS = 200_000_000
"""Pixels of a picture that is shown; a larger one is refused before it is decoded."""
MOST_BYTES = 4 << 20
"""Bytes of a preview."""
ORIENTATION = 0x0112
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is put upright (CIPA DC-008, Orientation)."""
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of a picture."""

    level: int
    mark: str
    """What the watermark says; only levels 4 and 5 carry it in their pixels."""
    frame: int = 0
    x: float = 0.0
    """Left side of the only area that is clear, as a share of the width of the upright picture."""
    y: float = 0.0
    width: float = 0.0
    """0 where the whole picture is seen."""
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture made for the eye: a JPEG."""

    data: bytes = field(repr=False)
    width: int
    height: int


def preview(data: bytes, media_type: str, view: View) -> Preview:
    """Return what is to be seen of a picture file; raise Undecodable with the reason."""
    return drawn(upright(data, media_type, view), view)


def drawn(image: Image.Image, view: View) -> Preview:
    """Return what is to be seen of an upright picture that is decoded."""
    with _told():
        made = _scaled(_grey(image, view.level), SIDES[view.level])
        if view.level == COLOURED:
            made = made.convert("RGB")
        if view.level == BLURRED:
            made = made.filter(ImageFilter.GaussianBlur(SIGMA))
        if view.width:
            made = _only(made, view)
        if view.level >= CLEAR:
            watermark(made, view.mark)
        return _encoded(made, view.level)


def upright(data: bytes, media_type: str, view: View) -> Image.Image:
    """Return a frame of a picture file, large enough for the level, as its EXIF says it stands."""
    if media_type == "image/jxl":
        return Image.fromarray(decode(data, media_type).frames[0].plane)
    try:
        return _upright(data, media_type, view)
    except Undecodable as why:
        if why.reason != "damaged picture" or view.frame:
            raise
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # as much of it as can be had
    try:
        return _upright(data, media_type, view)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _upright(data: bytes, media_type: str, view: View) -> Image.Image:
    image = opened(data, media_type)
    with _told():
        turned = _orientation(image)
        if view.frame:
            image.seek(view.frame)
        elif media_type == "image/jpeg":
            side = SIDES[view.level]
            image.draft("RGB" if view.level == COLOURED else "L", _fit(image.size, side))
        if image.width * image.height > MOST_PIXELS:
            raise Undecodable("limit: pixels", f"{image.width} x {image.height} pixels")
        made = _scaled(_grey(_plain(image), view.level), SIDES[view.level])
        return made.transpose(TURNED[turned]) if turned in TURNED else made


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in grey or red, green and blue, decoded; no copy where it is so already."""
    if image.mode not in {"L", "RGB"}:
        return Image.fromarray(in_bytes(image))
    image.load()
    return image


def _grey(image: Image.Image, level: int) -> Image.Image:
    return image if level == COLOURED else image.convert("L")


@contextmanager
def _told() -> Iterator[None]:
    """Tell whatever a library raises over hostile bytes as what it is: no preview."""
    with quiet():
        try:
            yield
        except Undecodable:
            raise
        except MemoryError:
            raise Undecodable("limit: memory", "it takes more memory than allowed") from None
        except EOFError:
            raise Undecodable("no such frame") from None
        except Exception as error:
            raise Undecodable("damaged picture", said(error)) from error


def _orientation(image: Image.Image) -> int:
    if image.format not in {"JPEG", "MPO", "TIFF", "WEBP", "AVIF"}:
        return 1  # to look, Pillow decodes a PNG; others have none, or are turned already
    told = image.getexif().get(ORIENTATION, 1)
    return told if isinstance(told, int) else 1


def _fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return a size whose longer side has at most so many pixels."""
    longer = max(*size, side)
    return max(1, round(size[0] * side / longer)), max(1, round(size[1] * side / longer))


def _scaled(image: Image.Image, side: int) -> Image.Image:
    """Return a picture with at most so many pixels along its longer side, by area averages."""
    size = _fit(image.size, side)
    if (steps := max(image.size) // max(size)) > 1:
        image = image.reduce(steps)
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _only(image: Image.Image, view: View) -> Image.Image:
    """Return a picture in squares, but for the area that was asked for."""
    few = image.resize(_fit(image.size, SQUARES), Image.Resampling.BOX)
    covered = few.resize(image.size, Image.Resampling.NEAREST)
    left, upper = int(view.x * image.width), int(view.y * image.height)
    right = left + max(1, int(view.width * image.width))
    lower = upper + max(1, int(view.height * image.height))
    box = (left, upper, min(right, image.width), min(lower, image.height))
    covered.paste(image.crop(box), box)
    return covered


def watermark(image: Image.Image, text: str) -> None:
    """Write a text across a picture, dark and light, so that it is seen on any ground."""
    letters = max(9, min(24, max(image.size) // 48))
    mask = _written(text, letters)
    dark, light = (0, 255) if image.mode == "L" else ((0, 0, 0), (255, 255, 255))
    across, down = mask.width + 3 * letters, 5 * letters
    for row, y in enumerate(range(letters // 2, image.height, down)):
        first = letters // 2 - (row % 2) * across // 2
        for x in range(first, image.width, across):
            image.paste(dark, (x + 1, y + 1), mask)
            image.paste(light, (x, y), mask)


@lru_cache(maxsize=4)
def _written(text: str, letters: int) -> Image.Image:
    """Return a text as a mask that lets half of the picture through."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)[:120]
    font = ImageFont.load_default(letters)
    mask = Image.new("L", (int(font.getlength(shown)) + 4, letters * 3 // 2), 0)
    ImageDraw.Draw(mask).text((1, 0), shown, font=font, fill=128)
    return mask


def _encoded(image: Image.Image, level: int) -> Preview:
    """Return a picture as a new JPEG: Pillow writes nothing into it that is not asked for."""
    clean = Image.new(image.mode, image.size)
    clean.paste(image)  # what a reader hung on to the picture stays behind
    quality = QUALITIES[level]
    while True:
        held = io.BytesIO()
        clean.save(held, "JPEG", quality=quality)
        if held.tell() <= MOST_BYTES or quality <= 30:
            return Preview(held.getvalue(), clean.width, clean.height)
        quality -= 20
