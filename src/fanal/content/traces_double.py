"""Tells a JPEG that was saved at least twice: its coefficients have gaps where none can be.

Coefficients that were quantised once fall off from zero on both sides, and so do their histograms.
Quantised anew with a finer step, some values gather more of the earlier steps than their
neighbours, and the histogram rises and falls (A. C. Popescu and H. Farid, "Statistical tools for
digital forensics", 2004). A histogram that rises away from zero is therefore counted; natural
pictures that were saved once have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.content.image import Plane

MODES = (
    *((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (2, 2)),
    *((0, 3), (3, 0), (1, 3), (3, 1), (2, 3), (3, 2), (0, 4), (4, 0)),
)
"""Rows and columns of the coefficients looked at."""
MOST_BLOCKS = 16_384
LARGEST = 24
"""Quantised values looked at, from zero on."""
LEAST_COUNT = 15
"""Coefficients of a value that are needed to judge it."""
LEAST_VALUES = 6
"""Values that must be so frequent, that a histogram can be judged."""
FLAT = 3
"""Levels that a block must span: flat ones say nothing."""
RISE, SURE = 1.25, 4.0
"""A rise counts that is so large, and so many standard deviations from none."""
LEAST_MODES, LEAST_SHARE = 4, 0.3
"""Histograms that must rise: so many, and that share of those that can be judged."""

_DCT = np.array(
    [
        [
            np.sqrt((1 if row == 0 else 2) / 8) * np.cos((2 * column + 1) * row * np.pi / 16)
            for column in range(8)
        ]
        for row in range(8)
    ],
    np.float32,
)


@dataclass(frozen=True, slots=True)
class Histograms:
    """How many histograms of coefficients rise, of those that can be judged."""

    rising: int
    judged: int

    @property
    def again(self) -> bool:
        """Tell whether the picture was saved as JPEG at least twice."""
        return self.rising >= max(LEAST_MODES, LEAST_SHARE * self.judged)


def histograms(luma: Plane, table: Sequence[int]) -> Histograms:
    """Judge a decoded JPEG by its luma and its luminance table, row by row."""
    values = _DCT @ _blocks(luma) @ _DCT.T
    rising = judged = 0
    for row, column in MODES:
        told = np.abs(np.rint(values[:, row, column] / table[row * 8 + column]))
        counts = np.bincount(np.minimum(told, LARGEST + 1).astype(np.intp), minlength=LARGEST + 2)
        counts[0] *= 2  # the others gather both signs
        enough = np.nonzero(counts[: LARGEST + 1] >= LEAST_COUNT)[0]
        if len(enough) and enough[-1] + 1 >= LEAST_VALUES:
            judged += 1
            rising += _rises(counts[: enough[-1] + 1].astype(np.float64))
    return Histograms(rising, judged)


def _blocks(luma: Plane) -> NDArray[np.float32]:
    """Return blocks on the file's grid from evenly spread rows, without flat and clipped ones."""
    rows, columns = (side // 8 for side in luma.shape)
    cut = luma[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8)
    step = -(-rows * columns // MOST_BLOCKS) or 1
    blocks = cut[:: min(step, max(1, rows // 4))].transpose(0, 2, 1, 3).reshape(-1, 8, 8)
    least, most = blocks.min((1, 2)), blocks.max((1, 2))
    kept = (most - least >= FLAT) & (least > 0) & (most < 255)
    values: NDArray[np.float32] = blocks[kept][: 2 * MOST_BLOCKS].astype(np.float32) - 128
    return values


def _rises(counts: NDArray[np.float64]) -> bool:
    """Tell whether a histogram rises anywhere away from zero, more than chance lets it."""
    before, after = counts[:-1], counts[1:]
    sure = (after - before) / np.sqrt(after + before + 1) > SURE
    return bool((sure & (after + 1 > RISE * (before + 1))).any())
