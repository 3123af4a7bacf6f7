"""Finds every code within a Hamming distance, exactly."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from fanal.errors import CaseError
from fanal.matching.crowds import MOST_CROWDS, SMALLEST, open_crowds
from fanal.matching.hits import Hits, joined, nothing, ranks
from fanal.matching.mapped import Array, mapped
from fanal.matching.near_build import (
    CHUNKS,
    CODE_BYTES,
    MOST,
    PAD,
    VERSION,
    key_bits,
    number_bytes,
)

LINEAR_CELLS = 1 << 21
"""Pairs compared at once where there is no table."""


class NearIndex:
    """An index on disk, mapped read-only and shared by all processes that open it."""

    def __init__(self, folder: Path, entries: int, radius: int, crowds: list[int]) -> None:
        """Map the files of an index with so many entries and crowds of these sizes."""
        self.entries = entries
        self.radius = radius
        """The radius it was built for; every radius is answered exactly, larger ones slower."""
        self._bits = key_bits(entries)
        self._tables: Any = None
        if not self._bits:
            codes = mapped(folder / "codes.bin", np.uint8, (entries, CODE_BYTES))
            self._codes = codes.view(np.uint64)
            return
        self._codes = mapped(folder / "codes.bin", np.uint64, (entries, 4))
        self._crowds = open_crowds(folder, crowds)
        buckets = (1 << self._bits) + 1
        rest = entries - sum(crowds)
        self._offsets = mapped(folder / "offsets.bin", np.uint32, (CHUNKS, buckets))
        self._tags = mapped(folder / "tags.bin", np.uint16, (CHUNKS, rest + PAD))
        shape = (CHUNKS, rest, number_bytes(entries))
        self._numbers = mapped(folder / "numbers.bin", np.uint8, shape)
        # Compiled code trusts the offsets; wrong ones would make it read outside the tables.
        rising = bool((np.diff(self._offsets.astype(np.int64), axis=1) >= 0).all())
        whole = bool((self._offsets[:, 0] == 0).all() and (self._offsets[:, -1] == rest).all())
        if not (rising and whole):
            raise CaseError(f"{folder / 'offsets.bin'} is damaged", "import the list again")

    @classmethod
    def open(cls, folder: Path) -> "NearIndex":
        """Open the index in a folder, or say which file cannot be used."""
        path = folder / "near.json"
        try:
            head = json.loads(path.read_text(encoding="ascii"))
            version, entries, radius = head["version"], head["entries"], head["radius"]
            crowds = head["crowds"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CaseError(f"{path} cannot be read: {error!r}", "import the list again") from error
        if version != VERSION or not isinstance(entries, int) or not isinstance(radius, int):
            raise CaseError(f"{path} is of another version", "import the list again")
        if not 0 <= entries < 1 << 32 or not _are_crowds(crowds, entries):
            raise CaseError(f"{path} is damaged", "import the list again")
        return cls(folder, entries, radius, crowds)

    def query(self, codes: Array, radius: int, most: int = 0) -> Hits:
        """Find every entry within the radius of every code; sorted by query, distance, entry.

        With `most`, only so many nearest hits of each query are returned, ties going to the smaller
        number; all are counted still, and memory does not grow with what is left out.
        """
        if codes.ndim != 2 or codes.shape[1] != CODE_BYTES or codes.dtype != np.uint8:
            raise CaseError("codes for a near query are rows of 32 bytes")
        if most < 0:
            raise CaseError("the number of nearest hits wanted is 0 (all) or more")
        if radius < 0 or not self.entries or not len(codes):
            return nothing(len(codes))
        if self._bits:
            return self._ask(codes, min(radius, MOST), most)
        return self._compare(codes, min(radius, MOST), most)

    def _ask(self, codes: Array, radius: int, most: int) -> Hits:
        """Ask the tables."""
        from fanal.matching import near_kernels, near_query  # noqa: PLC0415  # numba starts slowly

        if self._tables is None:
            self._tables = near_kernels.Tables(
                self._codes, self._offsets, self._tags, self._numbers
            )
        return near_query.ask((self._tables, self._crowds), codes, (radius, most), self._bits)

    def _compare(self, codes: Array, radius: int, most: int) -> Hits:
        """Compare every code with every entry, a few queries at a time."""
        asked = np.ascontiguousarray(codes).view(np.uint64)
        step = max(1, LINEAR_CELLS // self.entries)
        blocks = []
        for start in range(0, len(asked), step):
            apart = asked[start : start + step, None] ^ self._codes[None]
            # The sum of four words may be 256, which does not fit a byte.
            distances = np.bitwise_count(apart).sum(axis=2, dtype=np.uint16)
            queries, entries = np.nonzero(distances <= radius)
            there = distances[queries, entries]
            order = np.lexsort((entries, there, queries))
            if most:
                order = order[ranks(queries[order]) < most]
            counts = np.bincount(queries, minlength=len(apart))
            blocks.append((entries[order].astype(np.uint32), there[order].astype(np.uint8), counts))
        return joined(blocks, most)


def _are_crowds(sizes: Any, entries: int) -> bool:
    """Tell whether these can be the sizes of crowds among so many entries."""
    return (
        isinstance(sizes, list)
        and len(sizes) <= MOST_CROWDS
        and all(isinstance(size, int) and size >= SMALLEST for size in sizes)
        and sum(sizes) <= entries
    )
