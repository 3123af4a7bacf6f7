"""Writes drawn pictures as the files that cameras, sites and people make of them."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from fanal.demo.devices import MAKE, Camera

SUFFIX = {
    "jpeg": ".jpg",
    "png": ".png",
    "webp": ".webp",
    "gif": ".gif",
    "bmp": ".bmp",
    "tiff": ".tif",
    "avif": ".avif",
    "ico": ".ico",
}
"""Format → the usual extension."""
HEAVY = frozenset({"png", "gif", "bmp", "tiff", "avif"})
"""Formats that are slow or large: only for small pictures, so that a demonstration is made soon."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera notes beside a picture."""

    camera: Camera
    taken: datetime
    orientation: int = 1
    iso: int = 100
    f_number: float = 2.8
    firmware: str = "Zz Firmware 1.4"


def exif(shot: Shot, width: int, height: int) -> bytes:
    """Return an EXIF block such as a camera writes (CIPA DC-008)."""
    block = Image.Exif()
    block[271] = MAKE
    block[272] = shot.camera.model
    block[274] = shot.orientation
    block[282] = block[283] = IFDRational(72, 1)
    block[296] = 2
    block[305] = shot.firmware
    block[306] = f"{shot.taken:%Y:%m:%d %H:%M:%S}"
    block[34665] = {
        33434: IFDRational(1, 20 * shot.iso),
        33437: IFDRational(round(shot.f_number * 10), 10),
        34855: shot.iso,
        36864: b"0232",
        36867: f"{shot.taken:%Y:%m:%d %H:%M:%S}",
        36868: f"{shot.taken:%Y:%m:%d %H:%M:%S}",
        36881: "+00:00",
        37386: IFDRational(42, 10),
        40961: 1,
        40962: width,
        40963: height,
    }
    if shot.camera.serial:
        block[34665][42033] = shot.camera.serial
    return block.tobytes()


def orientation_only(orientation: int) -> bytes:
    """Return an EXIF block that says nothing but how to hold the picture."""
    block = Image.Exif()
    block[274] = orientation
    return block.tobytes()


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the picture as a file of that format; the same picture gives the same bytes."""
    if kind == "gif":
        picture = picture.quantize(128, Image.Quantize.FASTOCTREE)
    elif kind == "tiff":
        picture = picture.copy()  # saving as JPEG leaves settings behind that TIFF stumbles over
    defaults: dict[str, dict[str, Any]] = {
        "png": {"compress_level": 3},
        "webp": {"quality": 80, "method": 1},
        "tiff": {"compression": "tiff_lzw"},
        "avif": {"quality": 60, "speed": 9, "max_threads": 1},
        "ico": {"sizes": [picture.size]},
    }
    out = io.BytesIO()
    picture.save(out, kind.upper(), **{**defaults.get(kind, {}), **options})
    return out.getvalue()


def animation(frames: list[Image.Image], kind: str = "gif") -> bytes:
    """Return several pictures as one moving GIF or WebP."""
    out = io.BytesIO()
    if kind == "gif":
        frames = [frame.quantize(128, Image.Quantize.FASTOCTREE) for frame in frames]
    options = {"method": 0, "quality": 75} if kind == "webp" else {}
    frames[0].save(
        out, kind.upper(), save_all=True, append_images=frames[1:], duration=120, loop=0, **options
    )
    return out.getvalue()


def pages(pictures: list[Image.Image]) -> bytes:
    """Return several pictures as one TIFF of several pages."""
    out = io.BytesIO()
    first, *others = (picture.copy() for picture in pictures)  # as in `encode`
    first.save(out, "TIFF", save_all=True, append_images=others, compression="tiff_lzw")
    return out.getvalue()
