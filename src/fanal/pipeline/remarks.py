"""Keeps what people say of a content or of the case that is no decision: notes, leads, questions.

A remark bears on no decision and changes no opinion: it is shown beside the evidence.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fanal.errors import UsageError
from fanal.model.desk import Person, Remark, Who
from fanal.model.item import Item
from fanal.model.opinion import STATES
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.said import JOINERS, LONGEST_REASON
from fanal.review.permits import SUPERVISOR
from fanal.stores.interface import CaseStore

NOTE, LEAD, SECOND, QUESTION = "note", "lead", "second opinion", "question"
COMPARED, ORIGIN, OUTCOME, VIOLENT = "compared", "origin", "outcome", "violent"
KINDS = (NOTE, LEAD, SECOND, QUESTION, COMPARED, ORIGIN, OUTCOME, VIOLENT)
COMPARISONS = ("same scene", "same device", "same child lead", "derived from", "unrelated")
"""What comparing two contents may come to."""
OUTCOMES = ("child safeguarded", "case closed", "hashes matched elsewhere", "other news")
"""How a case went on: knowing the end helps those who worked on it (Mitchell and others, 2023)."""
WORDS = {NOTE, LEAD, SECOND, QUESTION, VIOLENT}
"""Kinds that say something in words of the person's own."""
MAY_BE_SILENT = {LEAD, SECOND, VIOLENT}
"""`violent` keeps a content from whoever would not see violence; nobody is asked why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is remarked."""

    kind: str
    says: str = ""
    sha256: str = ""
    reason: str = ""
    to: str = ""
    """Login of whom a question is for."""
    other: str = ""
    """SHA-256 of what it was compared with."""


def remark(store: CaseStore, who: Who, told: Told) -> Remark:
    """Record a remark."""
    says, reason = plain(told.says), plain(told.reason)
    _check(store, who, told, says, reason)
    made = Remark(
        f"m-{secrets.token_hex(8)}",
        told.kind,
        told.sha256,
        told.other if told.kind == COMPARED else "",
        says,
        reason,
        told.to if told.kind == QUESTION else "",
        who.login,
        who.name,
        _now(),
    )
    _write(store, who, made, f"{told.kind} written")
    return made


def take_back(store: CaseStore, who: Who, id_: str) -> Remark:
    """Record that a remark is taken back, by whoever wrote it or was asked."""
    first = next(iter(store.find(Remark, id=id_)), None)
    if first is None or first.undoes:
        raise UsageError("there is no such remark", "look at the page again")
    if next(iter(store.find(Remark, sha256=first.sha256, undoes=id_)), None) is not None:
        raise UsageError("it is taken back already", "look at the page again")
    if not may_take_back(who, first):
        raise UsageError("only whoever wrote it takes it back", "write one of your own")
    made = Remark(
        *(f"m-{secrets.token_hex(8)}", first.kind, first.sha256, "", "", "", ""),
        *(who.login, who.name, _now(), id_),
    )
    _write(store, who, made, f"{first.kind} taken back")
    return made


def may_take_back(who: Who, one: Remark) -> bool:
    """Tell whether a person takes this remark back: their own, or a question to them.

    A supervisor also takes back that something is violent: it keeps a content from others.
    """
    if one.kind == QUESTION and not one.to:
        return True
    lifts = one.kind == VIOLENT and SUPERVISOR in who.roles
    return lifts or who.login in {one.login, one.to} - {""}


def remarks_of(store: CaseStore, contents: Iterable[str]) -> dict[str, list[Remark]]:
    """Return the remarks on contents that stand, oldest first."""
    found: dict[str, list[Remark]] = {}
    every = store.find(Remark, order=("act", "id"), among={"sha256": sorted(set(contents))})
    for one in standing(every):
        found.setdefault(one.sha256, []).append(one)
    return found


def of_kind(store: CaseStore, kind: str) -> list[Remark]:
    """Return every remark of a kind that stands, oldest first."""
    return list(standing(store.find(Remark, order=("act", "id"), kind=kind)))


def questions(store: CaseStore, login: str) -> list[Remark]:
    """Return the questions for a person or for everybody that stand, newest first."""
    mine = (one for one in of_kind(store, QUESTION) if one.to in {"", login})
    return [one for one in mine if one.login != login or one.to == login][::-1]


def standing(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Yield the remarks of these that none of these takes back."""
    every = list(remarks)
    gone = {one.undoes for one in every if one.undoes}
    yield from (one for one in every if not one.undoes and one.id not in gone)


def plain(text: str) -> str:
    """Return words on one line; refuse those that hide or are too long."""
    line = " ".join(text.split())
    if len(line) > LONGEST_REASON:
        raise UsageError(
            f"that has {len(line):,} characters", f"at most {LONGEST_REASON:,} are kept"
        )
    if not line.translate(dict.fromkeys(map(ord, JOINERS))).isprintable():
        raise UsageError("the words hold characters that cannot be printed", "write them anew")
    return line


def _check(store: CaseStore, who: Who, told: Told, says: str, reason: str) -> None:
    if not who.is_somebody:
        raise UsageError("nobody is signed in", "sign in")
    chosen: dict[str, Sequence[str]] = {COMPARED: COMPARISONS, ORIGIN: STATES, OUTCOME: OUTCOMES}
    if told.kind in chosen:
        if says not in chosen[told.kind]:
            raise UsageError(
                f"{told.kind}: there is no {says[:40]!r}",
                f"choose one of: {', '.join(chosen[told.kind])}",
            )
    elif told.kind not in WORDS:
        raise UsageError(f"there is no kind {told.kind[:40]!r}", f"one of: {', '.join(KINDS)}")
    elif not says and told.kind not in MAY_BE_SILENT:
        raise UsageError(f"a {told.kind} needs words", "write some")
    if told.kind == ORIGIN and not any(map(str.isalnum, reason)):
        raise UsageError("another origin needs a reason in words", "give one")
    if told.kind == OUTCOME and SUPERVISOR not in who.roles:
        raise UsageError("supervisors write how a case went on", "ask one")
    _check_contents(store, told)


def _check_contents(store: CaseStore, told: Told) -> None:
    wanted = [told.sha256] if told.kind != OUTCOME or told.sha256 else []
    if told.kind == COMPARED:
        wanted.append(told.other)
        if told.other == told.sha256:
            raise UsageError("a content is not compared with itself", "choose two")
    known = {one for (one,) in store.columns(Item, "sha256", among={"sha256": wanted})}
    if set(wanted) - known and not (told.kind in {QUESTION, NOTE} and not told.sha256):
        raise UsageError("there is no such item in this case", "choose one")
    if told.kind == QUESTION and told.to:
        logins = {login for (login,) in store.columns(Person, "login")}
        if logins and told.to not in logins:
            raise UsageError("nobody has that login", "choose a colleague")


def _write(store: CaseStore, who: Who, made: Remark, says: str) -> None:
    doing = Doing("remark", says, made.sha256, data={"kind": made.kind, "id": made.id})
    with store.act(who.name, "remark", kind=made.kind) as act:
        act.put([made, audit_record(who, doing)])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
