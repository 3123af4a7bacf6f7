"""The parts of a picture file as nouns, and the basket into which readers of formats put them."""

import zlib
from dataclasses import dataclass, field

MOST_VALUE = 4 << 20
"""Bytes of one part that are kept, after it was decompressed."""
MOST_PARTS = 4096
"""Parts of one file; what follows is told as a problem."""
MOST_HELD = 32 << 20
"""Bytes kept of all parts of one file together, after they were decompressed."""
MOST_TAIL = 64 << 10
"""Bytes kept of what follows the picture's end."""
MOST_PROBLEMS = 16
"""Problems told of one file."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a picture file that is not pixels."""

    kind: str
    """`text` (PNG tEXt, zTXt, iTXt), `comment` (JPEG COM, GIF), `exif` (TIFF header first),
    `xmp` (the packet), `iptc` (IIM records), `c2pa` (JUMBF), `icc`, `app` (any other APPn, chunk
    or extension; under the key `tail` what follows the picture's end)."""
    key: str
    """The keyword of a text, the name of an APP segment, chunk or box."""
    value: bytes = field(repr=False)
    offset: int
    """Of the part's payload in the file."""
    length: int
    """Of the payload in the file, compressed where it is; several segments from first to last."""
    cut: bool = False
    """There is more of it than is kept."""
    as_stored: bool = True
    """The value is what lies at `offset`; False where it was decompressed, spelled in hexadecimal
    or put together from several segments."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The parts of one picture file in their order, and what was wrong with them."""

    container: str
    """`jpeg`, `png`, `webp`, `heif`, `gif`, `tiff`, `jxl`, `psd`; "" where it is none of these."""
    parts: tuple[Part, ...] = ()
    problems: tuple[str, ...] = ()
    """What was not read, one short sentence each."""

    def of(self, kind: str) -> tuple[Part, ...]:
        """Return the parts of a kind, in order."""
        return tuple(part for part in self.parts if part.kind == kind)


class Basket:
    """Takes the parts of one file as they are met, within the limits."""

    def __init__(self, data: bytes) -> None:
        """Begin empty, over the bytes of the file."""
        self.data = data
        self.parts: list[Part] = []
        self.problems: list[str] = []
        self.room = MOST_HELD

    @property
    def full(self) -> bool:
        """Tell whether no more parts are taken."""
        return len(self.parts) >= MOST_PARTS

    def read_at(self, offset: int, length: int) -> bytes:
        """Return a stretch of the file, shorter where it ends."""
        return self.data[offset : offset + length]

    def problem(self, sentence: str) -> None:
        """Note what was not read, each sentence once."""
        if len(self.problems) < MOST_PROBLEMS and sentence not in self.problems:
            self.problems.append(sentence)

    def take(self, kind: str, key: str, offset: int, length: int) -> None:
        """Put in a part that is kept as it lies in the file."""
        offset = min(offset, len(self.data))
        length = max(0, min(length, len(self.data) - offset))
        kept = min(length, MOST_VALUE, self.room)
        value = self.data[offset : offset + kept]
        self._put(Part(kind, key, value, offset, length, kept < length))

    def put(self, kind: str, key: str, value: bytes, where: tuple[int, int]) -> None:
        """Put in a part whose value was made from the bytes at `where`, an offset and a length."""
        kept = value[: min(MOST_VALUE, self.room)]
        cut = len(kept) < len(value)
        self._put(Part(kind, key, kept, *where, cut=cut, as_stored=False))

    def lengthen(self, kind: str, offset: int, length: int) -> bool:
        """Add what lies at an offset to the part that was put in last; False where it is other."""
        last = self.parts[-1] if self.parts else None
        if last is None or last.kind != kind or last.cut:
            return False
        self.parts.pop()
        self.room += len(last.value)
        value = last.value + self.data[offset : offset + length]
        self.put(kind, last.key, value, (last.offset, offset + length - last.offset))
        return True

    def whole(self, kind: str, key: str) -> None:
        """Put in the file itself as a part, however large: it is not copied."""
        if not self.full:
            self.parts.append(Part(kind, key, self.data, 0, len(self.data)))

    def tail(self, offset: int) -> None:
        """Put in what follows the picture's end, where anything does."""
        left = len(self.data) - offset
        if left > 0 and not self.full:
            kept = min(left, MOST_TAIL, self.room)
            self.room -= kept
            value = self.data[offset : offset + kept]
            self.parts.append(Part("app", "tail", value, offset, left, kept < left))

    def _put(self, part: Part) -> None:
        if self.full:
            self.problem(f"more than {MOST_PARTS} parts: the rest was not read")
            return
        self.room -= len(part.value)
        if part.cut:
            self.problem(f"part {part.key!r} is too long: its end was not kept")
        self.parts.append(part)

    def inflated(self, packed: bytes | memoryview) -> bytes | None:
        """Return what zlib data holds, no more than may be kept; None where it is none."""
        reader = zlib.decompressobj()
        most = min(MOST_VALUE, self.room) + 1
        try:
            return reader.decompress(packed, most)
        except zlib.error:
            return None


def name_of(raw: bytes) -> str:
    """Return the name of a chunk, box or segment as short printable text."""
    text = raw.decode("latin-1")
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:79]
