"""Finds local points of a picture, tells each in 256 bits, and packs them into one short text.

Points and descriptors are those of SIFT (Lowe, doi:10.1023/B:VISI.0000029664.99615.94) as OpenCV
makes them; OpenCV is an extra. The square root of a descriptor (Arandjelović and Zisserman,
doi:10.1109/CVPR.2012.6248018) is turned into bits: each is the sign of a sum of eight of its values
less what that sum is on average. The second half of the bits are those sums over the mirrored
descriptor, so that a mirrored picture is found by exchanging the halves.
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fanal.content.image import Plane

LONGEST = 512
"""Pixels of the longest side of the plane in which points are sought; larger ones are reduced."""
SHORTEST = 32
"""Pixels that both sides of it have at least."""
MOST = 192
"""Points kept of a picture."""
LEAST = 12
"""Points below which a picture has nothing to be compared by."""
CODE_BYTES = 32
MOST_TEXT = 16 << 10
"""Characters of the points of one picture."""
CELLS = 6
"""The picture is divided into so many columns and rows, among which the points are shared out."""
_FOUND = 600
"""Points described at most: the strongest, wherever they lie."""
_CONTRAST = 0.02
_TAPS, _SUMS = 8, 128
_HEAD, _POINT = (
    struct.Struct("<BHHH"),
    np.dtype(
        [("x", "<u2"), ("y", "<u2"), ("size", "u1"), ("angle", "u1"), ("code", "u1", (CODE_BYTES,))]
    ),
)
_FORM = 1
_STEPS = 24
"""Steps of a size from one octave to the next."""
# Mean of the square root of a descriptor that sums to one, in thousandths, over 35,036 points of
# 120 drawn scenes: the upper two rows of cells; the lower two are their mirror image.
_MEAN = (
    (64, 50, 48, 40, 50, 36, 36, 37),
    (141, 78, 46, 35, 43, 34, 44, 71),
    (137, 66, 38, 31, 40, 38, 57, 82),
    (60, 35, 34, 31, 44, 43, 56, 54),
    (85, 55, 52, 46, 60, 43, 43, 49),
    (186, 93, 52, 42, 56, 44, 55, 101),
    (180, 88, 46, 40, 58, 52, 66, 102),
    (80, 45, 40, 40, 61, 53, 61, 60),
)

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Unreadable(ValueError):  # noqa: N818 (a reason, not a fault of the program)
    """Why a text is no points of a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The local points of one picture, in pixels of the reduced plane."""

    width: int
    height: int
    x: Floats
    y: Floats
    size: Floats
    """How large the surroundings are that a point is told by."""
    angle: Floats
    """Which way they point, in radians."""
    codes: Codes
    """256 bits a point, as rows of 32 bytes."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.x)


def installed() -> bool:
    """Tell whether the library that finds points is here."""
    return find_spec("cv2") is not None


def find(plane: Plane) -> Points:
    """Return the points of a plane of luma, or of red, green and blue; none where it is too small.

    Raises ImportError where OpenCV is not installed.
    """
    import cv2  # noqa: PLC0415 (an extra, and slow to load)

    cv2.setNumThreads(1)
    grey = _reduced(plane)
    height, width = grey.shape
    if min(width, height) < SHORTEST:
        return _none(width, height)
    sift = cv2.SIFT_create(nfeatures=_FOUND, contrastThreshold=_CONTRAST)
    found, described = sift.detectAndCompute(grey, None)
    if described is None:
        return _none(width, height)
    told = np.array([(*one.pt, one.size, one.angle, one.response) for one in found], np.float32)
    # Where several are equally strong, their place decides: the library's order is its own affair.
    order = np.lexsort((told[:, 3], told[:, 2], told[:, 0], told[:, 1], -told[:, 4]))
    chosen = order[_spread(told[order, :2], (width, height))]
    x, y, size, angle, _ = told[chosen].T
    return Points(width, height, x, y, size, np.deg2rad(angle), _codes(described[chosen]))


def _none(width: int, height: int) -> Points:
    empty = np.empty(0, np.float32)
    return Points(width, height, empty, empty, empty, empty, np.empty((0, CODE_BYTES), np.uint8))


def _reduced(plane: Plane) -> Plane:
    image = Image.fromarray(plane).convert("L")
    longest = max(image.size)
    if longest > LONGEST:
        across, down = (max(1, round(side * LONGEST / longest)) for side in image.size)
        image = image.resize((across, down), Image.Resampling.BICUBIC)
    return np.asarray(image)


def _spread(places: Floats, size: tuple[int, int]) -> NDArray[np.int64]:
    """Return which of the points, strongest first, are kept: in turn one of every cell."""
    cells = np.minimum((places * CELLS / np.array(size)).astype(np.int64), CELLS - 1)
    cell = cells[:, 1] * CELLS + cells[:, 0]
    rank = np.empty(len(cell), np.int64)
    by_cell = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[by_cell], cell[by_cell])
    rank[by_cell] = np.arange(len(cell)) - starts
    return np.argsort(rank, kind="stable")[:MOST]


@lru_cache(maxsize=1)
def _sums() -> tuple[Floats, Floats]:
    """Return the sums of whose signs the bits are made, and what each is on average."""
    # Rows of cells are exchanged by a mirror, and directions go the other way round.
    order = np.arange(128).reshape(4, 4, 8)
    mirror = order[::-1][:, :, [-k % 8 for k in range(8)]].ravel()
    half = np.array(_MEAN, np.float32).reshape(2, 4, 8) / 1000
    mean = np.concatenate((half.ravel(), np.zeros(64, np.float32)))
    mean[64:] = mean[mirror][64:]
    made = np.zeros((_SUMS, 128), np.float32)
    for number, row in enumerate(made):  # values drawn once and for all
        drawn = np.frombuffer(hashlib.shake_256(b"%d" % number).digest(512), "<u4")
        taps = np.argsort(drawn, kind="stable")[:_TAPS]
        row[taps[: _TAPS // 2]], row[taps[_TAPS // 2 :]] = 1, -1
    both: Floats = np.concatenate((made, made[:, mirror]))
    usual: Floats = np.matmul(both, mean)
    return both, usual


def _codes(described: NDArray[Any]) -> Codes:
    sums, usual = _sums()
    total = np.maximum(described.sum(axis=1, keepdims=True), 1)
    roots: Floats = np.sqrt(described / total).astype(np.float32)
    signs: NDArray[np.bool_] = np.matmul(roots, sums.T) > usual
    return np.packbits(signs, axis=1)


def mirrored(codes: Codes) -> Codes:
    """Return what the codes of points are in the mirrored picture."""
    half = CODE_BYTES // 2
    return np.ascontiguousarray(np.roll(codes, half, axis=1))


def pack(points: Points) -> str:
    """Return the points as a text of at most MOST_TEXT characters."""
    rows = np.zeros(len(points), _POINT)
    rows["x"] = np.clip(np.rint(points.x / points.width * 65535), 0, 65535)
    rows["y"] = np.clip(np.rint(points.y / points.height * 65535), 0, 65535)
    rows["size"] = np.clip(np.rint(np.log2(np.maximum(points.size, 1)) * _STEPS), 0, 255)
    rows["angle"] = np.rint(points.angle / (2 * np.pi) * 256).astype(np.int64) % 256
    rows["code"] = points.codes
    head = _HEAD.pack(_FORM, points.width, points.height, len(points))
    return base64.b64encode(head + rows.tobytes()).decode("ascii")


def unpack(text: str) -> Points:
    """Return the points that a text holds; raise Unreadable where it holds none."""
    if len(text) > MOST_TEXT:
        raise Unreadable(f"{len(text)} characters of points")
    try:
        data = base64.b64decode(text, validate=True)
        form, width, height, count = _HEAD.unpack_from(data)
    except (binascii.Error, ValueError, struct.error) as error:
        raise Unreadable("these are no packed points") from error
    if form != _FORM or not (0 < width <= LONGEST and 0 < height <= LONGEST) or count > MOST:
        raise Unreadable("points in an unknown form")
    if len(data) != _HEAD.size + count * _POINT.itemsize:
        raise Unreadable("points of another number than told")
    rows = np.frombuffer(data, _POINT, count, _HEAD.size)
    return Points(
        width,
        height,
        rows["x"].astype(np.float32) * np.float32(width / 65535),
        rows["y"].astype(np.float32) * np.float32(height / 65535),
        np.exp2(rows["size"].astype(np.float32) / _STEPS),
        rows["angle"].astype(np.float32) * np.float32(2 * np.pi / 256),
        np.ascontiguousarray(rows["code"]),
    )
