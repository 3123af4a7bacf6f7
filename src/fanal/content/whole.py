"""Decodes the first frame of a picture whole, to the very bytes that Pillow's users get."""

import numpy as np
import simplejpeg
from PIL import Image

from fanal.content.image import MOST_PIXELS, Plane, Undecodable, opened, quiet, said
from fanal.content.jpeg import read_header


def red_green_blue(data: bytes, media_type: str) -> Plane:
    """Return (rows, columns, 3) as `Image.open(…).convert("RGB")` holds them.

    Raises Undecodable with the reason.
    """
    plane = plain_jpeg(data) if media_type == "image/jpeg" else None
    return converted(opened(data, media_type)) if plane is None else plane


def converted(image: Image.Image) -> Plane:
    """Return red, green and blue of a picture that is open, decoding it if it is not yet."""
    with quiet():
        try:
            return np.asarray(image.convert("RGB"))
        except MemoryError:
            raise Undecodable("limit: memory", "decoding takes more memory than allowed") from None
        except Exception as error:  # a decoder may raise anything over hostile bytes
            raise Undecodable("damaged picture", said(error)) from error


def in_colours(plane: Plane) -> Plane:
    """Return a plane of grey in red, green and blue; another as it is."""
    return plane if plane.ndim == 3 else np.repeat(plane[..., None], 3, axis=2)


def plain_jpeg(data: bytes) -> Plane | None:
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
