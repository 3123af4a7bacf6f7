"""Computes PDQ over the full-size picture, from a full or a scaled-down decode of it.

PDQ (Facebook, 2019, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm")
smooths the luma plane with two passes of a box filter in each direction, takes 64 x 64 samples,
keeps 16 x 16 terms of their cosine transform and sets a bit for each term above the median. Up to
the transform all of this is linear, so the two passes and the sampling are one banded matrix on
each side: `samples = rows @ luma @ columns.T`. The matrix is made for the *original* size; over a
plane decoded at a half, quarter or eighth it is folded, each scaled pixel standing for the block it
came from. The dialect is that of the `pdqhash` package: no reduction to 512 pixels beforehand.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DIALECT = "pdq"
SAMPLES = 64
TERMS = 16
LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""ITU-R BT.601, as the reference implementation weighs red, green and blue."""
LEAST_HASHABLE = 5
"""Pixels of the shorter side below which the reference implementation gives no hash but zeros."""
LEAST_QUALITY = 50
"""Below it a hash has too little structure to be matched by distance (PDQ paper)."""

GROUP = 8
"""Samples made at once: enough to keep the matrix product busy, few enough to stay in the band."""

Floats = NDArray[np.float32]
Band = tuple[int, Floats]


@dataclass(frozen=True, slots=True)
class Pdq:
    """A hash, its quality and the seven other rotations and mirrors of the same picture."""

    value: bytes
    quality: int
    turned: bytes
    margins: Floats
    """Distance of each of the 256 terms from the median, in the order of the transform."""

    def close_terms(self, distance: float) -> int:
        """Return how many terms lie closer to the median than the distance."""
        return int(np.count_nonzero(np.abs(self.margins) < distance))


def pdq(plane: NDArray[np.uint8], height: int, width: int, scale: int = 1) -> Pdq:
    """Return the PDQ of a picture of `height` x `width` pixels from a decode of it.

    `plane` is (rows, columns) luma or (rows, columns, 3) red, green, blue, decoded at 1/`scale`.
    """
    if min(height, width) < LEAST_HASHABLE:
        return Pdq(bytes(32), 0, bytes(7 * 32), np.zeros(TERMS * TERMS, dtype=np.float32))
    samples = _samples(plane, height, width, scale)
    matrix = _cosines()
    quality = _quality(samples)
    if quality < LEAST_QUALITY and scale == 1 and max(height, width) <= 2 * SAMPLES:
        terms = _in_order(_picked(plane, height, width), matrix)
    else:
        terms = np.asarray(matrix @ samples @ matrix.T, dtype=np.float32)
    turns: Floats = np.stack(_turns(terms)).reshape(8, -1)
    middle = TERMS * TERMS // 2 - 1
    margins = turns - np.partition(turns, middle, axis=1)[:, middle : middle + 1]
    # The reference implementation spells the last term first.
    values = np.packbits((margins > 0)[:, ::-1], axis=1).tobytes()
    return Pdq(values[:32], quality, values[32:], margins[0])


def pdq_of_picture(image: Image.Image) -> tuple[bytes, int]:
    """Return the 32 bytes and the quality of a decoded picture, by the exact path."""
    plane = np.asarray(image if image.mode in {"L", "RGB"} else image.convert("RGB"))
    made = pdq(plane, image.height, image.width)
    return made.value, made.quality


def _picked(plane: NDArray[np.uint8], height: int, width: int) -> Floats:
    """Return the samples of a picture so small that its box filter is one pixel wide."""
    rows, columns = (
        ((np.arange(SAMPLES) + 0.5) * size / SAMPLES).astype(np.int64) for size in (height, width)
    )
    chosen = plane[rows][:, columns].astype(np.float64)
    red, green, blue = (chosen,) * 3 if plane.ndim == 2 else np.moveaxis(chosen, 2, 0)
    return (red * 0.299 + green * 0.587 + blue * 0.114).astype(np.float32)


def _in_order(samples: Floats, matrix: Floats) -> Floats:
    """Return the terms summed one by one, as the reference implementation does.

    In a flat picture every term is rounding error; only the same order gives the same bits.
    """
    half = np.zeros((TERMS, SAMPLES), dtype=np.float32)
    for at in range(SAMPLES):
        half += matrix[:, at : at + 1] * samples[at : at + 1]
    terms = np.zeros((TERMS, TERMS), dtype=np.float32)
    for at in range(SAMPLES):
        terms += half[:, at : at + 1] * matrix[:, at][None, :]
    return terms


def _samples(plane: NDArray[np.uint8], height: int, width: int, scale: int) -> Floats:
    flat = plane.reshape(plane.shape[0], -1)
    down = np.empty((SAMPLES, flat.shape[1]), dtype=np.float32)
    for index, (start, weights) in enumerate(_groups(height, scale)):
        band = flat[start : start + weights.shape[1]].astype(np.float32)
        np.matmul(weights, band, out=down[index * GROUP : (index + 1) * GROUP])
    if plane.ndim == 3:
        down = down.reshape(SAMPLES, -1, 3) @ LUMA
    out = np.empty((SAMPLES, SAMPLES), dtype=np.float32)
    for index, (start, weights) in enumerate(_groups(width, scale)):
        columns = down[:, start : start + weights.shape[1]]
        np.matmul(columns, weights.T, out=out[:, index * GROUP : (index + 1) * GROUP])
    return out


@lru_cache(maxsize=64)
def _groups(size: int, scale: int) -> tuple[Band, ...]:
    """Return the bands of GROUP neighbouring samples as one matrix each, with its first pixel."""
    bands = _bands(size, scale)
    groups: list[Band] = []
    for first in range(0, SAMPLES, GROUP):
        part = bands[first : first + GROUP]
        start = part[0][0]
        end = max(at + len(weights) for at, weights in part)
        matrix = np.zeros((GROUP, end - start), dtype=np.float32)
        for row, (at, weights) in enumerate(part):
            matrix[row, at - start : at - start + len(weights)] = weights
        groups.append((start, matrix))
    return tuple(groups)


def _bands(size: int, scale: int) -> tuple[Band, ...]:
    """Return for each of the 64 samples the first pixel it is made of and the weight of each."""
    window = (size + 2 * SAMPLES - 1) // (2 * SAMPLES)
    # An even window reaches one pixel further to the right than to the left.
    right = (window + 2) // 2 - 1
    left = window - right - 1
    centres = ((np.arange(SAMPLES) + 0.5) * size / SAMPLES).astype(np.int64)
    bands: list[Band] = []
    for centre in centres:
        first = np.arange(max(0, centre - left), min(size - 1, centre + right) + 1)
        lows, highs = np.maximum(0, first - left), np.minimum(size - 1, first + right)
        steps = np.zeros(int(highs[-1] - lows[0]) + 2)
        shares = 1.0 / (highs - lows + 1) / len(first)
        np.add.at(steps, lows - lows[0], shares)
        np.add.at(steps, highs - lows[0] + 1, -shares)
        bands.append(_folded(int(lows[0]), np.cumsum(steps[:-1]), scale))
    return tuple(bands)


def _folded(start: int, weights: NDArray[np.float64], scale: int) -> Band:
    before = start % scale
    after = -(before + len(weights)) % scale
    blocks = np.pad(weights, (before, after)).reshape(-1, scale).sum(axis=1)
    return start // scale, blocks.astype(np.float32)


@lru_cache(maxsize=1)
def _cosines() -> Floats:
    terms = np.arange(1, TERMS + 1)[:, None]
    places = 2 * np.arange(SAMPLES)[None, :] + 1
    # In single precision where the reference implementation has it: the factor, then the product.
    factor = np.float64(np.float32(np.sqrt(2 / SAMPLES)))
    cosines = np.cos(np.pi / 2 / SAMPLES * terms * places) * factor
    made: Floats = cosines.astype(np.float32)
    return made


def _quality(samples: Floats) -> int:
    """Return the sum of steps between neighbouring samples, each cut to a whole per cent."""
    down = np.trunc((samples[:-1] - samples[1:]) * np.float32(100) / np.float32(255))
    across = np.trunc((samples[:, :-1] - samples[:, 1:]) * np.float32(100) / np.float32(255))
    return min(100, int(np.abs(down).sum() + np.abs(across).sum()) // 90)


def _turns(terms: Floats) -> tuple[Any, ...]:
    """Return the terms as they are and of the seven other rotations and mirrors.

    A mirror flips the sign of the odd terms along its direction and a transposition swaps the
    directions; the first kept term is number 1, which is odd.
    """
    odd = np.where(np.arange(TERMS) % 2 == 0, np.float32(-1), np.float32(1))
    columns, rows = odd[None, :], odd[:, None]
    swapped = terms.T
    return (
        terms,
        swapped * rows,
        terms * rows * columns,
        swapped * columns,
        terms * rows,
        terms * columns,
        swapped,
        swapped * rows * columns,
    )
