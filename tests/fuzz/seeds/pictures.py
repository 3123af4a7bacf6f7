"""Seeds: small drawn pictures of every kind that is decoded."""

from functools import lru_cache

from makers import pictures


@lru_cache(maxsize=1)
def of_every_kind() -> list[bytes]:
    """Return one small file a kind."""
    return [
        pictures.jpeg(48, 40),
        pictures.jpeg(48, 40, progressive=True),
        pictures.jpeg(48, 40, mode="CMYK"),
        pictures.jpeg(40, 48, mode="L", orientation=6),
        pictures.png(40, 32),
        pictures.png(40, 32, mode="P"),
        pictures.png(16, 16, mode="I;16"),
        pictures.gif(32, 24, frames=3),
        pictures.webp(32, 24),
        pictures.webp(32, 24, frames=2),
        pictures.tiff(24, 16, pages=2),
        pictures.bmp(24, 16),
        pictures.avif(32, 24),
        b"P6\n3 2\n255\n" + bytes(range(18)),
        b"P3\n1 1\n255\n1 2 3\n",
    ]


def jpegs() -> list[bytes]:
    """Return JPEGs, and the markers an attacker would begin with."""
    return [
        *of_every_kind()[:4],
        b"\xff\xd8" + b"\xff" * 60 + b"\xc0\x00\x11\x08\x00\x10\x00\x10\x03\x01\x22\x00",
        b"\xff\xd8" + b"\xff\xd0" * 60,
        b"\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0\x01\xff\xc0\x00\x0b\x08\0\1\0\1\1\1\x11\0",
    ]


def jxl() -> list[bytes]:
    """Return beginnings of JPEG XL files."""
    box = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
    return [
        b"\xff\x0a" + b"\x7f" * 10,
        box + b"\x00\x00\x00\x14ftypjxl \0\0\0\0jxl \0\0\0\x14jxlc\xff\x0a" + bytes(10),
        box + b"\0\0\0\1free" + (1 << 63).to_bytes(8, "big") + b"\0\0\0\0jxlp\0\0\0\1\xff\x0a",
    ]
