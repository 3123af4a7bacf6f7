"""Holds pairs while they are found: never more than a forest and a few million others.

A pair is one number that sorts as the forest is made: distance, whether turned, the smaller and the
larger number of its contents, and the turn, in 6, 1, 27, 27 and 3 bits. No two pairs are equal, so
there is only one minimum spanning forest.
"""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from fanal.matching.mapped import Array

Keys = npt.NDArray[np.uint64]
Job = TypeVar("Job")
DISTANCE = 58
"""Bits below the distance of a pair."""
TURNED = 57
FIRST = 30
SECOND = 3
NAME = (1 << 27) - 1
"""The largest number a content can have."""
LEAST_HELD = 1 << 22
"""Pairs held before those that join nothing are dropped."""


class Found:
    """The pairs found so far; threads may add to it at the same time.

    A pair that closes a ring of nearer ones is in no minimum spanning forest, whatever is found
    later, so dropping it early changes nothing.
    """

    def __init__(
        self, count: int, keep: Callable[[Keys], int] | None = None, least: int = LEAST_HELD
    ) -> None:
        """Begin for so many contents; `keep` moves those pairs to the front that join trees."""
        self._keep = keep or partial(_keep_forest, count)
        self._most = max(least, 4 * count)
        self._parts: list[Keys] = []
        self._held = 0
        self._lock = threading.Lock()
        self.seen = 0
        """Pairs added."""

    def add(self, pairs: Keys) -> None:
        """Add a copy of some pairs."""
        if not len(pairs):
            return
        with self._lock:
            self.seen += len(pairs)
            self._parts.append(pairs.copy())
            self._held += len(pairs)
            if self._held > self._most:
                self._settle()

    def forest(self) -> Keys:
        """Return the minimum spanning forest, sorted."""
        with self._lock:
            return self._settle()

    def _settle(self) -> Keys:
        """Drop what joins nothing."""
        pairs = np.concatenate([np.empty(0, np.uint64), *self._parts])
        pairs.sort()
        self._held = self._keep(pairs)
        # A copy, so that the room of the others is given back.
        self._parts = [pairs[: self._held].copy()]
        return self._parts[0]


def pack(names: Array, others: Array, distances: Array, turns: Array) -> Keys:
    """Return the numbers of pairs; each name is smaller than its other."""
    first, second = names.astype(np.uint64), others.astype(np.uint64)
    ends = (first << np.uint64(FIRST)) | (second << np.uint64(SECOND))
    turned = (turns > 0).astype(np.uint64) << np.uint64(TURNED)
    keys: Keys = ends | turned | turns | (distances.astype(np.uint64) << np.uint64(DISTANCE))
    return keys


def unpack(pairs: Keys) -> tuple[Array, Array, Array, Array]:
    """Return the smaller and the larger number, the distance and the turn of each pair."""
    return (
        ((pairs >> np.uint64(FIRST)) & np.uint64(NAME)).astype(np.uint32),
        ((pairs >> np.uint64(SECOND)) & np.uint64(NAME)).astype(np.uint32),
        (pairs >> np.uint64(DISTANCE)).astype(np.uint8),
        (pairs & np.uint64(7)).astype(np.uint8),
    )


def _keep_forest(count: int, pairs: Keys) -> int:
    """Keep of sorted pairs of so many contents those that join trees."""
    from fanal.matching import pairs_kernels as kernels  # noqa: PLC0415  # numba starts slowly

    return int(kernels.keep_forest(pairs, np.arange(count, dtype=np.uint32)))


def in_threads(work: Callable[[Job], None], jobs: Iterable[Job], workers: int) -> None:
    """Do all jobs in so many threads; the first error of any ends them and is raised."""
    waiting = iter(jobs)
    lock = threading.Lock()
    errors: list[BaseException] = []

    def run() -> None:
        while not errors:
            with lock:
                job = next(waiting, None)
            if job is None:
                return
            try:
                work(job)
            except BaseException as error:  # noqa: BLE001  # raised below, by who waits
                errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(workers - 1)]
    for thread in threads:
        thread.start()
    run()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
