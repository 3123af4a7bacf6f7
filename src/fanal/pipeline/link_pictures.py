"""Links pictures that show the same, by perceptual hash: the new ones with all others."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.content.pdq import DIALECT, LEAST_QUALITY
from fanal.matching import near_pairs
from fanal.model.finding import Fingerprint
from fanal.model.series import Link
from fanal.series import pictures
from fanal.stores.interface import CaseStore

RADIUS, TURNED_RADIUS = 31, 24
"""Bits by which two pictures may differ, and by which they may where one is turned: seven more
trials find chance agreement seven times as often, and turned copies are no farther away."""
CODE, TURNED = 32, 7
READ = 1 << 14
"""Hashes that are read at once."""
COLUMNS = ("act", "sha256", "frame", "value", "turned", "quality")
Bytes = NDArray[np.uint8]


@dataclass(slots=True)
class Hashes:
    """Perceptual hashes that may be compared, those of earlier acts first."""

    names: list[str] = field(default_factory=list)
    inner: list[bool] = field(default_factory=list)
    codes: Bytes = field(default_factory=lambda: np.zeros((0, CODE), np.uint8))
    turned: Bytes = field(default_factory=lambda: np.zeros((0, TURNED, CODE), np.uint8))
    new: int = 0
    """Number of the first new one."""


def hashes_of(store: CaseStore, after: int) -> Hashes:
    """Return the hashes of a case of good quality; those written after an act count as new."""
    found, held = Hashes(), [bytearray(), bytearray()]
    later: list[tuple[Any, ...]] = []
    order = ("sha256", "frame")
    for row in store.columns(Fingerprint, *COLUMNS, order=order, dialect=DIALECT):
        if row[5] < LEAST_QUALITY or len(row[3]) != CODE or len(row[4]) != CODE * TURNED:
            continue
        if row[0] > after and after:
            later.append(row)
        else:
            _take(found, held, row)
    found.new = len(found.names) if after else 0
    for row in later:
        _take(found, held, row)
    found.codes = np.frombuffer(held[0], np.uint8).reshape(-1, CODE)
    found.turned = np.frombuffer(held[1], np.uint8).reshape(-1, TURNED, CODE)
    return found


def _take(found: Hashes, held: list[bytearray], row: tuple[Any, ...]) -> None:
    found.names.append(row[1])
    found.inner.append(row[2] > 0)
    held[0] += row[3]
    held[1] += row[4]


def links_of(hashes: Hashes) -> Iterator[Link]:
    """Yield the links that hold all near pictures together, those with an end that is new."""
    if len(hashes.names) < 2:
        return
    pairs = near_pairs(hashes.codes, hashes.turned, RADIUS, TURNED_RADIUS, after=hashes.new)
    columns = (pairs.a, pairs.b, pairs.distance, pairs.turn)
    yield from pictures.links(hashes.names, hashes.inner, columns)
