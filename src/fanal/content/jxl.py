"""Reads the size a JPEG XL states, before anything is decoded."""

from fanal.content.boxes import boxes

_CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_BARE = b"\xff\x0a"
_BITS = (9, 13, 18, 30)
"""Lengths of a size, chosen by two bits (ISO/IEC 18181-1, SizeHeader)."""
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width to height, chosen by three bits; 0 means that the width is written out."""


def read_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height, or None where the bytes do not lead to them."""
    start = _codestream(data)
    if data[start : start + 2] != _BARE:
        return None
    # Bits are packed from the least significant one; the longest size takes 69 of them.
    bits = _Bits(int.from_bytes(data[start + 2 : start + 12], "little"))
    small = bits.take(1)
    height = bits.side(small)
    ratio = bits.take(3)
    if ratio == 0:
        return bits.side(small), height
    across, down = _RATIOS[ratio - 1]
    return height * across // down, height


class _Bits:
    def __init__(self, value: int) -> None:
        self._value = value

    def take(self, count: int) -> int:
        taken = self._value & ((1 << count) - 1)
        self._value >>= count
        return taken

    def side(self, small: int) -> int:
        return (self.take(5) + 1) * 8 if small else self.take(_BITS[self.take(2)]) + 1


def _codestream(data: bytes) -> int:
    """Return where the codestream starts: at once, or in the first box that holds some of it."""
    if not data.startswith(_CONTAINER):
        return 0

    def read(at: int, length: int) -> bytes:
        return data[at : at + length]

    for kind, begin, _ in boxes(read, len(_CONTAINER), len(data)):
        if kind == b"jxlc":
            return begin
        if kind == b"jxlp":
            return begin + 4  # after the number of the part
    return len(data)
