"""Joins files of one folder whose names count on, that were written within minutes.

That is how pictures lie that were received or generated in one go, whatever they have lost. A file
that speaks for a camera is never joined to a generator's, and neither to one that a picture went
into: between them a run ends. Where a whole folder was copied in one go its times say nothing, and
numbers alone would make one series of all that a telephone ever took; there a run is joined up to
what one contact sheet shows.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SAME_SESSION, Link, Tie
from fanal.series.counting import Numbered
from fanal.series.sides import NOTHING, chained
from fanal.series.spelling import Digests, digest, joined
from fanal.series.times import copied, crowded

APART = 3
"""Numbers by which the next name may be further on: some files were deleted."""
WITHIN = 300.0
"""Seconds between the files at most."""
ORIGINAL, QUARTER, ZONES = 120.0, 900.0, 15.25 * 3600
"""Seconds by which a file may be written later than its picture was taken, as the camera did: apart
from a time zone, which is a multiple of a quarter of an hour."""
SHAPE = 0.01
"""By how much the ratio of the longer side to the shorter one may differ: messengers scale."""
HOW = "folder run"
_NEXT, _SIZE, _SOON, _BASE, _BY_TIME = 5, 5, 5, 50, 45
"""Strength of a link: of any, of one by the time in a name, and what is added where the numbers
follow each other, the sizes are equal, and the files are no more than a minute apart."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class File:
    """One picture in one folder."""

    sha256: str
    at: tuple[int, int]
    """Stand for the exhibit, and for the folder on it."""
    name: Numbered
    written: float
    """Seconds; `nan` where it is not known."""
    size: tuple[int, int]
    side: int = NOTHING
    taken: float = math.nan
    """Seconds by the camera's clock, where its record tells them."""


class Folders:
    """Gathers files, a hundred bytes each; a content in several places comes several times."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._group, self._exhibit, self._side = array("Q"), array("Q"), array("Q")
        self._folder, self._taken = array("Q"), array("d")
        self._number, self._size = array("q"), array("q")
        self._written, self._shape = array("d"), array("d")
        self._is_time = bytearray()

    def add(self, file: File) -> None:
        """Add a file."""
        width, height = (max(1, min(side, 1 << 30)) for side in file.size)
        self._digests.add(file.sha256)
        self._group.append(int(digest(file.at[1], file.name.pattern), 16))
        self._exhibit.append(file.at[0])
        self._folder.append(file.at[1])
        self._taken.append(file.taken)
        self._side.append(file.side)
        self._number.append(file.name.number)
        self._size.append((max(width, height) << 31) + min(width, height))
        self._shape.append(math.log(max(width, height) / min(width, height)))
        self._written.append(file.written)
        self._is_time.append(file.name.is_time)

    def found(self) -> Iterator[Link | Tie]:
        """Yield a link for each file with one before it, and a tie where that says too little.

        The tie goes to every file of a run of numbers that is not joined throughout.
        """
        if len(self._digests) < 2:
            return
        self._written_then()
        group, number = np.array(self._group, np.uint64), np.array(self._number, np.int64)
        order = np.lexsort((self._digests.heads(), np.array(self._written), number, group))
        every = [self._near(order, lag) for lag in range(1, APART + 1)]
        side = np.array(self._side, np.uint64)[order].tolist()
        little = self._copied()[order].tolist()
        back = np.array(chained(side, [near.tolist() for _, near in every], little), np.int64)
        joined_rows = np.flatnonzero(back)
        one, other = order[joined_rows - back[joined_rows]], order[joined_rows]
        # What one camera took at known times is judged by these, in `fanal.series.sessions`.
        taken = np.isnan(np.array(self._taken))
        left = taken[one] | taken[other]
        one, other = one[left], other[left]
        yield from self._links(one, other)
        yield from self._ties(order, every[0][0], back == 0)

    def _written_then(self) -> None:
        """Forget the times that too many files have."""
        written = np.array(self._written)
        written[crowded(np.array(self._exhibit, np.uint64), written)] = np.nan
        self._written = array("d", written.tolist())

    def _copied(self) -> NDArray[np.bool_]:
        """Tell of each file whether it was written among so many that its time says nothing.

        A picture that tells itself when it was taken, in its record or its name, needs no file's.
        """
        told = copied(np.array(self._folder, np.uint64), np.array(self._written))
        return told & np.isnan(self._taken) & ~(np.array(self._is_time) > 0)

    def _soon(self, one: Rows, other: Rows) -> NDArray[np.bool_]:
        """Tell whether two pictures were taken, or two files written, within minutes.

        Where one was taken at a known time, its file's time counts only if the camera wrote it.
        """
        written, taken = np.array(self._written), np.array(self._taken)
        with np.errstate(invalid="ignore"):
            later = np.abs(written - taken)
            beside = np.minimum(later % QUARTER, QUARTER - later % QUARTER)
            fresh = np.isnan(taken) | ((later <= ZONES) & (beside <= ORIGINAL))
            soon = (np.abs(written[other] - written[one]) <= WITHIN) & fresh[one] & fresh[other]
            both = ~np.isnan(taken[one]) & ~np.isnan(taken[other])
            soon = np.where(both, np.abs(taken[other] - taken[one]) <= WITHIN, soon)
        told: NDArray[np.bool_] = soon
        return told

    def _near(self, order: Rows, lag: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell of each row whether its number goes on from an earlier row's, and all else agrees.

        A time in the name stands for number and time of writing.
        """
        run, near = np.zeros((2, len(order)), np.bool_)
        one, other = order[:-lag], order[lag:]
        by_time = np.array(self._is_time)[other] > 0
        group, number = np.array(self._group, np.uint64), np.array(self._number, np.int64)
        shape = np.array(self._shape)
        steps = number[other] - number[one]
        run[lag:] = (group[one] == group[other]) & (steps <= np.where(by_time, WITHIN, APART))
        soon = self._soon(one, other) | by_time
        near[lag:] = soon & (np.abs(shape[other] - shape[one]) <= SHAPE)
        return run, run & near

    def _links(self, one: Rows, other: Rows) -> Iterator[Link]:
        number = np.array(self._number, np.int64)
        size, written = np.array(self._size, np.int64), np.array(self._written)
        by_time = np.array(self._is_time)[other] > 0
        steps, same = number[other] - number[one], size[one] == size[other]
        with np.errstate(invalid="ignore"):
            soon = np.abs(written[other] - written[one]) <= 60
        strength = np.where(by_time, _BY_TIME, _BASE + _NEXT * (steps <= 1)) + _SIZE * same
        columns = (one, other, steps, by_time, same, strength + _SOON * soon)
        for before, after, step, timed, equal, strong in zip(
            *(each.tolist() for each in columns), strict=True
        ):
            a, b = self._digests[before], self._digests[after]
            if a != b:
                says = _says(step, timed=timed, equal=equal)
                yield joined(a, b, SAME_SESSION, (HOW, strong), says)

    def _ties(self, order: Rows, run: NDArray[np.bool_], heads: NDArray[np.bool_]) -> Iterator[Tie]:
        """Yield a tie for the files of each run that holds more than one joined part."""
        numbers = np.cumsum(~run) - 1
        size = np.bincount(numbers)
        broken = np.bincount(numbers, weights=heads) > 1
        first = np.flatnonzero(~run)
        for row in np.flatnonzero(broken[numbers]).tolist():
            of = int(numbers[row])
            start = int(order[first[of]])
            common = f"names that count on {digest(self._group[start], self._number[start])}"
            says = f"one of {size[of]:,} files of one folder whose names count on"
            yield Tie(self._digests[int(order[row])], SAME_SESSION, common, says)


def _says(step: int, *, timed: bool, equal: bool) -> str:
    """Return the sentence on two files."""
    size = "equal size" if equal else "one shape"
    if timed:
        return f"in one folder, named by times {step} s apart, of {size}"
    if step == 0:
        told = "the same number"
    else:
        told = "one after the other" if step == 1 else f"{step} numbers apart"
    return f"in one folder, named {told}, written within minutes, of {size}"
