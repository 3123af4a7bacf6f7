"""Reads Photoshop image resources (Adobe Photoshop File Formats Specification), in JPEG or PSD."""

from fanal.content.parts import Basket

_KINDS = {0x0404: "iptc", 0x0422: "exif", 0x0424: "xmp", 0x040F: "icc"}
"""Resources that are parts of a kind of their own: IPTC-NAA, EXIF data 1, XMP, ICC profile."""
_MOST = 2000


def walk(basket: Basket) -> None:
    """Put the image resources of a PSD into the basket."""
    data = basket.data
    if data[:4] != b"8BPS":
        basket.problem("it does not begin as a PSD")
        return
    colours = int.from_bytes(data[26:30], "big")
    at = 30 + colours
    length = int.from_bytes(data[at : at + 4], "big")
    if at + 4 + length > len(data):
        basket.problem("the image resources are cut off by the end of the file")
        length = max(0, len(data) - at - 4)
    resources(basket, at + 4, length)


def resources(basket: Basket, offset: int, length: int, joined: bytes | None = None) -> None:
    """Put in the resources that lie at an offset, or that were put together from segments."""
    data = basket.data if joined is None else joined
    at = offset if joined is None else 0
    end = min(len(data), at + (length if joined is None else len(joined)))
    for _ in range(_MOST):
        if at + 12 > end:
            return
        if data[at : at + 4] not in {b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"}:
            basket.problem("a Photoshop resource does not begin as one")
            return
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        begin = at + 6 + (data[at + 6] + 2) // 2 * 2
        size = int.from_bytes(data[begin : begin + 4], "big")
        begin += 4
        if begin + size > end:
            basket.problem("a Photoshop resource is cut off")
            size = max(0, end - begin)
        kind = _KINDS.get(number)
        if kind and joined is None:
            basket.take(kind, f"8BIM {number:04X}", begin, size)
        elif kind:
            basket.put(kind, f"8BIM {number:04X}", data[begin : begin + size], (offset, length))
        at = begin + size + (size & 1)
    basket.problem("too many Photoshop resources: the rest was not read")
