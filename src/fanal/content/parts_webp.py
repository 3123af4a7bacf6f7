"""Walks the chunks of a WebP (RFC 9649)."""

from fanal.content.parts import Basket, name_of

_KINDS = {b"EXIF": "exif", b"XMP ": "xmp", b"ICCP": "icc", b"C2PA": "c2pa"}
_PICTURE = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_MOST_CHUNKS = 200_000


def walk(basket: Basket) -> None:
    """Put the chunks that are not pixels into the basket, and what follows the end."""
    data = basket.data
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        basket.problem("it does not begin as a WebP")
        return
    stated = 8 + int.from_bytes(data[4:8], "little")
    end = min(stated, len(data))
    if stated > len(data):
        basket.problem("the chunks are cut off by the end of the file")
    at = 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > end:
            break
        name = data[at : at + 4]
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            basket.problem("a chunk is cut off by the end of the file")
        if name not in _PICTURE:
            _chunk(basket, name, at + 8, min(length, end - at - 8))
            if basket.full:
                return
        at += 8 + length + (length & 1)
    else:
        basket.problem("too many chunks: the rest was not read")
    basket.tail(end + (end & 1))


def keeps_pixels(data: bytes) -> bool:
    """Tell whether the first frame of a WebP is kept without loss (RFC 9649, 2.6: `VP8L`)."""
    at = 12
    for _ in range(_MOST_CHUNKS):
        name = data[at : at + 4]
        if name in {b"VP8 ", b"VP8L", b""}:
            break
        if name == b"ANMF":  # sixteen bytes of its own, then the chunks of the frame
            at += 8 + 16
            continue
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)
    return data[at : at + 4] == b"VP8L"


def _chunk(basket: Basket, name: bytes, at: int, length: int) -> None:
    kind = _KINDS.get(name)
    if kind is None:
        basket.take("app", name_of(name), at, length)
        return
    # Some writers put the header of a JPEG's segment before the TIFF header.
    skip = 6 if kind == "exif" and basket.data.startswith(b"Exif\0\0", at) else 0
    basket.take(kind, name_of(name).strip(), at + skip, length - skip)
