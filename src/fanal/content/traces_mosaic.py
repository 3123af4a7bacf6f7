"""Tells where the pattern of a camera's colour filter is in the pixels, and where it is missing.

Behind a Bayer filter every second pixel of green was measured and the others were interpolated, in
a chequerboard; the interpolated ones are told better by their neighbours (A. E. Dirik and
N. Memon, "Image tamper detection based on demosaicing artifacts", ICIP 2009; P. Ferrara and others,
"Image forgery localization via fine-grained analysis of CFA artifacts", IEEE TIFS 7(5), 2012).
What was pasted in from elsewhere, retouched or made by a program lacks the pattern.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from fanal.content.image import Plane

BLOCK = 32
LEAST_BLOCKS = 40
"""Blocks that can be judged, without which nothing is said."""
LEAST_ENERGY = 24.0
"""Mean square of the error of interpolation, times 16: more even blocks lost what they had."""
MOST_CLIPPED = 0.05
"""Share of black and white pixels in a block that is judged."""
STRONG = 0.2
"""The pattern is there where the middle block has so much of it."""
SHARE, AGAINST = 0.55, 0.1
"""So many blocks must lean as the middle one does, and no more than so many the other way."""
WEAK, WEAKER = 0.5, 0.3
"""A block lacks it that has less than so much of the middle one's, and its surroundings less."""
LEAST_REGION = 12
"""Blocks of a region that is told; smaller ones are met in camera pictures too."""
MOST_REGIONS = 16

Field = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The pattern of a colour filter, and the regions that lack it."""

    strength: float
    """Logarithm of the ratio of both errors in the middle block, without its sign."""
    share: float
    """Blocks that lean the same way, of those judged."""
    regions: tuple[tuple[int, int, int, int], ...]
    """Left, top, width, height in pixels; the largest first."""


def mosaic(green: Plane) -> Mosaic | None:
    """Return the pattern in a plane of green, None where there is none."""
    if min(green.shape) < 2 * BLOCK + 2:
        return None
    ratio, energy = _ratio(green)
    judged = (energy > LEAST_ENERGY) & (_clipped(green, energy.shape) < MOST_CLIPPED)
    if judged.sum() < LEAST_BLOCKS:
        return None
    middle = float(np.median(ratio[judged]))
    leaning = ratio * np.sign(middle)
    strength, share = abs(middle), float((leaning[judged] > STRONG / 2).mean())
    against = float((leaning[judged] < -STRONG / 2).mean())
    if strength < STRONG or share < SHARE or against > AGAINST:
        return None
    around, near = _around(np.where(judged, leaning, 0)), _around(judged.astype(np.float64))
    lacks = judged & (leaning < WEAK * strength) & (near >= 5)
    lacks &= around < WEAKER * strength * np.maximum(near, 1)
    return Mosaic(round(strength, 2), round(share, 2), _regions(lacks))


def _ratio(green: Plane) -> tuple[Field, Field]:
    """Return, block by block, how the errors on both halves of the chequerboard compare."""
    wide = green.astype(np.int16)
    error = 4 * wide[1:-1, 1:-1]
    for part in (wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]):
        error -= part
    rows, columns = (side // BLOCK for side in error.shape)
    square = error[: rows * BLOCK, : columns * BLOCK].astype(np.float32)
    square *= square
    half = BLOCK // 2
    sums = [
        square[row::2, column::2].reshape(rows, half, columns, half).sum((1, 3), dtype=np.float64)
        for row, column in ((0, 0), (1, 1), (0, 1), (1, 0))
    ]
    one, other = sums[0] + sums[1], sums[2] + sums[3]
    return np.log((one + 1) / (other + 1)), (one + other) / BLOCK**2


def _clipped(green: Plane, shape: tuple[int, ...]) -> Field:
    """Return the share of black and white pixels of each block, from every second of a row."""
    rows, columns = shape
    part = green[1 : rows * BLOCK + 1 : 2, 1 : columns * BLOCK + 1 : 2]
    clipped = (part <= 5) | (part >= 250)
    half = BLOCK // 2
    share: Field = clipped.reshape(rows, half, columns, half).mean((1, 3))
    return share


def _around(field: Field) -> Field:
    """Return the sum over each block and its eight neighbours."""
    rows, columns = field.shape
    padded = np.pad(field, 1)
    parts = [padded[y : y + rows, x : x + columns] for y, x in product(range(3), repeat=2)]
    total: Field = np.sum(parts, axis=0)
    return total


def _regions(lacks: NDArray[np.bool_]) -> tuple[tuple[int, int, int, int], ...]:
    """Return the rectangles about blocks that hang together, the largest first."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(lacks), strict=True)}
    found = []
    while left:
        region, edge = set[tuple[int, int]](), [left.pop()]
        while edge:
            y, x = edge.pop()
            region.add((y, x))
            beside = {(y, x + 1), (y, x - 1), (y + 1, x), (y - 1, x)} & left
            left -= beside
            edge.extend(beside)
        if len(region) >= LEAST_REGION:
            found.append(region)
    found.sort(key=lambda region: (-len(region), min(region)))
    return tuple(_rectangle(region) for region in found[:MOST_REGIONS])


def _rectangle(region: set[tuple[int, int]]) -> tuple[int, int, int, int]:
    rows, columns = [y for y, _ in region], [x for _, x in region]
    top, left = min(rows), min(columns)
    tall, wide = max(rows) - top + 1, max(columns) - left + 1
    return left * BLOCK + 1, top * BLOCK + 1, wide * BLOCK, tall * BLOCK
