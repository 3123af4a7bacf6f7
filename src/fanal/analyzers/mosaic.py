"""States a picture in so few squares that no more can be seen: what covered previews are made of.

Every square is the average grey of its area; a blur may be sharpened again, a mosaic holds no more
than its squares, whatever software is applied to it. The picture stands as it is stored: it is not
turned as its EXIF says.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np
from PIL import Image

from fanal.content.handle import Content
from fanal.content.image import Frame, Plane, Undecodable
from fanal.model.finding import Mosaic, Record, Seen

SQUARES = 32
"""Squares along the longer side."""
STEP = 17
"""16 greys from 0 to 255."""
MOST_FRAMES = 9
"""Frames of which a mosaic is kept, of those that are decoded."""
ENOUGH = 10
"""Rows of a square that are averaged; of a larger one not every row counts."""


class MosaicAnalyzer:
    """Yields a mosaic of the first frame and of later ones, from the one decode of a content."""

    name: ClassVar[str] = "mosaic"
    version: ClassVar[str] = "1"
    pictures_only: ClassVar[bool] = True

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield the mosaics and one Seen; silent over what cannot be decoded."""
        try:
            decoded = content.decoded
        except Undecodable as why:
            # Why there is none stands in the account already, by the perceptual hash.
            yield self._seen(content, "silent", why.reason)
            return
        for frame in _spread(decoded.frames):
            yield mosaic(content.sha256, frame)
        yield self._seen(content, "spoke")

    def _seen(self, content: Content, outcome: str, detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, "", detail)


def mosaic(sha256: str, frame: Frame) -> Mosaic:
    """Return the mosaic of one frame."""
    return Mosaic(sha256, frame.index, *squares(frame.plane))


def squares(plane: Plane) -> tuple[int, int, bytes]:
    """Return columns, rows and greys of a plane, two squares a byte.

    Of large squares every second row counts, or every third and so on: the average of a hundred
    pixels is the same in 16 greys.
    """
    side = -(-max(plane.shape[:2]) // SQUARES)
    thin = max(1, side // ENOUGH)
    side = -(-side // thin) * thin
    image = Image.fromarray(np.ascontiguousarray(plane[::thin]))
    grey = np.asarray(image.reduce((side, side // thin)).convert("L")).astype(np.uint16)
    steps = ((grey + STEP // 2) // STEP).astype(np.uint8).ravel()
    even = np.append(steps, np.uint8(0)) if steps.size % 2 else steps
    return grey.shape[1], grey.shape[0], ((even[::2] << 4) | even[1::2]).tobytes()


def _spread(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Return the first frame and evenly spread later ones."""
    if len(frames) <= MOST_FRAMES:
        return frames
    last = len(frames) - 1
    return [frames[round(at * last / (MOST_FRAMES - 1))] for at in range(MOST_FRAMES)]
