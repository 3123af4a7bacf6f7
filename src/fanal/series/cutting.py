"""Takes apart what hangs together and is larger than a part of a case may be.

The weakest links go first, level by level, until every part fits. Parts that only links of one and
the same strength held, in the order of the chain that they hang on, are then laid together again as
far as one contact sheet shows them whole: what fits on one sheet hides nothing.
"""

from collections import defaultdict
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

    root: int
    """The content by which it is known: its smallest number."""
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
        members = np.flatnonzero(roots == root)
        at = np.flatnonzero(roots[tree.a] == root)
        a, b = (np.searchsorted(members, end[at]) for end in (tree.a, tree.b))
        one = Tree(a, b, tree.strength[at], tree.kind[at])
        chain = _chain(one, len(members))
        parts, fallen = _parted(one, len(members), limit)
        cuts.of[members], cuts.within[members] = len(taken), members[parts]
        cuts.turn[members[chain]] = np.arange(len(chain))
        pieces = _lay(cuts, members, (chain, parts, fallen), pieces)
        kind = int(np.argmax(np.bincount(one.kind)))
        taken.append(Taken(root, len(chain), kind, tuple(members[chain[:FIRST]].tolist())))
    return replace(cuts, taken=tuple(taken))


def _parted(tree: Tree, count: int, limit: int) -> tuple[Array, dict[int, tuple[int, int]]]:
    """Return the part of each content, and for each part where it fell off.

    Level by level from the strongest links down, parts grow until a level would make them too
    large; that is the same as to remove the weakest level until what is left fits.
    """
    whole, parts, size = list(range(count)), list(range(count)), [1] * count
    fallen: dict[int, tuple[int, int]] = {}
    levels = np.flatnonzero(np.diff(tree.strength.astype(np.int64), prepend=-1)).tolist()
    for start, end in zip(levels, [*levels[1:], len(tree.a)], strict=True):
        pairs = list(zip(tree.a[start:end].tolist(), tree.b[start:end].tolist(), strict=True))
        for one, other in pairs:
            u, v = sorted((root_of(whole, one), root_of(whole, other)))
            whole[v] = u  # a link of a tree never closes a ring
            size[u] += size[v]
        for one, other in pairs:
            root = root_of(whole, one)
            u, v = sorted((root_of(parts, one), root_of(parts, other)))
            if size[root] <= limit:
                parts[v] = u
            else:
                fallen.setdefault(u, (start, root))
                fallen.setdefault(v, (start, root))
    return np.array([root_of(parts, content) for content in range(count)]), fallen


def root_of(parent: list[int], content: int) -> int:
    """Return the content by which a set is known: the one with the smallest number."""
    while parent[content] != content:
        parent[content] = content = parent[parent[content]]
    return content


def _chain(tree: Tree, count: int) -> list[int]:
    """Return the contents of a tree as they hang on each other, from one of its ends on."""
    near: list[list[int]] = [[] for _ in range(count)]
    for one, other in zip(tree.a.tolist(), tree.b.tolist(), strict=True):
        near[one].append(other)
        near[other].append(one)
    start = next(content for content, others in enumerate(near) if len(others) == 1)
    chain, waiting, seen = [], [start], bytearray(count)
    seen[start] = 1
    while waiting:
        content = waiting.pop()
        chain.append(content)
        for other in reversed(near[content]):
            if not seen[other]:
                seen[other] = 1
                waiting.append(other)
    return chain


def _lay(
    cuts: Cuts,
    members: Array,
    parted: tuple[list[int], Array, dict[int, tuple[int, int]]],
    free: int,
) -> int:
    """Lay the parts of a cluster together, as far as a sheet shows them; return the next piece."""
    chain, parts, fallen = parted
    held_by: defaultdict[int, list[int]] = defaultdict(list)
    for content, part in zip(chain, parts[chain].tolist(), strict=True):
        held_by[part].append(content)
    filled: dict[tuple[int, int], tuple[int, int]] = {}
    """Where parts fell off → the piece that is being filled there, and how many it holds."""
    pieces, packed = [0] * len(chain), bytearray(len(chain))
    for part, contents in held_by.items():  # in the order of the chain
        piece, held = filled.get(fallen[part], (-1, SHEET))
        if held + len(contents) > SHEET:
            piece, held, free = free, 0, free + 1
        filled[fallen[part]] = piece, held + len(contents)
        for content in contents:
            pieces[content], packed[content] = piece, held + len(contents) <= SHEET
    cuts.piece[members], cuts.packed[members] = pieces, np.frombuffer(packed, dtype=bool)
    return free
