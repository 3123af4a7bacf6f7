"""Cuts or scales a decoded picture to what a network takes, and nothing but the pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fanal.analyzers.detector_manifest import CROP, GRID, RESIZE, Input
from fanal.content.image import Plane

Tensor = NDArray[np.float32]
_ACROSS, _DOWN = 0.7548776662466927, 0.5698402909980532
"""Steps of an even spread over a rectangle: powers of the inverse of the root of x³ = x + 1
(Roberts 2018, the R2 sequence). The first point is the middle."""
_GREY = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601, as JPEG has it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the picture, in pixels as they are stored."""

    left: int
    top: int
    width: int
    height: int


def windows(taken: Input, width: int, height: int) -> tuple[Window, ...]:
    """Return what of a picture the network is given: crops, the whole, or the middle square."""
    if taken.policy == CROP:
        places = _spread(taken.count, width - taken.size, height - taken.size)
        return tuple(Window(left, top, taken.size, taken.size) for left, top in places)
    if taken.policy == RESIZE:
        side = min(width, height)
        return (Window((width - side) // 2, (height - side) // 2, side, side),)
    return (Window(0, 0, width, height),)


def tensor(taken: Input, plane: Plane, window: Window) -> Tensor:
    """Return one window as (1, channels, rows, columns), in the range the network was made for."""
    rows = slice(window.top, window.top + window.height)
    cut = plane[rows, window.left : window.left + window.width]
    if taken.policy == RESIZE:
        sides = (taken.size, taken.size)
        cut = np.asarray(Image.fromarray(cut).resize(sides, Image.Resampling.BICUBIC))
    shaped = _channels(taken.channels, cut.astype(np.float32))
    low, high = taken.range
    scaled = shaped * np.float32((high - low) / 255) + np.float32(low)
    made = (scaled - np.array(taken.mean, np.float32)) / np.array(taken.std, np.float32)
    return np.ascontiguousarray(made.transpose(2, 0, 1)[None])


def _channels(channels: str, cut: Tensor) -> Tensor:
    if channels == "grey":
        return (cut @ _GREY)[..., None]
    return cut[..., ::-1] if channels == "bgr" else cut


def _spread(count: int, across: int, down: int) -> Iterator[tuple[int, int]]:
    """Yield where crops begin, on the grid, no place twice; `across` and `down` are the room."""
    places: dict[tuple[int, int], None] = {}
    for number in range(count):
        left = (0.5 + number * _ACROSS) % 1 * (across + 1)
        top = (0.5 + number * _DOWN) % 1 * (down + 1)
        places[int(left) // GRID * GRID, int(top) // GRID * GRID] = None
    yield from places
