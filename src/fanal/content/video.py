"""Decodes single frames of a video, where OpenCV is installed; never the sound.

The bytes are handed over in memory: FFmpeg, which OpenCV brings, is given no path that it could
follow to another file. Frames are found by their number.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image

from fanal.content.image import Plane, Undecodable, said
from fanal.content.keypoints import installed

ABSENT = "no decoder: video"
MOST_PIXELS = 50_000_000
"""Pixels of one frame."""
MOST_FRAMES = 10_000_000
LOOKED = 48
"""Frames at which a strip looks, evenly spread."""
STRIP = 9
"""Frames of a strip."""
CUT = 24.0
"""Mean difference of two small frames, of 255, above which the scene counts as another."""
SMALL = (32, 18)


@dataclass(frozen=True, slots=True)
class Still:
    """One frame of a video."""

    number: int
    seconds: float
    plane: Plane = field(repr=False)
    """(rows, columns, 3) red, green, blue, upright as the file says."""


def at(data: bytes, number: int) -> Still:
    """Return one frame of a video; raise Undecodable with the reason."""
    with _opened(data) as (film, _count):
        return _read(film, number)


def strip(data: bytes) -> list[Still]:
    """Return at most nine frames: where the scene becomes another one, else evenly spread."""
    with _opened(data) as (film, count):
        numbers = sorted({round(step * (count - 1) / (LOOKED - 1)) for step in range(LOOKED)})
        found = list(_some(film, numbers))
    if not found:
        raise Undecodable("damaged video", "no frame of it could be decoded")
    return [found[place] for place in _chosen([_small(still.plane) for still in found])]


def _some(film: Any, numbers: Sequence[int]) -> Iterator[Still]:
    """Yield the frames that can be had, small, so that all of them can be held."""
    for number in numbers:
        try:
            still = _read(film, number)
        except Undecodable:
            continue
        step = max(1, max(still.plane.shape) // 320)
        yield Still(still.number, still.seconds, np.ascontiguousarray(still.plane[::step, ::step]))


def _chosen(small: Sequence[Plane]) -> list[int]:
    """Return the places of the first frame and of those after the greatest changes, in order."""
    if len(small) <= STRIP:
        return list(range(len(small)))
    change = [float(np.abs(b.astype(np.int16) - a).mean()) for a, b in pairwise(small)]
    cuts = sorted((place for place, by in enumerate(change) if by > CUT), key=lambda p: -change[p])
    chosen = {0, *(place + 1 for place in cuts[: STRIP - 1])}
    spread = [round(step * (len(small) - 1) / (STRIP - 1)) for step in range(STRIP)]
    for place in sorted(spread, key=lambda one: -min(abs(one - other) for other in chosen)):
        if len(chosen) >= STRIP:
            break
        chosen.add(place)
    return sorted(chosen)


def _small(plane: Plane) -> Plane:
    return np.asarray(Image.fromarray(plane).resize(SMALL, Image.Resampling.BOX).convert("L"))


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[Any, int]]:
    """Lend a video that is open, and the number of its frames as its file says."""
    if not installed():
        raise Undecodable(ABSENT, "pip install 'fanal[features]'")
    import cv2  # noqa: PLC0415 (of an extra; loads slowly)

    held = io.BytesIO(data)  # OpenCV reads it until the end and keeps no hold on it
    try:
        film = cv2.VideoCapture(held, cv2.CAP_FFMPEG, [])
        try:
            yield film, _count(film)
        finally:
            film.release()
    except (Undecodable, MemoryError):
        raise
    except Exception as error:
        raise Undecodable("damaged video", said(error)) from error


def _count(film: Any) -> int:
    """Return how many frames a video says it has; raise Undecodable where it has none to show."""
    import cv2  # noqa: PLC0415

    if not film.isOpened():
        raise Undecodable("damaged video", "it cannot be opened")
    width, height = (
        int(film.get(name)) for name in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    if width * height > MOST_PIXELS or width < 1 or height < 1:
        raise Undecodable("limit: pixels", f"{width} x {height} pixels")
    return min(max(int(film.get(cv2.CAP_PROP_FRAME_COUNT)), 1), MOST_FRAMES)


def _read(film: Any, number: int) -> Still:
    import cv2  # noqa: PLC0415

    if number and not film.set(cv2.CAP_PROP_POS_FRAMES, number):
        raise Undecodable("no such frame")
    seconds = film.get(cv2.CAP_PROP_POS_MSEC) / 1000
    good, found = film.read()
    if not good or found is None or found.ndim != 3:
        raise Undecodable("no such frame")
    whole = seconds if np.isfinite(seconds) and 0 <= seconds < 1e7 else 0.0
    return Still(number, round(whole, 2), np.ascontiguousarray(found[..., ::-1]))
