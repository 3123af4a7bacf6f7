"""Groups prompts that were written after one template, without keeping a word of them.

A prompt is a set of hashed tokens. Sets that are alike are found by MinHash in bands (Broder, 1997;
Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3) and compared as a whole with
the first of their band. All numbers are fixed: the same prompts give the same families.
"""

import hashlib
import re
import zlib
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.6
"""Share of the tokens of two prompts, counted together, that both must have."""
LEAST_TOKENS = 4
"""Tokens below which a prompt says too little to be a family of its own."""
MOST_TOKENS = 512
"""Tokens of a prompt that are compared."""
MOST_TEXT = 1 << 16
BANDS, ROWS = 12, 3
"""Bands of so many hashes each: two prompts that share 60 % of their tokens meet in one of them
with a chance of 94 %, two that share 30 % with 28 %, and are then told apart by the comparison."""
BLOCK = 1 << 15
"""Prompts whose tokens are hashed at once."""
_NETWORK = re.compile(r"<[^<>]{0,300}>|\bembedding:[\w.\-/\\]{1,200}")
_WEIGHT = re.compile(r":\s*-?[\d.]+\s*(?=[)\]}>,]|$)")
_TOKEN = re.compile(r"[^\W_]+(?:['_-][^\W_]+)*")
_NONE = -1


def tokens_of(prompt: str) -> frozenset[int]:
    """Return the hashed tokens of a prompt, without add-ons, weights and plain numbers."""
    text = _WEIGHT.sub(" ", _NETWORK.sub(" ", prompt[:MOST_TEXT].casefold()))
    found: set[int] = set()
    for word in _TOKEN.findall(text):
        if not word.isdecimal():
            found.add(zlib.crc32(word.encode("utf-8", "surrogatepass")))
            if len(found) >= MOST_TOKENS:
                break
    return frozenset(found)


@dataclass(frozen=True, slots=True, eq=False)
class Families:
    """Which family each prompt is of."""

    family: NDArray[np.int64]
    """Number of the family of each row that was added; -1 where it says too little."""
    names: tuple[str, ...]
    """Digest of each family."""


class Prompts:
    """Gathers prompts; each different set of tokens is kept once, four bytes a token."""

    def __init__(self) -> None:
        """Begin empty."""
        self._texts: dict[bytes, int] = {}
        self._sets: dict[bytes, int] = {}
        self._tokens = array("I")
        self._starts = array("q", [0])
        self._rows = array("q")

    def add(self, prompt: str) -> None:
        """Add a prompt as the next row."""
        told = hashlib.blake2b(prompt.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        number = self._texts.get(told)
        if number is None:
            number = self._texts[told] = self._set(tokens_of(prompt))
        self._rows.append(number)

    def _set(self, tokens: frozenset[int]) -> int:
        if len(tokens) < LEAST_TOKENS:
            return _NONE
        ordered = array("I", sorted(tokens))
        name = hashlib.blake2b(ordered.tobytes(), digest_size=8).digest()
        number = self._sets.get(name)
        if number is None:
            number = self._sets[name] = len(self._sets)
            self._tokens.extend(ordered)
            self._starts.append(len(self._tokens))
        return number

    def families(self) -> Families:
        """Return the families; the name of one is the smallest digest among its prompts."""
        rows = np.array(self._rows, np.int64)
        if not self._sets:
            return Families(np.full(len(rows), _NONE, np.int64), ())
        parents = self._joined()
        digests = np.array([int.from_bytes(name, "big") for name in self._sets], np.uint64)
        heads, family = np.unique(parents, return_inverse=True)
        names = np.full(len(heads), np.iinfo(np.uint64).max, np.uint64)
        np.minimum.at(names, family, digests)
        found = np.where(rows >= 0, family[np.maximum(rows, 0)], _NONE)
        return Families(found, tuple(f"{int(name):016x}" for name in names))

    def _joined(self) -> NDArray[np.int64]:
        """Return of each set the first set of its family."""
        tokens, starts = np.array(self._tokens, np.uint32), np.array(self._starts, np.int64)
        parents = list(range(len(self._sets)))
        for band in range(BANDS):
            keys = _band(tokens, starts, band)
            order = np.argsort(keys, kind="stable")
            same = keys[order][1:] == keys[order][:-1]
            begins = np.concatenate(([True], ~same))
            first = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
            for one, other in zip(first[1:][same].tolist(), order[1:][same].tolist(), strict=True):
                a, b = _root(parents, one), _root(parents, other)
                if a != b and self._alike(one, other):
                    parents[max(a, b)] = min(a, b)
        return np.array([_root(parents, one) for one in range(len(parents))], np.int64)

    def _alike(self, one: int, other: int) -> bool:
        a, b = self._of(one), self._of(other)
        both = len(a & b)
        return both >= ALIKE * (len(a) + len(b) - both)

    def _of(self, number: int) -> set[int]:
        return set(self._tokens[self._starts[number] : self._starts[number + 1]])


def _band(tokens: NDArray[np.uint32], starts: NDArray[np.int64], band: int) -> NDArray[np.uint64]:
    """Return one number for each set that is equal where ROWS of its smallest hashes are."""
    keys = np.zeros(len(starts) - 1, np.uint64)
    for first in range(0, len(keys), BLOCK):
        part = starts[first : first + BLOCK + 1]
        held = tokens[part[0] : part[-1]].astype(np.uint64)
        for row in range(ROWS):
            salt = np.uint64(zlib.crc32(b"fanal prompts %d %d" % (band, row)))
            mixed = _mixed(held ^ (salt << np.uint64(32)))
            smallest = np.minimum.reduceat(mixed, part[:-1] - part[0])
            keys[first : first + BLOCK] = _mixed(keys[first : first + BLOCK] ^ smallest)
    return keys


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers without any order left (SplitMix64, Steele, Lea and Flood, 2014)."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _root(parents: list[int], one: int) -> int:
    while parents[one] != one:
        parents[one] = parents[parents[one]]
        one = parents[one]
    return one
