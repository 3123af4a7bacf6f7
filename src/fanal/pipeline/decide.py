"""Writes what people decide: the only place where a decision is recorded."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fanal.errors import CaseError, UsageError
from fanal.model.decision import VICTIM_STATES, Decision
from fanal.model.item import Place
from fanal.model.series import SAME_PICTURE, SHEET, Link, Member
from fanal.pipeline.decided import events, standings
from fanal.pipeline.named import wholes
from fanal.pipeline.reflect import reflect
from fanal.pipeline.said import LONGEST_NAME, Said, checked
from fanal.review import people
from fanal.review.decisions import TRANSITIONS, Events, Standing, key_of
from fanal.stores.interface import Act, CaseStore

MOST = SHEET
"""Contents that are decided at once without being asked for by `many`: what one sheet shows."""
MOST_NEAR = 2_000
"""Near copies that are looked for."""


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


def decide(store: CaseStore, wanted: Wanted, victim_state: str, said: Said) -> Decided:
    """Record that a person says this of these contents, all in one event."""
    if victim_state not in VICTIM_STATES:
        raise UsageError(
            f"there is no victim state {victim_state[:LONGEST_NAME]!r}",
            f"choose one of: {', '.join(VICTIM_STATES)}",
        )
    said = checked(said)
    via, offered = _chosen(store, wanted)
    details = {"victim_state": victim_state, "contents": len(via), "account": said.account}
    with store.act(said.by, "decide", **details) as act:
        if TRANSITIONS[victim_state].people > 1:
            _refuse_second_vote(store, via, victim_state, said)
        id_, when = _stamp(store, act, said)
        _put(
            act,
            [
                Decision(
                    id_, sha256, said.by, said.account, when, victim_state, said.reason, "", how
                )
                for sha256, how in via.items()
            ],
        )
    return _told(store, said, id_, via, offered)


def undo(store: CaseStore, id_: str, said: Said) -> Decided:
    """Record that a person takes an event back, for every content that it was about."""
    said = checked(said)
    about = [sha256 for (sha256,) in store.columns(Decision, "sha256", id=id_)]
    if not about:
        raise UsageError(
            f"there is no event {id_[:LONGEST_NAME]!r} in this case",
            "fanal decisions lists them, and fanal show those of an item",
        )
    with store.act(said.by, "decide", undoes=id_, account=said.account) as act:
        new, when = _stamp(store, act, said)
        fit: list[Decision] = []
        why = ""
        for group in events(store, about):
            log = Events()
            for event in group:
                log.take(event)
            one = Decision(
                new, group[0].sha256, said.by, said.account, when, "", said.reason, id_, ""
            )
            unfit = log.unfit(one)
            why = why or unfit
            fit += [] if unfit else [one]
        if not fit:
            raise UsageError(why, "fanal decisions lists what was decided, and by whom")
        act.note(contents=len(fit))
        _put(act, fit)
    return _told(store, said, new, [event.sha256 for event in fit], ())


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


def _chosen(store: CaseStore, wanted: Wanted) -> tuple[dict[str, str], tuple[Near, ...]]:
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
        via = in_series | via
    if not via:
        raise UsageError("nothing was chosen", "give SHA-256 or --series NAME")
    near = tuple(near_copies(store, via))
    if wanted.near:
        via |= {one.sha256: f"near copy of {one.of}" for one in near}
    if len(via) > MOST and not wanted.many:
        raise UsageError(
            f"these are {len(via):,} contents, more than the {MOST} of one contact sheet",
            "look at all their contact sheets first; then add --many",
        )
    return via, () if wanted.near else near


def _refuse_second_vote(
    store: CaseStore, contents: Iterable[str], victim_state: str, said: Said
) -> None:
    """Refuse a vote that needs a second person, by somebody who cannot be told from the first."""
    me = people.name_key(said.by), people.login_key(said.account)
    for group in events(store, contents):
        log = Events()
        for event in group:
            log.take(event)
        for word in log.words():
            first = key_of(word.event)
            if word.state == victim_state and first != me and people.count([first, me]) == 1:
                raise UsageError(
                    f"{word.who} has said so of {word.event.sha256[:16]} already, and"
                    f" {people.shown(said.by, said.account)} shares the name or the login:"
                    " that counts as one person",
                    "the second person decides under a login of their own; a word under a wrong"
                    f" name is taken back first: fanal decide --undo {word.event.id}",
                )


def _stamp(store: CaseStore, act: Act, said: Said) -> tuple[str, str]:
    """Return an id for an event, and the time."""
    when = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = "\0".join((store.case_id, str(act.number), when, said.by, said.account))
    return f"d-{hashlib.sha256(told.encode('utf-8', 'backslashreplace')).hexdigest()[:12]}", when


def _put(act: Act, records: list[Decision]) -> None:
    if act.put(records) != len(records):
        raise CaseError("an event of this id is in the case already", "run the same command again")


def _told(
    store: CaseStore, said: Said, id_: str, contents: Iterable[str], offered: tuple[Near, ...]
) -> Decided:
    """Move the queue, and return what was recorded."""
    about = tuple(contents)
    is_ordered = reflect(store, said.by, about)
    places = sum(1 for _ in store.columns(Place, "sha256", among={"sha256": about}))
    return Decided(id_, about, places, offered, standings(store, about), is_ordered)
