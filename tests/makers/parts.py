"""Puts metadata into small drawn picture files: segments, chunks, boxes and EXIF blocks."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

from makers import pictures

Entry = tuple[int, int, int, bytes]
"""Tag number, type, count, and the value's bytes in the block's own byte order."""


def ascii_tag(number: int, text: str) -> Entry:
    """Return an entry of type ASCII."""
    raw = text.encode("utf-8") + b"\0"
    return number, 2, len(raw), raw


def short_tag(number: int, *values: int, end: str = "<") -> Entry:
    """Return an entry of type SHORT."""
    return number, 3, len(values), struct.pack(f"{end}{len(values)}H", *values)


def long_tag(number: int, *values: int, end: str = "<") -> Entry:
    """Return an entry of type LONG."""
    return number, 4, len(values), struct.pack(f"{end}{len(values)}I", *values)


def rational_tag(number: int, *values: tuple[int, int], end: str = "<") -> Entry:
    """Return an entry of type RATIONAL."""
    flat = [part for value in values for part in value]
    return number, 5, len(values), struct.pack(f"{end}{len(flat)}I", *flat)


def undefined_tag(number: int, raw: bytes) -> Entry:
    """Return an entry of type UNDEFINED."""
    return number, 7, len(raw), raw


def directory(at: int, entries: Sequence[Entry], after: int, end: str = "<") -> bytes:
    """Return a directory that lies at `at`, its long values behind it."""
    head, tail = struct.pack(f"{end}H", len(entries)), b""
    behind = at + 2 + 12 * len(entries) + 4
    for number, kind, count, raw in entries:
        if len(raw) <= 4:
            place = raw.ljust(4, b"\0")
        else:
            place = struct.pack(f"{end}I", behind + len(tail))
            tail += raw + b"\0" * (len(raw) % 2)
        head += struct.pack(f"{end}HHI", number, kind, count) + place
    return head + struct.pack(f"{end}I", after) + tail


_POINTERS = (("0", "exif", 0x8769), ("0", "gps", 0x8825), ("exif", "interop", 0xA005))


def exif(tags: Mapping[str, Sequence[Entry]], thumbnail: bytes = b"", *, end: str = "<") -> bytes:
    """Return an EXIF block of the directories `0`, `exif`, `gps`, `interop` and `1`."""
    tables = {name: list(entries) for name, entries in tags.items()}
    tables.setdefault("0", [])
    if thumbnail:
        tables.setdefault("1", [])
    for above, below, number in _POINTERS:
        if below in tables:
            tables.setdefault(above, []).append(long_tag(number, 0, end=end))
    if thumbnail:
        tables["1"] += [long_tag(0x201, 0, end=end), long_tag(0x202, len(thumbnail), end=end)]
    order = [name for name in ("0", "exif", "gps", "interop", "1") if name in tables]
    places: dict[str, int] = {}
    at = 8
    for name in order:
        places[name] = at
        at += len(directory(at, tables[name], 0, end))
    for above, below, number in _POINTERS:
        if below in tables:
            _point(tables[above], number, places[below], end)
    if thumbnail:
        _point(tables["1"], 0x201, at, end)
    block = struct.pack(f"{end}2sHI", b"II" if end == "<" else b"MM", 42, 8)
    for name in order:
        after = places.get("1", 0) if name == "0" else 0
        block += directory(places[name], tables[name], after, end)
    return block + thumbnail


def _point(entries: list[Entry], number: int, place: int, end: str) -> None:
    at = next(at for at, entry in enumerate(entries) if entry[0] == number)
    entries[at] = long_tag(number, place, end=end)


def segment(marker: int, payload: bytes) -> bytes:
    """Return one JPEG segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def exif_segment(block: bytes) -> bytes:
    """Return an APP1 segment that holds an EXIF block."""
    return segment(0xE1, b"Exif\0\0" + block)


def xmp_segment(packet: bytes) -> bytes:
    """Return an APP1 segment that holds an XMP packet."""
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def with_segments(data: bytes, *segments: bytes, jfif: bool = True) -> bytes:
    """Return a JPEG of Pillow with segments behind its JFIF segment, or in its place."""
    length = 2 + struct.unpack(">H", data[4:6])[0]
    start = 2 + length if jfif else 2
    return data[:start] + b"".join(segments) + data[2 + length :]


def chunk(name: bytes, payload: bytes) -> bytes:
    """Return one PNG chunk."""
    return (
        struct.pack(">I", len(payload))
        + name
        + payload
        + struct.pack(">I", zlib.crc32(name + payload))
    )


def with_chunks(
    data: bytes, *before: bytes, after: Sequence[bytes] = (), tail: bytes = b""
) -> bytes:
    """Return a PNG with chunks behind its header, before IEND, and bytes after it."""
    begin, last = 33, len(data) - 12
    return data[:begin] + b"".join(before) + data[begin:last] + b"".join(after) + data[last:] + tail


def riff_chunk(name: bytes, payload: bytes) -> bytes:
    """Return one chunk of a WebP."""
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def with_riff(data: bytes, *chunks: bytes) -> bytes:
    """Return a WebP with chunks at its end."""
    body = data[8:] + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(name: bytes, payload: bytes) -> bytes:
    """Return one box of an ISO base media file."""
    return struct.pack(">I", 8 + len(payload)) + name + payload


def heif(
    items: Sequence[tuple[bytes, bytes]], *extra: bytes, in_idat: bool = False, pieces: int = 1
) -> bytes:
    """Return a HEIF of items that are no pictures: (type and what follows it in `infe`, bytes)."""
    entries = [
        box(b"infe", struct.pack(">IHH", 2 << 24, number, 0) + kind)
        for number, (kind, _) in enumerate(items, 1)
    ]
    names = box(b"iinf", struct.pack(">IH", 0, len(entries)) + b"".join(entries))
    start = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(base: int) -> bytes:
        rows, at = b"", base
        for number, (_, data) in enumerate(items, 1):
            cuts = [len(data) * step // pieces for step in range(pieces + 1)]
            rows += struct.pack(">HHHH", number, int(in_idat), 0, pieces)
            for one, two in pairwise(cuts):
                rows += struct.pack(">II", at + one, two - one)
            at += len(data)
        places = box(b"iloc", struct.pack(">IBBH", 1 << 24, 0x44, 0, len(items)) + rows)
        whole = b"".join(data for _, data in items)
        held = box(b"idat", whole) if in_idat else b""
        return box(b"meta", bytes(4) + names + places + held)

    base = 0 if in_idat else len(start) + len(meta(0)) + 8
    tail = b"" if in_idat else box(b"mdat", b"".join(data for _, data in items))
    return start + meta(base) + tail + b"".join(extra)


def gif_with(*extensions: bytes, tail: bytes = b"") -> bytes:
    """Return a GIF of Pillow with extensions before its picture."""
    data = pictures.gif(32, 24)
    table = 3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0
    begin = 13 + table
    return data[:begin] + b"".join(extensions) + data[begin:] + tail


def sub_blocks(payload: bytes) -> bytes:
    """Return bytes as sub-blocks of a GIF."""
    pieces = [payload[at : at + 255] for at in range(0, len(payload), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def irb(*resources: tuple[int, bytes]) -> bytes:
    """Return Photoshop image resources."""
    return b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)
        for number, data in resources
    )


def iim(*sets: tuple[int, int, bytes]) -> bytes:
    """Return IPTC-IIM datasets."""
    return b"".join(
        bytes([0x1C, record, number]) + struct.pack(">H", len(value)) + value
        for record, number, value in sets
    )


def jumbf(payload: bytes = b"zz-test-0001", kind: bytes = b"c2pa") -> bytes:
    """Return a JUMBF superbox whose description says what kind it is."""
    uuid = kind + bytes.fromhex("00110010800000aa00389b71")
    return box(b"jumb", box(b"jumd", uuid + b"\x03c2pa\0") + box(b"bidb", payload))


def app11(store: bytes, size: int = 64_000, instance: int = 1) -> list[bytes]:
    """Return APP11 segments over which a JUMBF box is spread."""
    head, body = store[:8], store[8:]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [
        segment(0xEB, b"JP" + struct.pack(">HI", instance, number) + head + piece)
        for number, piece in enumerate(pieces, 1)
    ]


def packet(inside: str, namespaces: Mapping[str, str], attributes: str = "") -> bytes:
    """Return an XMP packet with one description."""
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in namespaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>{inside}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()
