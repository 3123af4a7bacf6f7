"""Spells what contents have in common: short, printable, and as a digest where it is private."""

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import Link

MOST = 80
"""Characters of a name that a sentence repeats; a hostile file may give ten thousand."""


def digest(*parts: object) -> str:
    """Return 16 hexadecimal digits that stand for these parts and tell nobody what they are."""
    return hashed(*parts).to_bytes(8, "big").hex()


def hashed(*parts: object) -> int:
    """Return a number of 64 bits that stands for these parts, in this order."""
    text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def printable(text: str, most: int = MOST) -> str:
    """Return a text as one line without control characters, cut where it is long."""
    shown = text[:most]
    if not shown.isprintable():
        shown = "".join(letter if letter.isprintable() else "?" for letter in shown)
    return shown + ("…" if len(text) > most else "")


def pair(a: str, b: str) -> tuple[str, str]:
    """Return two digests of contents in the order in which links have them."""
    return (a, b) if a < b else (b, a)


def joined(a: str, b: str, kind: str, how: tuple[str, int], says: str) -> Link:
    """Return a link that may put both into one series; `how` is its code and its strength."""
    low, high = pair(a, b)
    return Link(low, high, kind, how[0], how[1], joins=True, says=says)


def plural(number: int, noun: str) -> str:
    """Return a number with its noun, both for the eye."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


class Digests:
    """Keeps many SHA-256 in 32 bytes each, and gives them back as text."""

    def __init__(self) -> None:
        """Begin empty."""
        self._held = bytearray()

    def __len__(self) -> int:
        return len(self._held) // 32

    def add(self, sha256: str) -> None:
        """Add one."""
        self._held += bytes.fromhex(sha256)

    def __getitem__(self, row: int) -> str:
        return self._held[32 * row : 32 * row + 32].hex()

    def rows(self) -> NDArray[np.uint8]:
        """Return them as rows of bytes."""
        return np.frombuffer(bytes(self._held), np.uint8).reshape(-1, 32)

    def heads(self) -> NDArray[np.uint64]:
        """Return the first 64 bits of each, to put them in order."""
        rows = np.ascontiguousarray(self.rows()[:, :8])
        return rows.view(">u8").ravel().astype(np.uint64)


def groups(keys: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield where each run of equal keys begins and ends, of keys in order."""
    if len(keys):
        edges = np.flatnonzero(np.diff(keys)) + 1
        yield from zip([0, *edges.tolist()], [*edges.tolist(), len(keys)], strict=True)
