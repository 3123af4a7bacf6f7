"""Finds the near pairs within one set of codes: the forest that joins all that belong together."""

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fanal.errors import CaseError
from fanal.matching.exact import sorted_rows
from fanal.matching.mapped import Array
from fanal.matching.near_build import CODE_BYTES
from fanal.matching.pairs_found import NAME, Found, pack, unpack

TURNED_RADIUS = 31
"""Bits up to which a turned hash and that of a turned picture belong together: as if not turned.

The samples of PDQ do not lie quite symmetrically, so the hash of a turned picture is not the turned
hash of the picture. Measured with `fanal bench pairs --turns 300` on drawn pictures that were
turned and saved as JPEG of quality 95 to 40: half within 4 bits, 99 of 100 within 18, none beyond
24; made smaller too (to 30 to 90 %): 6, 26 and 28. The nearest turn of another picture: 98.
"""
TURNS = 7
MOST_RADIUS = 61
"""Greatest radius: a distance takes six bits of a pair's number, and two values mean more."""
MOST_CODES = NAME + 1
"""Greatest number of codes: each end of a pair takes 27 bits of its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of contents whose codes are near, sorted by distance, whether turned, `a` and `b`."""

    a: npt.NDArray[np.uint32]
    """The smaller number of each pair."""
    b: npt.NDArray[np.uint32]
    distance: npt.NDArray[np.uint8]
    turn: npt.NDArray[np.uint8]
    """How `a` is turned to look like `b`: 0 not at all, else as `Fingerprint.turned` counts."""

    def __len__(self) -> int:
        return len(self.a)

    def joined(self, others: "Pairs") -> "Pairs":
        """Return the minimum spanning forest of these pairs and others.

        Of the forest of some contents and the pairs of those after them it is the forest of all.
        """
        keys = [pack(part.a, part.b, part.distance, part.turn) for part in (self, others)]
        found = Found(int(max(self.b.max(initial=0), others.b.max(initial=0))) + 1)
        for part in keys:
            found.add(part)
        return Pairs(*unpack(found.forest()))


def near_pairs(
    codes: Array,
    turned: Array | None,
    radius: int,
    turned_radius: int,
    *,
    after: int = 0,
    workers: int = 0,
) -> Pairs:
    """Return the minimum spanning forest of all pairs within the radius, exactly.

    `codes` are rows of 32 bytes, all of a quality that near matching may trust; `turned` are the
    seven other rotations and mirrors of each, or None where only pairs as they are count. Of two
    contents the later one is turned, and is near if any turn is within the turned radius. Nearer
    pairs come first, then those that are not turned, then smaller numbers: there is one such forest
    only. Its trees are the groups of contents that any pairs join, and its pairs up to a smaller
    distance are the forest for that distance.

    With `after`, only pairs with an end at or after that number are returned, enough of them to
    make the forest of all from that of the contents before: `Pairs.joined`.

    Memory follows the number of codes, not that of pairs. `workers` threads (0: one a processor)
    work on it; how many changes nothing in the answer.
    """
    _check(codes, turned, (radius, turned_radius), after)
    names, rows = _different(codes)
    copies = np.flatnonzero(names[rows] != np.arange(len(codes)))
    copies = copies[copies >= after]
    found = Found(len(codes))
    found.add(pack(names[rows[copies]], copies, *np.zeros((2, len(copies)), np.uint8)))
    if len(names) > 1:
        from fanal.matching.pairs_search import Search  # noqa: PLC0415  # numba starts slowly

        search = Search(codes[names], names, found, workers or os.cpu_count() or 1)
        search.join(radius, after)
        if turned is not None:
            search.join_turned(turned, rows, turned_radius, after)
    columns = unpack(found.forest())
    new = columns[1] >= after
    return Pairs(*(column[new] for column in columns))


def _check(codes: Array, turned: Array | None, radii: tuple[int, int], after: int) -> None:
    """Refuse what cannot be asked."""
    if codes.ndim != 2 or codes.shape[1] != CODE_BYTES or codes.dtype != np.uint8:
        raise CaseError("codes for near pairs are rows of 32 bytes")
    shape = (len(codes), TURNS, CODE_BYTES)
    if turned is not None and (turned.shape != shape or turned.dtype != np.uint8):
        raise CaseError("turned codes for near pairs are seven rows of 32 bytes a code")
    if not all(0 <= radius <= MOST_RADIUS for radius in radii):
        raise CaseError(f"a radius for near pairs is a number of bits from 0 to {MOST_RADIUS}")
    if len(codes) > MOST_CODES:
        raise CaseError(f"near pairs are found among at most {MOST_CODES:,} codes")
    if after < 0:
        raise CaseError("the first new code has a number of 0 or more")


def _different(codes: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the number of the first of each different code, rising, and each code's place there.

    Memory for the codes in order is taken once.
    """
    order = sorted_rows(codes)
    ordered = codes[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    first = np.minimum.reduceat(order, np.flatnonzero(fresh)) if len(order) else order
    names = np.sort(first)
    rows = np.empty(len(order), np.int64)
    rows[order] = np.searchsorted(names, first)[np.cumsum(fresh) - 1] if len(order) else 0
    return names, rows
