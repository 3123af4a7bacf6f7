"""Reads the headers of a tar archive (POSIX.1-2001 pax, GNU, v7), in linear time and bounded space.

The standard library's reader is not used: it reads extended headers of any size into memory, and
searches them in quadratic time (CVE-2024-6232).
"""

from dataclasses import dataclass, field

from fanal.sources.reading import DamagedError

BLOCK = 512
LONGEST_EXTENDED = 1 << 20
"""Bytes of one extended header or sparse map; GNU tar itself writes a few hundred."""
MOST_SEGMENTS = 1 << 16
FARTHEST = (1 << 62) - 1
LONGEST_NUMBER = 20
"""Digits of a 64-bit number."""


@dataclass(frozen=True, slots=True)
class Header:
    """One header block, with what extended headers before it say."""

    name: bytes
    link: bytes
    kind: bytes
    """The type flag; `0` for a plain file."""
    size: int
    """Bytes that follow in the archive."""
    modified: int | None
    block: bytes = field(repr=False)
    """The header as it stands, for what only some kinds hold."""


def is_header(block: bytes) -> bool:
    """Tell by its check sum whether a block is a header."""
    if len(block) < BLOCK:
        return False
    stated = block[148:156].strip(b" \0")
    if not stated.isdigit() or any(digit > 0x37 for digit in stated):
        return False
    rest = block[:148] + block[156:BLOCK]
    unsigned = sum(rest) + 8 * 32
    # Some old programs added the bytes as signed ones.
    signed = unsigned - 256 * sum(byte > 127 for byte in rest)
    return int(stated, 8) in (unsigned, signed)


def parse(block: bytes) -> Header:
    """Return what a header block says."""
    name = block[:100].partition(b"\0")[0]
    kind = block[156:157]
    if block[257:263] == b"ustar\0":
        prefix = block[345:500].partition(b"\0")[0]
        name = prefix + b"/" + name if prefix else name
    return Header(
        name=name,
        link=block[157:257].partition(b"\0")[0],
        kind=b"0" if kind in (b"\0", b"7") else kind,
        size=number(block[124:136]),
        modified=_time(block[136:148]),
        block=block,
    )


def number(data: bytes) -> int:
    """Return a number written in octal or, by GNU, in base 256."""
    if data[:1] == b"\x80":
        value = int.from_bytes(data[1:], "big")
    else:
        text = data.partition(b"\0")[0].strip(b" ")
        try:
            value = int(text or b"0", 8)
        except ValueError as error:
            raise DamagedError("a header holds a number that is none") from error
    if not 0 <= value <= FARTHEST:
        raise DamagedError("a header holds a size that cannot be")
    return value


def _time(data: bytes) -> int | None:
    try:
        return number(data)
    except DamagedError:
        return None


def decimal(text: bytes) -> int:
    """Return a number of an extended header, written in decimal."""
    if not text.isdigit() or len(text) > LONGEST_NUMBER or int(text) > FARTHEST:
        raise DamagedError("an extended header holds a number that is none")
    return int(text)


WANTED = frozenset(
    (
        b"path",
        b"linkpath",
        b"size",
        b"mtime",
        b"GNU.sparse.name",
        b"GNU.sparse.map",
        b"GNU.sparse.size",
        b"GNU.sparse.realsize",
        b"GNU.sparse.major",
        b"GNU.sparse.minor",
    )
)
"""Keywords that say where a member's bytes are and how it is called."""


def pax(data: bytes) -> dict[bytes, bytes]:
    """Return the records that matter of a pax extended header: `length keyword=value newline`."""
    records: dict[bytes, bytes] = {}
    segments: list[bytes] = []
    at = 0
    while at < len(data) and data[at]:
        space = data.find(b" ", at, at + LONGEST_NUMBER)
        length = decimal(data[at:space]) if space > at else 0
        if space <= at or not space - at < length <= len(data) - at:
            raise DamagedError("a pax header is damaged")
        if data[at + length - 1] != ord("\n"):
            raise DamagedError("a pax header is damaged")
        keyword, _, value = data[space + 1 : at + length - 1].partition(b"=")
        if keyword in WANTED:
            records[keyword] = value
        elif keyword in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            segments.append(value)
        at += length
    if data[at:].strip(b"\0"):
        raise DamagedError("a pax header with bytes behind its records")
    if segments:
        records[b"GNU.sparse.map"] = b",".join(segments)
    return records


def sparse_map(numbers: list[int]) -> list[tuple[int, int]]:
    """Return (offset, length) pairs, in order and apart, or complain."""
    segments = list(zip(numbers[::2], numbers[1::2], strict=False))
    end = 0
    for offset, length in segments:
        if offset < end:
            raise DamagedError("a sparse map that runs backwards")
        end = offset + length
    if len(segments) > MOST_SEGMENTS or len(numbers) % 2 or end > FARTHEST:
        raise DamagedError("a sparse map that cannot be")
    return segments


def old_sparse(block: bytes, start: int, count: int) -> list[int]:
    """Return the numbers of an old GNU sparse map: pairs of 12 bytes, to the first empty one."""
    numbers: list[int] = []
    for at in range(start, start + 24 * count, 24):
        if not block[at]:
            break
        numbers += [number(block[at : at + 12]), number(block[at + 12 : at + 24])]
    return numbers
