"""Draws the mosaic of a picture: the most that a page shows of it without being asked."""

import struct
from base64 import b64encode

from fanal.model.finding import Mosaic

MOST = 32
"""Squares along either side."""
GREYS = 16
_HEAD = 14 + 40 + 4 * GREYS
_PALETTE = b"".join(bytes((step * 17,) * 3) + b"\0" for step in range(GREYS))


def tile(mosaic: Mosaic | None) -> str:
    """Return a mosaic as a picture inside an address, one pixel a square; "" where it is none.

    A bitmap of 4 bits a pixel needs no packing and is a few hundred bytes.
    """
    drawn = bitmap(mosaic) if mosaic is not None and fits(mosaic) else b""
    return "data:image/bmp;base64," + b64encode(drawn).decode("ascii") if drawn else ""


def fits(mosaic: Mosaic) -> bool:
    """Tell whether a mosaic has as few squares as it must, and one grey for each."""
    columns, rows = mosaic.columns, mosaic.rows
    few = 1 <= columns <= MOST and 1 <= rows <= MOST
    return few and len(mosaic.grey) == (columns * rows + 1) // 2


def bitmap(mosaic: Mosaic) -> bytes:
    """Return a mosaic as a bitmap file (BITMAPINFOHEADER, 4 bits, rows from below)."""
    columns, rows = mosaic.columns, mosaic.rows
    wide = -(-columns // 8) * 8
    digits = mosaic.grey.hex()  # one digit a square
    lines = (digits[at : at + columns] for at in range((rows - 1) * columns, -1, -columns))
    pixels = bytes.fromhex("".join(line.ljust(wide, "0") for line in lines))
    head = (
        *(b"BM", _HEAD + len(pixels), 0, 0, _HEAD),
        *(40, columns, rows, 1, 4, 0, len(pixels), 2835, 2835, GREYS, GREYS),
    )
    return struct.pack("<2sIHHIIiiHHIIiiII", *head) + _PALETTE + pixels
