"""Tells a picture that was enlarged: how sharp it is repeats from pixel to pixel.

An enlargement computes each new pixel from old ones, and how far it lies from them repeats with a
period that hangs on the factor; so does the size of the second derivative (A. C. Gallagher,
"Detection of linear and cubic interpolation in JPEG compressed images", CRV 2005; B. Mahdian and
S. Saic, "Blind authentication using periodic properties of interpolation", IEEE TIFS 3(3), 2008).
Both directions must agree. Lines at eighths are left out, for JPEG causes them too, and with them
enlargements by 8/7, 4/3, 8/5 and 2.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from fanal.content.image import Plane

LEAST_SIDE = 256
MOST_SIDE = 1536
"""Pixels looked at in either direction, from the middle."""
LEAST, MOST = 0.06, 0.492
"""Frequencies looked at, in periods a pixel."""
BESIDE = 0.008
"""Width about the eighths that is not looked at."""
AGREE = 0.004
"""So far apart the lines of both directions may be."""
SURE = -8.0
"""Base-ten logarithm of how often chance may give such a line, in each direction."""
SMOOTH, ROUND = 31, 65
"""Places over which a profile is levelled, lines over which a spectrum is."""
STEEPEST = 64
"""Second derivatives are cut here, so that no edge outweighs the rest."""


@dataclass(frozen=True, slots=True)
class Enlarged:
    """The line that an enlargement leaves in both directions."""

    frequency: float
    """In periods a pixel."""
    chance: float
    """Base-ten logarithm of how often chance gives it, in the weaker direction."""

    @property
    def factors(self) -> tuple[float, float]:
        """Return the two likeliest factors."""
        return round(1 / (1 - self.frequency), 2), round(1 / self.frequency, 2)


def enlarged(luma: Plane) -> Enlarged | None:
    """Return the trace of an enlargement, None where there is none."""
    if min(luma.shape) < LEAST_SIDE:
        return None
    top, left = (max(0, side - MOST_SIDE) // 2 for side in luma.shape)
    part = luma[top : top + MOST_SIDE, left : left + MOST_SIDE].astype(np.int16)
    across = _line(part[:, 2:] - 2 * part[:, 1:-1] + part[:, :-2], 0)
    if across[1] > SURE:
        return None
    down = _line(part[2:] - 2 * part[1:-1] + part[:-2], 1)
    if down[1] > SURE or abs(across[0] - down[0]) > AGREE:
        return None
    return Enlarged(round((across[0] + down[0]) / 2, 4), round(max(across[1], down[1]), 1))


def _line(derivative: NDArray[np.int16], axis: int) -> tuple[float, float]:
    """Return the strongest line of one direction: its frequency, and what chance gives it."""
    profile = np.minimum(np.abs(derivative), STEEPEST).mean(axis, dtype=np.float64)
    power, frequencies = _spectrum(np.log(profile + 0.05))
    eighths = np.abs(frequencies * 8 - np.rint(frequencies * 8)) / 8
    power[(frequencies < LEAST) | (frequencies > MOST) | (eighths < BESIDE)] = 0
    at = int(power.argmax())
    return float(frequencies[at]), (log(len(power)) - float(power[at])) / log(10)


def _spectrum(profile: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the power of each line over that of its surroundings, and the frequencies."""
    padded = np.pad(profile, SMOOTH // 2, mode="reflect")
    level = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), mode="valid")
    count = len(profile)
    power = np.abs(np.fft.rfft((profile - level) * np.hanning(count))) ** 2
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(power, ROUND // 2, mode="reflect"), ROUND
    )
    # Of lines that chance makes, the power is spread so that the median is ln 2 of the mean.
    usual = np.median(around, axis=1) / np.log(2)
    return power / (usual + 1e-12), np.arange(len(power)) / count
