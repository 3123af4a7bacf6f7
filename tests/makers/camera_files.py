"""JPEGs as cameras write them: EXIF, a thumbnail of the picture, a maker note; all drawn here."""

import io
import struct
from collections.abc import Sequence
from typing import Any

from PIL import Image

from makers import parts, pictures

TAKEN = "2021:02:03 04:05:06"


def canon_note(start: int, *, file_number: int = 1000007, serial: int = 4711) -> bytes:
    """Return a maker note of Canon's form that begins at `start` of its EXIF block."""
    entries = [
        parts.ascii_tag(0x0006, "zz-type of picture"),
        parts.ascii_tag(0x0007, "zz-firmware 1.0"),
        parts.long_tag(0x0008, file_number),
        parts.ascii_tag(0x0009, "zz-owner of it"),
        parts.long_tag(0x000C, serial),
        parts.ascii_tag(0x0095, "zz-lens 18-55"),
    ]
    return parts.directory(start, entries, 0)


def nikon_note(*, number: int = 7, count: int = 1234) -> bytes:
    """Return a maker note of Nikon's form: a block of its own behind ten bytes."""
    block = parts.exif(
        {
            "0": [
                parts.ascii_tag(0x001D, "zz-3001"),
                parts.long_tag(0x00A7, count, end=">"),
                parts.undefined_tag(0x00B8, b"0100" + struct.pack(">HHH", 0, 101, number)),
            ]
        },
        end=">",
    )
    return b"Nikon\0\2\x10\0\0" + block


def olympus_note() -> bytes:
    """Return a maker note of Olympus' form, its equipment in a directory below."""
    head = b"OLYMPUS\0II\3\0"
    above = parts.directory(12, [(0x2010, 13, 1, struct.pack("<I", 30))], 0)
    below = parts.directory(
        30, [parts.ascii_tag(0x0101, "zz-body 55"), parts.ascii_tag(0x0202, "zz-lens 66")], 0
    )
    return head + above + below


def panasonic_note(start: int) -> bytes:
    """Return a maker note of Panasonic's form that begins at `start` of its EXIF block."""
    entries = [parts.undefined_tag(0x0025, b"zz-internal 1\0\0\0")]
    return b"Panasonic\0\0\0" + parts.directory(start + 12, entries, 0)


def apple_note() -> bytes:
    """Return a maker note of Apple's form."""
    entries = [parts.ascii_tag(0x002B, "zz-photo identifier")]
    return b"Apple iOS\0\0\1MM" + parts.directory(14, entries, 0, ">")


def thumbnail_of(data: bytes, size: tuple[int, int] = (160, 120), bars: int = 0) -> bytes:
    """Return a small JPEG of a picture, between dark bars above and below where asked for."""
    small = Image.new("RGB", size)
    drawn = pictures.opened(data).convert("RGB")
    small.paste(drawn.resize((size[0], size[1] - 2 * bars)), (0, bars))
    out = io.BytesIO()
    small.save(out, "jpeg", quality=80)
    return out.getvalue()


def exif_of_camera(
    size: tuple[int, int],
    thumbnail: bytes,
    *,
    note: Any = canon_note,
    make: str = "Canon",
    more: Sequence[parts.Entry] = (),
    taken: str = TAKEN,
    extra: Sequence[parts.Entry] = (),
    gps: Sequence[parts.Entry] = (),
) -> bytes:
    """Return an EXIF block of a camera; `note` makes the maker note from where it begins."""

    def block(raw: bytes) -> bytes:
        tags: dict[str, list[parts.Entry]] = {
            "0": [
                parts.ascii_tag(0x10F, make),
                parts.ascii_tag(0x110, f"{make} zz-model"),
                *more,
                parts.ascii_tag(0x132, taken),
            ],
            "exif": [
                parts.ascii_tag(0x9003, taken),
                parts.ascii_tag(0x9004, taken),
                *([parts.undefined_tag(0x927C, raw)] if raw else []),
                parts.long_tag(0xA002, size[0]),
                parts.long_tag(0xA003, size[1]),
                *extra,
            ],
        }
        if gps:
            tags["gps"] = list(gps)
        return parts.exif(tags, thumbnail)

    if not callable(note):
        return block(note or b"")
    length = len(note(0))
    marked = block(b"\xa5" * length)
    start = marked.index(b"\xa5" * length)
    return block(note(start))


def camera_jpeg(
    width: int = 320, height: int = 240, seed: int = 1, quality: int = 85, **options: Any
) -> bytes:
    """Return a JPEG whose parts go together as a camera writes them."""
    data = pictures.jpeg(width, height, seed, quality)
    thumbnail = options.pop("thumbnail", None)
    if thumbnail is None:
        thumbnail = thumbnail_of(data)
    segments = options.pop("segments", ())
    block = exif_of_camera((width, height), thumbnail, **options)
    return parts.with_segments(data, parts.exif_segment(block), *segments, jfif=False)
