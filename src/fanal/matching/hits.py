"""Holds the answers of near queries as arrays, and cuts them to the nearest of each query."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fanal.matching.exact import VICTIMS
from fanal.matching.mapped import Array

Columns = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8], npt.NDArray[np.int64]]
"""Entries and distances of the hits of some queries, and how many each query has in truth."""


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Hits sorted by query, then distance, then entry, and how many each query has in truth.

    A crowd's hits are many, and fresh memory costs more than finding them: five bytes a hit.
    """

    entries: npt.NDArray[np.uint32]
    distances: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int64]
    """Hits of each query, those left out included."""
    kept: npt.NDArray[np.int64]
    """Hits of each query that are here: the nearest, ties going to the smaller number."""

    @property
    def queries(self) -> npt.NDArray[np.int64]:
        """The query of each hit."""
        return np.repeat(np.arange(len(self.kept)), self.kept)


@dataclass(frozen=True, slots=True)
class NearHit:
    """An entry whose code is near a query's."""

    query: int
    entry: int
    """The first entry with that code."""
    distance: int
    victim_identified: bool | None
    """What all entries with that code say together."""


@dataclass(frozen=True, slots=True, eq=False)
class NearHits:
    """The near entries of a list for many queries, made into objects one at a time."""

    queries: npt.NDArray[np.int64]
    entries: npt.NDArray[np.uint32]
    distances: npt.NDArray[np.uint8]
    victims: Array
    """What each hit's entries say of the victim together, as a place in `VICTIMS`."""
    counts: npt.NDArray[np.int64]
    """Hits of each query, those left out included."""
    complete: npt.NDArray[np.bool_]
    """Whether each count is exact; where not, there are at least so many."""

    def __len__(self) -> int:
        return len(self.queries)

    def __iter__(self) -> Iterator[NearHit]:
        columns = (self.queries, self.entries, self.distances, self.victims)
        for query, entry, distance, victim in zip(*columns, strict=True):
            yield NearHit(int(query), int(entry), int(distance), VICTIMS[victim])

    def together(self, groups: Array, most: int) -> "NearHits":
        """Answer for groups of queries, told by a number each: the nearest entries of each group.

        An entry that several queries of a group meet is one hit, by the nearest and first of them.
        Counts are those of the groups; `queries` still says by which query an entry was met.
        """
        met = groups[self.queries]
        order = np.lexsort((self.queries, self.distances, self.entries, met))
        order = order[_first_of(np.stack([met, self.entries])[:, order])]
        size = int(groups.max(initial=-1)) + 1
        counts = np.bincount(met[order], minlength=size)
        order = order[np.lexsort((self.entries[order], self.distances[order], met[order]))]
        order = order[ranks(met[order]) < most]
        # Several queries may have left out the same entries: only the one with most is sure.
        np.maximum.at(counts, groups, self.counts)
        whole = np.bincount(self.queries, minlength=len(groups)) == self.counts
        alone = np.bincount(groups, minlength=size)[groups] == 1
        complete = np.ones(size, np.bool_)
        np.logical_and.at(complete, groups, self.complete & (whole | alone))
        return NearHits(
            self.queries[order],
            self.entries[order],
            self.distances[order],
            self.victims[order],
            counts,
            complete,
        )


def joined(blocks: list[Columns], most: int) -> Hits:
    """Join the answers of blocks of queries; each query has `most` hits at most, if not 0."""
    if len(blocks) == 1:
        entries, distances, counts = blocks[0]
    else:
        entries, distances, counts = (
            np.concatenate(column) for column in zip(*blocks, strict=True)
        )
    return Hits(entries, distances, counts, np.minimum(counts, most) if most else counts)


def nothing(queries: int) -> Hits:
    """Answer that so many queries have no hits."""
    counts = np.zeros(queries, np.int64)
    return Hits(np.empty(0, np.uint32), np.empty(0, np.uint8), counts, counts)


def ranks(owners: Array) -> npt.NDArray[np.int64]:
    """Return the place of each element among those of its owner, who stand together."""
    places = np.arange(len(owners))
    starts = np.where(_first_of(owners[None]), places, 0)
    ranked: npt.NDArray[np.int64] = places - np.maximum.accumulate(starts)
    return ranked


def _first_of(keys: Array) -> npt.NDArray[np.bool_]:
    """Say which columns differ from the one before."""
    first = np.ones(keys.shape[1], np.bool_)
    first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    return first
