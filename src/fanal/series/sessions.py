"""Joins the pictures of one camera that were taken within half an hour of each other.

The pictures of a camera are put in order by its own clock; each is compared with the one before it.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SAME_SESSION, Link
from fanal.series.spelling import Digests, joined
from fanal.series.times import crowded

Array = NDArray[np.float64]
GAP = 1800.0
"""Seconds between two pictures of one session at most: longer pauses end it."""
BURST = 10.0
"""Seconds up to which a camera was pressed again and again."""
GOES_ON = 3
"""Numbers by which the next picture of a session may be further on: some were deleted."""
ELSEWHERE = 50
"""Numbers apart from which, either way, the numbering says that it is another one."""
SURE = 60.0
"""Seconds up to which pictures of one camera without a serial number are joined although their
numbers are far apart: two telephones of one model and software may lie on one exhibit."""
NEAR, FAR = 200.0, 5000.0
"""Metres up to which a position is the same, and from which it is another."""
STRENGTHS = ((BURST, 88), (60.0, 80), (300.0, 72), (900.0, 64), (GAP, 56))
"""Seconds between two pictures up to which a link is so strong."""
NUMBERED, PLACED, OTHER_NUMBER, OTHER_PLACE = 6, 4, -20, -16
"""What numbers and positions add to that, and take from it."""
EARTH = 6_371_000.0
UNKNOWN = -1 << 62


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture by the record of its camera."""

    sha256: str
    body: int
    """Stands for the camera: make, model and serial number, or what else tells it."""
    sure: bool
    """The camera is told by a serial number; else by its model and software on one exhibit."""
    time: float
    """Seconds by its own clock; `nan` where it is not known."""
    way: int = 0
    """Stands for the way of counting: only numbers of one way are compared."""
    number: int | None = None
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""


class Sessions:
    """Gathers the pictures of cameras, a hundred bytes each."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._body, self._way = array("Q"), array("Q")
        self._number = array("q")
        self._time, self._latitude, self._longitude = array("d"), array("d"), array("d")
        self._sure = bytearray()

    def add(self, shot: Shot) -> None:
        """Add a picture; one without a time is left out, one on several exhibits added for each."""
        if math.isnan(shot.time):
            return
        self._digests.add(shot.sha256)
        self._body.append(shot.body)
        self._way.append(shot.way)
        known = shot.number is not None and abs(shot.number) < 1 << 60
        self._number.append(shot.number if known and shot.number is not None else UNKNOWN)
        self._time.append(shot.time)
        latitude, longitude = shot.place or (np.nan, np.nan)
        self._latitude.append(latitude)
        self._longitude.append(longitude)
        self._sure.append(shot.sure)

    def links(self) -> Iterator[Link]:
        """Yield the links of every session: each picture with the one before it."""
        if len(self._digests) < 2:
            return
        body, time = np.array(self._body, np.uint64), np.array(self._time)
        number = np.array(self._number, np.int64)
        same = (np.array(self._longitude), np.array(self._latitude), np.array(self._sure))
        order = np.lexsort((*same, self._digests.heads(), number, time, body))
        order = order[~crowded(body, time)[order]]
        one, other = order[:-1], order[1:]
        apart = time[other] - time[one]
        pairs = (body[one] == body[other]) & (apart <= GAP)
        one, other, apart = one[pairs], other[pairs], apart[pairs]
        steps = self._steps(one, other)
        metres = self._metres(one, other)
        strength, joins = _strengths(apart, steps, metres, np.array(self._sure)[one] > 0)
        rows = zip(
            one,
            other,
            apart.tolist(),
            steps.tolist(),
            metres.tolist(),
            strength,
            joins,
            strict=True,
        )
        for before, after, gap, step, far, strong, good in rows:
            a, b = self._digests[before], self._digests[after]
            if good and a != b:
                how = ("burst" if gap <= BURST else "session", int(strong))
                yield joined(a, b, SAME_SESSION, how, _says(gap, step, far))

    def _steps(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how far the numbering goes on between two; UNKNOWN where that cannot be said."""
        number, way = np.array(self._number, np.int64), np.array(self._way, np.uint64)
        known = (number[one] != UNKNOWN) & (number[other] != UNKNOWN) & (way[one] == way[other])
        return np.where(known, number[other] - number[one], UNKNOWN)

    def _metres(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> Array:
        """Return the metres between two positions; `nan` where one is not known."""
        latitude, longitude = np.radians(self._latitude), np.radians(self._longitude)
        down = latitude[other] - latitude[one]
        across = longitude[other] - longitude[one]
        half = np.sin(down / 2) ** 2
        half += np.cos(latitude[one]) * np.cos(latitude[other]) * np.sin(across / 2) ** 2
        metres: Array = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
        return metres


def _strengths(
    apart: Array, steps: NDArray[np.int64], metres: Array, sure: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return how strong each link is, and whether it joins."""
    limits = np.array([limit for limit, _ in STRENGTHS])
    base = np.array([strength for _, strength in STRENGTHS])
    strength = base[np.minimum(np.searchsorted(limits, apart), len(base) - 1)]
    known = steps != UNKNOWN
    jumps = known & ((steps < 0) | (steps > ELSEWHERE))
    strength = strength + NUMBERED * (known & (steps >= 0) & (steps <= GOES_ON))
    strength += OTHER_NUMBER * jumps
    with np.errstate(invalid="ignore"):
        strength += PLACED * (metres <= NEAR) + OTHER_PLACE * (metres >= FAR)
        moved = metres >= FAR
    return strength, ~(jumps & ~sure & (apart > SURE)) & ~(moved & (apart > SURE))


def _says(gap: float, step: int, metres: float) -> str:
    """Return the sentence on two pictures of one camera."""
    told = f"taken by one camera {_spoken(gap)} apart"
    if step != UNKNOWN and 0 < step <= ELSEWHERE:
        told += ", numbered one after the other" if step == 1 else f", {step} numbers apart"
    elif step != UNKNOWN and step:
        told += ", though their numbers do not go on"
    if metres <= NEAR:
        told += ", at one place"
    elif metres >= FAR:
        told += ", though at two places"
    return told


def _spoken(gap: float) -> str:
    """Return a time for the eye."""
    if gap < 120:
        return f"{gap:.0f} s"
    return f"{gap / 60:.0f} min"
