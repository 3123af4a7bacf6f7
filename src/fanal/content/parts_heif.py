"""Walks the boxes of HEIF and AVIF (ISO/IEC 14496-12, 23008-12) and of JPEG XL (18181-2)."""

from dataclasses import dataclass, field

from fanal.content.boxes import C2PA, HEAD_OF_C2PA, XMP, boxes, store_in
from fanal.content.heif_items import Item, read_items
from fanal.content.parts import MOST_VALUE, Basket, name_of

_PICTURE = frozenset(
    {b"ftyp", b"mdat", b"free", b"skip", b"moov", b"JXL ", b"jxlc", b"jxlp", b"jxll", b"jxli"}
)


@dataclass(slots=True)
class _Found:
    """The tables of one `meta` box."""

    items: list[Item] = field(default_factory=list)
    idat: tuple[int, int] = (0, 0)


def walk(basket: Basket) -> None:
    """Put the boxes and items that are not pixels into the basket."""
    data = basket.data
    if data[4:8] not in {b"ftyp", b"JXL "}:
        if data[:2] != b"\xff\x0a":  # a bare JPEG XL codestream has no boxes
            basket.problem("it does not begin with a box of its kind")
        return
    last = 0
    for name, begin, end in boxes(basket.read_at, 0, len(data)):
        _box(basket, name, begin, end)
        last = end
        if basket.full:
            return
    if last < len(data):
        basket.problem("a box does not begin as one: what follows was not read")
        basket.tail(last)


def _box(basket: Basket, name: bytes, begin: int, end: int) -> None:
    if name == b"meta":
        _meta(basket, begin + 4, end)
    elif name == b"uuid":
        _own(basket, begin, end)
    elif name == b"Exif":
        _exif(basket, begin, end)
    elif name == b"xml ":
        basket.take("xmp", "xml", begin, end - begin)
    elif name == b"jumb":
        _jumbf(basket, begin, end)
    elif name == b"brob":
        basket.problem(f"box {name_of(basket.data[begin : begin + 4])!r} is packed: not read")
    elif name not in _PICTURE:
        basket.take("app", name_of(name), begin, end - begin)


def _jumbf(basket: Basket, begin: int, end: int) -> None:
    """Take a JUMBF superbox with its header; its description says what it holds (19566-5, A)."""
    kind = basket.data[begin + 8 : begin + 12]
    wide = basket.data[begin - 12 : begin - 8] == b"jumb"
    start = begin - (16 if wide else 8)
    basket.take("c2pa" if kind == b"c2pa" else "app", "jumb", start, end - start)


def _own(basket: Basket, begin: int, end: int) -> None:
    kind = basket.read_at(begin, 16)
    begin = min(begin + 16, end)
    if kind == XMP:
        basket.take("xmp", "uuid", begin, end - begin)
    elif kind == C2PA:
        skip = store_in(basket.read_at(begin, min(HEAD_OF_C2PA, end - begin)))
        start = min(begin + skip, end)
        basket.take("c2pa" if skip else "app", "uuid" if skip else "uuid C2PA", start, end - start)
    else:
        basket.take("app", f"uuid {kind.hex()}", begin, end - begin)


def _exif(basket: Basket, begin: int, end: int) -> None:
    """Take an EXIF item: how far its TIFF header lies, then the block (23008-12, A.2.1)."""
    data = basket.data
    skip = int.from_bytes(data[begin : begin + 4], "big")
    start = begin + 4 + skip
    if start + 8 > end:
        start = begin + 4
    if data.startswith(b"Exif\0\0", start):
        start += 6
    if start < end:
        basket.take("exif", "Exif", start, end - start)


def _meta(basket: Basket, begin: int, end: int) -> None:
    found = _Found()
    tables: dict[bytes, tuple[int, int]] = {}
    for name, start, stop in boxes(basket.read_at, begin, end):
        if name in {b"iinf", b"iloc"}:
            tables.setdefault(name, (start, stop))
        elif name == b"idat":
            found.idat = (start, stop)
    if b"iinf" not in tables or b"iloc" not in tables:
        return
    found.items, whole = read_items(basket.data, tables[b"iinf"], tables[b"iloc"])
    if not whole:
        basket.problem("the table of items is damaged")
    for item in found.items:
        _item(basket, found, item)


def _item(basket: Basket, found: _Found, item: Item) -> None:
    """Put in one item: EXIF, XMP or a content credential."""
    stretches = _stretches(basket, found, item)
    if not stretches:
        basket.problem(f"item {item.key!r} does not lie in the file")
        return
    if len(stretches) == 1:
        begin, end = stretches[0]
        if item.kind == "exif":
            _exif(basket, begin, end)
        else:
            basket.take(item.kind, item.key, begin, end - begin)
        return
    value = b"".join(basket.data[begin:end] for begin, end in stretches)
    if item.kind == "exif":
        value = value[4 + int.from_bytes(value[:4], "big") :].removeprefix(b"Exif\0\0")
    first, last = min(b for b, _ in stretches), max(e for _, e in stretches)
    basket.put(item.kind, item.key, value, (first, last - first))


def _stretches(basket: Basket, found: _Found, item: Item) -> list[tuple[int, int]]:
    """Return where an item lies in the file; nothing where it cannot."""
    base, stop = found.idat if item.in_idat else (0, len(basket.data))
    kept, held = [], 0
    for offset, length in item.extents:
        begin = base + offset
        end = begin + length if length else stop
        if begin >= end or end > stop:
            return []
        held += end - begin
        kept.append((begin, end))
        if held > MOST_VALUE:
            break
    return kept
