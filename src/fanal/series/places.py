"""Ties pictures that were taken within about a hundred metres of each other."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from fanal.model.series import SAME_PLACE, Tie
from fanal.series.spelling import Digests, plural

ROWS = 1000
"""Cells to a degree of latitude: 111 metres from south to north."""
METRES = 111
Place = tuple[float, float]


def place_of(gps: Any) -> Place | None:
    """Return latitude and longitude of a camera's record; None where they say nothing.

    0, 0 and whole degrees are what a receiver writes that has found no satellite.
    """
    if not isinstance(gps, dict):
        return None
    told = gps.get("latitude"), gps.get("longitude")
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in told):
        return None
    latitude, longitude = map(float, told)  # type: ignore[arg-type]
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude % 1 == 0 and longitude % 1 == 0):
        return None
    return latitude, longitude


def cell_of(place: Place) -> tuple[int, int]:
    """Return the row and the column of a place in a grid whose cells are about as wide as high."""
    latitude, longitude = place
    row = math.floor(latitude * ROWS)
    columns = max(1, round(360 * ROWS * math.cos(math.radians(row / ROWS))))
    return row, min(math.floor((longitude + 180) / 360 * columns), columns - 1)


class Places:
    """Gathers where pictures were taken."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._cells: list[tuple[int, int]] = []
        self._counts: Counter[tuple[int, int]] = Counter()

    def add(self, sha256: str, place: Place) -> None:
        """Add a picture."""
        cell = cell_of(place)
        self._digests.add(sha256)
        self._cells.append(cell)
        self._counts[cell] += 1

    def ties(self) -> Iterator[Tie]:
        """Yield a tie for each picture that shares its cell with another one."""
        for row, cell in enumerate(self._cells):
            if self._counts[cell] > 1:
                says = (
                    f"one of {plural(self._counts[cell], 'picture')} taken within {METRES} metres"
                )
                yield Tie(self._digests[row], SAME_PLACE, f"place {_spelled(cell)}", says)


def _spelled(cell: tuple[int, int]) -> str:
    """Return the corner of a cell in degrees, as its name."""
    row, column = cell
    columns = max(1, round(360 * ROWS * math.cos(math.radians(row / ROWS))))
    return f"{row / ROWS:.3f} {column / columns * 360 - 180:.4f}"
