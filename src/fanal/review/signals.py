"""Tells from columns of facts what raises a content inside the queue, a million at a time.

Each signal is computed by itself; nothing is added up. All of them raise: what is missing, or was
never written, is no sign of anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
Whole = NDArray[np.int64]
Pairs = tuple[Whole, Whole]
"""Two columns of equal length."""
FAIR_SHARE = 0.05
"""Share of a folder's contents that listed material must be before the folder is a sign."""
FEWEST_LISTED = 2
SEVERAL = 2
"""Exhibits from which on something is spread."""
MANY = 3
"""Exhibits from which on a set was passed on: two may be a telephone and its backup."""
FEWEST_SET = 3
"""Different pictures from which on a series is a set."""
FEWEST_OWN = 3
"""Pictures of one camera before it can be somebody's own."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a queue hangs on: one row a content, in the order of their digests."""

    names: NDArray[np.bytes_]
    """SHA-256 of each content, rising."""
    step: NDArray[np.uint8]
    """Step that each content would get by itself; 0 where it has no place in the queue."""
    listed: Bits
    """On a list by a digest."""
    grave: Bits
    """On a list of illegal material or of unidentified victims, by a digest or near to an entry."""
    camera: Bits
    """Its state is `camera`."""
    marked: Bits
    """A generator's marks that nobody signed, and nothing that speaks for a camera."""
    input: Bits
    """Its record names a picture that it was altered or made from."""
    decided: Bits
    """People decided."""
    series: Whole
    """Number of its series; -1 where it is alone."""
    places: Pairs
    """Content and exhibit, each pair once, in order."""
    folders: Pairs
    """Content and folder or archive, each pair once."""
    devices: Pairs
    """Content and camera body, each pair once."""
    made: Pairs
    """Content and the content it was made from."""
    exhibits: Sequence[str]
    """Their names, in order."""
    exhibit_of: Whole
    """Exhibit of each folder."""
    pictures: Whole
    """Different pictures of each series, copies of one counted once."""
    related: Pairs = field(default_factory=lambda: pairs([], []))
    """Content and group: what hangs together, too weakly to be one series."""

    @property
    def count(self) -> int:
        """Return how many contents there are."""
        return len(self.names)

    def unit(self) -> Whole:
        """Return the number of each content's series, or one of its own where it is alone."""
        first = int(self.series.max(initial=-1)) + 1
        alone = self.series < 0
        unit = self.series.copy()
        unit[alone] = first + np.arange(int(alone.sum()), dtype=np.int64)
        return unit


@dataclass(frozen=True, slots=True)
class Signals:
    """What raises each content, with the number that its sentence names."""

    kin: Whole
    """Other contents of its series that are on such a list; 0 is no sign, here and below."""
    source: Bits
    """Others were made from it, and it is not itself marked as generated."""
    input: Bits
    """It was made from a picture that is not known to be generated itself."""
    kept: Whole
    """Percent of its folder or archive that is on such a list."""
    folder: Whole
    """The folder or archive that says so; -1 where none does."""
    spread: Whole
    """Exhibits on which its series lies; never 0."""
    passed: Whole
    """Different pictures of a series that lies on many exhibits: a set that was passed on."""
    shared: Whole
    """The same of a series that lies on several."""
    device: Bits
    """The camera body took listed material too."""
    own: Whole
    """Number of the exhibit on which most pictures of its camera lie, counted from 1."""
    camera: Bits
    marked: Bits


def read(facts: Facts) -> Signals:
    """Return the signals of every content."""
    open_, unit = ~facts.listed, facts.unit()
    device = _device(facts) & ~facts.grave
    source, made = _sources(facts)
    kept, folder = _kept(facts)
    spread = _spread(facts, unit)
    pictures = np.append(facts.pictures, 1)[facts.series]
    return Signals(
        kin=np.where(open_, _kin(facts, unit), 0),
        source=source,
        input=made,
        kept=np.where(facts.grave, 0, kept),
        folder=np.where(facts.grave, -1, folder),
        spread=spread,
        passed=np.where((spread >= MANY) & (pictures >= FEWEST_SET), pictures, 0),
        shared=np.where((spread >= SEVERAL) & (pictures >= FEWEST_SET), pictures, 0),
        device=device,
        own=_own(facts),
        camera=facts.camera,
        marked=facts.marked & ~made,
    )


def _kin(facts: Facts, unit: Whole) -> Whole:
    """Return how many others of a content's series are on a grave list."""
    of_unit = np.bincount(unit, weights=facts.grave).astype(np.int64)
    return np.where(facts.series < 0, 0, of_unit[unit] - facts.grave) if facts.count else unit


def _sources(facts: Facts) -> tuple[Bits, Bits]:
    """Return what others were made from, and what names an input that is not known as generated.

    A picture that is marked as generated and that others were made from is but a stage of making.
    """
    made, of = facts.made
    source = np.zeros(facts.count, np.bool_)
    source[of] = True
    # An input in the case takes the sign away only if every one of them is marked.
    there, unmarked = np.zeros(facts.count, np.bool_), np.zeros(facts.count, np.bool_)
    there[made] = True
    unmarked[made[~facts.marked[of]]] = True
    return source & ~facts.marked, facts.input & (~there | unmarked)


def _kept(facts: Facts) -> Pairs:
    """Return the greatest percentage of listed material in the folders of each content, and where.

    It is a sign only if the content lies so on half of its exhibits or more: what is everywhere
    lies beside listed material too, now and then.
    """
    content, folder = facts.folders
    kept, where = np.zeros(facts.count, np.int64), np.full(facts.count, -1, np.int64)
    if not len(content):
        return kept, where
    looked = facts.step > 0
    counted = np.bincount(folder, weights=looked[content])
    listed = np.bincount(folder, weights=facts.grave[content])
    share = np.divide(listed, counted, out=np.zeros_like(listed), where=counted > 0)
    fair = (listed >= FEWEST_LISTED) & (share >= FAIR_SHARE)
    percent = np.floor(share * 100).astype(np.int64)
    content, folder = content[fair[folder]], folder[fair[folder]]
    beside, _ = pairs(content, facts.exhibit_of[folder])
    many = np.bincount(facts.places[0], minlength=facts.count)
    often = np.bincount(beside, minlength=facts.count) * 2 >= many
    content, folder = content[often[content]], folder[often[content]]
    order = np.lexsort((-folder, percent[folder]))
    kept[content[order]], where[content[order]] = percent[folder[order]], folder[order]
    return kept, where


def _spread(facts: Facts, unit: Whole) -> Whole:
    """Return on how many exhibits each content's series lies."""
    content, exhibit = facts.places
    held, _ = pairs(unit[content], exhibit)
    return np.maximum(np.bincount(held, minlength=int(unit.max(initial=-1)) + 1)[unit], 1)


def _device(facts: Facts) -> Bits:
    """Tell which contents are tied to a camera body that took listed material."""
    content, body = facts.devices
    grave = np.zeros(int(body.max(initial=-1)) + 1, np.bool_)
    grave[body[facts.grave[content]]] = True
    found = np.zeros(facts.count, np.bool_)
    found[content[grave[body]]] = True
    return found


def _own(facts: Facts) -> Whole:
    """Return the exhibit on which more than half of a camera's pictures lie, counted from 1."""
    content, body = facts.devices
    own = np.zeros(facts.count, np.int64)
    if not len(content):
        return own
    at, lies = facts.places
    first = np.searchsorted(at, content, "left")
    many = np.searchsorted(at, content, "right") - first
    where = np.repeat(first - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
    width = len(facts.exhibits) + 1
    both, count = np.unique(np.repeat(body, many) * width + lies[where], return_counts=True)
    taken = np.bincount(body)
    most = (count * 2 > taken[both // width]) & (taken[both // width] >= FEWEST_OWN)
    # Copies may put more than half of a camera's pictures on two exhibits: the first one is named.
    chosen = np.zeros(len(taken), np.int64)
    chosen[(both // width)[most][::-1]] = (both % width)[most][::-1] + 1
    np.maximum.at(own, content, chosen[body])
    return own


def pairs(one: Any, other: Any) -> Pairs:
    """Return each pair of numbers once, in order."""
    first, second = np.asarray(one, np.int64), np.asarray(other, np.int64)
    width = int(second.max(initial=0)) + 1
    both = np.unique(first * width + second)
    return both // width, both % width


def positions(names: NDArray[np.bytes_], wanted: Sequence[str]) -> Whole:
    """Return where each digest stands among the rising names; -1 where it does not."""
    asked = np.array(wanted, "S64") if len(wanted) else np.zeros(0, "S64")
    if not len(names):
        return np.full(len(asked), -1, np.int64)
    at = np.searchsorted(names, asked)
    found = names[np.minimum(at, len(names) - 1)] == asked
    return np.where(found, at, -1).astype(np.int64)
