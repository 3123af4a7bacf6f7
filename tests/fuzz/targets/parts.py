"""Targets: parts of picture files, EXIF, XMP, IPTC, how a JPEG was encoded, what took it."""

import struct
import zlib

from fanal.analyzers.camera import Camera
from fanal.content.exif import exif_of, read_exif
from fanal.content.handle import Content
from fanal.content.image import Decoded, Undecodable
from fanal.content.iptc import MOST_SETS, read_iptc
from fanal.content.jpeg_structure import read_structure
from fanal.content.media import media_type
from fanal.content.metadata import MOST_PARTS, MOST_VALUE, read_metadata
from fanal.content.xmp import MOST_VALUES, read_xmp
from fanal.custody.spelling import canonical
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from fuzz.target import Target, require
from makers import camera_files, parts, pictures

PACKET = parts.packet("<dc:title>zz</dc:title>", {"dc": "http://purl.org/dc/elements/1.1/"})
IIM = parts.iim((1, 90, b"\x1b%G"), (2, 80, b"zz"))
BLOCK = parts.exif(
    {
        "0": [parts.ascii_tag(0x10F, "zz-maker"), parts.rational_tag(0x11A, (72, 1))],
        "exif": [parts.undefined_tag(0x927C, b"zz-note"), parts.short_tag(0x828D, 2, 3)],
        "gps": [parts.rational_tag(2, (52, 1), (30, 1), (3, 0))],
    },
    pictures.jpeg(24, 16),
)


def metadata(data: bytes) -> None:
    """Walk the parts of a picture file."""
    found = read_metadata(data, media_type(data[:4096]))
    require(len(found.parts) <= MOST_PARTS, "too many parts")
    for part in found.parts:
        inside = part.offset >= 0 and 0 <= part.length <= len(data) - part.offset
        require(inside, f"part {part.key!r} lies outside")
        require(part.key == "TIFF" or len(part.value) <= MOST_VALUE, "a part is too long")
        if part.as_stored:
            stored = data[part.offset : part.offset + len(part.value)]
            require(stored == part.value, f"part {part.key!r} is not what lies there")
        if part.kind == "exif":
            tags = exif_of(part).tags.values()
            require(all(0 <= t.offset <= len(data) - t.length for t in tags), "tag outside")


def exif(data: bytes) -> None:
    """Read an EXIF block."""
    found = read_exif(data, 100)
    for tag in found.tags.values():
        require(100 <= tag.offset <= 100 + len(data) - tag.length, "a tag lies outside")
    require(len(found.thumbnail) <= len(data), "a thumbnail is longer than its block")


def xmp(data: bytes) -> None:
    """Read an XMP packet."""
    found = read_xmp(data)
    require(sum(map(len, found.properties.values())) <= MOST_VALUES, "too many values")


def iptc(data: bytes) -> None:
    """Read IPTC datasets."""
    found = read_iptc(data)
    require(len(found.sets) <= MOST_SETS, "too many datasets")
    for each in found.sets:
        require(data[each.offset :].startswith(each.value), "a dataset lies elsewhere")


def structure(data: bytes) -> None:
    """Tell how a JPEG was encoded."""
    found = read_structure(data)
    require(0 <= found.quality <= 100, f"quality {found.quality}")
    require(all(len(row) == 64 for _, row in found.tables), "a table of another length")


class _Undecoded(Content):
    """A content whose pixels are left alone: libraries in C have a target of their own."""

    @property
    def decoded(self) -> Decoded:
        raise Undecodable("no decoder: here")


def camera(data: bytes) -> None:
    """State what a file says of its camera."""
    content = _Undecoded("5a" * 32, media_type(data[:4096]), MemoryBody(data))
    *findings, seen = Camera().analyze(content)
    require(isinstance(seen, Seen) and seen.outcome in {"spoke", "silent"}, f"{seen}")
    keys = set()
    for finding in findings:
        require(isinstance(finding, Finding), "no finding")
        require(finding.says.isprintable() and len(finding.says) <= 200, repr(finding.says))
        spelled = canonical(dict(finding.data))
        require("NaN" not in spelled and "Infinity" not in spelled, "a number that is none")
        require(len(spelled) < 1 << 17, f"{len(spelled)} characters of data")
        keys.add((finding.kind, finding.says))
    require(len(keys) == len(findings), "said twice")


def _cameras() -> list[bytes]:
    notes = (
        (camera_files.canon_note, "Canon"),
        (camera_files.nikon_note(), "NIKON"),
        (camera_files.olympus_note(), "OLYMPUS"),
        (camera_files.panasonic_note, "Panasonic"),
        (camera_files.apple_note(), "Apple"),
    )
    return [
        *(camera_files.camera_jpeg(32, 24, note=note, make=make) for note, make in notes),
        *_files()[:2],
    ]


def _files() -> list[bytes]:
    jpeg, item = pictures.jpeg(24, 16), struct.pack(">I", 0) + BLOCK
    return [
        parts.with_segments(jpeg, parts.exif_segment(BLOCK), parts.xmp_segment(PACKET)),
        parts.with_segments(
            jpeg,
            *parts.app11(parts.jumbf(bytes(99)), 40),
            parts.segment(0xED, b"Photoshop 3.0\0" + parts.irb((0x0404, IIM))),
            parts.segment(0xE2, b"ICC_PROFILE\0\1\1zz"),
        ),
        parts.with_chunks(
            pictures.png(16, 12),
            parts.chunk(b"iTXt", b"long\0\1\0\0\0" + zlib.compress(b"zz")),
            parts.chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(IIM.hex().encode())),
            after=[parts.chunk(b"tEXt", b"parameters\0zz")],
        ),
        parts.with_riff(pictures.webp(16, 12), parts.riff_chunk(b"EXIF", BLOCK)),
        parts.heif([(b"Exif\0", item), (b"mime\0application/rdf+xml\0", PACKET)], pieces=2),
        parts.heif([(b"Exif\0", item)], in_idat=True),
        parts.gif_with(b"\x21\xfe" + parts.sub_blocks(b"zz")),
        parts.exif({"0": [parts.undefined_tag(700, PACKET), parts.undefined_tag(33723, IIM)]}),
    ]


def _jpegs() -> list[bytes]:
    return [pictures.jpeg(24, 16), pictures.jpeg(24, 16, progressive=True), *_files()[:2]]


TARGETS = (
    Target("picture-parts", metadata, _files),
    Target("exif", exif, lambda: [BLOCK, parts.exif({"0": []}, end=">")]),
    Target("xmp", xmp, lambda: [PACKET, PACKET.decode().encode("utf-16")]),
    Target("iptc", iptc, lambda: [IIM, parts.irb((0x0404, IIM)), IIM + bytes(4)]),
    Target("jpeg-structure", structure, _jpegs),
    Target("camera", camera, _cameras),
)
