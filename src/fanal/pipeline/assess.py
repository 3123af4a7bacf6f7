"""Records what people make of facts: the only place where an assessment is made.

Facts and assessments are different records (Directive (EU) 2016/680, article 7): an assessment has
a person, a login, grounds and a time, is never changed, and can be taken back.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fanal.errors import UsageError
from fanal.model.desk import Who
from fanal.model.item import Exhibit
from fanal.model.lead import CATEGORIES, Assessment
from fanal.model.package import INFORMATION, OUTCOMES, SOURCES
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.said import LONGEST_REASON, Said, checked
from fanal.review import people
from fanal.stores.interface import CaseStore

VERB = "assess"
CATEGORY, FRAUD, JUVENILE, RESTRICTION = "category", "fraud", "juvenile", "restriction"
TIER, ANSWER, OUTCOME, NOTE = "tier", "answer", "outcome", "note"
CLOCK = "clock"
SAME_PERSON, REQUEST, RELEASE = "same person", "request", "release"
EXHIBIT, EVALUATION, TABLE = "exhibit", "evaluation", "table"
SET_ASIDE = "set aside"
THEIRS, NOT_THEIRS = "theirs", "not theirs"
CLEARED, CONFIRMED = "cleared", "confirmed"
MINOR, ADULT = "possible minor", "adult"
RESTRICTED, LIFTED = "restricted", "lifted"
ANSWERS = YES, NO, UNKNOWN, NOT_ASKED = "yes", "no", "unknown", "not asked"
VALUES: Mapping[str, tuple[str, ...]] = {
    CATEGORY: CATEGORIES,
    FRAUD: (CLEARED, CONFIRMED),
    JUVENILE: (MINOR, ADULT),
    RESTRICTION: (RESTRICTED, LIFTED),
    ANSWER: ANSWERS,
    OUTCOME: OUTCOMES,
    TIER: (),
    NOTE: (),
    SAME_PERSON: ("same", "different", "cannot tell"),
    REQUEST: (),
    RELEASE: (),
    EXHIBIT: (THEIRS, NOT_THEIRS),
    EVALUATION: (),
    TABLE: (SET_ASIDE,),
    CLOCK: (),
}
"""Kind → what may be said; () for words that whoever asks checks. A new kind is one line here."""

CONTESTED = frozenset({FRAUD, ANSWER})
"""Kinds of which words of several people stand beside each other."""


@dataclass(frozen=True, slots=True)
class Further:
    """What an assessment may say besides its value."""

    other: str = ""
    """The other account; the item of a checklist; the flag that is cleared."""
    source: str = ""
    """`A`, `B`, `C` or `X`; "" where nobody was asked: nothing presets it."""
    information: str = ""
    """`1` to `4`; "" where nobody was asked."""
    data: Mapping[str, Any] = field(default_factory=dict)


PLAIN = Further()


def assess(
    store: CaseStore, said: Said, kind: str, about: str, value: str, more: Further = PLAIN
) -> Assessment:
    """Record that a person says this of a lead, an account, a content or a package."""
    one = made(said, kind, about, value, more)
    write(store, said, [one])
    return one


def made(said: Said, kind: str, about: str, value: str, more: Further = PLAIN) -> Assessment:
    """Return an assessment that may be written, or refuse what says nothing or too much."""
    said = checked(said)
    _check(kind, about, value, more)
    return Assessment(
        *(_id(), kind, about, more.other, value, said.reason, more.source, more.information),
        *(dict(more.data), said.account, said.by, _now()),
    )


def take_back(store: CaseStore, said: Said, id_: str) -> Assessment:
    """Record that a person takes an assessment back."""
    said = checked(said)
    first = next(store.find(Assessment, id=id_), None)
    if first is None or first.undoes:
        raise UsageError(
            f"there is no assessment {id_[:40]!r} that can be taken back",
            "fanal leads show ID --why lists those of a lead; what was taken back is said anew",
        )
    if next(store.columns(Assessment, "id", undoes=id_), None) is not None:
        raise UsageError(f"assessment {id_} is taken back already", "say it anew")
    _refuse_opponent(store, said, first)
    one = Assessment(
        *(_id(), first.kind, first.about, first.other, "", said.reason, "", "", first.data),
        *(said.account, said.by, _now(), id_),
    )
    write(store, said, [one])
    return one


def _refuse_opponent(store: CaseStore, said: Said, first: Assessment) -> None:
    """Refuse who says otherwise: where two disagree, neither takes back what the other said."""
    me = people.name_key(said.by), people.login_key(said.account)
    if first.kind not in CONTESTED or people.count([me, key_of(first)]) == 1:
        return
    every = store.find(Assessment, kind=first.kind, about=first.about, other=first.other)
    for one in standing_of(every):
        if one.value != first.value and people.count([me, key_of(one)]) == 1:
            raise UsageError(
                f"you say {one.value!r} where {people.shown(first.by, first.login)} says"
                f" {first.value!r}: neither of you takes back what the other said",
                "a third person may, or whoever said it",
            )


def key_of(one: Assessment) -> people.Who:
    """Return who said it, as people are told apart."""
    return people.name_key(one.by), people.login_key(one.login)


def write(store: CaseStore, said: Said, assessments: Iterable[Assessment]) -> None:
    """Write assessments of one person in one act, each with its line in the audit log."""
    every = list(assessments)
    kinds = sorted({one.kind for one in every})
    with store.act(said.by, VERB, kinds=kinds, count=len(every), account=said.account) as act:
        act.put(every)
        act.put(audited(said, every))


def audited(said: Said, assessments: Iterable[Assessment]) -> Iterator[Any]:
    """Yield the line of the audit log for each assessment."""
    who = Who(said.account, said.by, (), "")
    for one in assessments:
        says = f"{one.kind} taken back" if one.undoes else f"{one.kind}: {one.value}"
        data = {"id": one.id, "about": one.about, "kind": one.kind, "other": one.other}
        yield audit_record(who, Doing(VERB, says, purpose=one.grounds, data=data))


def standing_of(assessments: Iterable[Assessment]) -> list[Assessment]:
    """Return the assessments of these that none of these takes back, in their order."""
    every = list(assessments)
    gone = {one.undoes for one in every if one.undoes}
    return [one for one in every if not one.undoes and one.id not in gone]


def exhibits(store: CaseStore) -> set[str]:
    """Return the exhibits that somebody may say are a person's."""
    return {name for (name,) in store.columns(Exhibit, "name")}


def _check(kind: str, about: str, value: str, more: Further) -> None:
    if kind not in VALUES:
        raise UsageError(f"nothing is assessed as {kind[:40]!r}", f"one of: {', '.join(VALUES)}")
    allowed = VALUES[kind]
    if allowed and value not in allowed:
        raise UsageError(f"{kind}: there is no {value[:40]!r}", f"one of: {', '.join(allowed)}")
    if not (value.strip() and value.isprintable() and len(value) <= LONGEST_REASON):
        raise UsageError(f"{kind} needs a value in printable words", "give one")
    if not about.strip():
        raise UsageError("an assessment is about something", "name the lead")
    for name, given, table in (
        ("source", more.source, SOURCES),
        ("information", more.information, INFORMATION),
    ):
        if given and given not in table:
            known = "; ".join(f"{code}: {says}" for code, says in table.items())
            raise UsageError(f"there is no code {given[:10]!r} for the {name}", known)


def _id() -> str:
    return f"j-{secrets.token_hex(6)}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
