"""Opens the bytes of a ZIP member by its compression method."""

from fanal.sources.coders import (
    Decoded,
    bzip2,
    deflate,
    lzma1_filter,
    raw_lzma,
    window,
    xz,
    zstd,
)
from fanal.sources.interface import Limits
from fanal.sources.reading import EncryptedError, Limited, Reader, UnsupportedError, exactly
from fanal.sources.zip_records import Listed

METHODS = {
    0: "stored",
    1: "shrink",
    2: "reduce",
    3: "reduce",
    4: "reduce",
    5: "reduce",
    6: "implode",
    8: "deflate",
    9: "deflate64",
    10: "DCL implode",
    12: "bzip2",
    14: "LZMA",
    20: "Zstandard",
    93: "Zstandard",
    95: "xz",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES",
}
"""Methods of PKWARE APPNOTE 4.4.5."""


def unpacked(listed: Listed, packed: Reader, limits: Limits) -> Reader:
    """Return the reader of a member's bytes, or raise EncryptedError or UnsupportedError."""
    memory = window(limits)
    match listed.method:
        case 0:
            return packed
        case 8:
            return deflate(packed)
        case 12:
            return bzip2(packed)
        case 14:
            return _lzma(listed, packed, memory)
        case 20 | 93:
            return zstd(packed, memory)
        case 95:
            return xz(packed, memory)
        case 99:
            raise EncryptedError("the member needs a password")
        case other:
            raise UnsupportedError(f"method {other}, {METHODS.get(other, 'unknown')}")


def _lzma(listed: Listed, packed: Reader, memory: int) -> Reader:
    """Read the properties that stand before the stream (APPNOTE 5.8.8)."""
    size = int.from_bytes(exactly(packed, 4)[2:], "little")
    decoded: Decoded = raw_lzma(packed, [lzma1_filter(exactly(packed, size))], memory)
    return decoded if listed.flags & 2 else Limited(decoded, listed.size)
