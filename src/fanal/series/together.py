"""Joins pictures that nothing else tells of, written one after the other into one folder.

They speak for no generator and no source, tell no time of their own, and need no names that count;
what they have is one size, and times that follow each other within minutes. That says little. So
no more of them are joined than fit on one contact sheet, which hides nothing: people look once, and
see them all.
"""

import math
from array import array
from collections.abc import Iterator

import numpy as np

from fanal.model.series import SAME_SESSION, Link
from fanal.series.sides import NOTHING, chained
from fanal.series.spelling import Digests, joined
from fanal.series.times import copied, crowded

WITHIN = 300.0
"""Seconds between the files at most."""
LEAST = 64
"""Pixels of a picture's shorter side at least: icons and thumbnails of one size fill folders."""
HOW, STRENGTH = "written together", 35


class Together:
    """Gathers files, sixty bytes each, one a place."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._folder, self._exhibit = array("Q"), array("Q")
        self._written, self._size = array("d"), array("q")

    def add(self, sha256: str, at: tuple[int, int], written: float, size: tuple[int, int]) -> None:
        """Add a file; `at` stands for its exhibit and folder."""
        if not math.isnan(written) and min(size) >= LEAST:
            long, short = (max(1, min(side, 1 << 30)) for side in (max(size), min(size)))
            self._digests.add(sha256)
            self._exhibit.append(at[0])
            self._folder.append(at[1])
            self._written.append(written)
            self._size.append((long << 31) + short)

    def found(self) -> Iterator[Link]:
        """Yield a link from each file to the one of its size that was written before it."""
        if len(self._digests) < 2:
            return
        folder, written = np.array(self._folder, np.uint64), np.array(self._written)
        size = np.array(self._size, np.int64)
        never = crowded(np.array(self._exhibit, np.uint64), written) | copied(folder, written)
        order = np.lexsort((self._digests.heads(), written, size, folder))
        one, other = order[:-1], order[1:]
        near = np.zeros(len(order), np.bool_)
        near[1:] = (folder[one] == folder[other]) & (size[one] == size[other])
        near[1:] &= (written[other] - written[one] <= WITHIN) & ~never[one] & ~never[other]
        every = [True] * len(order)
        back = chained([NOTHING] * len(order), [near.tolist()], every)
        for place in np.flatnonzero(back).tolist():
            a, b = (self._digests[int(order[at])] for at in (place - 1, place))
            if a != b:
                gap = written[order[place]] - written[order[place - 1]]
                says = f"written into one folder {gap:.0f} s apart, of equal size"
                yield joined(a, b, SAME_SESSION, (HOW, STRENGTH), says)
