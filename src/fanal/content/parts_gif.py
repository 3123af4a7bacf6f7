"""Walks the blocks of a GIF (GIF89a specification): comments and application extensions."""

from fanal.content.parts import MOST_VALUE, Basket, name_of

_MOST_BLOCKS = 100_000
"""Blocks walked over."""
_MOST_SUB_BLOCKS = 4_200_000
"""Sub-blocks walked over: of 255 bytes each they are a gigabyte."""
_XMP = b"XMP DataXMP"
_MAGIC_TRAILER = 257
"""Bytes after an XMP packet that lead any reader of sub-blocks to the end (XMP part 3, 1.1.2)."""


class _Steps:
    """Walks over sub-blocks, and counts them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = _MOST_SUB_BLOCKS

    def passed(self, at: int) -> int:
        """Return where a run of sub-blocks ends."""
        data, end, left = self.data, len(self.data), self.left
        while at < end and data[at] and left:
            at += 1 + data[at]
            left -= 1
        self.left = left
        return at + 1


def walk(basket: Basket) -> None:
    """Put comments and application extensions into the basket, and what follows the end."""
    data = basket.data
    if data[:3] != b"GIF" or len(data) < 13:
        basket.problem("it does not begin as a GIF")
        return
    at = 13 + _table(data[10])
    steps = _Steps(data)
    for _ in range(_MOST_BLOCKS):
        if steps.left <= 0:
            break
        start = data[at : at + 2]
        if start[:1] == b"\x3b":
            basket.tail(at + 1)
            return
        if start[:1] == b"\x2c" and at + 10 <= len(data):
            at = steps.passed(at + 11 + _table(data[at + 9]))
        elif start[:1] == b"\x21" and len(start) == 2:
            end = steps.passed(at + 2)
            _extension(basket, start[1], at + 2, end)
            at = end
        else:
            basket.problem("the blocks end before the trailer")
            return
        if basket.full:
            return
    basket.problem("too many blocks: the rest was not read")


def _table(flags: int) -> int:
    """Return the bytes of a colour table."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _joined(data: bytes, at: int) -> bytes:
    """Return what a run of sub-blocks holds, no more than may be kept and one byte."""
    pieces, held = [], 0
    while at < len(data) and data[at] and held <= MOST_VALUE:
        pieces.append(data[at + 1 : at + 1 + data[at]])
        held += data[at]
        at += 1 + data[at]
    return b"".join(pieces)


def _extension(basket: Basket, label: int, at: int, end: int) -> None:
    data = basket.data
    where = (min(at, len(data)), max(0, min(end, len(data)) - at))
    if label == 0xFE:
        basket.put("comment", "comment", _joined(data, at), where)
    elif label == 0xFF and data[at : at + 1] == b"\x0b":
        _application(basket, data[at + 1 : at + 12], at + 12, end)


def _application(basket: Basket, name: bytes, at: int, end: int) -> None:
    data = basket.data
    end = min(end, len(data))
    if name == _XMP:  # the packet lies bare; its trailer makes it look like sub-blocks
        length = max(0, end - at - 1 - _MAGIC_TRAILER)
        basket.take("xmp", "XMP Data", at, length)
        return
    value = _joined(data, at)
    kind = {b"ICCRGBG1012": "icc", b"C2PA_GIF\x01\x00\x00": "c2pa"}.get(name, "app")
    basket.put(kind, name_of(name), value, (min(at, len(data)), max(0, end - at)))
