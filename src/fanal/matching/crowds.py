"""Finds crowds, the many near copies of one code that a list holds, and keeps them together.

In the tables a crowd fills one bucket of nearly every chunk, so that whoever comes near it meets
each of its codes up to 16 times. Set apart, it is a block of codes that is read once from end to
end, and only by queries that the triangle inequality lets be near one of them.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fanal.matching.mapped import Array, mapped, writable

SAMPLE = 1 << 13
"""Codes compared with each other to find crowds."""
LEAST_SAMPLED = 8
"""Codes of the sample that must lie together to be taken for a crowd."""
SMALLEST = 512
"""Codes of a crowd at least; smaller ones cost little in the tables."""
REACH = 31
"""Bits that a code of a crowd may differ from its head."""
MOST_CROWDS = 128
"""Every query is compared with every head: few enough not to be noticed."""
NOBODY = 255
"""Stands for "in no crowd" where codes are told which they are in."""


class Crowds(NamedTuple):
    """The crowds of an index: their heads, where each begins, and the codes with their numbers."""

    heads: Array
    starts: npt.NDArray[np.int64]
    codes: Array
    numbers: Array

    def of(self, crowd: int) -> tuple[Array, Array]:
        """Return the codes of one crowd and their numbers."""
        part = slice(self.starts[crowd], self.starts[crowd + 1])
        return self.codes[part], self.numbers[part]


def find_crowds(words: Array) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    """Return the heads of the crowds, and for each code the number of its crowd or NOBODY.

    Which crowds are found decides about speed only; whoever hides one from the sample has its codes
    in the tables like all others.
    """
    from fanal.matching import scan_kernels as kernels  # noqa: PLC0415  # numba starts slowly

    owners = np.full(len(words), NOBODY, np.uint8)
    heads = _heads(np.ascontiguousarray(words[:: max(1, len(words) // SAMPLE)][:SAMPLE]))
    if not len(heads):
        return heads, owners
    kernels.join_crowds(words, _padded(heads), len(heads), REACH, owners)
    sizes = np.bincount(owners, minlength=NOBODY + 1)
    large = np.flatnonzero(sizes[: len(heads)] >= SMALLEST)
    renamed = np.full(NOBODY + 1, NOBODY, np.uint8)
    renamed[large] = np.arange(len(large))
    return heads[large], renamed[owners]


def write_crowds(folder: Path, words: Array, heads: Array, owners: Array) -> list[int]:
    """Write the codes of each crowd with their numbers, ascending; return the sizes."""
    sizes: list[int] = np.bincount(owners, minlength=NOBODY + 1)[: len(heads)].tolist()
    total = sum(sizes)
    (folder / "heads.bin").write_bytes(heads.tobytes())
    codes = writable(folder / "crowds.bin", np.uint64, (total, 4))
    numbers = writable(folder / "members.bin", np.uint32, (total,))
    start = 0
    for crowd, size in enumerate(sizes):
        members = np.flatnonzero(owners == crowd)
        codes[start : start + size] = words[members]
        numbers[start : start + size] = members
        start += size
    return sizes


def open_crowds(folder: Path, sizes: list[int]) -> Crowds:
    """Map the crowds of an index."""
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    total = int(starts[-1])
    return Crowds(
        mapped(folder / "heads.bin", np.uint64, (len(sizes), 4)),
        starts,
        mapped(folder / "crowds.bin", np.uint64, (total, 4)),
        mapped(folder / "members.bin", np.uint32, (total,)),
    )


def _heads(sample: Array) -> npt.NDArray[np.uint64]:
    """Choose the codes of the sample that most others are near, none near another."""
    from fanal.matching import scan_kernels as kernels  # noqa: PLC0415  # numba starts slowly

    crowding = kernels.count_near(sample, sample, REACH)
    free = np.ones(len(sample), np.bool_)
    heads: list[int] = []
    for place in np.argsort(-crowding, kind="stable").tolist():
        if crowding[place] < LEAST_SAMPLED or len(heads) == MOST_CROWDS:
            break
        if not free[place]:
            continue
        near = free & (np.bitwise_count(sample ^ sample[place]).sum(axis=1) <= REACH)
        free &= ~near
        if near.sum() >= LEAST_SAMPLED:
            heads.append(place)
    return np.asarray(sample[heads], np.uint64).reshape(-1, 4)


def _padded(heads: Array) -> Array:
    """Lengthen the heads to a multiple of the eight that are compared at once."""
    padded = np.zeros((-(-len(heads) // 8) * 8, 4), np.uint64)
    padded[: len(heads)] = heads
    return padded
