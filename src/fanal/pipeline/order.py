"""Makes the queue anew where anything it hangs on has changed."""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from weakref import WeakKeyDictionary

import numpy as np

from fanal.model.custody import Leaf
from fanal.model.decision import Decision
from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match, MatchRun
from fanal.model.opinion import Opinion
from fanal.model.review import Drawn, Moved, Task
from fanal.model.series import Link, Member, Regroup, Series, Tie
from fanal.pipeline.order_facts import Gathered, gather
from fanal.pipeline.order_says import Sentences
from fanal.pipeline.order_told import rules_of, told_of
from fanal.pipeline.progress import Progress
from fanal.review import sample
from fanal.review.order import GENERATOR
from fanal.review.priorities import HOUSE, Rules
from fanal.review.rungs import Told, Units, arranged, units
from fanal.review.signals import Signals, Whole, positions, read
from fanal.stores.interface import CaseStore

WRITTEN = 5000
FACTS = (Item, Place, Seen, Match, MatchRun, Opinion, Link, Tie, Series, Member, Decision)
"""What the queue hangs on."""
VERB, PRIORITIES = "order", "priorities"


def _tables(*kinds: type) -> frozenset[str]:
    """Return what the log calls records of these kinds."""
    return frozenset(re.sub("(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower() for kind in kinds)


_ANY, _WORDS = _tables(*FACTS), _tables(Decision)
PLACES = _tables(Place)
_REGROUPED, _REGROUP = _tables(Series, Member), _tables(Regroup)


def order(store: CaseStore, actor: str, progress: Progress, blind: float = sample.SHARE) -> bool:
    """Place everything in the queue; return whether there was anything to do.

    `blind` is the share of what is set back that is drawn and put among the first.
    """
    if is_current(store, blind):
        return False
    progress.step("ordering the queue")
    with store.act(actor, VERB) as act:
        log = Log.of(store)
        rules = rules_of(store, log.rules)
        blind = max(blind, rules.blind)
        act.note(facts=act.number - 1, blind=blind)
        act.drop(Task)
        act.drop(Moved)
        ordered = Ordering.of(store, rules, log.began, blind)
        act.put(ordered.newly)
        tasks = ordered.tasks(store)
        while part := list(islice(tasks, WRITTEN)):
            act.put(part)
            progress.advance(len(part), 0)
    return True


def is_current(store: CaseStore, blind: float = 0.0) -> bool:
    """Tell whether the queue is as new as the facts it hangs on, and has so large a sample."""
    log = Log.of(store)
    return log.changed <= log.facts and (blind <= log.blind or not log.changed)


@dataclass(slots=True)
class Log:
    """What the log tells of the queue."""

    changed: int = 0
    """The last act that wrote or removed facts it hangs on."""
    others: int = 0
    """The last one that wrote or removed such facts and is no person's word."""
    facts: int = 0
    """Up to which act they have been put in order."""
    spoken: int = 0
    """Up to which act people's words have moved what they are about."""
    blind: float = 0.0
    """The largest share of a sample that was drawn."""
    began: str = ""
    """When the first file was read in."""
    rules: str = ""
    """Digest of the rule file that counts; "" where none does."""

    read: int = 0
    """The last leaf that went into this."""

    @classmethod
    def of(cls, store: CaseStore) -> "Log":
        """Read it, of a case that was read before only what is new.

        Facts that were removed and not made again leave no record behind.
        """
        with _READING:
            log = _READ.setdefault(store, cls())
            for leaf in store.history(log.read):
                log.take(leaf)
            return replace(log)

    def take(self, leaf: Leaf) -> None:
        """Add the next leaf."""
        self.read = leaf.number
        if leaf.verb == VERB:
            self.facts = max(self.facts, int(leaf.details.get("facts", 0)))
            spoken = int(leaf.details.get("spoken", leaf.details.get("facts", 0)))
            self.spoken = max(self.spoken, spoken)
            self.blind = max(self.blind, float(leaf.details.get("blind", 0.0)))
            return
        if leaf.verb == PRIORITIES:
            self.rules, self.changed, self.others = str(leaf.details["set"]), *(leaf.number,) * 2
        if PLACES & leaf.records.keys():
            self.began = self.began or leaf.time
        names = {*leaf.records, *(table for table, _ in leaf.drops)}
        if names & _ANY:
            self.changed = leaf.number
        by_people = _WORDS | _REGROUPED if names & _REGROUP else _WORDS
        if names & _ANY - by_people:
            self.others = leaf.number


_READ: WeakKeyDictionary[CaseStore, Log] = WeakKeyDictionary()
"""What the log of each open case told so far: leaves are added and never changed."""
_READING = threading.Lock()


class Ordering:
    """The whole queue of a case, before its sentences."""

    def __init__(self, gathered: Gathered, signals: Signals, found: Units, told: Told) -> None:
        """Take what was gathered, and what it amounts to."""
        self.gathered = gathered
        self.signals = signals
        self.units = found
        self.told = told
        self.rows: Whole = arranged(found, told.order)
        self.step: Whole = found.step[self.rows]
        self.drawn: dict[int, int] = {}
        """Row that the blind sample drew → the step it was drawn from."""
        self.newly: list[Drawn] = []

    @classmethod
    def of(
        cls, store: CaseStore, rules: Rules = HOUSE, began: str = "", blind: float = 0.0
    ) -> "Ordering":
        """Read the facts and put them in order; `began` is when intake did."""
        gathered = gather(store)
        signals = read(gathered.facts)
        told = told_of(store, gathered, signals, rules, began)
        found = units(gathered.facts, signals, told, gathered.representative)
        made = cls(gathered, signals, found, told)
        made.draw(store, blind)
        return made

    def draw(self, store: CaseStore, share: float) -> None:
        """Put a blind sample of what is set back among the first."""
        found, names = self.units, self.gathered.names
        aside = np.flatnonzero(found.step >= GENERATOR)
        before = [sha256 for (sha256,) in store.columns(Drawn, "sha256")]
        held = self._rows_with(before)
        shown = [names[found.shown[row]] for row in aside]
        again = [place for place, row in enumerate(aside.tolist()) if row in held]
        chosen = [int(aside[place]) for place in sample.drawn(store.case_id, shown, share, again)]
        self.drawn = {row: int(found.step[row]) for row in chosen}
        told = {*before}
        self.newly = [
            Drawn(name, step)
            for row, step in self.drawn.items()
            if (name := names[found.shown[row]]) not in told
        ]
        self.rows, self.step = sample.mixed(self.rows, self.step, chosen)

    def _rows_with(self, names: Sequence[str]) -> set[int]:
        """Return the rows whose series holds one of these contents."""
        facts, found = self.gathered.facts, self.units
        unit = facts.unit()
        at = positions(facts.names, names)
        wanted = unit[at[at >= 0]]
        return set(np.flatnonzero(np.isin(unit[found.shown], wanted)).tolist())

    def turns(self) -> Whole:
        """Return the turn of each place of `rows`: 1 for the first of its step."""
        starts = np.searchsorted(self.step, self.step, "left")
        turns: Whole = np.arange(len(self.step)) - starts + 1
        return turns

    def tasks(self, store: CaseStore) -> Iterator[Task]:
        """Yield the tasks, in the order of the contents that their sentences are about."""
        found, names = self.units, self.gathered.names
        exhibits = self.gathered.facts.exhibits
        turns = self.turns()
        says = Sentences(self.gathered, found, self.told, self.drawn)
        order = np.argsort(found.speaks[self.rows], kind="stable")
        rows = self.rows[order]
        placed = zip(rows.tolist(), self.step[order].tolist(), turns[order].tolist(), strict=True)
        for (row, step, turn), reason in zip(placed, says.told(store, rows.tolist()), strict=True):
            exhibit = exhibits[found.exhibit[row]]
            yield Task(names[found.shown[row]], step, turn, exhibit, reason)
