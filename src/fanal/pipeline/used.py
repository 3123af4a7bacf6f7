"""Writes what was used up at the door: a one-time code counts once, a passkey counts upwards."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fanal.model.desk import Choice, Who
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.stores.interface import CaseStore

NAME = "door"
"""The name under which it is kept of each login, as a choice is."""
VERB = "sign in"


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of a person's proofs."""

    step: int = 0
    """The last step of time whose code was taken (RFC 6238, section 5.2)."""
    counts: tuple[tuple[str, int], ...] = ()
    """Passkey and how often it says that it was used (WebAuthn level 2, section 6.1.1)."""


def used(store: CaseStore, login: str) -> Used:
    """Return what was used of a login's proofs, on whatever desk."""
    last: Any = {}
    for choice in store.find(Choice, order=("number",), login=login, name=NAME):
        last = json.loads(choice.value)
    return Used(int(last.get("step", 0)), tuple((k, int(n)) for k, n in last.get("counts", ())))


def use_code(store: CaseStore, who: Who, step: int, doing: Doing) -> bool:
    """Take the code of a step of time, and write what it was for; False where it was used before.

    Both are one act, so of two desks that are given one code only one takes it.
    """
    with store.act(who.name, VERB, login=who.login) as act:
        before = used(store, who.login)
        if step <= before.step:
            act.put([audit_record(who, _again(doing, "a one-time code was used again"))])
            return False
        act.put([_kept(who.login, act.number, Used(step, before.counts))])
        act.put([audit_record(who, doing)])
    return True


def use_passkey(store: CaseStore, who: Who, key: tuple[str, int], count: int, doing: Doing) -> bool:
    """Take what a passkey says of how often it was used; False where a copy of it counts too.

    `key`: its id, and what it said when it was registered.
    """
    id_, least = key
    with store.act(who.name, VERB, login=who.login) as act:
        before = used(store, who.login)
        counts = dict(before.counts)
        last = counts.get(id_, least)
        if (count or last) and count <= last:
            act.put([audit_record(who, _again(doing, "a passkey counted backwards"))])
            return False
        if count:
            counts[id_] = count
            act.put([_kept(who.login, act.number, Used(before.step, tuple(counts.items())))])
        act.put([audit_record(who, doing)])
    return True


def _again(doing: Doing, says: str) -> Doing:
    return Doing(doing.action, says, outcome="refused")


def _kept(login: str, number: int, now: Used) -> Choice:
    value = json.dumps({"step": now.step, "counts": now.counts})
    when = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Choice(login, NAME, number, value, login, when)
