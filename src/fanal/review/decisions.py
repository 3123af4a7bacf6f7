"""Folds what people decided of one content into where it stands: only people's words count.

A *word* is what one person said last, under one login, and what was not taken back. Nothing else
goes in: no score, no list, no evidence. What leads to which state is said in `TRANSITIONS`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fanal.model.decision import (
    IDENTIFIED,
    KNOWN_UNIDENTIFIED,
    LIKENESS,
    MADE_FROM_REAL,
    NO_REAL_PERSON,
    TREAT_AS_REAL,
    VICTIM_STATES,
    Decision,
)
from fanal.review import people


@dataclass(frozen=True, slots=True)
class Needs:
    """What it takes until a state holds."""

    people: int
    """So many different people say so, no two of whom share a name or a login."""
    unopposed: bool
    """Nobody's word says otherwise."""


START = TREAT_AS_REAL
TRANSITIONS: Mapping[str, Needs] = {
    TREAT_AS_REAL: Needs(1, unopposed=False),
    KNOWN_UNIDENTIFIED: Needs(1, unopposed=False),
    LIKENESS: Needs(1, unopposed=False),
    MADE_FROM_REAL: Needs(1, unopposed=False),
    IDENTIFIED: Needs(1, unopposed=False),
    NO_REAL_PERSON: Needs(2, unopposed=True),
}
"""State → what leads to it. Of those that are reached, the one that keeps a child in view most
holds; where none is, `START`. There is no other way to a state."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a content stands by the words of people."""

    victim_state: str
    """One of VICTIM_STATES."""
    decided: bool
    """People said so, they agree, and nobody else is waited for."""
    waits_for_second: bool
    """Words that no real person was found stand, and not yet those of two people."""
    contradicted: bool
    """Words of different states stand."""
    says: str
    """One sentence: who said what, and what is missing."""
    by: tuple[str, ...] = ()
    """The names of those whose words stand, in the order in which they were written."""
    ignored: tuple[str, ...] = ()
    """Events that count for nothing, each with a sentence why."""
    undone: frozenset[str] = frozenset()
    """Ids of the events that are taken back now."""


UNDECIDED = Standing(
    START,
    decided=False,
    waits_for_second=False,
    contradicted=False,
    says="nobody has decided: treated as real",
)


@dataclass(slots=True)
class Word:
    """What one person says under one login."""

    event: Decision
    state: str
    before: str
    """The last state that this person gave and that needs nobody else; "" where there is none.

    It stays in force while a word that does need somebody else waits."""

    @property
    def who(self) -> str:
        """Return the person for a sentence."""
        return people.shown(self.event.by, self.event.account)


def fold(events: Iterable[Decision]) -> Standing:
    """Return where a content stands after these events of it, in the order they were written."""
    log = Events()
    for event in events:
        log.take(event)
    words = log.words()
    states = {word.state for word in words}
    state = reached([(word.state, key_of(word.event)) for word in words])
    waits = states == {NO_REAL_PERSON} and state != NO_REAL_PERSON
    if waits:
        state = reached([(word.before, key_of(word.event)) for word in words if word.before])
    return Standing(
        state,
        decided=bool(words) and len(states) == 1 and not waits,
        waits_for_second=waits,
        contradicted=len(states) > 1,
        says=_says(log, words, state) if log.known else UNDECIDED.says,
        by=tuple(dict.fromkeys(word.event.by for word in words)),
        ignored=tuple(log.ignored),
        undone=log.undone(),
    )


def reached(said: Sequence[tuple[str, people.Who]]) -> str:
    """Return the state that these words lead to by `TRANSITIONS`."""
    for state in VICTIM_STATES:
        who = [whose for one, whose in said if one == state]
        needs = TRANSITIONS[state]
        if people.count(who) >= needs.people and (not needs.unopposed or len(who) == len(said)):
            return state
    return START


def key_of(event: Decision) -> people.Who:
    """Return who decided, as people are told apart."""
    return people.name_key(event.by), people.login_key(event.account)


@dataclass(slots=True)
class Events:
    """The events of one content so far: which stand, which are taken back, which are ignored."""

    known: dict[str, Decision] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    _against: dict[str, int] = field(default_factory=dict)
    """Id → how many events that stand take it back."""
    _root: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Id → the decision at the end of what it takes back, and how many steps away that is."""

    def take(self, event: Decision) -> None:
        """Add the next event, or say why it counts for nothing."""
        if why := self.unfit(event):
            self.ignored.append(f"{_short(event.id)}: {why}")
            return
        self.known[event.id] = event
        self._against[event.id] = 0
        self._root[event.id] = (event.id, 0)
        if event.undoes:
            root, steps = self._root[event.undoes]
            self._root[event.id] = (root, steps + 1)
            self._turn(event.undoes)
        elif event.victim_state not in TRANSITIONS:
            said = f"{_short(event.victim_state)} is no state: read as {spoken(START)}"
            self.ignored.append(f"{_short(event.id)}: {said}")

    def unfit(self, event: Decision) -> str:
        """Return why an event would count for nothing; "" where it counts."""
        if event.id in self.known:
            return "an event of this id is there already"
        if event.undoes:
            return self._unfit_undo(event)
        if event.victim_state == NO_REAL_PERSON and not (
            all(key_of(event)) and event.reason.strip()
        ):
            return "that no real person was found needs a name, a login and a reason"
        return ""

    def _unfit_undo(self, event: Decision) -> str:
        if event.victim_state:
            return "an event either decides or takes back"
        if event.undoes == event.id:
            return "an event cannot take back itself"
        if event.undoes not in self.known:
            return f"there is no event {_short(event.undoes)} of this content to take back"
        if self._against[event.undoes]:
            return f"event {_short(event.undoes)} is taken back already"
        root, steps = self._root[event.undoes]
        word = self.known[root]
        if word.victim_state == NO_REAL_PERSON and steps % 2 and key_of(event) != key_of(word):
            who = people.shown(word.by, word.account)
            return f"that {who} found no real person can be said again by nobody else"
        return ""

    def _turn(self, at: str) -> None:
        """Take an event back, and turn round whatever hangs on it."""
        change = 1
        while at:
            stood = not self._against[at]
            self._against[at] += change
            if stood == (not self._against[at]):
                return
            at, change = self.known[at].undoes, -change

    def stands(self, id_: str) -> bool:
        """Tell whether an event is there and not taken back."""
        return self._against.get(id_) == 0

    def undone(self) -> frozenset[str]:
        """Return the ids of what is taken back."""
        return frozenset(id_ for id_, number in self._against.items() if number)

    def words(self) -> list[Word]:
        """Return the last word of each person under each login, in the order of these words."""
        found: dict[people.Who, Word] = {}
        for event in self.known.values():
            if event.undoes or not self.stands(event.id):
                continue
            before = found.pop(key_of(event), None)
            state = event.victim_state if event.victim_state in TRANSITIONS else START
            alone = TRANSITIONS[state].people == 1
            kept = state if alone else before.before if before else ""
            found[key_of(event)] = Word(event, state, kept)
        return list(found.values())

    def taken_back(self) -> str:
        """Return the end of the sentence: whose words are taken back now, and by whom."""
        told = [
            f"; what {people.shown(word.by, word.account)} said was taken back by"
            f" {people.shown(event.by, event.account)}"
            for event in self.known.values()
            if event.undoes and self.stands(event.id)
            for word in [self.known[event.undoes]]
            if not word.undoes
        ]
        return "".join(told[-people.MOST_SHOWN :])


def spoken(state: str) -> str:
    """Return a state in words."""
    return state.replace("_", " ")


def _says(log: Events, words: Sequence[Word], state: str) -> str:
    """Return who said what, what is missing, and what was taken back."""
    return (_said(words, state) if words else "nobody's word stands: treated as real") + (
        log.taken_back()
    )


def _said(words: Sequence[Word], state: str) -> str:
    states = {word.state for word in words}
    said = "; ".join(
        f"{people.listed(word.who for word in words if word.state == one)}: {spoken(one)}"
        for one in VICTIM_STATES
        if any(word.state == one for word in words)
    )
    if states == {NO_REAL_PERSON} and state != NO_REAL_PERSON:
        return f"{spoken(state)}, as before ({said}); {_missing(words)}"
    if len(states) > 1:
        return (
            f"{spoken(state)}, for people disagree ({said}):"
            " what keeps a child in view most holds until they agree"
        )
    return said


def _missing(words: Sequence[Word]) -> str:
    """Say what is missing until no real person was found."""
    if len(words) == 1:
        return "it waits for a second person under a login of their own"
    return (
        "these share a name or a login and count as one person:"
        " it waits for a second one under a login of their own"
    )


def _short(text: str) -> str:
    """Return an id or a state for a sentence."""
    return people.shown(text) if text else "an event without an id"
