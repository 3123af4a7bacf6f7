"""Joins generated pictures whose seeds count on, and ties those that share a set-up.

Anybody can write a generator's record into any file. So a content that speaks for a camera, or that
a picture went into, is tied and never joined: a forged record shall not drown a photograph.
"""

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SAME_SETUP, Link, Tie
from fanal.series.making import MIDDLE, STRONG, WEAK, Common, Made
from fanal.series.prompts import Prompts
from fanal.series.spelling import Digests, hashed, joined

APART = 3
"""Seeds by which the next picture may be further on: the gap is a picture that is not there."""
MOST_STEP = 1 << 20
"""Step between seeds at most, where several follow in equal steps."""
SMALL = 100_000
"""Seeds below which people choose them by hand: they are a run within one folder only."""
HOW = "seed run"
NEXT, NEAR, EVEN = 78, 72, 66
"""Strength of a link between seeds that follow each other, nearly do, or do in equal steps."""
FEW = 20
"""Contents that may share anything and be tied by it, however small the case."""
SHARES = {WEAK: 0.1, MIDDLE: 0.25, STRONG: 0.5}
"""Share of all contents with a record from which on a thing that they share ties nobody."""
ORDER = (STRONG, MIDDLE, WEAK)
_SAID = {
    "prompt family": "a prompt family",
    "model": "the model",
    "user": "the name of a user",
    "account": "the account",
    "editor's view": "the editor's view of the workflow",
}
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Generated:
    """One content with a generator's record."""

    sha256: str
    made: Made
    folder: int = 0
    """Stands for the folder in which its first copy lies."""
    bound: bool = False
    """Something speaks for a camera, or a picture went into it: it is never joined."""
    more: tuple[Common, ...] = ()
    """What other findings of it share: add-on models, signer."""


class Setups:
    """Gathers generated pictures, a few hundred bytes each."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._prompts = Prompts()
        self._setup, self._seed, self._folder = array("Q"), array("Q"), array("Q")
        self._free = bytearray()
        self._commons: dict[Common, int] = {}
        self._content, self._common = array("q"), array("q")

    def add(self, one: Generated) -> None:
        """Add a content."""
        row, made = len(self._digests), one.made
        self._digests.add(one.sha256)
        self._prompts.add(made.prompt)
        self._setup.append(hashed(made.setup))
        self._seed.append(made.seed or 0)
        self._folder.append(one.folder)
        self._free.append(bool(made.setup) and made.seed is not None and not one.bound)
        for common in dict.fromkeys((*made.common, *one.more)):
            self._content.append(row)
            self._common.append(self._commons.setdefault(common, len(self._commons)))

    def found(self) -> Iterator[Link | Tie]:
        """Yield the links of seed runs, and a tie for each thing that few contents share."""
        families = self._prompts.families()
        yield from self._links(families.family)
        yield from self._ties(families.family, families.names)

    def _links(self, family: Rows) -> Iterator[Link]:
        rows = np.flatnonzero(np.array(self._free) > 0)
        setup, seed = np.array(self._setup, np.uint64), np.array(self._seed, np.uint64)
        order = rows[
            np.lexsort((self._digests.heads()[rows], seed[rows], family[rows], setup[rows]))
        ]
        one, other = order[:-1], order[1:]
        same = (setup[one] == setup[other]) & (family[one] == family[other])
        steps = np.where(same, seed[other] - seed[one], np.uint64(MOST_STEP + 1))
        folder = np.array(self._folder, np.uint64)
        chosen = (seed[other] < SMALL) & (folder[one] != folder[other])
        even = _even(steps)
        good = same & ~chosen & ((steps <= APART) | even)
        strength = np.where(steps <= 1, NEXT, np.where(steps <= APART, NEAR, EVEN))
        columns = (one[good], other[good], steps[good], strength[good])
        for before, after, step, strong in zip(*(each.tolist() for each in columns), strict=True):
            a, b = self._digests[before], self._digests[after]
            if a != b:
                yield joined(a, b, SAME_SETUP, (HOW, strong), _says(step))

    def _ties(self, family: Rows, names: Sequence[str]) -> Iterator[Tie]:
        commons = list(self._commons)
        with_family = np.flatnonzero(family >= 0)
        content = np.concatenate((np.array(self._content, np.int64), with_family))
        common = np.concatenate(
            (np.array(self._common, np.int64), family[with_family] + len(commons))
        )
        every = [*commons, *(Common("prompt family", name) for name in names)]
        counts = np.bincount(common, minlength=len(every))
        order = np.lexsort((content, common))
        edges = np.cumsum(counts)
        seen: dict[bytes, int] = {}
        for number in sorted(range(len(every)), key=lambda at: _turn(every[at])):
            if not 1 < counts[number] <= self._most(every[number].rank):
                continue
            held = content[order[edges[number] - counts[number] : edges[number]]]
            # Two things that the same contents share tell no more than one of them.
            told = hashlib.blake2b(held.tobytes(), digest_size=16).digest()
            if seen.setdefault(told, number) != number:
                continue
            yield from self._tied(every[number], held)

    def _most(self, rank: str) -> int:
        return max(FEW, int(SHARES[rank] * len(self._digests)))

    def _tied(self, common: Common, held: Rows) -> Iterator[Tie]:
        what = _SAID.get(common.code, f"the {common.code}")
        share = 100 * len(held) / len(self._digests)
        says = (
            f"one of {len(held):,} generated pictures that share {what}:"
            f" {share:.0f} % of all with a record"
        )
        for row in held.tolist():
            yield Tie(self._digests[row], SAME_SETUP, f"{common.code} {common.value}", says)


def _turn(common: Common) -> tuple[int, str, str]:
    return ORDER.index(common.rank), common.code, common.value


def _even(steps: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell of each step whether the one before or after it is equal, as a program counts."""
    even = np.zeros(len(steps), np.bool_)
    equal = (steps[1:] == steps[:-1]) & (steps[1:] <= MOST_STEP)
    even[1:] |= equal
    even[:-1] |= equal
    return even


def _says(step: int) -> str:
    """Return the sentence on two seeds."""
    alike = "made by one program and model in one size, from alike prompts"
    if step == 0:
        return f"{alike}, with one seed"
    if step == 1:
        return f"{alike}, with seeds that follow each other"
    return f"{alike}, with seeds {step:,} apart"
