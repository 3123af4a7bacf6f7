"""Takes out of a picture file every text in which a generator may have written: chunk by chunk."""

import zlib
from collections.abc import Iterator

from fanal.analyzers.marks.values import Value
from fanal.content.exif import EXIF, IFD0, Exif, Tag, exif_of
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.iptc import read_iptc
from fanal.content.lowbits import MOST_HIDDEN, SIGNATURE, hidden_in_colours
from fanal.content.parts import Metadata, Part
from fanal.content.xmp import DC, IPTC_EXT, PHOTOSHOP, XMP, Xmp, read_xmp
from fanal.content.xmp import EXIF as XMP_EXIF

USER_COMMENT, MAKER_NOTE, XP_COMMENT = 0x9286, 0x927C, 0x9C9C
MOST_BLOCKS = 8
"""EXIF blocks, XMP packets and IPTC records read of one file, of each so many."""
MOST_NOTE = 64
"""Bytes of a maker note that may be a generator's: longer ones are a camera's."""

_TAGS = {
    (IFD0, 0x010D): "DocumentName",
    (IFD0, 0x010E): "ImageDescription",
    (IFD0, 0x010F): "Make",
    (IFD0, 0x0110): "Model",
    (IFD0, 0x0131): "Software",
    (IFD0, 0x013B): "Artist",
    (IFD0, USER_COMMENT): "UserComment in IFD0",
    (IFD0, MAKER_NOTE): "MakerNote in IFD0",
    (IFD0, XP_COMMENT): "XPComment",
    (EXIF, USER_COMMENT): "UserComment",
    (EXIF, MAKER_NOTE): "MakerNote",
}
"""EXIF entries in which generators write, and their names (Exif 2.32)."""
_PROPERTIES = {
    (XMP_EXIF, "UserComment"): "exif:UserComment",
    (DC, "description"): "dc:description",
    (DC, "creator"): "dc:creator",
    (PHOTOSHOP, "Credit"): "photoshop:Credit",
    (XMP, "CreatorTool"): "xmp:CreatorTool",
    (IPTC_EXT, "DigitalSourceType"): "DigitalSourceType",
    (IPTC_EXT, "DigitalSourcefileType"): "DigitalSourceType",
    (IPTC_EXT, "DigImageGUID"): "DigImageGUID",
    (IPTC_EXT, "DigitalImageGUID"): "DigImageGUID",
    (IPTC_EXT, "AISystemUsed"): "AISystemUsed",
    (IPTC_EXT, "AISystemVersionUsed"): "AISystemVersionUsed",
    (IPTC_EXT, "AIPromptInformation"): "AIPromptInformation",
    (IPTC_EXT, "AIPromptWriterName"): "AIPromptWriterName",
}
"""XMP properties in which generators write (XMP part 2; IPTC Photo Metadata 2025.1)."""
_IN_XMP = (
    b"DigitalSource",
    b"AIGC",
    b"UserComment",
    b"ImageGUID",
    b"Google AI",
    b"AISystem",
    b"AIPrompt",
    b"mflux",
    b"Steps: ",
    b"Job ID: ",
    b"Draw Things",
    b"reve.com",
)
"""One of these stands in every packet worth parsing; most camera packets have none."""
_IPTC_SETS = {(2, 25): "2:25", (2, 80): "2:80", (2, 110): "2:110", (2, 120): "2:120"}
"""Keywords, by-line, credit, caption (IPTC-IIM 4.2)."""
_IN_IPTC = (b"AI", b"MFLUX", b"Steps: ", b"Job ID: ")
_CHARSETS = (b"UNICODE\0", b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8))


def values_of(content: Content) -> list[Value]:
    """Return every text of a file's metadata in which a generator may have written, in order."""
    metadata = content.metadata
    found: list[Value] = []
    taken = dict.fromkeys(("exif", "xmp", "iptc"), 0)
    for part in metadata.parts:
        kind = "xmp" if part.kind == "text" and b"<rdf:RDF" in part.value else part.kind
        if kind in taken:
            taken[kind] += 1
            if taken[kind] > MOST_BLOCKS:
                continue
        if kind == "exif":
            exif = content.exif if taken[kind] == 1 else exif_of(part)
            found.extend(_of_exif(exif, cut=part.cut))
        else:
            found.extend(_of_part(kind, part, metadata))
    return found


def _of_part(kind: str, part: Part, metadata: Metadata) -> Iterator[Value]:
    match kind:
        case "text":
            yield _value(part, "PNG text", part.key)
        case "comment":
            yield _value(part, f"{metadata.container.upper()} comment", "")
        case "xmp":
            yield from _of_xmp(part)
        case "iptc":
            yield from _of_iptc(part)
        case "app" if part.key != "tail" and (b"AIGC" in part.value or part.key == "AIGC"):
            yield _value(part, "segment", part.key)


def _value(part: Part, carrier: str, key: str) -> Value:
    return Value(as_text(part.value), carrier, key, part.offset, part.length, part.cut)


def as_text(raw: bytes) -> str:
    """Return bytes as text: UTF-8, else Latin-1, for some writers put UTF-8 into Latin-1 chunks."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _of_exif(exif: Exif, *, cut: bool) -> Iterator[Value]:
    for key, name in _TAGS.items():
        tag = exif.tags.get(key)
        if tag is None or (key[1] == MAKER_NOTE and tag.length > MOST_NOTE):
            continue
        text = _text_of(key[1], tag)
        if text:
            yield Value(text, "EXIF", name, tag.offset, tag.length, cut)


def _text_of(number: int, tag: Tag) -> str:
    value = tag.value
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes):
        return ""
    if number == USER_COMMENT:
        return comment_text(value)
    if number == XP_COMMENT:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return as_text(value).rstrip("\0")


def comment_text(raw: bytes) -> str:
    """Return a UserComment as text, whatever its first eight bytes say (Exif 2.32, 4.6.5)."""
    charset, body = (raw[:8], raw[8:]) if raw[:8] in _CHARSETS else (b"", raw)
    if not body:
        return ""
    if charset == b"UNICODE\0" or (
        b"\0" in body[:64] and body[:64].count(0) >= len(body[:64]) // 3
    ):
        return _wide(body)
    return as_text(body).rstrip("\0 ")


def _wide(body: bytes) -> str:
    """Return UTF-16 in whichever byte order it is; UTF-8 where a writer has put that instead."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace").rstrip("\0")
    first = body[:512]
    high, low = first[0::2].count(0), first[1::2].count(0)
    if high == low == 0:
        try:
            return body.decode("utf-8").rstrip("\0")
        except UnicodeDecodeError:
            pass
    order = "utf-16-be" if high >= low else "utf-16-le"
    return body[: len(body) & ~1].decode(order, "replace").rstrip("\0")


def _of_xmp(part: Part) -> Iterator[Value]:
    packet = part.value.replace(b"\0", b"") if b"\0" in part.value[:64] else part.value
    if not any(word in packet for word in _IN_XMP):
        return
    xmp = read_xmp(part.value)
    for key, texts in xmp.properties.items():
        name = _name(key, xmp)
        for text in texts[:16]:
            if name or "Steps: " in text:
                yield Value(text, "XMP", name or key[1][:64], part.offset, part.length, part.cut)


def _name(key: tuple[str, str], xmp: Xmp) -> str:
    if key in _PROPERTIES:
        return _PROPERTIES[key]
    space, local = key
    if local == "AIGC" or local.startswith("AIGC"):
        return "TC260:AIGC"
    # The properties of mflux lie in a namespace of its own; one of them speaks for all.
    if "mflux" in space.lower() and local == "model" and xmp.properties:
        return "mflux:model"
    return ""


def _of_iptc(part: Part) -> Iterator[Value]:
    if not any(word in part.value for word in _IN_IPTC):
        return
    for each in read_iptc(part.value).sets:
        name = _IPTC_SETS.get((each.record, each.number))
        if name:
            yield Value(as_text(each.value), "IPTC", name, part.offset, part.length, part.cut)


def hidden_values(content: Content) -> list[Value]:
    """Return what is hidden in the lowest bits of the first frame; nothing where it is not whole.

    Compression with losses leaves no such bits, so a JPEG is not asked.
    """
    if content.media_type in {"image/jpeg", "image/heic", "image/heif"}:
        return []
    try:
        frames = content.decoded.frames
    except Undecodable:
        return []
    found = [("alpha", frames[0].hidden)] if frames[0].hidden else []
    if not found and frames[0].scale == 1:
        colours = hidden_in_colours(frames[0].plane)
        found = [("colours", colours)] if colours else []
    return [
        Value(text, f"low bits of {where}", "", cut=cut)
        for where, raw in found
        for text, cut in hidden_text(raw)
    ]


def hidden_text(raw: bytes) -> list[tuple[str, bool]]:
    """Return the text behind a signature and its count of bits, and whether it is cut off."""
    told, body = int.from_bytes(raw[SIGNATURE : SIGNATURE + 4], "big"), raw[SIGNATURE + 4 :]
    payload = body[: told // 8]
    cut = len(payload) < told // 8
    if raw[:SIGNATURE].endswith(b"comp"):
        reader = zlib.decompressobj(31)
        try:
            payload = reader.decompress(payload, MOST_HIDDEN)
        except zlib.error:
            return []
        cut = cut or not reader.eof
    text = as_text(payload).rstrip("\0")
    return [(text, cut)] if text else []
