"""Takes a picture apart into wavelet coefficients and puts it together again.

The wavelet is Daubechies' with four vanishing moments (`db4`: eight taps, the extremal-phase filter
of *Ten Lectures on Wavelets*, 1992, table 6.1), the edges are mirrored half a pixel outside, and a
side of n pixels has (n + 7) // 2 coefficients, so that they are those of PyWavelets'
`dwt2(…, "db4", "symmetric")`. Both filters of a direction are one banded matrix, which the library
of linear algebra multiplies strip by strip while the strip lies in the processor's cache.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bands = tuple[Floats, Floats, Floats]
"""Coefficients that are high down the columns, along the rows, in both directions: in the order
(low down, high along), (high down, low along), (high, high)."""

LOW = (
    -0.010597401784997278,
    0.032883011666982945,
    0.030841381835986965,
    -0.18703481171888114,
    -0.02798376941698385,
    0.6308807679295904,
    0.7148465705525415,
    0.23037781330885523,
)
"""The filter that keeps what is coarse."""
HIGH = tuple(tap if at % 2 else -tap for at, tap in enumerate(reversed(LOW)))
"""The filter that keeps what is fine: the other one backwards, every second sign changed."""
TAPS = len(LOW)
REACH = TAPS - 2
"""Pixels that the filters reach beyond the first one, and beyond the last."""
STEP = 32
"""Coefficients made by one multiplication: few enough to stay near the band."""


def taken_apart(plane: NDArray[Any]) -> tuple[Floats, Bands]:
    """Return the coarse half of a plane of any size, and its three bands of fine coefficients."""
    height, width = plane.shape
    rows, columns = _count(height), _count(width)
    matrix = _analysis()
    span, blocks = 2 * STEP + REACH, -(-columns // STEP)
    wide = 2 * STEP * blocks + REACH
    out = np.empty((2, 2, rows, columns), np.float32)
    strip = np.empty((span, wide), np.float32)
    halves = np.empty((2 * STEP, wide), np.float32)
    windows = _windows(halves, blocks, 2 * STEP, span)
    left, right = _mirrored(-REACH, REACH, width), _mirrored(width, wide - REACH - width, width)
    for first in range(0, rows, STEP):
        source = _rows(plane, 2 * first - REACH, span)
        strip[:, REACH : REACH + width] = source
        strip[:, :REACH] = source[:, left]
        strip[:, REACH + width :] = source[:, right]
        np.matmul(matrix, strip, out=halves)
        quarters = np.matmul(windows, matrix.T).reshape(blocks, 2, STEP, 2, STEP)
        count = min(STEP, rows - first)
        for down in (0, 1):
            for along in (0, 1):
                part = quarters[:, down, :count, along].transpose(1, 0, 2)
                flat = part.reshape(count, blocks * STEP)
                out[down, along, first : first + count] = flat[:, :columns]
    return out[0, 0], (out[0, 1], out[1, 0], out[1, 1])


def put_together(coarse: Floats | None, bands: Bands, height: int, width: int) -> Floats:
    """Return the plane of that size; without its coarse half, what is fine of it alone."""
    low, high = _synthesis()
    rows, columns = bands[0].shape
    blocks = -(-width // (2 * STEP))
    span, wide = STEP + TAPS // 2 - 1, STEP * blocks + TAPS // 2 - 1
    used = min(columns, wide)
    out = np.empty((height, width), np.float32)
    strips = np.zeros((4, span, wide), np.float32)
    halves = np.empty((2, 2 * STEP, wide), np.float32)
    windows = [_windows(half, blocks, STEP, span) for half in halves]
    for first in range(0, -(-height // 2), STEP):
        count = min(span, rows - first)
        strips[:, count:] = 0
        for strip, band in zip(strips, (coarse, *bands), strict=True):
            if band is not None:
                strip[:count, :used] = band[first : first + count, :used]
        for along in (0, 1):
            np.matmul(low, strips[along], out=halves[along])
            halves[along] += high @ strips[2 + along]
        made = np.matmul(windows[0], low.T)
        made += np.matmul(windows[1], high.T)
        count = min(2 * STEP, height - 2 * first)
        flat = made[:, :count].transpose(1, 0, 2).reshape(count, blocks * 2 * STEP)
        out[2 * first : 2 * first + count] = flat[:, :width]
    return out


def _count(size: int) -> int:
    return (size + TAPS - 1) // 2


def _windows(strip: Floats, blocks: int, step: int, span: int) -> Floats:
    """Return the overlapping blocks of columns of a strip, without copying them."""
    row, number = strip.strides
    return as_strided(strip, (blocks, strip.shape[0], span), (step * number, row, number))


def _rows(plane: NDArray[Any], first: int, count: int) -> NDArray[Any]:
    """Return rows of a plane, mirrored where they lie outside."""
    if first >= 0 and first + count <= plane.shape[0]:
        return plane[first : first + count]
    return plane[_mirrored(first, count, plane.shape[0])]


def _mirrored(first: int, count: int, size: int) -> NDArray[np.intp]:
    """Return which pixels stand at places that may lie outside, seen in mirrors at the edges."""
    places = np.arange(first, first + count) % (2 * size)
    return np.where(places < size, places, 2 * size - 1 - places)


@lru_cache(maxsize=1)
def _analysis() -> Floats:
    """Return the matrix that makes STEP coarse and STEP fine coefficients of a stretch."""
    matrix = np.zeros((2, STEP, 2 * STEP + REACH), np.float32)
    for number in range(STEP):
        for tap in range(TAPS):
            at = 2 * number + TAPS - 1 - tap
            matrix[0, number, at], matrix[1, number, at] = LOW[tap], HIGH[tap]
    return matrix.reshape(2 * STEP, -1)


@lru_cache(maxsize=1)
def _synthesis() -> tuple[Floats, Floats]:
    """Return the matrices that make 2 STEP pixels of coarse and of fine coefficients."""
    matrix = np.zeros((2, 2 * STEP, STEP + TAPS // 2 - 1), np.float32)
    for place in range(2 * STEP):
        for number in range(matrix.shape[2]):
            tap = 2 * number + 1 - place
            if 0 <= tap < TAPS:
                matrix[:, place, number] = LOW[tap], HIGH[tap]
    return matrix[0], matrix[1]
