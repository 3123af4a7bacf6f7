"""Finds text that is hidden in the lowest bits of a picture, as the "stealth" writers put it there.

Bits run down the columns, the first column first: 15 letters of a signature, 32 bits that say how
many bits follow, then the text or its gzip (NovelAI, nai_meta.py; sd_webui_stealth_pnginfo).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIGNATURE = 15
"""Letters of a signature."""
ALPHA = (b"stealth_pnginfo", b"stealth_pngcomp")
COLOURS = (b"stealth_rgbinfo", b"stealth_rgbcomp")
"""Signatures in alpha and in red, green and blue; what follows one that ends in `comp` is gzip."""
MOST_HIDDEN = 4 << 20
"""Bytes of a hidden text that are taken out."""
_HEAD = (SIGNATURE + 4) * 8


def hidden_in_alpha(image: Image.Image) -> bytes:
    """Return signature, count and text that lie in the alpha of a loaded picture; b"" for none."""
    if image.mode not in {"RGBA", "LA"}:
        return b""
    width, height = image.size

    def bits(count: int) -> NDArray[np.uint8]:
        columns = min(-(-count // height), width)
        plane = np.asarray(image.crop((0, 0, columns, height)).getchannel("A"))
        return _packed(plane, count)

    return _taken(bits, ALPHA, width * height)


def hidden_in_colours(plane: NDArray[np.uint8]) -> bytes:
    """Return the same of a plane of red, green and blue."""
    if plane.ndim != 3:
        return b""
    height, width, colours = plane.shape

    def bits(count: int) -> NDArray[np.uint8]:
        columns = min(-(-count // (height * colours)), width)
        return _packed(plane[:, :columns], count)

    return _taken(bits, COLOURS, plane.size)


def _packed(stretch: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    turned = np.ascontiguousarray(stretch.swapaxes(0, 1)).reshape(-1)[:count]
    return np.packbits(turned & 1)


def _taken(bits: Any, signatures: tuple[bytes, ...], room: int) -> bytes:
    if room < _HEAD:
        return b""
    head: bytes = bits(_HEAD).tobytes()
    if head[:SIGNATURE] not in signatures:
        return b""
    told = int.from_bytes(head[SIGNATURE:], "big")
    count = min(_HEAD + told, room, 8 * (MOST_HIDDEN + SIGNATURE + 4))
    whole: bytes = bits(count // 8 * 8).tobytes()
    return whole
