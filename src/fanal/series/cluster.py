"""Makes series of contents that strong links join, as far as people and sizes let them.

The strongest links come first (Kruskal's order), equal ones by the digests of their contents, so
the outcome hangs on the links alone and not on the order in which they are told. What people put
together or apart, and what they decided in, is closed: a strong link into it is a proposal. What
hangs together and is larger than a tenth of the case is taken apart (`fanal.series.cutting`),
people or not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SHEET
from fanal.series.cutting import Cuts, Taken, Tree, cut, root_of
from fanal.series.events import Event, Formed, Said, replay

Array = NDArray[Any]
CHUNK = 1 << 16
"""Links that are looked at as Python numbers at once."""
FIRM = 45
"""A link weaker than this rests on where and when files were written, which a copy of a folder
changes: it joins no more than one contact sheet shows, so that nothing is hidden by it."""
SHARE = 10
"""What is larger than the case divided by this is taken apart, where it fills a sheet."""


@dataclass(frozen=True, slots=True)
class Links:
    """Links that may join, as columns; contents are numbers in the order of their SHA-256."""

    a: Array
    b: Array
    strength: Array
    kind: Array
    """Number of the kind; orders links that are else equal."""

    @property
    def order(self) -> Array:
        """Return the positions of the links, strongest first."""
        low, high = np.minimum(self.a, self.b), np.maximum(self.a, self.b)
        return np.lexsort((self.kind, high, low, -self.strength.astype(np.int64)))


@dataclass(frozen=True, slots=True)
class People:
    """What people said: their events in effect, and what they decided in."""

    events: Sequence[Event] = ()
    series: Array | None = None
    """Number of the series that each content stood in, -1 where it was alone."""
    dissolved: frozenset[int] = frozenset()
    """Series that were formed by an event that was taken back since."""
    decided: Array | None = None
    """Whether a person decided the content."""
    released: frozenset[int] = frozenset()
    """Contents of events that were taken back: they find together again as links say."""


NOBODY = People()


@dataclass(frozen=True, slots=True)
class Clusters:
    """The series, as numbers in the order of their first contents."""

    series: Array
    """Number of each content's series, -1 where it is alone."""
    count: int
    held: frozenset[int]
    """Series that nothing joins or leaves by itself."""
    formed: dict[int, Formed]
    """Series → the event of a person that formed it."""
    cuts: tuple[Taken, ...]
    refused: Array
    """Positions of the links that would join what is held, strongest first: proposals.

    What a person parted is not proposed again."""
    cut: Array
    """Number of the cut that each content was part of, else -1."""
    piece: Array
    """Number of the piece that it is in there; those of a cut follow each other along the chain."""


def limit_of(contents: int) -> int:
    """Return how many contents a cluster may have in a case of so many."""
    return max(SHEET, contents // SHARE)


def cluster(contents: int, links: Links, people: People = NOBODY) -> Clusters:
    """Return the series of so many contents."""
    order = links.order
    a, b = links.a[order], links.b[order]
    parents, edges = forest(contents, a, b, links.strength[order] >= FIRM)
    roots = rooted(parents)
    tree = Tree(a[edges], b[edges], links.strength[order][edges], links.kind[order][edges])
    cuts = cut(roots, tree, limit_of(contents))
    closed = _closed(contents, people)
    if closed.is_free:
        labels = np.where(cuts.piece >= 0, contents + cuts.piece, roots)
        refused = np.zeros(0, dtype=np.int64)
    else:
        labels, refused = _constrained(links, order, cuts, closed)
    return _numbered(labels, cuts, closed, refused)


def forest(contents: int, a: Array, b: Array, firm: Array) -> tuple[list[int], Array]:
    """Return each content's parent, and the positions of the links that joined, in their order."""
    parent, size = list(range(contents)), [1] * contents
    kept: list[int] = []
    for start in range(0, len(a), CHUNK):
        some, others, sure = (column[start : start + CHUNK].tolist() for column in (a, b, firm))
        for at, (one, other, is_firm) in enumerate(zip(some, others, sure, strict=True), start):
            u, v = one, other
            while parent[u] != u:
                parent[u] = u = parent[parent[u]]
            while parent[v] != v:
                parent[v] = v = parent[parent[v]]
            if u != v and (is_firm or size[u] + size[v] <= SHEET):
                low, high = min(u, v), max(u, v)  # the smaller is the root: no chance in it
                parent[high] = low
                size[low] += size[high]
                kept.append(at)
    return parent, np.array(kept, dtype=np.int64)


def rooted(parents: Sequence[int]) -> Array:
    """Return the root of each content, given parents with smaller numbers."""
    found = np.array(parents, dtype=np.int64)
    while (up := found[found]).tobytes() != found.tobytes():
        found = up
    return found


@dataclass(frozen=True, slots=True)
class _Closed:
    """What links may not change."""

    block: Array
    """Number of the closed group of each content, -1 where it is free."""
    said: Said
    decided: Array
    released: Array

    @property
    def is_free(self) -> bool:
        """Tell whether people said nothing that bears on links."""
        return not (self.said.apart or self.decided.any() or (self.block >= 0).any())


def _closed(contents: int, people: People) -> _Closed:
    said = replay(people.events)
    block = np.full(contents, -1, dtype=np.int64)
    block[list(said.block)] = list(said.block.values())
    decided = people.decided if people.decided is not None else np.zeros(contents, dtype=bool)
    released = np.zeros(contents, dtype=bool)
    released[list(people.released)] = True
    if people.series is not None and decided.any():
        own = np.where(block < 0, people.series, -1)
        own[np.isin(own, list(people.dissolved))] = -1
        own[_parted(own, said.apart)] = -1
        held = np.unique(own[decided & (own >= 0)])
        sizes = np.bincount(own[own >= 0])
        chosen = np.isin(own, held[sizes[held] > 1])
        block[chosen] = 2 * len(people.events) + own[chosen]
    return _Closed(block, said, decided, released)


def _parted(series: Array, apart: dict[int, frozenset[int]]) -> list[int]:
    """Return the contents that a split parts from others of the series that they stood in."""
    sides: dict[int, set[int]] = {}
    for content, told in apart.items():
        sides.setdefault(int(series[content]), set()).update(told)
    return [
        content
        for content, told in apart.items()
        if any(side ^ 1 in sides[int(series[content])] for side in told)
    ]


def _constrained(links: Links, order: Array, cuts: Cuts, closed: _Closed) -> tuple[Array, Array]:
    """Join what is free; return a label for each content and the links that were refused."""
    a, b = links.a[order], links.b[order]
    inside = cuts.within[a] == cuts.within[b]
    free = (closed.block[a] < 0) & (closed.block[b] < 0)
    known = closed.released[a] & closed.released[b]
    alike = (closed.decided[a] == closed.decided[b]) | known
    may = np.flatnonzero(inside & free & alike)
    joined = _Joined(len(closed.block), closed.said.apart)
    apart = may[joined.all(a[may], b[may], links.strength[order][may] >= FIRM)]
    for one, other in _in_pieces(cuts, closed):
        joined.join(one, other)
    labels = rooted(joined.parent)
    labels = np.where(closed.block >= 0, len(labels) + closed.block, labels)
    barred = inside & ~(free & alike)
    barred[apart] = True
    barred &= labels[a] != labels[b]
    at = np.flatnonzero(barred)
    pairs = zip(a[at].tolist(), b[at].tolist(), strict=True)
    new = [not closed.said.parts(one, other) for one, other in pairs]  # else it was refused before
    return labels, order[at[np.array(new, dtype=bool)]]


def _in_pieces(cuts: Cuts, closed: _Closed) -> Iterator[tuple[int, int]]:
    """Yield neighbours in a piece, as far as they are free, in the order of the chain."""
    at = np.flatnonzero(cuts.packed & (closed.block < 0))
    group = 2 * cuts.piece[at] + (closed.decided[at] & ~closed.released[at])
    turns = np.lexsort((cuts.turn[at], group))
    at, group = at[turns], group[turns]
    same = group[1:] == group[:-1]
    yield from zip(at[:-1][same].tolist(), at[1:][same].tolist(), strict=True)


class _Joined:
    """Contents that are joined one by one, unless a split parts them."""

    def __init__(self, contents: int, apart: dict[int, frozenset[int]]) -> None:
        self.parent = list(range(contents))
        self._size = [1] * contents
        self._sides = dict(apart)

    def all(self, a: Array, b: Array, firm: Array) -> list[int]:
        """Join pairs in their order; return the positions of those that a split parts."""
        pairs = zip(a.tolist(), b.tolist(), firm.tolist(), strict=True)
        return [at for at, pair in enumerate(pairs) if not self.join(*pair)]

    def join(self, one: int, other: int, firm: bool = True) -> bool:  # noqa: FBT001, FBT002
        """Join two contents with all they are joined to; return whether no split parts them."""
        u, v = sorted((root_of(self.parent, one), root_of(self.parent, other)))
        if u == v or not (firm or self._size[u] + self._size[v] <= SHEET):
            return True
        mine, theirs = self._sides.get(u), self._sides.get(v)
        if mine and theirs and any(side ^ 1 in mine for side in theirs):
            return False
        self.parent[v] = u
        self._size[u] += self._size[v]
        if theirs:
            self._sides[u] = (mine or frozenset()) | theirs
        return True


def _numbered(labels: Array, cuts: Cuts, closed: _Closed, refused: Array) -> Clusters:
    """Give numbers to the labels of several contents, in the order of their first contents."""
    found, first, inverse, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    several = np.flatnonzero(counts > 1)
    several = several[np.argsort(first[several], kind="stable")]
    number = np.full(len(found), -1, dtype=np.int64)
    number[several] = np.arange(len(several))
    series = number[inverse]
    block = closed.block[first[several]]
    decided = series[closed.decided & (series >= 0)]
    events = closed.said.formed
    formed = {at: events[of] for at, of in enumerate(block.tolist()) if of in events}
    return Clusters(
        series,
        len(several),
        frozenset({*np.flatnonzero(block >= 0).tolist(), *np.unique(decided).tolist()}),
        formed,
        _counted(cuts.taken, labels, cuts.of),
        refused,
        cuts.of,
        cuts.piece,
    )


def _counted(taken: Iterable[Taken], labels: Array, of: Array) -> tuple[Taken, ...]:
    """Return the cuts, each with the number of parts that it came to."""
    told = []
    for number, one in enumerate(taken):
        parts = len(np.unique(labels[of == number]))
        told.append(one.with_parts(parts))
    return tuple(told)
