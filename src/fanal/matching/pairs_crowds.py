"""Compares crowds, of which every code is near every other, without ever holding all their pairs.

A crowd of 100,000 codes has five thousand million pairs. Comparing them takes seconds; writing them
down would take all memory. A way of pairs from each code to the head tells which need not be
written down (`Crowd.levels`), and ways get shorter the more pairs are found.
"""

from functools import partial

import numpy as np
import numpy.typing as npt

from fanal.matching import pairs_kernels as kernels
from fanal.matching.mapped import Array
from fanal.matching.pairs_found import DISTANCE, Found, Keys, in_threads
from fanal.matching.pairs_kernels import APART, TILE, Asked, Crowd, Sought

BLOCK = 1 << 10
"""Queries that are compared with a tile before the next."""
LEAST_HELD = 1 << 18
"""Pairs of a crowd that are found before its levels are looked at again."""
ROOM = 16 * TILE
"""Pairs written down before they are handed on."""


class Group:
    """Codes around a head, and how closely each is joined to it."""

    def __init__(self, words: Array, names: Array, head: Array, radius: int) -> None:
        """Take the codes with these names; that of the head is the first or among them."""
        apart = np.empty(len(words), np.int64)
        kernels.measure(words, head, apart)
        order = np.argsort(apart, kind="stable")
        self.head = head
        self.names: npt.NDArray[np.int64] = names[order]
        self.reach = int(apart.max())
        """Distance from the head to the farthest code."""
        self._apart: npt.NDArray[np.int64] = apart[order]
        self._words = words[order]
        padded = np.zeros((-(-len(words) // 8) * 8, 4), np.uint64)
        padded[: len(words)] = self._words
        starts = np.arange(0, len(words), TILE)
        ends = np.minimum(starts + TILE, len(words)) - 1
        levels = np.where(self._apart <= radius, self._apart, APART).astype(np.uint8)
        self._crowd = Crowd(
            padded.reshape(-1), self.names, levels, self._apart[starts], self._apart[ends]
        )
        self._tops = self._highest()

    def join(self, after: int, sought: Sought, found: Found, workers: int) -> None:
        """Find the pairs of the group with an end at or after `after`."""
        places = np.zeros(int(self.names.max()) + 1, np.int64)
        places[self.names] = np.arange(len(self.names))
        own = Found(len(self.names), partial(self._settle, places), LEAST_HELD)
        near = self._apart <= sought.radius
        own.add(self._star(np.flatnonzero(near)[1:], sought))
        asking = np.flatnonzero(self.names >= after)
        blocks = (asking[start : start + BLOCK] for start in range(0, len(asking), BLOCK))
        in_threads(lambda block: self._join(block, not after, sought, own), blocks, workers)
        found.add(own.forest())

    def ask(self, asked: Asked, sought: Sought, found: Found) -> None:
        """Find the pairs of some queries with codes of the group."""
        first = asked.best.copy()
        pairs = np.empty(ROOM, np.uint64)
        state = np.zeros(2, np.int64)
        while state[0] < len(self._tops):
            kept = kernels.sweep(self._crowd, self._tops, asked, sought, state, pairs)
            found.add(pairs[:kept])
        found.add(asked.best[asked.best != first])

    def level(self, places: Array) -> Array:
        """Tell how closely the codes at some places are joined to the head."""
        levels: Array = self._crowd.levels[places]
        return levels

    def _star(self, places: Array, sought: Sought) -> Keys:
        """Return the pairs of the head with the codes at some places."""
        head = np.full(len(places), self.names[0])
        pairs = np.empty(len(places), np.uint64)
        kernels.make_pairs(self._apart[places], head, self.names[places], sought, pairs)
        return pairs

    def _join(self, block: Array, whole: bool, sought: Sought, own: Found) -> None:  # noqa: FBT001
        """Compare a block of the group's codes with those before, or with all."""
        names = self.names[block]
        until = block if whole else np.full(len(block), len(self.names))
        best = first_best(self.level(block), sought)
        asked = Asked(self._words[block], names, names, until, self._apart[block], best)
        self.ask(asked, sought, own)

    def _settle(self, places: Array, pairs: Keys) -> int:
        """Keep the forest of the group's pairs.

        Others may read the levels meanwhile: what they see is one that was or will be true, or
        `APART`, and each of these leaves out only what is in no forest.
        """
        kept = int(kernels.settle(pairs, places, self._crowd.levels))
        self._tops = self._highest()
        return kept

    def _highest(self) -> npt.NDArray[np.int64]:
        """Return the greatest level of each tile."""
        starts = np.arange(0, len(self.names), TILE)
        return np.maximum.reduceat(self._crowd.levels, starts).astype(np.int64)


def first_best(levels: Array, sought: Sought) -> Keys:
    """Return what stands for the nearest pair of queries before any is found.

    It is greater than every pair that may be wanted and smaller than all others.
    """
    wanted = np.minimum(levels.astype(np.int64) - sought.turned, sought.radius)
    # Never 0, from which the kernels subtract one.
    best: Keys = np.maximum((wanted + 1).astype(np.uint64) << np.uint64(DISTANCE), np.uint64(1))
    return best
