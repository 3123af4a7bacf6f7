"""Tells how a JPEG was encoded: order of its markers, quantisation tables, sampling, restarts."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from fanal.content.jpeg import FRAMES, segments
from fanal.content.jpeg_tables import CHROMA, LUMA, by_diagonals, scaled

_NAMES = {
    0xC4: "DHT",
    0xCC: "DAC",
    0xDA: "SOS",
    0xDB: "DQT",
    0xDC: "DNL",
    0xDD: "DRI",
    0xFE: "COM",
}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_IDENTIFIERS = (
    (b"http://ns.adobe.com/xap/", "XMP"),
    (b"http://ns.adobe.com/xmp/", "XMP extension"),
    (b"Adobe", "Adobe"),
    (b"JP", "JUMBF"),
)
"""How identifiers begin that are long or do not end with NUL → their name here."""
_MOST_MARKERS = 256
"""Markers named; an ordinary file has fewer than thirty before its first scan."""


@dataclass(frozen=True, slots=True)
class JpegStructure:
    """How one JPEG was encoded, up to its first scan."""

    markers: tuple[str, ...] = ()
    """In order; an APP segment with the identifier it begins with, as `APP1 Exif`."""
    tables: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """(number of the table, its 64 values in zigzag order), in the order of their numbers."""
    sampling: str = ""
    """Horizontal x vertical sampling of each component, as `2x2 1x1 1x1`."""
    width: int = 0
    height: int = 0
    precision: int = 0
    progressive: bool = False
    restart: int = 0
    """Restart interval in units of the picture; 0 where there is none."""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the quantisation tables, "" where there are none."""
        if not self.tables:
            return ""
        spelled = ";".join(f"{number}:{','.join(map(str, row))}" for number, row in self.tables)
        return hashlib.sha256(spelled.encode("ascii")).hexdigest()

    @property
    def quality(self) -> int:
        """Return at which quality (1 to 100) libjpeg writes these tables; 0 where at none.

        libjpeg scales the tables of T.81, annex K, which are examples and no standard.
        """
        if not self.tables or len(self.tables) > 2:
            return 0
        luma = _scaled().get((0, self.tables[0][1]), frozenset())
        both = luma
        if len(self.tables) == 2:
            both = luma & _scaled().get((1, self.tables[1][1]), frozenset())
        return max(both, default=0)


def read_structure(data: bytes) -> JpegStructure:
    """Return how a JPEG was encoded, as far as its markers lead; never raises."""
    found = _Found()
    if data[:2] == b"\xff\xd8":
        for marker, begin, end in islice(segments(data), _MOST_MARKERS):
            found.markers.append(_name(data, marker, begin, min(end, begin + 36)))
            if marker in FRAMES or marker in {0xDB, 0xDD}:
                found.read(marker, data[begin:end])
    return found.told()


class _Found:
    """What was met so far."""

    def __init__(self) -> None:
        self.markers: list[str] = []
        self.tables: dict[int, tuple[int, ...]] = {}
        self.frame = (0, 0, 0, "")
        self.progressive = False
        self.restart = 0

    def read(self, marker: int, body: bytes) -> None:
        """Read a frame header, quantisation tables or a restart interval."""
        if marker == 0xDB:
            self.tables.update(_tables(body))
        elif marker == 0xDD:
            self.restart = int.from_bytes(body[:2], "big")
        elif len(body) >= 6 and not self.frame[3]:
            parts = [body[at : at + 3] for at in range(6, min(len(body), 6 + 3 * body[5]), 3)]
            sampling = " ".join(f"{p[1] >> 4}x{p[1] & 15}" for p in parts if len(p) == 3)
            height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
            self.frame = (width, height, body[0], sampling)
            self.progressive = marker in _PROGRESSIVE

    def told(self) -> JpegStructure:
        """Return it as a record."""
        width, height, precision, sampling = self.frame
        return JpegStructure(
            tuple(self.markers),
            tuple(sorted(self.tables.items())),
            sampling,
            width,
            height,
            precision,
            self.progressive,
            self.restart,
        )


def _tables(body: bytes) -> dict[int, tuple[int, ...]]:
    """Return the tables of one DQT segment (T.81, B.2.4.1)."""
    found: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        size = 128 if wide else 64
        raw = body[at + 1 : at + 1 + size]
        if len(raw) < size or wide > 1 or number > 3:
            break
        found[number] = (
            tuple(raw[i] << 8 | raw[i + 1] for i in range(0, 128, 2)) if wide else tuple(raw)
        )
        at += 1 + size
    return found


def _name(data: bytes, marker: int, at: int, end: int) -> str:
    """Return a marker's name, of an APP segment with the identifier up to its first NUL."""
    if marker in FRAMES:
        return f"SOF{marker - 0xC0}"
    if not 0xE0 <= marker <= 0xEF:
        return _NAMES.get(marker, f"{marker:02X}")
    start = data[at:end]
    for begins, known in _IDENTIFIERS:
        if start.startswith(begins):
            return f"APP{marker - 0xE0} {known}"
    identifier, ended, _ = start.partition(b"\0")
    text = identifier.decode("ascii", "replace") if ended else ""
    return f"APP{marker - 0xE0} {text}".rstrip() if text.isprintable() else f"APP{marker - 0xE0}"


@lru_cache(maxsize=1)
def _scaled() -> dict[tuple[int, tuple[int, ...]], frozenset[int]]:
    """Return every table that libjpeg makes → the qualities at which it does."""
    found: dict[tuple[int, tuple[int, ...]], frozenset[int]] = {}
    for which, base in enumerate((LUMA, CHROMA)):
        for quality in range(1, 101):
            table = by_diagonals(scaled(base, quality))
            found[which, table] = found.get((which, table), frozenset()) | {quality}
    return found
