"""Chooses which content stands for a series, and in which order its contents are shown.

What tells most of where a series comes from stands for it, never what shows most. A sheet shows
what differs before it shows anything twice: other origins, and what no list knows, early; then one
of each picture before copies.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SHEET

Array = NDArray[Any]
UNDATED = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of contents, one entry each, in the order of their SHA-256."""

    decoded: Array
    camera: Array
    """How strongly something speaks for a camera, as a number of the scale of grades."""
    kinds: Array
    """Kinds of finding of origin that there are."""
    pixels: Array
    size: Array
    """Bytes."""
    time: Array
    """When it was taken, else last changed; UNDATED where neither is known."""
    picture: Array
    """Number of the group of near or equal pictures that it is in."""
    state: Array
    """Number of its state of origin; -1 where nothing is told of it."""
    told: Array | None = None
    """Number of what lists and people say of it; None where they say nothing of any."""


def ranks(standing: Standing) -> Array:
    """Return the place of each content among all: 0 stands for a series before any other."""
    copies = np.ones(len(standing.pixels), dtype=bool)
    copies[originals(standing)] = False
    order = np.lexsort(
        (
            standing.time,
            copies,
            -standing.pixels,
            -standing.kinds,
            -standing.camera,
            np.logical_not(standing.decoded),
        )
    )
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def originals(standing: Standing) -> Array:
    """Return one content of each group of near or equal pictures: the largest, earliest first."""
    order = np.lexsort((standing.time, -standing.size, -standing.pixels, standing.picture))
    groups = standing.picture[order]
    return order[np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]][: len(order)])]


def representatives(series: Array, places: Array) -> Array:
    """Return the content that stands for series 0, 1 …; -1 stands for no series."""
    at = np.flatnonzero(series >= 0)
    order = at[np.lexsort((places[at], series[at]))]
    groups = series[order]
    return order[np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]][: len(order)])]


def ordered(standing: Standing) -> list[int]:
    """Return the contents of one series in the order in which its sheets show them."""
    places = ranks(standing)
    rounds: defaultdict[int, list[int]] = defaultdict(list)
    shown: defaultdict[tuple[int, int], int] = defaultdict(int)
    for content in np.argsort(places, kind="stable").tolist():
        picture = int(standing.picture[content]), _told(standing, content)
        rounds[shown[picture]].append(content)
        shown[picture] += 1
    first = int(np.argmin(places)) if len(places) else -1
    every = (content for turn in sorted(rounds) for content in _mixed(standing, rounds[turn]))
    return [first, *(content for content in every if content != first)] if len(places) else []


def sheet(standing: Standing) -> list[int]:
    """Return the contents that the first contact sheet of a series shows."""
    return ordered(standing)[:SHEET]


def _mixed(standing: Standing, contents: Sequence[int]) -> Iterator[int]:
    """Yield contents so that origins and what is told take turns, each spread over its time.

    The rarest comes first.
    """
    by_state: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for content in sorted(contents, key=lambda one: (int(standing.time[one]), one)):
        state = int(standing.state[content]), _told(standing, content)
        by_state[state].append(content)
    turns = sorted(by_state.items(), key=lambda one: (len(one[1]), one[0]))
    streams = [list(spread(group)) for _, group in turns]
    for turn in range(max(map(len, streams), default=0)):
        yield from (stream[turn] for stream in streams if turn < len(stream))


def _told(standing: Standing, content: int) -> int:
    return 0 if standing.told is None else int(standing.told[content])


def spread(ordered_: Sequence[int]) -> Iterator[int]:
    """Yield all of a sequence so that what comes first is spread evenly over it.

    The order is that of van der Corput: positions by their bits read backwards.
    """
    bits = max(0, len(ordered_) - 1).bit_length()
    for number in range(1 << bits):
        at = int(f"{number:0{bits}b}"[::-1], 2) if bits else 0
        if at < len(ordered_):
            yield ordered_[at]
