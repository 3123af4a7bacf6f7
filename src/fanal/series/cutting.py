"""Takes apart what hangs together and is larger than a part of a case may be.

The weakest links go first, level by level, until every part fits. Parts that only links of one and
the same strength held, in the order of the chain that they hang on, are then laid together again as
far as one contact sheet shows them whole: what fits on one sheet hides nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SHEET

Array = NDArray[Any]
FIRST = 8
"""Contents of a cut that are named."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The links that joined, strongest first: a tree for each cluster."""

    a: Array
    b: Array
    strength: Array
    kind: Array


@dataclass(frozen=True, slots=True)
class Taken:
    """One cluster that was taken apart."""

    contents: int
    kind: int
    """Number of the kind of link that held most of it together."""
    first: tuple[int, ...]
    """Its first contents, in the order of the chain."""
    parts: int = 0

    def with_parts(self, parts: int) -> "Taken":
        """Return it with the number of parts that it came to."""
        return replace(self, parts=parts)


@dataclass(frozen=True, slots=True)
class Cuts:
    """What was taken apart; all columns have one entry a content."""

    taken: tuple[Taken, ...]
    of: Array
    """Number of the cut, -1 where the content's cluster is whole."""
    within: Array
    """Equal for contents that links of sufficient strength still hold together."""
    piece: Array
    """Number of the piece, -1 where the cluster is whole."""
    turn: Array
    """Place in the order of the chain, 0 where the cluster is whole."""
    packed: Array
    """Whether the piece fits on a sheet, whatever links hold it together."""


def cut(roots: Array, tree: Tree, limit: int) -> Cuts:
    """Take apart every cluster of more than `limit` contents; a cluster is known by its root."""
    contents = len(roots)
    sizes = np.bincount(roots, minlength=contents)
    large = np.flatnonzero(sizes > limit)
    empty = np.full(contents, -1, dtype=np.int64)
    cuts = Cuts(
        (),
        empty.copy(),
        roots.copy(),
        empty.copy(),
        np.zeros(contents, dtype=np.int64),
        np.zeros(contents, dtype=bool),
    )
    taken: list[Taken] = []
    pieces = 0
    for root in large.tolist():
        at = np.flatnonzero(roots[tree.a] == root)
        one = Tree(tree.a[at], tree.b[at], tree.strength[at], tree.kind[at])
        chain = list(_chain(one))
        parts, fallen = _parted(one, limit)
        pieces = _lay(cuts, chain, (parts, fallen), (len(taken), pieces))
        kind = int(np.argmax(np.bincount(one.kind)))
        taken.append(Taken(len(chain), kind, tuple(chain[:FIRST])))
    return replace(cuts, taken=tuple(taken))


def _parted(tree: Tree, limit: int) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """Return the part of each content, and for each part where it fell off.

    Level by level from the strongest links down, parts grow until a level would make them too
    large; that is the same as to remove the weakest level until what is left fits.
    """
    whole, parts = _Sets(), _Sets()
    fallen: dict[int, tuple[int, int]] = {}
    levels = np.flatnonzero(np.diff(tree.strength.astype(np.int64), prepend=-1)).tolist()
    for start, end in zip(levels, [*levels[1:], len(tree.a)], strict=True):
        pairs = list(zip(tree.a[start:end].tolist(), tree.b[start:end].tolist(), strict=True))
        for one, other in pairs:
            whole.join(one, other)
        for one, other in pairs:
            root = whole.root(one)
            if whole.size[root] <= limit:
                parts.join(one, other)
                continue
            for content in (one, other):
                fallen.setdefault(parts.root(content), (start, root))
    return {content: parts.root(content) for content in whole.parent}, fallen


class _Sets:
    """Sets of contents that grow together."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}
        self.size: dict[int, int] = {}

    def root(self, content: int) -> int:
        """Return the content by which a set is known: the one with the smallest number."""
        parent = self.parent
        if content not in parent:
            parent[content], self.size[content] = content, 1
        while parent[content] != content:
            parent[content] = content = parent[parent[content]]
        return content

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        u, v = sorted((self.root(one), self.root(other)))
        if u != v:
            self.parent[v] = u
            self.size[u] += self.size[v]


def _chain(tree: Tree) -> Iterator[int]:
    """Yield the contents of a tree as they hang on each other, from one of its ends on."""
    near: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in zip(tree.a.tolist(), tree.b.tolist(), strict=True):
        near[one].append(other)
        near[other].append(one)
    start = min(content for content, others in near.items() if len(others) == 1)
    waiting, seen = [start], {start}
    while waiting:
        content = waiting.pop()
        yield content
        others = [other for other in near[content] if other not in seen]
        seen.update(others)
        waiting.extend(reversed(others))


def _lay(
    cuts: Cuts,
    chain: list[int],
    parted: tuple[dict[int, int], dict[int, tuple[int, int]]],
    numbers: tuple[int, int],
) -> int:
    """Write one cut cluster into the columns, piece by piece; return the next free piece."""
    parts, fallen = parted
    number, free = numbers
    members: defaultdict[int, list[int]] = defaultdict(list)
    for turn, content in enumerate(chain):
        members[parts[content]].append(content)
        cuts.of[content], cuts.within[content], cuts.turn[content] = number, parts[content], turn
    open_: dict[tuple[int, int], tuple[int, int]] = {}
    """Where parts fell off → the piece that is being filled there, and how many it holds."""
    for root, contents in members.items():  # in the order of the chain
        piece, held = open_.get(fallen[root], (-1, SHEET))
        if held + len(contents) > SHEET:
            piece, held, free = free, 0, free + 1
        open_[fallen[root]] = piece, held + len(contents)
        cuts.piece[contents] = piece
        cuts.packed[contents] = held + len(contents) <= SHEET
    return free
