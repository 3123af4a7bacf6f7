"""Compares the thumbnail in an EXIF block with the picture: whether both show the same."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from fanal.content.image import Frame
from fanal.content.jpeg import read_header

SIDE = 16
"""Fields on each side of the grid over which brightness is compared."""
ALIKE, UNLIKE = 0.93, 0.75
"""Correlation of two grids from which both show the same, and below which they do not."""
MOST_SIDE = 2048
"""Pixels on a side of a thumbnail that is looked at."""
_LEAST_CONTRAST = 3.0
"""Standard deviation in grey levels below which a grid says nothing."""
_DARK = 24
"""Mean grey level up to which a row or column at the edge of a thumbnail is a bar."""
_INNER, _MIDDLE = 0.94, 0.7
"""Parts of a side that are compared: without the edge, and the middle that is searched for."""
_SCALES = (1.0, 0.92, 0.84)
_SHIFTS = (-0.08, -0.04, 0.0, 0.04, 0.08)
"""How much smaller a part of the picture a thumbnail may show, and how far beside its middle."""

Grid = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison came to."""

    outcome: str
    """`agrees`, `differs` or `absent`."""
    what: str
    width: int = 0
    height: int = 0
    alike: float | None = None
    """Correlation, where there is one."""


def compare(thumbnail: bytes, frame: Frame | None) -> Compared:
    """Return whether a thumbnail shows what the picture shows."""
    header = read_header(thumbnail)
    if header is None or not 0 < header.width <= MOST_SIDE or not 0 < header.height <= MOST_SIDE:
        return Compared("differs", "the thumbnail is no JPEG that can be read")
    width, height = header.width, header.height
    if frame is None:
        return Compared("absent", "the picture could not be decoded", width, height)
    try:
        small = _decoded(thumbnail, width, height)
    except ValueError:
        return Compared("differs", "the thumbnail cannot be decoded", width, height)
    outcome, what, alike = _judged(_without_bars(small), _plane(frame))
    return Compared(outcome, what, width, height, None if alike is None else round(alike, 4))


def _judged(small: Grid, large: Grid) -> tuple[str, str, float | None]:
    whole, other = _fields(small), _fields(large)
    alike = correlation(whole, other)
    cut = small
    if alike is None or alike < ALIKE:
        cut = _without_bars(small)
        without = correlation(_fields(cut), other)
        alike = max((one for one in (alike, without) if one is not None), default=None)
    if alike is None:
        return "absent", "too little structure to compare the thumbnail", None
    if alike < ALIKE:
        if any((correlation(whole, np.rot90(other, turn)) or 0) >= ALIKE for turn in (1, 2, 3)):
            return "differs", "the thumbnail shows the picture turned", alike
        alike = max(alike, _searched(cut, large))
    if alike >= ALIKE:
        return "agrees", "the thumbnail shows what the picture shows", alike
    if alike < UNLIKE:
        return "differs", "the thumbnail shows another picture", alike
    return "absent", "it is not clear whether the thumbnail shows the picture", alike


def _decoded(thumbnail: bytes, width: int, height: int) -> Grid:
    """Decode the brightness of a thumbnail, scaled down as far as 28 pixels are left."""
    scale = max(s for s in (1, 2, 4, 8) if s == 1 or min(width, height) // s >= 28)
    rows, columns = -(-height // scale), -(-width // scale)
    least = {} if scale == 1 else {"min_height": rows, "min_width": columns}
    plane = simplejpeg.decode_jpeg(thumbnail, "GRAY", fastdct=True, **least)[:, :, 0]
    small: Grid = plane.astype(np.float32)
    return small


def _plane(frame: Frame) -> Grid:
    """Return the brightness of a frame at about 48 pixels on its shorter side."""
    plane = frame.plane
    step = max(1, min(plane.shape[:2]) // 48)
    rows, columns = (size // step * step for size in plane.shape[:2])
    near, far = step // 4, 3 * step // 4
    grey = np.zeros((rows // step, columns // step, *plane.shape[2:]), dtype=np.float32)
    for down in (near, far):
        for right in (near, far):
            grey += plane[down:rows:step, right:columns:step]
    grey /= 4
    if grey.ndim == 3:
        grey = grey @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return grey


def _without_bars(plane: Grid) -> Grid:
    """Return a thumbnail without the dark bars that fill it up to its shape."""
    rows, columns = plane.mean(axis=1), plane.mean(axis=0)
    top, bottom = _ends(rows)
    left, right = _ends(columns)
    # The pixels next to a bar are mixed with it.
    top, left = top + (top > 0), left + (left > 0)
    bottom, right = bottom - (bottom < len(rows)), right - (right < len(columns))
    if bottom - top < SIDE or right - left < SIDE:
        return plane
    return plane[top:bottom, left:right]


def _ends(means: Grid) -> tuple[int, int]:
    """Return where what is brighter than a bar begins and ends; bars take a third at most."""
    size = len(means)
    bright = np.flatnonzero(means > _DARK)
    if not len(bright):
        return 0, size
    return min(int(bright[0]), size // 3), max(int(bright[-1]) + 1, size - size // 3)


def _searched(small: Grid, large: Grid) -> float:
    """Return the best correlation of a thumbnail's middle with parts of the picture."""
    middle = _fields(small, _MIDDLE).ravel()
    middle = middle - middle.mean()
    best = 0.0
    for scale in _SCALES:
        down, right = (_cover(size, _MIDDLE * scale, _SHIFTS) for size in large.shape)
        # Many small products: a large one would wake threads for a fraction of a millisecond.
        rows = (down.reshape(-1, SIDE, down.shape[1]) @ large)[:, None]
        columns = right.reshape(-1, SIDE, right.shape[1]).transpose(0, 2, 1)
        parts = (rows @ columns).reshape(-1, SIDE * SIDE)
        parts = parts - parts.mean(axis=1, keepdims=True)
        spread = np.sqrt((parts**2).sum(axis=1) * np.vdot(middle, middle)) + 1e-6
        best = max(best, float((parts @ middle / spread).max()))
    return best


def _fields(plane: Grid, part: float = _INNER) -> Grid:
    """Return the mean brightness in SIDE x SIDE fields of a part of a plane about its middle."""
    down, right = (_cover(size, part, (0.0,)) for size in plane.shape)
    fields: Grid = down @ plane @ right.T
    return fields


@lru_cache(maxsize=64)
def _cover(size: int, part: float, shifts: tuple[float, ...]) -> Grid:
    """Return how much each of SIDE fields takes of each of so many pixels, for each shift."""
    middle = np.array(shifts)[:, None] + 0.5
    edges = (middle + (np.arange(SIDE + 1) / SIDE - 0.5) * part).clip(0, 1) * size
    low, high = edges[:, :-1].reshape(-1, 1), edges[:, 1:].reshape(-1, 1)
    pixels = np.arange(size)
    taken = (np.minimum(high, pixels + 1) - np.maximum(low, pixels)).clip(0, 1)
    cover: Grid = (taken / (high - low)).astype(np.float32)
    return cover


def correlation(one: Grid, other: Grid) -> float | None:
    """Return Pearson's correlation of two grids, None where one of them is flat."""
    first, second = one - one.mean(), other - other.mean()
    spreads = float(np.sqrt((first**2).sum())), float(np.sqrt((second**2).sum()))
    if min(spreads) < _LEAST_CONTRAST * SIDE:
        return None
    return float((first * second).sum()) / (spreads[0] * spreads[1])
