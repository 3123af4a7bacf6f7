"""Decodes the luminance of a picture whole, as it is stored: not scaled, not turned."""

from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from fanal.content.image import Undecodable, opened
from fanal.content.jpeg import read_header
from fanal.content.whole import red_green_blue

WEIGHTS = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""ITU-R BT.601, by which JPEG makes its luma of red, green and blue."""
STRIP = 64
"""Rows turned into luminance at once."""


def size_of(data: bytes, media_type: str) -> tuple[int, int]:
    """Return rows and columns as stored, read from the header; raise Undecodable as decoders do."""
    header = read_header(data) if media_type == "image/jpeg" else None
    if header is not None:
        return header.height, header.width
    width, height = opened(data, media_type).size
    return height, width


def luma(data: bytes, media_type: str, most: int) -> NDArray[Any]:
    """Return the luminance of the first frame, 0 to 255, if it has at most so many pixels.

    That of a plain JPEG are its own bytes; of others it is made of red, green and blue, in single
    precision. Raises Undecodable with the reason.
    """
    rows, columns = size_of(data, media_type)
    if rows * columns > most:
        raise Undecodable("limit: pixels", f"{columns} x {rows} pixels")
    header = read_header(data) if media_type == "image/jpeg" else None
    if header is not None and header.plain_luma:
        try:
            plane: NDArray[Any] = simplejpeg.decode_jpeg(data, "GRAY", fastdct=False)[:, :, 0]
        except ValueError:  # the decoder met damage; Pillow tells whether it matters
            pass
        else:
            if plane.shape == (rows, columns):
                return plane
    colours = red_green_blue(data, media_type)
    made = np.empty(colours.shape[:2], np.float32)
    for first in range(0, len(made), STRIP):
        part = colours[first : first + STRIP].astype(np.float32)
        made[first : first + STRIP] = part @ WEIGHTS
    return made
