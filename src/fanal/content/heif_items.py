"""Reads the tables of items of a HEIF file: what each is, and where it lies (14496-12, 8.11)."""

from dataclasses import dataclass

_MOST_ITEMS = 20_000
_MOST_EXTENTS = 50_000
"""Stretches that all items together may lie in."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item that is a part of the picture file and not of its pixels."""

    kind: str
    key: str
    extents: tuple[tuple[int, int], ...]
    """(offset, length); length 0 means to the end."""
    in_idat: bool
    """Offsets count from the box of item data instead of from the beginning of the file."""


class Numbers:
    """Reads big-endian numbers one after the other; past the end they are 0 and `short` is set."""

    def __init__(self, data: bytes, begin: int, end: int) -> None:
        """Begin at an offset and never read beyond the end."""
        self.data, self.at, self.end = data, begin, min(end, len(data))
        self.short = False

    def take(self, size: int) -> int:
        """Return the next number of so many bytes."""
        stop = self.at + size
        if stop > self.end:
            self.short = True
            return 0
        value = int.from_bytes(self.data[self.at : stop], "big")
        self.at = stop
        return value


def read_items(
    data: bytes, names: tuple[int, int], places: tuple[int, int]
) -> tuple[list[Item], bool]:
    """Return the items that are parts, and whether the tables could be read whole."""
    told, whole = _kinds(data, *names)
    if not told:
        return [], whole
    where = _places(Numbers(data, *places), set(told))
    items = [
        Item(kind, key, *where[number]) for number, (kind, key) in told.items() if number in where
    ]
    return items, whole and len(items) == len(told)


def _kinds(data: bytes, begin: int, end: int) -> tuple[dict[int, tuple[str, str]], bool]:
    """Return item number → kind and key of each item that is a part, from `iinf`."""
    reader = Numbers(data, begin, end)
    version = reader.take(4) >> 24
    count = reader.take(2 if version == 0 else 4)
    told: dict[int, tuple[str, str]] = {}
    for _ in range(min(count, _MOST_ITEMS)):
        start = reader.at
        size, name = reader.take(4), reader.take(4)
        if reader.short or name != 0x696E6665 or size < 12 or start + size > end:  # infe
            return told, False
        wide = reader.take(4) >> 24 >= 3
        number = reader.take(4 if wide else 2)
        reader.take(2)
        kind = _kind(data[reader.at : min(start + size, reader.at + 300)])
        if kind and len(told) < 256:
            told[number] = kind
        reader.at = start + size
    return told, count <= _MOST_ITEMS


def _kind(entry: bytes) -> tuple[str, str] | None:
    """Return kind and key of an item by its type, name and content type."""
    if entry[:4] == b"Exif":
        return "exif", "Exif"
    if entry[:4] == b"mime":
        _, _, rest = entry[4:].partition(b"\0")
        content, _, _ = rest.partition(b"\0")
        if content == b"application/rdf+xml":
            return "xmp", "mime"
        if content in {b"application/c2pa", b"application/x-c2pa-manifest-store"}:
            return "c2pa", "mime"
    return None


def _places(
    reader: Numbers, wanted: set[int]
) -> dict[int, tuple[tuple[tuple[int, int], ...], bool]]:
    """Return item number → its stretches and whether they lie in `idat`, from `iloc`."""
    version = reader.take(4) >> 24
    sizes = reader.take(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    count = reader.take(4 if version >= 2 else 2)
    found: dict[int, tuple[tuple[tuple[int, int], ...], bool]] = {}
    left = _MOST_EXTENTS
    for _ in range(min(count, _MOST_ITEMS)):
        number = reader.take(4 if version >= 2 else 2)
        method = reader.take(2) & 15 if version >= 1 else 0
        reader.take(2)
        start = reader.take(base)
        extents = []
        many = reader.take(2)
        left -= many
        for _ in range(many if left >= 0 else 0):
            if version >= 1 and index:
                reader.take(index)
            place = reader.take(offset)
            extents.append((start + place, reader.take(length)))
        if reader.short or left < 0:
            return found
        if number in wanted and method in {0, 1}:
            found.setdefault(number, (tuple(extents), method == 1))
    return found
