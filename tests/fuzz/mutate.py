"""Changes inputs the way a damaged or hostile file is changed, from a source of chance."""

from random import Random

INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, (1 << 62) - 1)
TOKENS = (
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08", b"PK\x06\x06", b"ustar\0"),
    *(b"\x1f\x8b\x08", b"BZh9", b"7z\xbc\xaf\x27\x1c", b"\xff\xd8\xff", b"\xff\xc0", b"\x00"),
    *(b'"', b"\\", b"[", b"]", b"{", b"}", b",", b"\n", b"\r\n", b"<", b"</", b"<!--", b"&#0;"),
    *(b"=", b":illegal:", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"-1", b"1e999", b"\\ud800"),
)
"""Bytes that mean something to one parser or another."""


def mutated(data: bytes, chance: Random, longest: int, other: bytes = b"") -> bytes:
    """Return the bytes after a few changes, no longer than `longest`."""
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        data = chance.choice(_CHANGES)(data, chance, other)
    return data[:longest]


def _span(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 2, 4, 8, 30, 100, 512)))


def _flip(data: bytes, chance: Random, _: bytes) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _put(data: bytes, chance: Random, _: bytes) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(TOKENS) + data[at + chance.choice((0, 1, 4)) :]


def _drop(data: bytes, chance: Random, _: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _repeat(data: bytes, chance: Random, _: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 50)) + data[end:]


def _cut(data: bytes, chance: Random, _: bytes) -> bytes:
    return data[: chance.randint(0, len(data))]


def _splice(data: bytes, chance: Random, other: bytes) -> bytes:
    start, end = _span(other, chance)
    at = chance.randint(0, len(data))
    return data[:at] + other[start:end] + data[at:]


def _number(data: bytes, chance: Random, _: bytes) -> bytes:
    """Put a number that lengths and offsets trip over in the place of another."""
    size = chance.choice((1, 2, 4, 8))
    at = chance.randint(0, max(0, len(data) - size))
    value = chance.choice((*INTERESTING, len(data), at)) & ((1 << 8 * size) - 1)
    return data[:at] + value.to_bytes(size, chance.choice(("little", "big"))) + data[at + size :]


def _digits(data: bytes, chance: Random, _: bytes) -> bytes:
    """Put other digits in the place of those written out."""
    places = [at for at, byte in enumerate(data[:4096]) if 0x30 <= byte <= 0x39]
    if not places:
        return data
    at = chance.choice(places)
    return data[:at] + chance.choice((b"9" * 20, b"0", b"-1", b"8", b"7" * 11)) + data[at + 1 :]


_CHANGES = (_flip, _put, _drop, _repeat, _cut, _splice, _number, _digits)
