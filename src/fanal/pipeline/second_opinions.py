"""Keeps what waits for a second or third person, lends it blind, and writes what they say.

A second person sees neither the first word nor whose it is, nor when it was said; a third sees the
two reasons without names, in an order that says nothing. What they say is a decision like others,
under their own login; which words lose is taken back in their name and for their reason.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.errors import UsageError
from fanal.model.decision import Decision
from fanal.model.desk import Remark, SecondOpinion, Who
from fanal.model.opinion import Opinion
from fanal.model.series import SHEET, Member
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.case import signer
from fanal.pipeline.choices import limits, own
from fanal.pipeline.decide import Wanted, decide, undo
from fanal.pipeline.decided import events
from fanal.pipeline.remarks import ORIGIN, SECOND, VIOLENT, of_kind
from fanal.pipeline.said import Said
from fanal.review import people
from fanal.review.agreement import Pair
from fanal.review.limits import Limits
from fanal.review.second import (
    ADJUDICATION,
    BLIND,
    DRAWN,
    Need,
    Unresolved,
    losing,
    may,
    need,
    place,
    units,
    words_of,
)
from fanal.review.second import Said as Heard
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

BETWEEN = "; "
"""Stands between the reasons why somebody is asked."""
MOST_KEPT = 1_000
"""Answers of which it is known that they were given, for those who send one again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one person is asked about at once."""

    turn: int
    contents: tuple[str, ...]
    """The one that stands for them first, in an order that says nothing."""
    reasons: tuple[tuple[str, str], ...] = ()
    """For a third person: state and reason of each word, without names; () for a second one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a second or third person says of a unit."""

    contents: tuple[str, ...]
    victim_state: str
    reason: str
    token: str = ""


class SecondOpinions:
    """What waits for whom; reads what was written since, and no more."""

    def __init__(self, store: CaseStore, settings: Settings) -> None:
        """Take the case, and the key of the laboratory, from which the draw is made."""
        self._store = store
        told = f"fanal second opinions\n{store.case_id}\n".encode()
        self._key = hashlib.sha256(bytes.fromhex(signer(settings).sign(told))).digest()
        self.lock = threading.RLock()
        self._act = -1
        self._whole = -1
        self._limits = Limits()
        self._needs: dict[str, Need] = {}
        self._open: dict[str, Unresolved] = {}
        self._mine: dict[people.Who, dict[str, Need]] = {}
        """Person → what of `_needs` they may be asked about."""
        self._overridden: set[str] = set()
        self._flagged: set[str] = set()
        self._together: Counter[str] = Counter()
        self._given: dict[tuple[str, str], tuple[Answer, str]] = {}

    def needs(self, who: Who) -> dict[str, Need]:
        """Return the contents on which this person may be asked."""
        me = people.name_key(who.name), people.login_key(who.login)
        with self.lock:
            self._refresh()
            if me not in self._mine:
                every = self._needs.items()
                self._mine[me] = {sha256: one for sha256, one in every if may(me, one)}
            return dict(self._mine[me])

    def unresolved(self) -> list[Unresolved]:
        """Return the contents on which three people or more disagree."""
        with self.lock:
            self._refresh()
            return [self._open[sha256] for sha256 in sorted(self._open)]

    def waiting(self) -> dict[int, int]:
        """Return how many contents wait for each turn, for whomever.

        What waits only because it was drawn is not counted: whoever decides and looks at the
        number again would learn what was drawn, and could take just that back.
        """
        with self.lock:
            self._refresh()
            told = (one.turn for one in self._needs.values() if one.why != (DRAWN,))
            return dict(Counter(told))

    def units(self, who: Who) -> list[Unit]:
        """Return what this person is asked about, in an order that tells of no time and person."""
        found = self.needs(who)
        if found and own(self._store, who.login)["violence_opt_out"]:
            for one in of_kind(self._store, VIOLENT):
                found.pop(one.sha256, None)
        among = {"sha256": sorted(found)}
        series = dict(self._store.columns(Member, "sha256", "series", among=among)) if found else {}
        parts = units(found.values(), series, self._key, SHEET)
        return [self._unit(part) for part in parts]

    def unit(self, who: Who, contents: Iterable[str]) -> tuple[Unit, list[Need]]:
        """Return the unit of exactly these contents that this person is asked about."""
        wanted, mine = set(contents), self.needs(who)
        for unit in self.units(who):
            if set(unit.contents) == wanted:
                return unit, [mine[sha256] for sha256 in unit.contents]
        raise UsageError(
            "you are not asked about this, or not any more", "take the next one of the page"
        )

    def given(self, login: str, told: Answer) -> str:
        """Return the decision of an answer that was given before; "" for a new one."""
        with self.lock:
            before = self._given.get((login, told.token)) if told.token else None
        if before is None:
            return ""
        if before[0] != told:
            raise UsageError("this token was used for another answer", "open the page again")
        return before[1]

    def keep(self, login: str, told: Answer, id_: str) -> None:
        """Take down that an answer was given."""
        with self.lock:
            self._given[login, told.token] = told, id_
            while len(self._given) > MOST_KEPT:
                del self._given[next(iter(self._given))]

    def _unit(self, part: Sequence[Need]) -> Unit:
        turn, contents = part[0].turn, tuple(one.sha256 for one in part)
        if turn == BLIND:
            return Unit(turn, contents)
        words = sorted(part[0].words, key=lambda word: place(self._key, word.id, word.sha256))
        return Unit(turn, contents, tuple((word.victim_state, word.reason) for word in words))

    def _refresh(self) -> None:
        """Read what later acts wrote on decided contents."""
        store = self._store
        whole, last = store.last_act(Opinion), store.last_act(Decision, Remark)
        held = limits(store)
        if whole > self._whole or held != self._limits:
            self._limits, self._whole, self._act = held, whole, last
            self._remarked()
            self._together = Counter(dict(store.tally(Decision, "id")))
            self._needs, self._open = {}, {}
            self._take(None)
        elif last > self._act:
            touched = {one.sha256 for one in store.since(Remark, self._act)}
            if touched:
                self._remarked()
            later = list(store.since(Decision, self._act))
            touched.update(decision.sha256 for decision in later)
            for id_ in {decision.id for decision in later}:
                self._together[id_] = store.count(Decision, id=id_)
            self._act = last
            self._take(touched)

    def _remarked(self) -> None:
        self._overridden = {one.sha256 for one in of_kind(self._store, ORIGIN)}
        self._flagged = {one.sha256 for one in of_kind(self._store, SECOND)}

    def _take(self, contents: Collection[str] | None) -> None:
        """Find out anew who is asked about these contents, or about all."""
        self._mine.clear()
        for part in _parts(events(self._store, contents)):
            among = {"sha256": [group[0].sha256 for group in part]}
            origin = dict(self._store.columns(Opinion, "sha256", "state", among=among))
            for group in part:
                sha256 = group[0].sha256
                self._needs.pop(sha256, None)
                self._open.pop(sha256, None)
                found = need(self._heard(group, origin.get(sha256, "")), self._limits, self._key)
                if isinstance(found, Need):
                    self._needs[sha256] = found
                elif found is not None:
                    self._open[sha256] = found

    def _heard(self, group: Sequence[Decision], origin: str) -> Heard:
        sha256 = group[0].sha256
        words = (word.event for word in words_of(group)) if len(group) > 1 else group
        together = max((self._together[word.id] for word in words), default=1)
        return Heard(
            sha256,
            tuple(group),
            origin,
            sha256 in self._overridden,
            sha256 in self._flagged,
            together,
        )


def answer(store: CaseStore, seconds: SecondOpinions, who: Who, told: Answer) -> str:
    """Record what a second or third person says; return the id of their decision.

    Told again with the same token it writes nothing more. Where a third person agrees with one of
    two, the other word is taken back by them, on these contents only.
    """
    with seconds.lock:  # nobody is asked about the same twice
        _finish(store, seconds, who)
        return seconds.given(who.login, told) or _answer(store, seconds, who, told)


def _answer(store: CaseStore, seconds: SecondOpinions, who: Who, told: Answer) -> str:
    unit, asked = seconds.unit(who, told.contents)

    def also(_act: int, id_: str, when: str) -> Iterator[Any]:
        for one in asked:
            yield _opinion(one, id_, who, told.victim_state, when)
        yield audit_record(who, _doing(unit, told.victim_state, id_))

    said = Said(told.reason, who.name, who.login)
    wanted = Wanted(unit.contents, many=True, token=told.token)
    made = decide(store, wanted, told.victim_state, said, also)
    seconds.keep(who.login, told, made.id)
    for one in asked:
        if one.turn == ADJUDICATION:
            _take_back(store, one.sha256, losing(one.words, told.victim_state), said)
    return made.id


def _take_back(store: CaseStore, sha256: str, words: Iterable[Decision], said: Said) -> None:
    """Take back what loses by a third person's word, on one content."""
    for word in words:
        undo(store, word.id, said, only=[sha256])


def _finish(store: CaseStore, seconds: SecondOpinions, who: Who) -> None:
    """Take back what lost by this person's third words, where that was cut off."""
    among = {"sha256": [one.sha256 for one in seconds.unresolved()]}
    given = store.find(SecondOpinion, among=among, turn=ADJUDICATION, login=who.login)
    for one in [one for one in given if one.agrees]:
        group = next(events(store, [one.sha256]))
        words = [word.event for word in words_of(group)]
        ids = [event.id for event in group]
        mine = next((word for word in words if word.id == one.decision), None)
        if mine is not None:
            earlier = [word for word in words if ids.index(word.id) < ids.index(mine.id)]
            lost = losing(earlier, mine.victim_state)
            _take_back(store, one.sha256, lost, Said(mine.reason, who.name, who.login))


def _opinion(one: Need, id_: str, who: Who, state: str, when: str) -> SecondOpinion:
    agrees = any(word.victim_state == state for word in one.words)
    why = BETWEEN.join(one.why)
    return SecondOpinion(id_, one.sha256, who.login, one.turn, one.first, why, agrees, when)


def _doing(unit: Unit, state: str, id_: str) -> Doing:
    turn = "second" if unit.turn == BLIND else "third"
    data = {"decision": id_, "after": state, "contents": len(unit.contents), "turn": unit.turn}
    return Doing("second opinion", f"gave a {turn} opinion", unit.contents[0], data=data)


def pairs(store: CaseStore, *, drawn: bool = False) -> list[Pair]:
    """Return what first and second persons said, of all or of what was drawn at random alone."""
    state = {
        (id_, sha256): state
        for id_, sha256, state in store.columns(Decision, "id", "sha256", "victim_state")
    }
    found = []
    for one in store.find(SecondOpinion, order=("act", "sha256"), turn=BLIND):
        first, second = state.get((one.first, one.sha256)), state.get((one.decision, one.sha256))
        if first and second and (not drawn or DRAWN in one.why.split(BETWEEN)):
            found.append(Pair(first, second, one.when))
    return found


def _parts(groups: Iterable[list[Decision]], most: int = 500) -> Iterator[list[list[Decision]]]:
    part: list[list[Decision]] = []
    for group in groups:
        part.append(group)
        if len(part) == most:
            yield part
            part = []
    if part:
        yield part
