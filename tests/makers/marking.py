"""How the mark of a generator gets into a picture file: chunks, segments, blocks, low bits."""

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from makers import parts

Entry = parts.Entry


@dataclass(frozen=True)
class Row:
    """One row of the table: what is written where, and what a reader must say of it."""

    container: str
    tool: str
    kind: str = "generator record"
    texts: Mapping[str, str] = field(default_factory=dict)
    chunk: str = "tEXt"
    """Which PNG chunk the texts stand in."""
    after: bool = False
    """The texts stand behind the pixels."""
    exif: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    end: str = "<"
    xmp: bytes = b""
    iptc: bytes = b""
    comment: bytes = b""
    segments: Sequence[bytes] = ()
    hidden: tuple[str, bytes] | None = None
    """`alpha` or `colours`, and signature, count and payload."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    inputs: Sequence[tuple[str, bool]] = ()
    """Role and whether pixels derive, in the order told."""
    add_ons: Sequence[str] = ()
    agrees: bool | None = True


def written(row: Row, picture: Image.Image) -> bytes:
    """Return a picture encoded anew, with the mark of a row."""
    image = picture.convert("RGB")
    if row.hidden:
        image = hide(image, *row.hidden)
    out = io.BytesIO()
    options: dict[str, Any] = {}
    if row.container in {"webp", "avif"}:
        if row.exif:
            options["exif"] = b"Exif\0\0" + parts.exif(row.exif, end=row.end)
        if row.xmp:
            options["xmp"] = row.xmp
        if row.container == "webp":
            options |= {"lossless": True, "exact": True}
    if row.container == "gif" and row.comment:
        options["comment"] = row.comment
    image.save(out, row.container, **options)
    return added(row, out.getvalue())


def added(row: Row, data: bytes) -> bytes:
    """Return a JPEG or PNG with the mark of a row among its parts; others as they are."""
    if row.container == "png":
        return _in_png(row, data)
    return _in_jpeg(row, data) if row.container == "jpeg" else data


def _in_png(row: Row, data: bytes) -> bytes:
    chunks = [_text(row.chunk, key, text) for key, text in row.texts.items()]
    if row.exif:
        chunks.append(parts.chunk(b"eXIf", parts.exif(row.exif, end=row.end)))
    if row.xmp:
        chunks.append(_text("iTXt", "XML:com.adobe.xmp", row.xmp.decode()))
    if row.iptc:
        chunks.append(_text("tEXt", "IPTC", row.iptc.hex()))
    if row.after:
        return parts.with_chunks(data, after=chunks)
    return parts.with_chunks(data, *chunks)


def _text(kind: str, key: str, text: str) -> bytes:
    name = key.encode("latin-1")
    if kind == "iTXt":
        return parts.chunk(b"iTXt", name + b"\0\0\0\0\0" + text.encode())
    if kind == "zTXt":
        return parts.chunk(b"zTXt", name + b"\0\0" + zlib.compress(text.encode()))
    return parts.chunk(b"tEXt", name + b"\0" + text.encode())


def _in_jpeg(row: Row, data: bytes) -> bytes:
    made = []
    if row.exif:
        made.append(parts.exif_segment(parts.exif(row.exif, end=row.end)))
    if row.xmp:
        made.append(parts.xmp_segment(row.xmp))
    if row.iptc:
        made.append(parts.segment(0xED, b"Photoshop 3.0\0" + parts.irb((0x0404, row.iptc))))
    if row.comment:
        made.append(parts.segment(0xFE, row.comment))
    return parts.with_segments(data, *made, *row.segments)


def comment_of(text: str, charset: str = "be") -> bytes:
    """Return a UserComment: UTF-16 of either byte order, `ascii`, or `none` for bare UTF-8."""
    if charset == "ascii":
        return b"ASCII\0\0\0" + text.encode()
    if charset == "none":
        return text.encode()
    return b"UNICODE\0" + text.encode(f"utf-16-{charset}")


def hidden_bytes(signature: bytes, text: str) -> bytes:
    """Return signature, count of bits and text, packed where the signature says so."""
    payload = text.encode()
    if signature.endswith(b"comp"):
        payload = gzip.compress(payload, mtime=0)
    return signature + (len(payload) * 8).to_bytes(4, "big") + payload


def hide(image: Image.Image, where: str, payload: bytes) -> Image.Image:
    """Return a picture with bytes in its low bits, column by column."""
    bits = np.unpackbits(np.frombuffer(payload, np.uint8))
    if where == "alpha":
        pixels = np.array(image.convert("RGBA"))
        plane = np.full(pixels.shape[1::-1], 255, np.uint8).reshape(-1)
        plane[: bits.size] = 254 | bits
        pixels[:, :, 3] = plane.reshape(pixels.shape[1::-1]).T
        return Image.fromarray(pixels)
    pixels = np.array(image.convert("RGB"))
    turned = np.ascontiguousarray(pixels.swapaxes(0, 1))
    flat = turned.reshape(-1)
    flat[: bits.size] = (flat[: bits.size] & 254) | bits
    return Image.fromarray(np.ascontiguousarray(turned.swapaxes(0, 1)))
