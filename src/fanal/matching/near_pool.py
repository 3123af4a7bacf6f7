"""Gathers hits that were found in any order, bounded where only the nearest are wanted."""

import numpy as np

from fanal.matching.hits import ranks
from fanal.matching.mapped import Array

OWNER = np.uint64(40)
"""Bits of a hit below its query: a hit is query, distance and entry in 24, 8 and 32 bits."""
LEAST_HELD = 1 << 20
"""Hits held before it pays to look which of them are not wanted."""


class Pool:
    """The hits of one block of queries, each one number that sorts as hits do."""

    def __init__(self, count: int, most: int) -> None:
        """Begin for so many queries, of which the nearest so many hits are kept; 0 keeps all."""
        self.most = most
        self.totals = np.zeros(count, np.int64)
        """Hits of each query, those not kept included."""
        self._parts: list[Array] = []
        self._held = 0

    def take(self, hits: Array) -> None:
        """Count and add hits."""
        self.totals += np.bincount((hits >> OWNER).astype(np.int64), minlength=len(self.totals))
        self.add(hits)

    def add(self, hits: Array) -> None:
        """Add a copy of hits that are counted elsewhere."""
        if not len(hits):
            return
        self._parts.append(hits.copy())
        self._held += len(hits)
        if self.most and self._held > max(LEAST_HELD, 2 * self.most * len(self.totals)):
            self.settle()

    def drop(self, without: Array) -> None:
        """Forget all hits of the queries that are marked."""
        self.totals[without] = 0
        if without.any():
            self._parts = [part[~without[part >> OWNER]] for part in self._parts]
            self._held = sum(len(part) for part in self._parts)

    def settle(self) -> Array:
        """Sort the hits, keep the nearest of each query and return them."""
        hits = np.concatenate([np.empty(0, np.uint64), *self._parts])
        hits.sort()
        if self.most:
            hits = hits[ranks(hits >> OWNER) < self.most]
        self._parts = [hits]
        self._held = len(hits)
        return hits
