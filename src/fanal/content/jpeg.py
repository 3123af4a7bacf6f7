"""Walks the segments of a JPEG, and reads its frame header before anything is decoded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers (ITU-T T.81, table B.1); C4, C8 and CC mean something else."""
END, SCAN = 0xD9, 0xDA
"""End of image, start of scan."""
MOST_SEGMENTS = 20_000
"""Segments before the first scan; 65,535 bytes each would be more than a gigabyte."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length (T.81, B.1.1.3)."""
_JFIF, _ADOBE = 0xE0, 0xEE
_TELLING = FRAMES | {_JFIF, _ADOBE}
_FILL = re.compile(rb"\xff+")
"""Any number of them may stand before a marker (T.81, B.1.1.2)."""
_SPELLS_RGB = (0x52, 0x47, 0x42)


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """Size, components and colour transform of a JPEG."""

    width: int
    height: int
    precision: int
    components: tuple[tuple[int, int, int], ...]
    """(id, horizontal sampling, vertical sampling) of each component."""
    adobe_transform: int | None
    """0 none, 1 YCbCr, 2 YCCK (Adobe APP14); None without the marker."""
    jfif: bool

    @property
    def plain_luma(self) -> bool:
        """Tell whether the first component is 8-bit luma at full resolution.

        JFIF (ITU-T T.871) means YCbCr; else the Adobe marker tells; else component ids that spell
        R, G, B mean RGB: the order in which libjpeg decides.
        """
        if self.precision != 8 or not self.width or not self.height:
            return False
        if len(self.components) == 1:
            return True
        if len(self.components) != 3 or self.adobe_transform not in {None, 1}:
            return False
        first, *others = self.components
        if tuple(part[0] for part in self.components) == _SPELLS_RGB:
            return False
        return all(first[1] >= other[1] and first[2] >= other[2] for other in others)


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, begin and end of the payload of each segment, to the first scan or the end.

    The end is what is stated: it may lie behind that of the file, and where a segment states no
    length it lies before the begin; that one is the last.
    """
    at, end = 2, len(data)
    for _ in range(MOST_SEGMENTS):
        if at + 4 > end or data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF and (fill := _FILL.match(data, at)):
            at = fill.end() - 1
            continue
        if marker in _ALONE:
            at += 2
            continue
        length = data[at + 2] << 8 | data[at + 3]
        yield marker, at + 4, at + 2 + length
        if length < 2 or marker in {SCAN, END}:
            return
        at += 2 + length


def read_header(data: bytes) -> JpegHeader | None:
    """Return the header of the first frame, or None where the markers do not lead to one."""
    adobe: int | None = None
    jfif = False
    for marker, begin, end in segments(data):
        if marker not in _TELLING:
            continue
        body = data[begin:end]
        if marker in FRAMES:
            return _frame(body, adobe, jfif=jfif)
        if marker == _ADOBE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        jfif = jfif or (marker == _JFIF and body[:5] == b"JFIF\0")
    return None


def _frame(body: bytes, adobe: int | None, *, jfif: bool) -> JpegHeader | None:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        return None
    parts = tuple(
        (body[at], body[at + 1] >> 4, body[at + 1] & 15) for at in range(6, 6 + 3 * body[5], 3)
    )
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    return JpegHeader(width, height, body[0], parts, adobe, jfif)
