"""Ties pictures that came into one folder together, and joins those that did so on two exhibits.

Pictures that were sent in one message, or copied together, lie in one folder within seconds. Once,
that is a habit of their owner; when the same ones lie together on another exhibit too, they were
passed on as one. They are joined only where all that came together fits on one contact sheet, which
hides nothing: a collection of many series is unpacked within seconds too.
"""

import math
from array import array
from collections.abc import Iterator
from itertools import combinations, groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SAME_SESSION, SHEET, Link, Tie
from fanal.series.sides import chained
from fanal.series.spelling import Digests, digest, joined
from fanal.series.times import MOST_AT_ONCE, crowded

GAP = 15.0
"""Seconds between two files that came together at most."""
HOW, STRENGTH = "travels together", 52
MOST_BATCHES = 16
"""Places of one picture from which on it is too common to say what it came with."""
Rows = NDArray[np.int64]


class Arrivals:
    """Gathers pictures in folders, sixty bytes each, one a place."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._folder, self._exhibit = array("Q"), array("Q")
        self._picture, self._side = array("Q"), array("Q")
        self._written = array("d")

    def add(self, sha256: str, at: tuple[int, int], written: float, what: tuple[int, int]) -> None:
        """Add a file: `at`, its exhibit and folder; `what`, the picture it shows, and its side.

        A picture stands for all contents that show the same.
        """
        if not math.isnan(written):
            self._digests.add(sha256)
            self._exhibit.append(at[0])
            self._folder.append(at[1])
            self._written.append(written)
            self._picture.append(what[0])
            self._side.append(what[1])

    def found(self) -> Iterator[Link | Tie]:
        """Yield a tie for each file that came with others, and links of what came so twice."""
        if len(self._digests) < 2:
            return
        folder, written = np.array(self._folder, np.uint64), np.array(self._written)
        order = np.lexsort((self._digests.heads(), written, folder))
        order = order[~crowded(np.array(self._exhibit, np.uint64), written)[order]]
        if len(order) < 2:
            return
        starts = np.ones(len(order), np.bool_)
        starts[1:] = folder[order][1:] != folder[order][:-1]
        starts[1:] |= np.diff(written[order]) > GAP
        batch = np.cumsum(starts) - 1
        size = np.bincount(batch)
        yield from self._ties(order, batch, size)
        small = (size > 1) & (size <= SHEET)
        yield from self._links(order[small[batch]], batch[small[batch]])

    def _ties(self, order: Rows, batch: Rows, size: Rows) -> Iterator[Tie]:
        chosen = (size > 1) & (size <= MOST_AT_ONCE)
        for number, rows in groupby(
            zip(batch.tolist(), order.tolist(), strict=True), itemgetter(0)
        ):
            if not chosen[number]:
                continue
            held = [row for _, row in rows]
            common = f"came together {digest(self._folder[held[0]], self._written[held[0]])}"
            says = f"one of {len(held):,} files that came into one folder within seconds"
            for row in held:
                yield Tie(self._digests[row], SAME_SESSION, common, says)

    def _links(self, rows: Rows, batch: Rows) -> Iterator[Link]:
        """Yield the links of pictures that came together in two batches of two exhibits."""
        one_batch, other_batch, places = self._met(rows, batch)
        order = np.lexsort((places, other_batch, one_batch))
        pairs = np.stack((one_batch[order], other_batch[order]))
        starts = np.flatnonzero((np.diff(pairs, prepend=-1) != 0).any(axis=0))
        for group in np.split(order, starts[1:]) if len(order) else ():
            held = rows[places[group]].tolist()
            back = chained([self._side[row] for row in held], [[True] * len(held)])
            for one, other, lag in zip(held, held[1:], back[1:], strict=False):
                a, b = self._digests[one], self._digests[other]
                if lag and a != b:
                    says = f"came into one folder within seconds, as {len(held)} pictures did twice"
                    yield joined(a, b, SAME_SESSION, (HOW, STRENGTH), says)

    def _met(self, rows: Rows, batch: Rows) -> tuple[Rows, Rows, Rows]:
        """Return each two batches of two exhibits that hold a picture, and its place in one.

        24 bytes each: whoever copies thousands of pictures to many exhibits makes millions.
        """
        picture = np.array(self._picture, np.uint64)[rows]
        order = np.lexsort((batch, picture))  # stable: of copies the first in its batch counts
        every = zip(picture[order].tolist(), batch[order].tolist(), order.tolist(), strict=True)
        met = array("q"), array("q"), array("q")
        for _, copies in groupby(every, key=itemgetter(0)):
            first: dict[int, int] = {}
            for _, number, place in copies:
                first.setdefault(number, place)
            if 1 < len(first) <= MOST_BATCHES:
                for one, other in combinations(first.items(), 2):
                    if self._exhibit[rows[one[1]]] != self._exhibit[rows[other[1]]]:
                        for column, told in zip(met, (one[0], other[0], one[1]), strict=True):
                            column.append(told)
        one_batch, other_batch, places = (np.array(column, np.int64) for column in met)
        return one_batch, other_batch, places
