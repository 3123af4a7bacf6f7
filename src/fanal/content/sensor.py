"""Estimates the pattern of one sensor from pictures it took, and compares pictures with it.

The estimate is the one of maximum likelihood (Chen, Fridrich, Goljan, Lukáš 2008,
doi:10.1109/TIFS.2007.916285): the sum of noise times picture over the sum of squared pictures,
where neither is saturated nor dark. How far a picture agrees is told by the peak-to-correlation
energy (Goljan, Fridrich, Filler 2009, doi:10.1117/12.805701): the square of the correlation at the
one place where it must be, over the mean square at all other shifts. No shift is searched: whoever
looks for the best of many finds a better one by chance.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fanal.content.fourier import Spectrum, energy_of, plane_of
from fanal.content.noise import centred, flattened, noise
from fanal.content.wavelet import Floats

EXTRACTOR = "1"
"""Version of everything here that moves a number: references of another are not compared with."""
CENTRE = 1024
"""Pixels of a side of the middle that is looked at first."""
LEAST_PIXELS, LEAST_SIDE = 512 * 512, 256
"""A smaller picture tells bodies apart too seldom."""
MOST_PIXELS = 64_000_000
"""Pixels of a picture that is looked at; of a larger one not even the middle is decoded alone."""
DARK, BRIGHT = 5, 250
"""Below the one and from the other on a pixel tells nothing of the sensor."""
LEAST_USED = 0.25
"""Share of the pixels that must lie between them."""
NEIGHBOURS = 5
"""Shifts round the peak that belong to it: 11 x 11 are left out of the mean."""
HALO = 128
"""Rows taken along on either side of a band: further than that the denoiser hardly reaches. A band
begins at a multiple of 16, so that the wavelet halves its rows as it does those of the whole."""
BLOCK = 32
FLAT_STEP, FLAT_GRAIN = 0.05, 6.0
"""A picture is flat where neighbouring blocks differ by less than this share of the mean and the
grain inside them is finer than so many steps of 256, both in 95 of 100 blocks."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture is like, as far as its noise can be of use."""

    rows: int
    columns: int
    mean: float
    """Mean luminance, 0 to 255."""
    used: float
    """Share of its pixels that are neither dark nor saturated."""
    flat: bool
    """It shows nothing but an even surface: a sky, a wall, a lens cap off at the light."""


def look(plane: NDArray[np.uint8] | Floats) -> Look:
    """Return what a picture is like."""
    rows, columns = plane.shape
    down, along = rows // BLOCK, columns // BLOCK
    if not down or not along:
        return Look(rows, columns, float(plane.mean()), _share(plane), flat=False)
    whole = plane[: down * BLOCK, : along * BLOCK].reshape(down, BLOCK, along, BLOCK)
    means = whole.mean(axis=(1, 3), dtype=np.float32)
    grain = np.stack([strip.std(axis=(0, 2), dtype=np.float32) for strip in whole])
    steps = np.concatenate([np.abs(np.diff(means, axis=at)).ravel() for at in (0, 1)])
    step = float(np.percentile(steps, 95)) if steps.size else 0.0
    mean = float(means.mean())
    flat = step < FLAT_STEP * mean and float(np.percentile(grain, 95)) < FLAT_GRAIN
    return Look(rows, columns, mean, _share(plane), flat)


def _share(plane: NDArray[np.uint8] | Floats) -> float:
    return float(np.count_nonzero((plane >= DARK) & (plane < BRIGHT)) / max(1, plane.size))


def middle(rows: int, columns: int) -> tuple[slice, slice]:
    """Return the middle of a picture, at even places so that the cells of a mosaic stay apart."""
    places = []
    for size in (rows, columns):
        length = min(CENTRE, size)
        first = (size - length) // 2 & ~1
        places.append(slice(first, first + length))
    return places[0], places[1]


@dataclass(slots=True)
class Sums:
    """What pictures of one sensor add up to in a band of rows; each picture is added once."""

    first: int
    rows: int
    columns: int
    _noise: Floats = field(init=False)
    _energy: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self._noise = np.zeros((self.rows, self.columns), np.float32)
        self._energy = np.zeros((self.rows, self.columns), np.float32)

    def add(self, plane: NDArray[np.uint8] | Floats) -> None:
        """Add the band of a whole picture."""
        low = max(0, self.first - HALO)
        near = plane[low : self.first + self.rows + HALO]
        part = noise(near)[self.first - low :][: self.rows]
        seen = plane[self.first : self.first + self.rows].astype(np.float32)
        seen[(seen < DARK) | (seen >= BRIGHT)] = 0
        seen *= np.float32(1 / 255)
        part *= seen
        self._noise += part
        self._energy += np.square(seen, out=seen)

    def estimate(self) -> tuple[Floats, float]:
        """Return the pattern of the band, and the energy it rests on, in the mean over its pixels.

        One is added to the energy, as published: where hardly any picture had light the pattern is
        small instead of wild.
        """
        return self._noise / (self._energy + 1), float(self._energy.mean(dtype=np.float64))


def pattern(raw: Floats) -> Floats:
    """Return an estimate that is whole, or its middle, cleaned, with a spread of one."""
    made = plane_of(flattened(centred(raw.copy())), raw.shape[1])
    spread = float(made.std(dtype=np.float64))
    return made / np.float32(spread) if spread else made


def residual_of(plane: NDArray[np.uint8] | Floats) -> Spectrum:
    """Return the residual of a picture as its spectrum."""
    return flattened(centred(noise(plane)))


def agreement(one: Spectrum, other: Spectrum, columns: int) -> float:
    """Return the peak-to-correlation energy of two planes so many columns wide, from their spectra.

    Its sign is that of the correlation; nothing is 0.
    """
    found = plane_of(one * other.conj(), columns)
    peak = float(found[0, 0])
    shifts = np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    near = found[np.ix_(shifts, shifts)].astype(np.float64)
    left = found.size - near.size
    mean = (energy_of(found) - float(np.square(near).sum())) / left if left > 0 else 0.0
    return float(np.copysign(peak * peak / mean, peak)) if mean > 0 else 0.0
