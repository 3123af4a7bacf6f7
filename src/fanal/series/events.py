"""Replays what people said of series: which contents stand together, and which apart.

Events count in their order, a later one before an earlier one, and one that was taken back not at
all. What a merge put together, and each side of a split with more than one content, is closed:
links of the machine add nothing to it and take nothing from it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from fanal.model.series import Regroup

MERGE, SPLIT, UNDO = "merge", "split", "undo"


@dataclass(frozen=True, slots=True)
class Event:
    """A merge or split in effect, with the contents by their numbers."""

    id: str
    verb: str
    contents: tuple[int, ...]
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Formed:
    """The event that a group of contents goes back to."""

    id: str
    against: str = ""
    """The last earlier event that said the opposite of some of its contents."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the events amount to."""

    block: dict[int, int] = field(default_factory=dict)
    """Content → the closed group that it stands in."""
    formed: dict[int, Formed] = field(default_factory=dict)
    """Closed group → the event that formed it."""
    apart: dict[int, frozenset[int]] = field(default_factory=dict)
    """Content outside of closed groups → those of its sides that still part it from others such."""
    sides: dict[int, frozenset[int]] = field(default_factory=dict)
    """Content → the sides of splits that it is on: twice the number of the split, and one more on
    the side that stays."""

    def parts(self, one: int, other: int) -> bool:
        """Tell whether a person took one of these contents away from the other."""
        mine, theirs = self.sides.get(one), self.sides.get(other)
        return bool(mine and theirs and any(side ^ 1 in mine for side in theirs))


def taken_back(events: Sequence[Regroup]) -> frozenset[str]:
    """Return the ids of the events that were taken back; taking back can be taken back too."""
    gone: set[str] = set()
    for event in reversed(events):
        if event.verb == UNDO and event.id not in gone:
            gone.add(event.undoes)
    return frozenset(gone)


def in_effect(events: Sequence[Regroup]) -> list[Regroup]:
    """Return the merges and splits that nobody took back."""
    gone = taken_back(events)
    return [event for event in events if event.verb != UNDO and event.id not in gone]


def replay(events: Sequence[Event]) -> Said:
    """Return what the events amount to, taken in their order."""
    last: dict[int, int] = {}
    told: defaultdict[int, list[int]] = defaultdict(list)
    """Content → the sides of events that it was on."""
    formed: dict[int, Formed] = {}
    for number, event in enumerate(events):
        against = _against(events, event, told)
        for side, contents in enumerate(_sides(event)):
            place = 2 * number + side
            formed[place] = Formed(event.id, against)
            for content in contents:
                last[content] = place
                told[content].append(place)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for content, place in last.items():
        members[place].append(content)
    closed = {place for place, contents in members.items() if len(contents) > 1}
    block = {content: place for content, place in last.items() if place in closed}
    sides = {
        content: frozenset(place for place in places if events[place // 2].verb == SPLIT)
        for content, places in told.items()
    }
    apart = _apart({content: of for content, of in sides.items() if content not in block})
    return Said(block, {place: formed[place] for place in closed}, apart, sides)


def _sides(event: Event) -> tuple[tuple[int, ...], ...]:
    """Return the groups that an event makes; what is taken out of a split does not stay in it."""
    if event.verb == MERGE:
        return (event.contents,)
    taken = set(event.contents)
    return event.contents, tuple(content for content in event.others if content not in taken)


def _against(events: Sequence[Event], event: Event, told: dict[int, list[int]]) -> str:
    """Return the last earlier event that said the opposite of what this one says, or ""."""
    met: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    """Earlier event of the other verb → pairs of its side and this event's."""
    for side, contents in enumerate(_sides(event)):
        for content in contents:
            for place in told.get(content, ()):
                if events[place // 2].verb != event.verb:
                    met[place // 2].add((place % 2, side))
    opposed = (number for number, pairs in met.items() if len(pairs) > 1)
    return max(((number, events[number].id) for number in opposed), default=(0, ""))[1]


def _apart(sides: dict[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """Return of contents outside of closed groups the sides that have one on the other side."""
    used = {place for places in sides.values() for place in places}
    found = {
        content: frozenset(place for place in places if place ^ 1 in used)
        for content, places in sides.items()
    }
    return {content: left for content, left in found.items() if left}
