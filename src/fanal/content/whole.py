"""Decodes the first frame of a picture whole, to the very bytes that Pillow's users get."""

import numpy as np
import simplejpeg

from fanal.content.image import MOST_PIXELS, Plane, Undecodable, opened, quiet, said
from fanal.content.jpeg import read_header


def red_green_blue(data: bytes, media_type: str) -> Plane:
    """Return (rows, columns, 3) as `Image.open(…).convert("RGB")` holds them.

    Raises Undecodable with the reason.
    """
    if media_type == "image/jpeg" and (plane := _plain_jpeg(data)) is not None:
        return plane
    image = opened(data, media_type)
    with quiet():
        try:
            return np.asarray(image.convert("RGB"))
        except MemoryError:
            raise Undecodable("limit: memory", "decoding takes more memory than allowed") from None
        except Exception as error:  # a decoder may raise anything over hostile bytes
            raise Undecodable("damaged picture", said(error)) from error


def _plain_jpeg(data: bytes) -> Plane | None:
    """Return a luma/chroma JPEG decoded by libjpeg-turbo, as Pillow does it; None for others."""
    header = read_header(data)
    if header is None or not header.plain_luma or len(header.components) != 3:
        return None
    if header.width * header.height > MOST_PIXELS:
        raise Undecodable("limit: pixels", f"{header.width} x {header.height} pixels")
    try:
        plane: Plane = simplejpeg.decode_jpeg(data, "RGB", fastdct=False)
    except ValueError:  # the decoder met damage; Pillow tells whether it matters
        return None
    return plane if plane.shape == (header.height, header.width, 3) else None
