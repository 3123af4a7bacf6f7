"""Tells compressed streams by their first bytes and opens them."""

from fanal.sources.coders import Decoded, bzip2, gzip, window, xz, zstd
from fanal.sources.interface import Limits
from fanal.sources.reading import Reader

BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows `BZh` and the level: the first block (pi), or the end (its square root)."""
SUFFIXES = {"gzip": b".gz", "bzip2": b".bz2", "xz": b".xz", "zstd": b".zst"}


def compression(head: bytes) -> str:
    """Return which compression begins with these bytes, or ""."""
    if head[:3] == b"\x1f\x8b\x08":
        return "gzip"
    if head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in BZIP2_BLOCKS:
        return "bzip2"
    if head[:6] == b"\xfd7zXZ\0":
        return "xz"
    return "zstd" if head[:4] == b"\x28\xb5\x2f\xfd" else ""


def decompressed(kind: str, source: Reader, limits: Limits) -> Decoded:
    """Open a compressed stream of that kind."""
    match kind:
        case "gzip":
            return gzip(source)
        case "bzip2":
            return bzip2(source)
        case "xz":
            return xz(source, window(limits))
        case _:
            return zstd(source, window(limits))


def inner_name(kind: str, head: bytes, outer: bytes) -> bytes:
    """Return the name of the one file in a compressed stream: gzip's own, or the outer one's."""
    if kind == "gzip" and (name := _gzip_name(head)):
        return name
    base = outer.rpartition(b"/")[2]
    suffix = SUFFIXES[kind]
    return base[: -len(suffix)] if base.lower().endswith(suffix) and base != suffix else base


def gzip_time(kind: str, head: bytes) -> int | None:
    """Return the time that a gzip header states, in seconds since 1970; 0 there means none."""
    if kind != "gzip":
        return None
    return int.from_bytes(head[4:8], "little") or None


def _gzip_name(head: bytes) -> bytes:
    """Return the original name of a gzip header (RFC 1952, 2.3), b"" where it has none."""
    flags, at = head[3] if len(head) > 3 else 0, 10
    if not flags & 8:
        return b""
    if flags & 4:
        at += 2 + int.from_bytes(head[10:12], "little")
    end = head.find(b"\0", at)
    return head[at:end] if end > at else b""
