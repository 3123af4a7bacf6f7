"""Keeps the tables of the near index in memory, and asks them for pairs."""

import numpy as np
import numpy.typing as npt

from fanal.matching import near_kernels, pairs_kernels
from fanal.matching.mapped import Array
from fanal.matching.near_build import CHUNK_BITS, CHUNKS, PAD, key_bits, number_bytes
from fanal.matching.near_kernels import GROUP, Asked, Plan, Tables
from fanal.matching.near_kernels import Found as Room
from fanal.matching.near_query import ROOM, plan_radius
from fanal.matching.pairs_found import Found
from fanal.matching.pairs_kernels import Sought


class Shelf:
    """The codes that are in no crowd, by the values of their chunks."""

    def __init__(self, words: Array, names: Array) -> None:
        """Build the tables of at least as many codes as need any."""
        self._names = names
        self._bits = key_bits(len(words))
        shift = CHUNK_BITS - self._bits
        chunks, free = words.view(np.uint16), np.ones(len(words), np.bool_)
        offsets = np.empty((CHUNKS, (1 << self._bits) + 1), np.uint32)
        tags = np.empty((CHUNKS, len(words) + PAD), np.uint16)
        numbers = np.empty((CHUNKS, len(words), number_bytes(len(words))), np.uint8)
        for chunk in range(CHUNKS):
            counts = np.zeros((1 << self._bits) + 1, np.int64)
            near_kernels.count_keys(chunks, free, chunk, shift, counts)
            starts = np.cumsum(counts)
            offsets[chunk] = starts
            where = (chunk, shift)
            near_kernels.place_codes(chunks, free, where, starts, tags[chunk], numbers[chunk])
        for table in (offsets, tags, numbers):
            # The kernels are then the same as those for tables that are mapped.
            table.flags.writeable = False
        self._tables = Tables(read_only(words), offsets, tags, numbers)

    def ask(
        self, queries: tuple[Array, Array], own: Array, sought: Sought, found: Found
    ) -> npt.NDArray[np.bool_]:
        """Find the pairs of queries (codes, numbers) with smaller numbers, but for their own.

        Returns which are to ask elsewhere: those with so many candidates that comparing them with
        all codes is faster.
        """
        words, names = queries
        plan = plan_radius(sought.radius, self._bits, len(self._names))
        if not plan.rounds.any():
            return np.ones(len(words), np.bool_)
        asked = Asked(
            words,
            np.zeros(len(words), np.int64),
            np.empty(len(words), np.uint32),
            np.empty(len(words), np.uint16),
            np.empty(len(words), np.uint32),
        )
        room = _room(plan)
        pairs = np.empty(len(room.hits), np.uint64)
        while room.state[0] < CHUNKS:
            kept = near_kernels.search(self._tables, plan, asked, room)
            hits = room.hits[:kept]
            kept = pairs_kernels.read_hits(hits, names, own, self._names, sought, pairs)
            found.add(pairs[:kept])
        crowded: npt.NDArray[np.bool_] = asked.burden > plan.limit
        return crowded


def read_only(array: Array) -> Array:
    """Return a view that cannot be written."""
    view = array.view()
    view.flags.writeable = False
    return view


def _room(plan: Plan) -> Room:
    """Make room for candidates and hits, as much as one group of queries may need."""
    size = GROUP * (plan.limit + 64) + ROOM
    hits = np.empty(2 * size, np.uint64)
    return Room(np.empty((size, 2), np.uint32), hits, np.zeros(2, np.int64))
