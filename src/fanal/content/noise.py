"""Takes the noise out of a picture that its sensor may have left there.

Every cell of a sensor turns light into charge a little better or worse than its neighbours (photo
response non-uniformity). What a denoiser takes away from a picture holds that pattern, faintly.
The way is the published one (Lukáš, Fridrich, Goljan 2006, doi:10.1109/TIFS.2006.873602; Chen,
Fridrich, Goljan, Lukáš 2008, doi:10.1109/TIFS.2007.916285): a Wiener filter in the wavelet domain
that knows the noise by its variance, as in Mihçak, Kozintsev, Ramchandran 1999; then the means of
all rows and columns are taken off, and a Wiener filter in the Fourier domain weakens what repeats,
such as the grid of JPEG blocks, because pictures of other cameras have it too.

Everything is in single precision over the luminance; compared with the published Python port of the
authors' program in docs/decisions/0020.
"""

import numpy as np
from numpy.typing import NDArray

from fanal.content.fourier import Spectrum, energy_of, plane_of, spectrum_of
from fanal.content.wavelet import Floats, put_together, taken_apart

LEVELS = 4
VARIANCE = 25.0
"""Square of the noise's standard deviation of 5 steps of 256, as published."""
SIDES = (3, 5, 7, 9)
"""Windows over which the local variance is estimated; the smallest estimate is taken."""
MARGIN = SIDES[-1] // 2
STRIP = 1 << 15
"""Numbers worked on at once, so that they lie in the processor's cache."""


def noise(plane: NDArray[np.uint8] | Floats) -> Floats:
    """Return what the denoiser takes away from the luminance of a picture (0 to 255)."""
    coarse: NDArray[np.uint8] | Floats = plane
    taken = []
    for _ in range(LEVELS):
        size = coarse.shape
        coarse, bands = taken_apart(coarse)
        first, second, third = (_kept_noise(band) for band in bands)
        taken.append((size, (first, second, third)))
    made: Floats | None = None  # what is coarse is the picture
    for (height, width), bands in reversed(taken):
        made = put_together(made, bands, height, width)
    return made if made is not None else np.zeros(plane.shape, np.float32)


def centred(plane: Floats) -> Floats:
    """Take the means of rows and columns off, in place, each of the four cells of a mosaic apart.

    What all cameras of a model share (read-out circuits, the mosaic) lies there.
    """
    for down in (0, 1):
        for along in (0, 1):
            part = plane[down::2, along::2]
            if part.size:
                rows = part.mean(axis=1, dtype=np.float64)
                columns = part.mean(axis=0, dtype=np.float64)
                part -= (rows - rows.mean()).astype(np.float32)[:, None]
                part -= columns.astype(np.float32)
    return plane


def flattened(plane: Floats) -> Spectrum:
    """Return the spectrum of a plane with its peaks brought down to what lies around them."""
    spectrum = spectrum_of(plane)
    mean = float(plane.mean(dtype=np.float64))
    variance = np.float32(max(0.0, energy_of(plane) / plane.size - mean * mean))
    size = np.abs(spectrum)
    size *= np.float32(1 / np.sqrt(plane.size))
    rows, columns = size.shape
    # The transform goes round: beyond its last row comes the first, beyond the last column of the
    # half that is kept comes its mirror image.
    along = np.arange(-MARGIN, columns + MARGIN)
    folded = np.where(along < 0, -along, along)
    folded = np.where(folded >= columns, plane.shape[1] - folded, folded)
    turned = (along < 0) | (along >= columns)
    step = max(MARGIN, STRIP // (columns + 2 * MARGIN))
    for first in range(0, rows, step):
        last = min(first + step, rows)
        down = np.arange(first - MARGIN, last + MARGIN) % rows
        energy = np.empty((len(down), len(along)), np.float32)
        energy[:, ~turned] = np.square(size[down])
        energy[:, turned] = np.square(size[-down % rows][:, folded[turned] % columns])
        floor = np.maximum(_smallest_mean(energy), variance)
        spectrum[first:last] *= np.divide(variance, floor, where=floor > 0, out=floor)
    return spectrum


def residual(plane: NDArray[np.uint8] | Floats) -> Floats:
    """Return the noise of a picture, cleaned of what pictures of other cameras have too."""
    return plane_of(flattened(centred(noise(plane))), plane.shape[1])


def _kept_noise(band: Floats) -> Floats:
    """Return the part of wavelet coefficients that is noise where noise has VARIANCE."""
    rows, columns = band.shape
    out = np.empty_like(band)
    step = max(MARGIN, STRIP // (columns + 2 * MARGIN))
    energy = np.zeros((step + 2 * MARGIN, columns + 2 * MARGIN), np.float32)
    for first in range(0, rows, step):
        last = min(first + step, rows)
        low, high = max(0, first - MARGIN), min(rows, last + MARGIN)
        at = low - first + MARGIN
        energy[:at] = 0  # outside there is nothing, as published
        energy[at + high - low :] = 0
        np.square(band[low:high], out=energy[at : at + high - low, MARGIN : MARGIN + columns])
        floor = _smallest_mean(energy[: last - first + 2 * MARGIN])
        np.maximum(floor, np.float32(VARIANCE), out=floor)
        np.divide(band[first:last], floor, out=out[first:last])
    out *= np.float32(VARIANCE)
    return out


def _smallest_mean(energy: Floats) -> Floats:
    """Return for each place MARGIN inside the smallest of the means over windows round it."""
    rows, columns = energy.shape[0] - 2 * MARGIN, energy.shape[1] - 2 * MARGIN
    down = energy[MARGIN : MARGIN + rows].copy()
    smallest: Floats | None = None
    for side in SIDES:
        half = side // 2
        down += energy[MARGIN - half : MARGIN - half + rows]
        down += energy[MARGIN + half : MARGIN + half + rows]
        mean = _sums_along(down[:, MARGIN - half : MARGIN + half + columns], side)
        mean *= np.float32(1 / side**2)
        smallest = mean if smallest is None else np.minimum(smallest, mean, out=smallest)
    return smallest if smallest is not None else down


def _sums_along(rows: Floats, side: int) -> Floats:
    """Return the sums of `side` neighbours along each row, made of sums of twice as many."""
    width = rows.shape[1] - side + 1
    out, taken, span, sums = rows[:, :0], 0, 1, rows
    while True:
        if side & span:
            part = sums[:, taken : taken + width]
            out = part.copy() if not taken else np.add(out, part, out=out)
            taken += span
        if 2 * span > side:
            return out
        sums = sums[:, :-span] + sums[:, span:]
        span *= 2
