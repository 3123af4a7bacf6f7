"""States digests over the decoded pixels: what tools write into a picture of its source picture.

AUTOMATIC1111's web UI and its forks write into an output the MD5 of the source picture, where they
are told to keep source pictures (`modules/processing.py`: `hashlib.md5(img.tobytes())`); SD.Next
writes the first eight characters of SHA-256 (same place). Both go over the bytes of a Pillow image.
In which mode that image is hangs on the way it took (`modules/img2img.py`, `modules/ui.py`): the
editor hands over red, green, blue and alpha (`image_mode="RGBA"`), and some versions and SD.Next
drop alpha then (`convert("RGB")`); what comes from a folder or through the programming interface
keeps the mode of its file. Most ways turn the picture first as its EXIF says
(`ImageOps.exif_transpose`). So each of these is digested.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from PIL import Image, ImageOps

from fanal.content.handle import Content
from fanal.content.image import Plane, Undecodable, quiet
from fanal.content.media import is_picture
from fanal.model.evidence import PIXELS
from fanal.model.finding import Finding, Record, Seen

ROWS = 256
"""Rows digested at once."""
ORIENTATION = 0x0112
DOUBTS = ("a picture that was saved again as JPEG, scaled or cropped no longer has these digests",)


class Pixels:
    """Yields one finding with MD5 and SHA-256 over the first frame, in each mode that tools use."""

    name: ClassVar[str] = "pixels"
    version: ClassVar[str] = "1"
    pictures_only: ClassVar[bool] = True
    on_request: ClassVar[bool] = True

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield the digests and one Seen; silent over what is no picture or is damaged."""
        if not is_picture(content.media_type):
            yield self._seen(content, "silent")
            return
        try:
            data = _digests(content)
        except Undecodable as why:
            # That a picture is damaged stands in the account already, by the perceptual hash.
            limited = why.reason.startswith("limit: ")
            yield self._seen(
                content,
                "failed" if limited else "silent",
                why.reason if limited else "",
                why.detail,
            )
            return
        says = f"the {data['width']} x {data['height']} decoded pixels have the MD5 {data['md5']}"
        yield Finding(
            content.sha256, self.name, self.version, PIXELS, says, doubts=DOUBTS, data=data
        )
        yield self._seen(content, "spoke")

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def _digests(content: Content) -> dict[str, Any]:
    rgb = content.rgb
    opened = None if content.media_type == "image/jxl" else content.opened
    data = {"mode": opened.mode if opened else "RGB", **_of(rgb, opened)}
    orientation = _orientation(opened) if _may_be_turned(content) else 1
    if opened is not None and orientation > 1:
        own = _upright(opened) if _differs(opened) else None
        data["turned"] = {"orientation": orientation, **_of(_turned(rgb, orientation), own)}
    return data


def _upright(image: Image.Image) -> Image.Image | None:
    """Return a picture turned by Pillow as its EXIF says; None where it cannot be."""
    with quiet():
        try:
            return ImageOps.exif_transpose(image)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 (a reader may raise anything over hostile bytes)
            return None


def _of(rgb: Plane, own: Image.Image | None) -> dict[str, Any]:
    """Return the digests in red, green and blue, with alpha, and in the mode of the file."""
    height, width, _ = rgb.shape
    modes = {"RGBA": {"md5": _md5_opaque(rgb)}}
    if own is not None and _differs(own):
        modes.update(_own(own))
    told = np.ascontiguousarray(rgb).data
    return {
        "md5": hashlib.md5(told, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(told).hexdigest(),
        "width": width,
        "height": height,
        "modes": modes,
    }


def _differs(image: Image.Image) -> bool:
    """Tell whether a picture holds more, or other, than opaque red, green and blue."""
    return image.mode != "RGB" or "transparency" in image.info


def _own(image: Image.Image) -> dict[str, dict[str, str]]:
    modes = {}
    with quiet():
        try:
            for mode, made in ((image.mode, image), ("RGBA", image.convert("RGBA"))):
                told = made.tobytes()
                modes[mode] = {
                    "md5": hashlib.md5(told, usedforsecurity=False).hexdigest(),
                    "sha256": hashlib.sha256(told).hexdigest(),
                }
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 (a mode that Pillow cannot turn into another)
            return modes
    return modes


def _md5_opaque(rgb: Plane) -> str:
    """Return the MD5 over red, green, blue and an alpha that hides nothing."""
    md5 = hashlib.md5(usedforsecurity=False)
    rows = np.full((min(ROWS, len(rgb)), rgb.shape[1], 4), 255, np.uint8)
    for at in range(0, len(rgb), ROWS):
        part = rgb[at : at + ROWS]
        rows[: len(part), :, :3] = part
        md5.update(rows[: len(part)].data)
    return md5.hexdigest()


def _may_be_turned(content: Content) -> bool:
    """Tell whether there is anything that could say so: to look, Pillow decodes a PNG."""
    return content.media_type != "image/png" or any(
        part.kind in {"exif", "xmp"} or part.key.casefold().startswith("raw profile")
        for part in content.metadata.parts
    )


def _orientation(image: Image.Image | None) -> int:
    """Return how the EXIF says that a picture is to be turned; 1 for not at all."""
    if image is None:
        return 1
    with quiet():
        try:
            told = image.getexif().get(ORIENTATION, 1)
        except Exception:  # noqa: BLE001 (a reader may raise anything over hostile bytes)
            return 1
    return told if told in range(2, 9) else 1


def _turned(rgb: Plane, orientation: int) -> Plane:
    """Return a plane turned upright (CIPA DC-008, Orientation)."""
    if orientation >= 5:
        rgb = rgb.swapaxes(0, 1)
    down = orientation in {3, 4, 7, 8}
    left = orientation in {2, 3, 6, 7}
    return np.ascontiguousarray(rgb[:: -1 if down else 1, :: -1 if left else 1])
