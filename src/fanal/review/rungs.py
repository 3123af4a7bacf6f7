"""Orders series and single contents inside the steps of the queue by rungs, never by a sum.

A rung is one sign that raises. Of two in one step, the one that has the first rung comes first; if
both or neither have it, the second rung decides, and so on. Nothing here moves anything to a later
step; the last rung, marks that nobody signed, only puts a series after others of its step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fanal.model.series import SHEET
from fanal.review.laps import laps
from fanal.review.order import CONFLICT, DANGER, HARMLESS, UNKNOWN
from fanal.review.signals import SEVERAL, Bits, Facts, Pairs, Signals, Whole, pairs

NAMED, KEPT, CAMERA, MARKED = "named", "kept", "camera", "marked"
"""The first rung, for what a signed rule file names; one that has its own turns; the last one, for
bare marks."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One sign, and what a sentence says of it."""

    name: str
    says: str
    """With {number} where the sentence names one; "" where the sentence of the step tells it."""


RUNGS: tuple[Rung, ...] = (
    Rung("kin", "in one series with {number:,} that an illegal or unidentified list knows"),
    Rung("source", "other pictures of the case name it as their source"),
    Rung("input", "names a source picture that is not known to be generated"),
    Rung(
        KEPT,
        "kept in a folder or archive of which {number} % is on an illegal or unidentified list",
    ),
    Rung("passed", "a set of {number:,} pictures on several exhibits, as sets that are passed on"),
    Rung("shared", ""),
    Rung("spread", "on {number:,} exhibits"),
    Rung("device", "shares a camera with listed material, by its record or its noise"),
    Rung(CAMERA, ""),
)
"""In the order that counts unless a signed rule file says otherwise."""
TELLING = frozenset({NAMED, "kin", "source", "input", KEPT, "passed"})
"""Signs that tell more than that a picture is on several exhibits, as any meme is."""
MOST_LAPS = 3
"""Laps by which a picture may come later because others hang together with it: anyone can make
files hang together, so this is bounded, and no picture leaves its step."""
NAMES = tuple(rung.name for rung in RUNGS)
_SAYS = {rung.name: rung.says for rung in RUNGS}


@dataclass(frozen=True, slots=True)
class Told:
    """What else is known of contents: by the log's clock, and by a signed rule file."""

    recent: Bits
    """By its camera's clock taken within some days before the intake."""
    named: Whole
    """Number of what a rule file says that puts it first in its step, from 1; 0 for nothing."""
    danger: Bits
    """A rule file sees a sign of present danger in it."""
    days: int = 0
    """How many days those are."""
    order: Sequence[str] = NAMES
    words: Sequence[str] = ()
    """What a sentence says of each number of `named`."""

    @classmethod
    def nothing(cls, count: int) -> "Told":
        """Return what is known where nobody said anything."""
        nothing = np.zeros(count, np.bool_)
        return cls(nothing, nothing.astype(np.int64), nothing)


@dataclass(frozen=True, slots=True)
class Units:
    """Series and single contents that people have to look at, one row each."""

    shown: Whole
    """The content that stands for it: its representative, while nobody decided that and it is of
    the step in which the series stands; else what put the series there."""
    speaks: Whole
    """The content that put it into its step, and whose sentence it has."""
    step: Whole
    open: Whole
    """Contents with a place in the queue that nobody decided."""
    exhibit: Whole
    """Number of the exhibit under which it takes its turn, -1 where it lies nowhere."""
    folder: Whole
    """The folder that says that it is kept with listed material; -1 where none does."""
    own: Whole
    """Number of the exhibit on which its camera's pictures lie, counted from 1."""
    recent: Bits
    """It is a sign of present danger because a camera took it lately."""
    rungs: Mapping[str, Whole]
    """Name of a rung → the number that its sentence names; 0 where it is no sign."""
    lap: Whole
    """Related rows that come before it, at most MOST_LAPS; those with less come first."""
    full: Whole
    """Sheets of its sign that its exhibit has before it; so many laps it waits at least."""


def suspected(facts: Facts, signals: Signals) -> Bits:
    """Tell which contents would be signs of present danger if they were taken lately.

    A camera took it, one that is somebody's own or that took listed material, and it hangs together
    with listed material, with another exhibit, or with what was made from it.
    """
    whose = (signals.own > 0) | signals.device
    together = (signals.kin > 0) | (signals.kept > 0) | signals.source
    together |= signals.spread >= SEVERAL
    found: Bits = (facts.step == UNKNOWN) & signals.camera & whose & together
    return found


def units(facts: Facts, signals: Signals, told: Told, representative: Whole) -> Units:
    """Return every series with something undecided, and every undecided single content.

    `representative`: the content that stands for each series, by its number; -1 where none does.
    """
    back = (facts.step > CONFLICT) | (facts.step == 0)
    lately = suspected(facts, signals) & told.recent
    danger = lately | (told.danger & ~back)
    step = np.where(danger, DANGER, facts.step).astype(np.int64)
    active = np.flatnonzero((facts.step > 0) & ~facts.decided)
    unit = facts.unit()[active]
    rungs = _rungs(signals, told)
    before, after = _keys(rungs, told.order)
    standing = np.append(representative, -1)[facts.series]
    other = standing != np.arange(facts.count)
    order = np.lexsort((active, after[active], before[active], other[active], step[active], unit))
    active, unit = active[order], unit[order]
    starts = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]]) if len(unit) else unit
    speaks = active[starts]
    standing = standing[speaks]
    good = (standing >= 0) & ~facts.decided[standing] & (facts.step[standing] > 0)
    good &= facts.step[standing] == facts.step[speaks]  # none that a list knows stands for others
    shown = np.where(good, standing, speaks)
    first = np.full(facts.count + 1, -1, np.int64)
    content, exhibit = facts.places
    first[content[::-1]] = exhibit[::-1]
    found = Units(
        shown,
        speaks,
        step[speaks],
        np.diff(np.r_[starts, len(active)]),
        first[shown],
        _most(signals.folder[active], starts),
        _most(signals.own[active], starts),
        lately[speaks],
        {
            name: (_least if name == MARKED else _most)(number[active], starts)
            for name, number in rungs.items()
        },
        np.zeros(len(shown), np.int64),
        np.zeros(len(shown), np.int64),
    )
    order = arranged(found, told.order)
    tier = _bare(found.rungs) * (HARMLESS + 1) + found.step
    later = (found.rungs[NAMED] == 0) & (found.step != DANGER)
    lap = np.minimum(laps(order, tier, _related(facts, speaks)), MOST_LAPS * later)
    return replace(found, lap=lap, full=_overfull(found, order, told.order))


def _overfull(found: Units, order: Whole, by: Sequence[str]) -> Whole:
    """Return how many sheets of one sign come before each row on its exhibit, in its step.

    Whoever fills an exhibit with forged signs holds up no other exhibit by more than a sheet.
    """
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order))
    telling = [name for name in by if name in TELLING]
    sign = np.full(len(order), len(telling), np.int64)
    for number, name in reversed(list(enumerate(telling))):
        sign[found.rungs[name] > 0] = number
    sheets = _turns((turn,), (found.exhibit, sign, found.step)) // SHEET
    named = found.rungs[NAMED] > 0
    full: Whole = np.where(named | (_bare(found.rungs) > 0), 0, sheets)
    return full


def _bare(rungs: Mapping[str, Whole]) -> Whole:
    """Return 1 where no sign is one of `TELLING`, else 0."""
    names = [name for name in rungs if name in TELLING]
    bare: Whole = (np.stack([rungs[name] for name in names]) == 0).all(axis=0).astype(np.int64)
    return bare


def _related(facts: Facts, speaks: Whole) -> Pairs:
    """Return rows and groups: what is related, and a product with all that went into it."""
    unit = facts.unit()
    row = np.full(int(unit.max(initial=-1)) + 1, -1, np.int64)
    row[unit[speaks]] = np.arange(len(speaks))
    content, group = facts.related
    product, source = facts.made
    rows = np.r_[row[unit[content]], row[unit[source]], row[unit[product]]]
    made = unit[product] + int(group.max(initial=-1)) + 1
    groups = np.r_[group, made, made]
    return pairs(rows[rows >= 0], groups[rows >= 0])


def _rungs(signals: Signals, told: Told) -> dict[str, Whole]:
    """Return each rung with the number of each content."""
    spread = np.where(signals.spread >= SEVERAL, signals.spread, 0)
    numbers = {
        NAMED: told.named,
        "kin": signals.kin,
        "source": signals.source,
        "input": signals.input,
        KEPT: signals.kept,
        "passed": signals.passed,
        "shared": signals.shared,
        "spread": spread,
        "device": signals.device,
        CAMERA: signals.camera,
        MARKED: signals.marked,
    }
    return {name: number.astype(np.int64) for name, number in numbers.items()}


def _key(rungs: Mapping[str, Whole], order: Sequence[str]) -> Whole:
    """Return a number that is lower where an earlier one of these rungs is a sign."""
    key = np.zeros(len(rungs[NAMED]), np.int64)
    for name in order:
        key = key * 2 + (rungs[name] == 0)
    return key


def _keys(rungs: Mapping[str, Whole], order: Sequence[str]) -> tuple[Whole, Whole]:
    """Return the keys of the rungs down to `kept`, and of those after it."""
    after = order.index(KEPT) + 1
    later = _key(rungs, order[after:]) * 2 + (rungs[MARKED] > 0)
    return _key(rungs, (NAMED, *order[:after])), later


def _most(number: Whole, starts: Whole) -> Whole:
    return np.maximum.reduceat(number, starts) if len(number) else number


def _least(number: Whole, starts: Whole) -> Whole:
    return np.minimum.reduceat(number, starts) if len(number) else number


def arranged(found: Units, by: Sequence[str] = NAMES) -> Whole:
    """Return the rows in the order in which people look.

    In a step what has a telling sign comes first; of that, what hangs together with nothing
    earlier; then by rungs; then more exhibits first; then the exhibits take turns, and each gives
    its largest series first. What is left is ordered by digest. Of what is kept with listed
    material, the folders take turns before later rungs decide: no folder with thousands holds up
    another.
    """
    first, later = _keys(found.rungs, by)
    lap = np.maximum(found.lap, found.full)
    large, few = -found.open, -found.rungs["spread"]
    turn = _turns((found.shown, large, few, later), (found.folder, first, lap, found.step))
    turn = np.where(found.rungs[KEPT] > 0, turn, 0)
    level = (few, later, turn, first, lap, _bare(found.rungs), found.step)
    in_exhibit = _turns((found.shown, large), (found.exhibit, *level))
    rows: Whole = np.lexsort((found.shown, found.exhibit, large, in_exhibit, *level))
    return rows


def _turns(within: Sequence[Whole], groups: Sequence[Whole]) -> Whole:
    """Return the turn of each row in its group: the last columns of each count first."""
    rows = np.lexsort((*within, *groups))
    turns = np.zeros(len(rows), np.int64)
    turns[rows] = _counted(np.stack([column[rows] for column in groups]))
    return turns


def _counted(level: Whole) -> Whole:
    """Return how many equal columns stand before each, in columns that are sorted."""
    count = level.shape[1]
    if not count:
        return np.zeros(0, np.int64)
    new = np.r_[True, (level[:, 1:] != level[:, :-1]).any(axis=0)]
    starts = np.flatnonzero(new)
    counted: Whole = np.arange(count) - starts[np.cumsum(new) - 1]
    return counted


def said(found: Units, row: int, told: Told) -> Iterator[str]:
    """Yield what a sentence says of the rungs of one row, in their order."""
    if number := int(found.rungs[NAMED][row]):
        yield told.words[number - 1]
    for name in told.order:
        number = int(found.rungs[name][row])
        if number and _SAYS[name]:
            yield _SAYS[name].format(number=number)
    if found.lap[row]:
        yield "after others, for it hangs together with what stands earlier"
    if found.full[row]:
        yield f"after others, for its exhibit has more than {SHEET} with this sign"
    if found.rungs[MARKED][row]:
        yield "only marks of a generator that nobody signed: after the others of this step"
