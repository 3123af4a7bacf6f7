"""Finds where a file holds a C2PA manifest store, and addresses of one elsewhere, reading little.

Where it lies in each kind of file: C2PA Technical Specification 2.2, appendix A.
"""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from fanal.content.boxes import C2PA, HEAD_OF_C2PA, XMP, boxes, store_in
from fanal.content.handle import Content
from fanal.content.media import UNKNOWN, is_picture
from fanal.content.xmp import DCTERMS, read_xmp

MOST_STORE = 32 << 20
"""Bytes of a manifest store that are read; a larger one is told and left."""
MOST_SEARCHED = 256 << 20
"""Bytes of a PDF that are searched."""
MOST_SVG = 64 << 20
MOST_BOXES = 1024
"""Boxes or chunks of the outermost level that are walked."""
MOST_PACKET = 1 << 20
MOST_ADDRESSES = 8
LONGEST_ADDRESS = 2048

JUMBF = UUID("63327061-0011-0010-8000-00aa00389b71").bytes
"""The type of a C2PA manifest store among JUMBF boxes."""
SIGNATURE = b"jumd" + JUMBF
_SVG_MANIFEST = re.compile(rb"<c2pa:manifest\b[^>]{0,1000}>([^<]*)")
_PROVENANCE = re.compile(
    rb"dcterms:provenance\s{0,9}(?:=\s{0,9}[\"']([^\"'<>]{1,2048})|>([^<]{1,2048})<)"
)
_PDF_MARKS = (SIGNATURE, b"C2PA_Manifest", b"dcterms:provenance")


@dataclass(frozen=True, slots=True)
class Store:
    """One manifest store in a file."""

    value: bytes = field(repr=False)
    """The JUMBF superbox; empty where its bytes cannot be had without the library."""
    offset: int = 0
    length: int = 0
    """Of the stretch of the file in which it lies."""
    cut: bool = False
    """There is more of it than was read."""


@dataclass(frozen=True, slots=True)
class Places:
    """What of content credentials a file holds."""

    stores: tuple[Store, ...] = ()
    addresses: tuple[str, ...] = ()
    """Where a manifest lies outside the file, as XMP says (`dcterms:provenance`)."""
    alone: bool = False
    """The file is a manifest store and nothing else."""


def asked_for(media_type: str) -> bool:
    """Tell whether a file of this kind may hold a manifest store that is looked for."""
    return is_picture(media_type) or (media_type in _WALKERS and media_type != UNKNOWN)


def places(content: Content) -> Places:
    """Return where the stores of a content lie; raises as reading it does."""
    if walk := _WALKERS.get(content.media_type):
        return walk(content)
    if not is_picture(content.media_type):
        return Places()
    parts = content.metadata.of("c2pa")
    stores = tuple(Store(part.value, part.offset, part.length, part.cut) for part in parts)
    return Places(stores, _distinct(part.value for part in content.metadata.of("xmp")))


def _distinct(packets: Iterator[bytes]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for packet in packets:
        if b"provenance" in packet:
            found |= dict.fromkeys(filter(is_address, read_xmp(packet).all(DCTERMS, "provenance")))
    return tuple(found)[:MOST_ADDRESSES]


def is_address(text: str) -> bool:
    """Tell whether a provenance names something outside the file."""
    return 0 < len(text) <= LONGEST_ADDRESS and not text.startswith("self#")


def _base_media(content: Content) -> Places:
    """Walk the outermost boxes of MP4 and MOV (ISO/IEC 14496-12) by their heads alone."""
    stores: list[Store] = []
    packets: list[bytes] = []
    for name, begin, end in islice(boxes(content.read_at, 0, content.size), MOST_BOXES):
        kind = content.read_at(begin, 16) if name == b"uuid" else b""
        start = min(begin + 16, end)
        if kind == XMP:
            packets.append(content.read_at(start, min(MOST_PACKET, end - start)))
        elif kind == C2PA:
            skip = store_in(content.read_at(start, min(HEAD_OF_C2PA, end - start)))
            stores += [_taken(content, start + skip, end - start - skip)] if skip else []
    return Places(tuple(stores), _distinct(iter(packets)))


def _taken(content: Content, offset: int, length: int) -> Store:
    offset = min(offset, content.size)
    length = max(0, min(length, content.size - offset))
    value = content.read_at(offset, min(length, MOST_STORE))
    return Store(value, offset, length, cut=length > MOST_STORE)


def _riff(content: Content) -> Places:
    """Walk the outermost chunks of WAV and AVI."""
    stores: list[Store] = []
    packets: list[bytes] = []
    at, end = 12, content.size
    for _ in range(MOST_BOXES):
        head = content.read_at(at, 8) if at + 8 <= end else b""
        if len(head) < 8:
            break
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"C2PA":
            stores.append(_taken(content, at + 8, size))
        elif head[:4] == b"_PMX":
            packets.append(content.read_at(at + 8, min(size, MOST_PACKET)))
        at += 8 + size + (size & 1)
    return Places(tuple(stores), _distinct(iter(packets)))


def _document(content: Content) -> Places:
    """Search a PDF for the beginning of a store, or for the mark of an attached one."""
    found = dict(_first_of(content, _PDF_MARKS))
    stores: tuple[Store, ...] = ()
    if (at := found.get(SIGNATURE, -1)) >= 12:
        size = int.from_bytes(content.read_at(at - 12, 4), "big")
        stores = (_taken(content, at - 12, size),)
    elif b"C2PA_Manifest" in found:
        stores = (Store(b""),)
    packet = b""
    if (at := found.get(b"dcterms:provenance", -1)) >= 0:
        packet = content.read_at(at, LONGEST_ADDRESS + 64)
    return Places(stores, _named(packet))


def _first_of(content: Content, marks: tuple[bytes, ...]) -> Iterator[tuple[bytes, int]]:
    """Yield where each mark first stands, within the bytes that are searched."""
    longest = max(map(len, marks))
    missing, kept, at = set(marks), b"", 0
    for block in content.blocks(0, MOST_SEARCHED):
        window = kept + block
        for mark in sorted(missing):
            if (where := window.find(mark)) >= 0:
                missing.discard(mark)
                yield mark, at - len(kept) + where
        at += len(block)
        kept = window[-longest:]
        if not missing:
            return


def _named(text: bytes) -> tuple[str, ...]:
    names = (a or b for a, b in _PROVENANCE.findall(text))
    texts = (name.decode("utf-8", "replace").strip() for name in names)
    return tuple(dict.fromkeys(filter(is_address, texts)))[:MOST_ADDRESSES]


def _drawing(content: Content) -> Places:
    """Find the manifest element of an SVG; its text is the store in Base64."""
    text = content.read_at(0, MOST_SVG)
    if b"c2pa:manifest" not in text and b"dcterms:provenance" not in text:
        return Places()
    found = _SVG_MANIFEST.search(text)
    if found is None:
        return Places((), _named(text))
    spelled = found[1][: MOST_STORE // 3 * 4]
    try:
        value = base64.b64decode(spelled)
    except ValueError:
        value = b""
    store = Store(value, found.start(1), len(found[1]), cut=len(spelled) < len(found[1]))
    return Places((store,), _named(text))


def _alone(content: Content) -> Places:
    """Tell a manifest store that is a file of its own by its first box."""
    head = content.read_at(0, 32)
    if head[4:8] != b"jumb" or head[12:32] != SIGNATURE:
        return Places()
    return Places((_taken(content, 0, content.size),), alone=True)


_WALKERS: dict[str, Callable[[Content], Places]] = {
    "video/mp4": _base_media,
    "video/quicktime": _base_media,
    "audio/mp4": _base_media,
    "audio/wav": _riff,
    "video/x-msvideo": _riff,
    "application/pdf": _document,
    "image/svg+xml": _drawing,
    UNKNOWN: _alone,
}
"""Media type → who looks for a store in it; other pictures are walked by content.metadata."""
