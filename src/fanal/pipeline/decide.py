"""Writes what people decide: the only place where a decision is recorded."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fanal.errors import CaseError, UsageError
from fanal.model.decision import VICTIM_STATES, Decision
from fanal.model.item import Place
from fanal.model.series import SAME_PICTURE, SHEET, Link, Member
from fanal.pipeline.decided import events, standings
from fanal.pipeline.named import wholes
from fanal.pipeline.reflect import is_reflected, reflect
from fanal.pipeline.said import LONGEST_NAME, Said, checked
from fanal.review import people
from fanal.review.decisions import TRANSITIONS, Events, Standing, Word, key_of
from fanal.stores.interface import Act, CaseStore

MOST = SHEET
"""Contents that are decided at once without being asked for by `many`: what one sheet shows."""
MOST_NEAR = 2_000
"""Near copies that are looked for."""
LONGEST_TOKEN = 200
Also = Callable[[int, str, str], Iterable[Any]]
"""Makes further records for the act of an event, of the act's number, the event's id and time."""


def nothing(_act: int, _id: str, _when: str) -> Iterable[Any]:
    """Add nothing to the act of an event."""
    return ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is decided together."""

    contents: tuple[str, ...] = ()
    """SHA-256, or how it begins."""
    series: str = ""
    """All contents of this series."""
    near: bool = False
    """The near copies of all of them, too."""
    many: bool = False
    """Even where these are more than MOST."""
    open_only: bool = False
    """Of a series what nobody decided: what is decided there already keeps its own state."""
    token: str = ""
    """Names the wish among those of its login: told again, it gives the same and writes nothing."""


@dataclass(frozen=True, slots=True)
class Near:
    """A near copy of a content that is decided."""

    sha256: str
    of: str
    """SHA-256 of that content."""
    says: str
    """The sentence of the link."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was recorded, and where the contents stand now."""

    id: str
    contents: tuple[str, ...]
    places: int
    """Where copies of these contents lie: all are decided with them."""
    near: tuple[Near, ...] = ()
    """Near copies that were not decided with them."""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    is_ordered: bool = True
    """The queue is as new as what was decided."""


def decide(
    store: CaseStore, wanted: Wanted, victim_state: str, said: Said, also: Also = nothing
) -> Decided:
    """Record that a person says this of these contents, all in one event."""
    if victim_state not in VICTIM_STATES:
        raise UsageError(
            f"there is no victim state {victim_state[:LONGEST_NAME]!r}",
            f"choose one of: {', '.join(VICTIM_STATES)}",
        )
    said = checked(said)
    told = _Named.of(store, said, wanted.token, (victim_state, ""))
    if told.is_there(store):
        told.refuse_others(store, wanted.contents)
        return told.again(store, said, near=not wanted.near)
    via, offered = chosen(store, wanted)
    details = {"victim_state": victim_state, "contents": len(via), "account": said.account}
    try:
        with store.act(said.by, "decide", **details) as act:
            _refuse_second_vote(store, via, victim_state, said)
            id_, when = told.stamp(store, act)
            made = [
                Decision(
                    id_, sha256, said.by, said.account, when, victim_state, said.reason, "", how
                )
                for sha256, how in via.items()
            ]
            _put(act, made, also(act.number, id_, when))
    except _AgainError:
        told.refuse_others(store, wanted.contents)
        return told.again(store, said, near=not wanted.near)
    return _told(store, said, id_, via, offered)


def undo(
    store: CaseStore,
    id_: str,
    said: Said,
    token: str = "",
    only: Iterable[str] = (),
    also: Also = nothing,
) -> Decided:
    """Record that a person takes an event back, for all its contents or for these only."""
    said = checked(said)
    told = _Named.of(store, said, token, ("", id_))
    if told.is_there(store):
        return told.again(store, said)
    about = [sha256 for (sha256,) in store.columns(Decision, "sha256", id=id_)]
    if not about:
        raise UsageError(
            f"there is no event {id_[:LONGEST_NAME]!r} in this case",
            "fanal decisions lists them, and fanal show those of an item",
        )
    wanted = set(only) or set(about)
    try:
        with store.act(said.by, "decide", undoes=id_, account=said.account) as act:
            new, when = told.stamp(store, act)
            fit: list[Decision] = []
            why = ""
            for group in events(store, wanted.intersection(about)):
                one = Decision(
                    new, group[0].sha256, said.by, said.account, when, "", said.reason, id_, ""
                )
                why_not = _log_of(group).unfit(one)
                why = why or why_not
                fit += [] if why_not else [one]
            if not fit:
                raise UsageError(
                    why or f"event {id_[:LONGEST_NAME]} is about none of these",
                    "fanal decisions lists what was decided, and by whom",
                )
            act.note(contents=len(fit))
            _put(act, fit, also(act.number, new, when))
    except _AgainError:
        return told.again(store, said)
    return _told(store, said, new, [event.sha256 for event in fit], ())


class _AgainError(Exception):
    """The wish of this token was written meanwhile: the act ends without a leaf."""


@dataclass(frozen=True, slots=True)
class _Named:
    """One wish of a login, by its token."""

    id: str
    """Of the event that it leads to; "" where the wish has no token."""
    what: tuple[str, str]
    """The state, or the event that is taken back."""
    said: Said

    @classmethod
    def of(cls, store: CaseStore, said: Said, token: str, what: tuple[str, str]) -> "_Named":
        """Name a wish; refuse a token that is too long to be one."""
        if len(token) > LONGEST_TOKEN:
            raise UsageError(f"a token has {LONGEST_TOKEN} characters at most", "choose another")
        named = ("token", store.case_id, said.account, token)
        return cls(_id(named, 24) if token else "", what, said)

    def is_there(self, store: CaseStore) -> bool:
        """Tell whether the event is in the case; refuse a token that stood for something else."""
        if not self.id:
            return False
        before = store.columns(Decision, "victim_state", "undoes", id=self.id)
        first = next(before, None)
        if first is not None and tuple(first) != self.what:
            raise _used()
        return first is not None

    def refuse_others(self, store: CaseStore, contents: Sequence[str]) -> None:
        """Refuse a token that stood for other contents: nobody takes those for decided."""
        about = {sha256 for (sha256,) in store.columns(Decision, "sha256", id=self.id)}
        if not about.issuperset(wholes(store, contents)):
            raise _used()

    def stamp(self, store: CaseStore, act: Act) -> tuple[str, str]:
        """Return an id for the event, and the time; end the act where the event is there."""
        if self.is_there(store):
            raise _AgainError
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        named = (store.case_id, str(act.number), when, self.said.by, self.said.account)
        return self.id or _id(named, 12), when

    def again(self, store: CaseStore, said: Said, *, near: bool = False) -> Decided:
        """Return what was recorded before; whoever was cut off then has the queue moved now."""
        rows = list(store.columns(Decision, "sha256", "act", id=self.id, order=("sha256",)))
        about = [sha256 for sha256, _ in rows]
        offered = tuple(near_copies(store, about)) if near else ()
        if is_reflected(store, max(act for _, act in rows)):
            return _recorded(store, self.id, about, offered, is_ordered=True)
        return _told(store, said, self.id, about, offered)


def _used() -> UsageError:
    return UsageError(
        "this token was used for another decision", "nothing was written; choose another"
    )


def _log_of(group: Iterable[Decision]) -> Events:
    """Return the events of one content, each taken in its turn."""
    log = Events()
    for event in group:
        log.take(event)
    return log


def near_copies(store: CaseStore, contents: Iterable[str]) -> list[Near]:
    """Return other contents that show the same picture, nearest links first; so many at most."""
    edge = {sha256: sha256 for sha256 in contents}
    seen = dict(edge)
    found: list[Near] = []
    while edge and len(found) < MOST_NEAR:
        reached: dict[str, str] = {}
        for here, there in (("a", "b"), ("b", "a")):
            links = store.find(
                Link,
                order=(here, there, "how"),
                among={here: list(edge), "kind": [SAME_PICTURE]},
                joins=True,
            )
            for link in links:
                other, of = getattr(link, there), edge[getattr(link, here)]
                if other not in seen:
                    seen[other] = reached[other] = of
                    found.append(Near(other, of, link.says))
        edge = reached
    return found[:MOST_NEAR]


def chosen(store: CaseStore, wanted: Wanted) -> tuple[dict[str, str], tuple[Near, ...]]:
    """Return content → why it is decided with the others, and the near copies that are not."""
    via = dict.fromkeys(wholes(store, wanted.contents), "")
    if wanted.series:
        members = store.columns(Member, "sha256", order=("sha256",), series=wanted.series)
        in_series = {sha256: wanted.series for (sha256,) in members}
        if not in_series:
            raise UsageError(
                f"there is no series {wanted.series[:LONGEST_NAME]!r} in this case",
                "series are made anew as facts come in; fanal show names that of an item",
            )
        if wanted.open_only:
            closed = {name for name, one in standings(store, in_series).items() if one.decided}
            in_series = {name: why for name, why in in_series.items() if name not in closed}
        via = in_series | via
    if not via:
        why = "all of it is decided" if wanted.series else "nothing was chosen"
        raise UsageError(why, "give SHA-256 or --series NAME")
    near = tuple(near_copies(store, via))
    if wanted.near:
        via |= {one.sha256: f"near copy of {one.of}" for one in near}
    if len(via) > MOST and not wanted.many:
        raise UsageError(
            f"these are {len(via):,} contents, more than the {MOST} of one contact sheet",
            "look at all their contact sheets first; then add --many",
        )
    return via, () if wanted.near else near


def unfit(
    store: CaseStore, contents: Iterable[str], victim_state: str, said: Said
) -> dict[str, str]:
    """Return on which contents this person cannot say so, and why."""
    words = _same_votes(store, contents, victim_state, said)
    return {word.event.sha256: _shares(word, said) for word in words}


def _same_votes(
    store: CaseStore, contents: Iterable[str], victim_state: str, said: Said
) -> Iterator[Word]:
    """Yield votes that need a second person, by somebody who cannot be told from this one."""
    if victim_state not in TRANSITIONS or TRANSITIONS[victim_state].people < 2:
        return
    me = people.name_key(said.by), people.login_key(said.account)
    for group in events(store, contents):
        for word in _log_of(group).words():
            first = key_of(word.event)
            if word.state == victim_state and first != me and people.count([first, me]) == 1:
                yield word


def _shares(word: Word, said: Said) -> str:
    return (
        f"{word.who} has said so of {word.event.sha256[:16]} already, and"
        f" {people.shown(said.by, said.account)} shares the name or the login:"
        " that counts as one person"
    )


def _refuse_second_vote(
    store: CaseStore, contents: Iterable[str], victim_state: str, said: Said
) -> None:
    for word in _same_votes(store, contents, victim_state, said):
        raise UsageError(
            _shares(word, said),
            "the second person decides under a login of their own; a word under a wrong"
            f" name is taken back first: fanal decide --undo {word.event.id}",
        )


def seen(store: CaseStore, account: str, token: str) -> str:
    """Return the id of the event that a token of this login led to; "" where it led to none."""
    named = _Named.of(store, Said("", "", account), token, ("", ""))
    there = store.columns(Decision, "id", id=named.id) if token else iter(())
    return next((str(id_) for (id_,) in there), "")


def _id(told: Sequence[str], length: int) -> str:
    """Return an id of an event, so many characters beside its mark."""
    text = "\0".join(told).encode("utf-8", "backslashreplace")
    return f"d-{hashlib.sha256(text).hexdigest()[:length]}"


def _put(act: Act, made: list[Decision], also: Iterable[Any]) -> None:
    if act.put(made) != len(made):
        raise CaseError("an event of this id is in the case already", "run the same command again")
    act.put(also)


def _told(
    store: CaseStore, said: Said, id_: str, contents: Iterable[str], offered: tuple[Near, ...]
) -> Decided:
    """Move the queue, and return what was recorded."""
    about = tuple(contents)
    return _recorded(store, id_, about, offered, is_ordered=reflect(store, said.by, about))


def _recorded(
    store: CaseStore,
    id_: str,
    contents: Iterable[str],
    offered: tuple[Near, ...],
    *,
    is_ordered: bool,
) -> Decided:
    about = tuple(contents)
    places = sum(1 for _ in store.columns(Place, "sha256", among={"sha256": about}))
    return Decided(id_, about, places, offered, standings(store, about), is_ordered)
