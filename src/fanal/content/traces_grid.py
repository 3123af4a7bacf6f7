"""Finds the grid of an earlier JPEG: 8 x 8 blocks whose means lie on a lattice.

A JPEG quantises the mean of every block to multiples of one step (ITU-T T.81, A.3.4), and that
stays in the pixels when they are saved without loss, cropped, or saved again more finely. So the
means of the blocks are taken at each of the 64 places where a grid can begin, and the spectrum of
their histogram is compared: at the true place alone it has a line, at the inverse of the step.
After the integer periodicity of T. Bianchi and A. Piva, "Detection of nonaligned double JPEG
compression based on integer periodicity maps", IEEE TIFS 7(2), 2012. Unlike the height of steps at
block edges it is not met in pictures of decoders that work in blocks of eight.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from fanal.content.image import Plane

LEAST_SIDE = 128
"""Pixels below which there are too few blocks."""
MOST_PIXELS = 2_000_000
"""Pixels looked at, from the middle."""
BINS = 2048
COARSEST = 40
"""Largest step looked for; coarser ones look like the shape of the histogram."""
SURE = -10.0
"""Base-ten logarithm of how often chance may give such a line in a picture without a grid."""
CLEAR = 0.1
"""Least height of the line; 1 is a perfect lattice. Text on screens reaches 0.09."""
CLEAR_BELOW = 0.2
"""The same below the file's own grid, whose shadow reached 0.16."""
OWN_WIDTH = 40
"""Bins about the lines of the file's own step that are not looked at."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where an earlier grid begins, and how coarse it was."""

    x: int
    y: int
    step: float
    """Of the quantisation of the blocks' means."""
    height: float
    """Of the line in the spectrum, 0 to 1."""


def earlier_grid(luma: Plane, own_step: int = 0) -> Grid | None:
    """Return the grid of an earlier JPEG; `own_step` is that of the file's own, 0 for none.

    Below an own grid only those are told that share neither rows nor columns with it.
    """
    if min(luma.shape) < LEAST_SIDE:
        return None
    lines, blocks = _lines(_middle(luma))
    lines[:, : BINS // COARSEST] = 0
    if own_step:
        _without_own(lines, own_step)
    place, line = np.unravel_index(int(lines.argmax()), lines.shape)
    power = float(lines[place, line])
    height = (power / blocks) ** 0.5
    chance = (log(lines.size) - power) / log(10)
    if chance > SURE or height < (CLEAR_BELOW if own_step else CLEAR):
        return None
    y, x = divmod(int(place), 8)
    return Grid(x, y, round(BINS / int(line), 1), round(height, 2))


def _middle(luma: Plane) -> Plane:
    """Return the middle of a plane, cut at multiples of eight, so that places stay the same."""
    height, width = luma.shape
    tall = min(height, max(LEAST_SIDE * 4, MOST_PIXELS // width))
    wide = min(width, MOST_PIXELS // tall)
    top, left = (height - tall) // 2 // 8 * 8, (width - wide) // 2 // 8 * 8
    return luma[top : top + tall, left : left + wide]


def _lines(luma: Plane) -> tuple[NDArray[np.float64], float]:
    """Return the power of each line of the spectrum at each of 64 places, and blocks a place."""
    means = _means(luma)
    spectra = np.empty((64, BINS // 2 + 1), np.complex128)
    for place in range(64):
        taken = means[place // 8 :: 8, place % 8 :: 8].ravel()
        spectra[place] = np.fft.rfft(np.bincount(taken, minlength=BINS)[:BINS])
    blocks = means.size / 64
    # What all places share is the shape of the histogram; a lattice is at one place alone.
    spectra -= spectra.mean(0)
    return np.abs(spectra) ** 2 / blocks, blocks


def _means(luma: Plane) -> NDArray[np.int64]:
    """Return eight times the mean of the 8 x 8 pixels that begin at each pixel: its DC value."""
    height, width = ((side - 8) // 8 * 8 for side in luma.shape)
    rows = np.zeros((height + 8, width + 9), np.int32)
    np.cumsum(luma[: height + 8, : width + 8], axis=1, dtype=np.int32, out=rows[:, 1:])
    wide = rows[:, 8 : 8 + width] - rows[:, :width]
    columns = np.zeros((height + 9, width), np.int32)
    np.cumsum(wide, axis=0, dtype=np.int32, out=columns[1:])
    # T.81 takes 128 from each pixel first: that shifts the histogram and leaves its lines.
    return (columns[8 : 8 + height] - columns[:height] + 4).astype(np.int64) >> 3


def _without_own(lines: NDArray[np.float64], step: int) -> None:
    """Leave out what the file's own grid causes: its places, and the lines of its step."""
    lines[:8] = 0
    lines[::8] = 0
    for number in range(1, step + 1):
        line = round(BINS * number / step)
        lines[:, max(0, line - OWN_WIDTH) : line + OWN_WIDTH + 1] = 0
