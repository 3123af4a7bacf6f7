"""Walks the chunks of a PNG (W3C PNG specification, third edition) up to IEND, texts unpacked."""

import binascii

from fanal.content.parts import Basket, name_of
from fanal.content.parts_photoshop import resources

_START = b"\x89PNG\r\n\x1a\n"
_XMP = b"XML:com.adobe.xmp"
_PICTURE = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"fdAT", b"fcTL", b"acTL", b"bKGD", b"hIST", b"sPLT"}
    | {b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"pHYs", b"tIME", b"cICP", b"mDCV", b"cLLI", b"iDOT"}
)
"""Chunks that hold or describe the pixels: they are no parts."""
_MOST_CHUNKS = 1_000_000
"""Chunks walked over; a gigabyte of picture data in pieces of 8 KiB has 131,072."""


def walk(basket: Basket) -> None:
    """Put the chunks that are not pixels into the basket, wherever they stand."""
    data = basket.data
    if data[:8] != _START:
        basket.problem("it does not begin as a PNG")
        return
    at, end = 8, len(data)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > end:
            basket.problem("the chunks end before IEND")
            return
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name == b"IEND":
            basket.tail(at + 12 + length)
            return
        if at + 12 + length > end:
            basket.problem("a chunk is cut off by the end of the file")
        if name not in _PICTURE:
            _chunk(basket, name, at + 8, min(length, end - at - 8))
            if basket.full:
                return
        at += 12 + length
    basket.problem("too many chunks: the rest was not read")


def _chunk(basket: Basket, name: bytes, at: int, length: int) -> None:
    if name == b"eXIf":
        skip = 6 if basket.data.startswith(b"Exif\0\0", at) else 0
        basket.take("exif", "eXIf", at + skip, length - skip)
    elif name == b"caBX":
        basket.take("c2pa", "caBX", at, length)
    elif name == b"iCCP":
        _profile(basket, at, length)
    elif name in _TEXTS:
        _text(basket, name, at, length)
    else:
        basket.take("app", name_of(name), at, length)


def _profile(basket: Basket, at: int, length: int) -> None:
    head = basket.data.find(b"\0", at, at + min(length, 80))
    value = basket.inflated(basket.data[head + 2 : at + length]) if head >= 0 else None
    if value is None:
        basket.problem("a colour profile could not be unpacked")
    else:
        basket.put("icc", "iCCP", value, (at, length))


def _text(basket: Basket, name: bytes, at: int, length: int) -> None:
    """Put in one text; what is in truth XMP, EXIF or IPTC under its own kind."""
    head = basket.data.find(b"\0", at, at + length)
    if head < 0:  # no value, or no keyword: kept as it is
        basket.take("text", "", at, length)
        return
    keyword = basket.data[at:head]
    stored = _TEXTS[name](basket, head + 1, at + length)
    if stored is None:
        basket.problem(f"the text {name_of(keyword)!r} could not be unpacked")
        return
    value, begin = stored
    if keyword.startswith(b"Raw profile type ") and _raw_profile(basket, value, (at, length)):
        return
    if keyword == b"IPTC" and _iptc(basket, value, (at, length)):
        return
    kind = "xmp" if keyword == _XMP else "text"
    key = name_of(keyword)
    if begin >= 0:
        basket.take(kind, key, begin, at + length - begin)
    else:
        basket.put(kind, key, value, (at, length))


def _plain(basket: Basket, begin: int, end: int) -> tuple[bytes, int]:
    return basket.data[begin:end], begin


def _packed(basket: Basket, begin: int, end: int) -> tuple[bytes, int] | None:
    value = basket.inflated(basket.data[begin + 1 : end])
    return None if value is None else (value, -1)


def _international(basket: Basket, begin: int, end: int) -> tuple[bytes, int] | None:
    """Return an iTXt value: flag, method, language, translated keyword, text (11.3.3.4)."""
    data = basket.data
    language = data.find(b"\0", begin + 2, end)
    translated = data.find(b"\0", language + 1, end) if language >= 0 else -1
    if translated < 0:
        return None
    if data[begin] == 0:
        return data[translated + 1 : end], translated + 1
    value = basket.inflated(data[translated + 1 : end])
    return None if value is None else (value, -1)


_TEXTS = {b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}


def _raw_profile(basket: Basket, value: bytes, where: tuple[int, int]) -> bool:
    """Put in what ImageMagick spells as newline, name, length and hexadecimal digits."""
    fields = value.split(None, 2)
    raw = _hexadecimal(fields[2]) if len(fields) == 3 else None
    if raw is None:
        return False
    if raw.startswith(b"8BIM"):
        resources(basket, *where, joined=raw)
    elif raw.startswith(b"Exif\0\0"):
        basket.put("exif", "Raw profile", raw[6:], where)
    elif raw[:4] in {b"II*\0", b"MM\0*"}:
        basket.put("exif", "Raw profile", raw, where)
    elif b"<x:xmpmeta" in raw[:1024] or b"<?xpacket" in raw[:1024]:
        basket.put("xmp", "Raw profile", raw[max(0, raw.find(b"<")) :], where)
    elif raw[:1] == b"\x1c":
        basket.put("iptc", "Raw profile", raw, where)
    else:
        basket.put("app", f"Raw profile {name_of(fields[0])}", raw, where)
    return True


def _iptc(basket: Basket, value: bytes, where: tuple[int, int]) -> bool:
    raw = _hexadecimal(value)
    if raw is None or not raw.startswith((b"\x1c", b"8BIM")):
        return False
    if raw.startswith(b"8BIM"):
        resources(basket, *where, joined=raw)
    else:
        basket.put("iptc", "IPTC", raw, where)
    return True


def _hexadecimal(digits: bytes) -> bytes | None:
    try:
        return binascii.unhexlify(b"".join(digits.split()))
    except binascii.Error:
        return None
