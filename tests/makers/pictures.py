"""Small drawn pictures as files of many kinds, each made once a run."""

import io
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from fanal.demo.draw import scene
from fanal.demo.encode import animation, encode, orientation_only
from fanal.demo.encode import pages as encode_pages


@lru_cache(maxsize=64)
def picture(width: int = 640, height: int = 480, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """Return a drawn scene; do not change it, it is shared."""
    drawn = scene(Random(f"maker {seed}"), width, height)
    if mode == "I;16":
        return Image.fromarray(np.asarray(drawn.convert("L")).astype(np.uint16) * 257)
    return drawn.convert(mode)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    # A copy, because saving as JPEG leaves settings behind in the picture.
    return encode(image.copy(), kind, **options)


@lru_cache(maxsize=128)
def jpeg(
    width: int = 640,
    height: int = 480,
    seed: int = 1,
    quality: int = 85,
    *,
    mode: str = "RGB",
    progressive: bool = False,
    orientation: int | None = None,
) -> bytes:
    """Return a JPEG: `mode` is RGB (stored as YCbCr), L or CMYK."""
    options: dict[str, Any] = {"quality": quality, "progressive": progressive}
    if orientation is not None:
        options["exif"] = orientation_only(orientation)
    return _saved(picture(width, height, seed, mode), "jpeg", **options)


@lru_cache(maxsize=64)
def adobe_rgb_jpeg(width: int = 640, height: int = 480, seed: int = 1, quality: int = 90) -> bytes:
    """Return a JPEG whose components are red, green and blue (Adobe APP14, transform 0)."""
    return _saved(picture(width, height, seed), "jpeg", quality=quality, keep_rgb=True)


@lru_cache(maxsize=64)
def ycck_jpeg(width: int = 640, height: int = 480, seed: int = 1, quality: int = 90) -> bytes:
    """Return a JPEG of four components, YCCK (Adobe APP14, transform 2)."""
    # Pillow writes CMYK only (transform 0). Adobe stores ink inverted, so that the first three
    # components are the YCbCr of the negative; Pillow inverts once more while it saves.
    negative = ImageOps.invert(picture(width, height, seed)).convert("YCbCr")
    bands = [ImageOps.invert(band) for band in negative.split()]
    black = Image.new("L", negative.size, 0)
    data = bytearray(_saved(Image.merge("CMYK", (*bands, black)), "jpeg", quality=quality))
    adobe = data.index(b"\xff\xee\x00\x0eAdobe")
    data[adobe + 15] = 2
    return bytes(data)


@lru_cache(maxsize=64)
def png(width: int = 640, height: int = 480, seed: int = 1, mode: str = "RGB") -> bytes:
    """Return a PNG: `mode` is 1, L, LA, P, RGB, RGBA or I;16."""
    return _saved(picture(width, height, seed, mode), "png")


@lru_cache(maxsize=64)
def gif(width: int = 320, height: int = 240, seed: int = 1, frames: int = 1) -> bytes:
    """Return a GIF; each frame is another scene."""
    return animation([picture(width, height, seed + number) for number in range(frames)], "gif")


@lru_cache(maxsize=64)
def webp(width: int = 640, height: int = 480, seed: int = 1, frames: int = 1) -> bytes:
    """Return a WebP; each frame is another scene."""
    if frames > 1:
        return animation(
            [picture(width, height, seed + number) for number in range(frames)], "webp"
        )
    return _saved(picture(width, height, seed), "webp")


@lru_cache(maxsize=64)
def tiff(width: int = 640, height: int = 480, seed: int = 1, pages: int = 1) -> bytes:
    """Return a TIFF; each page is another scene."""
    return encode_pages([picture(width, height, seed + number) for number in range(pages)])


@lru_cache(maxsize=64)
def bmp(width: int = 640, height: int = 480, seed: int = 1) -> bytes:
    """Return a BMP."""
    return _saved(picture(width, height, seed), "bmp")


@lru_cache(maxsize=64)
def avif(width: int = 320, height: int = 240, seed: int = 1) -> bytes:
    """Return an AVIF."""
    return _saved(picture(width, height, seed), "avif")


def truncated(data: bytes, part: float = 0.5) -> bytes:
    """Return the first part of a file."""
    return data[: int(len(data) * part)]


def opened(data: bytes) -> Image.Image:
    """Return a picture file decoded by Pillow, as an independent opinion."""
    with Image.open(io.BytesIO(data)) as found:
        found.load()
        return found
