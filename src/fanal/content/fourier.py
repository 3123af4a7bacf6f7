"""Fourier transforms of whole pictures, a few rows or columns at a time to spare memory.

NumPy computes them in double precision whatever it is given, and would hold all of that at once.
"""

import numpy as np
from numpy.typing import NDArray

from fanal.content.wavelet import Floats

Spectrum = NDArray[np.complex64]
"""The half of a plane's Fourier transform that tells the other half, as `numpy.fft.rfft2`."""
AT_ONCE = 64
"""Rows or columns transformed at once."""


def spectrum_of(plane: NDArray[np.floating]) -> Spectrum:
    """Return the spectrum of a plane, in single precision."""
    rows, columns = plane.shape
    made = np.empty((rows, columns // 2 + 1), np.complex64)
    for first in range(0, rows, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        made[part] = np.fft.rfft(plane[part])
    for first in range(0, made.shape[1], AT_ONCE):
        part = slice(first, first + AT_ONCE)
        made[:, part] = np.fft.fft(made[:, part], axis=0)
    return made


def plane_of(spectrum: Spectrum, columns: int) -> Floats:
    """Return the plane of so many columns that has this spectrum."""
    rows = spectrum.shape[0]
    turned = np.empty_like(spectrum)
    for first in range(0, spectrum.shape[1], AT_ONCE):
        part = slice(first, first + AT_ONCE)
        turned[:, part] = np.fft.ifft(spectrum[:, part], axis=0)
    made = np.empty((rows, columns), np.float32)
    for first in range(0, rows, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        made[part] = np.fft.irfft(turned[part], columns)
    return made


def energy_of(plane: Floats) -> float:
    """Return the sum of all squares, row by row in double precision."""
    return float(np.einsum("ij,ij->i", plane, plane).sum(dtype=np.float64))
