"""Targets: packed local points, and comparing what hostile ones say."""

import base64

import numpy as np

from fanal.content.keypoints import LONGEST, MOST, Points, Unreadable, pack, unpack
from fanal.series.alike import verify
from fuzz.target import Target, require


def packed(data: bytes) -> None:
    """Unpack points, and compare them with themselves and with others."""
    for text in (data.decode("latin-1"), base64.b64encode(data).decode("ascii")):
        try:
            points = unpack(text)
        except Unreadable as why:
            require(str(why).isprintable(), "a reason for a screen")
            continue
        require(len(points) <= MOST, f"{len(points)} points")
        require(max(points.width, points.height) <= LONGEST, "a larger plane")
        require(unpack(pack(points)).codes.tobytes() == points.codes.tobytes(), "packed again")
        for other in (points, _points(120)):
            for mirror in (False, True):
                alike = verify(points, other, mirror=mirror)
                require(alike is None or 1 <= alike.strength <= 100, "a strength out of bounds")


def _points(count: int, spread: int = 400) -> Points:
    made = np.random.default_rng(count)
    places = made.uniform(0, spread, (2, count)).astype(np.float32)
    size = np.exp2(made.uniform(1, 6, count)).astype(np.float32)
    angle = made.uniform(0, 6.28, count).astype(np.float32)
    codes = made.integers(0, 256, (count, 32), np.uint8)
    return Points(400, 400, *places, size, angle, codes)


def _seeds() -> list[bytes]:
    return [base64.b64decode(pack(_points(*told))) for told in ((0,), (12,), (120,), (60, 1))]


TARGETS = (Target("local-points", packed, _seeds),)
