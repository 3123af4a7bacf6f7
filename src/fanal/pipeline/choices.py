"""Keeps what people choose for themselves and for their team; every change is recorded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fanal.errors import UsageError
from fanal.model.desk import Choice, Who
from fanal.pipeline.audit_records import REFUSED, Doing, audit_record, enter
from fanal.review import own as mine
from fanal.review.limits import (
    PURPOSES,
    RANGES,
    RETENTION,
    Limits,
    Raise,
    Team,
    are_two,
    fit,
    shows_more,
    team,
)
from fanal.review.permits import allowed
from fanal.stores.interface import CaseStore

TEXTS = ("purposes", "retention", "hours")
MOST_PURPOSES, LONGEST_PURPOSE, LONGEST_TEXT = 20, 60, 2_000
HOURS = (7, 19)
"""Hours of this machine's clock outside which use is listed for the auditor."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What came of a choice."""

    waits: bool
    """It shows more and waits for a second person."""
    says: str


def limits(store: CaseStore) -> Limits:
    """Return the limits that hold now."""
    return chosen_by_team(store).limits


def chosen_by_team(store: CaseStore) -> Team:
    """Return what the team has chosen, and what waits for a second person."""
    return team(store.find(Choice, order=("number", "name"), login=""))


def purposes(store: CaseStore) -> tuple[str, ...]:
    """Return the purposes for which a picture may be shown."""
    return tuple(chosen_by_team(store).texts.get("purposes") or PURPOSES)


def retention(store: CaseStore) -> str:
    """Return what the team says of how long things are kept."""
    return str(chosen_by_team(store).texts.get("retention") or RETENTION)


def hours(store: CaseStore) -> tuple[int, int]:
    """Return the hours of work, of this machine's clock."""
    first, last = chosen_by_team(store).texts.get("hours") or HOURS
    return first, last


def own(store: CaseStore, login: str) -> Mapping[str, Any]:
    """Return every setting of a person, defaults where they chose nothing."""
    chosen: dict[str, Any] = {}
    every = store.find(Choice, order=("number",), login=login, among={"name": [*mine.DEFAULTS]})
    for choice in every if login else ():
        chosen[choice.name] = json.loads(choice.value)
    return mine.merged(chosen, limits(store))


def choose(store: CaseStore, who: Who, name: str, value: object) -> Chosen:
    """Record what a person chooses: a limit or text of the team's, or a setting of their own."""
    if not who.is_somebody:
        raise UsageError("nobody is signed in", "sign in")
    if name in RANGES or name in TEXTS:
        return _for_team(store, who, name, value)
    before = own(store, who.login).get(name)
    to = mine.checked(name, value, limits(store))
    doing = Doing("setting", f"own setting {name} changed", data={"name": name})
    if name in {"violence_opt_out", "check_in"}:
        doing = Doing("setting", "an own setting was changed")
    if to != before:
        _write(store, who, Choice(who.login, name, 0, _json(to), who.login, _now()), doing)
    return Chosen(waits=False, says="kept")


def _for_team(store: CaseStore, who: Who, name: str, value: object) -> Chosen:
    if not allowed(who.roles, "limits"):
        says = f"{name}: only supervisors change what holds for the team"
        _refuse(store, who, name, says)
    before = chosen_by_team(store)
    if name in TEXTS:
        to: Any = _text(name, value)
        doing = Doing("limit change", f"{name} of the team changed", data={"name": name, "to": to})
        return _team(store, who, name, to, doing)
    to = fit(name, value)
    if to is None:
        told = RANGES[name]
        raise UsageError(f"{told.says}: from {told.least} to {told.most}", "choose another value")
    now, first = getattr(before.limits, name), before.waiting.get(name)
    data = {"name": name, "before": now, "to": to}
    if not shows_more(name, now, to):
        says = f"{name}: {now} → {to}, which shows no more"
        return _team(store, who, name, to, Doing("limit change", says, data=data))
    if first is None or first.to != to:
        says = f"{name}: {now} → {to} is asked for and waits for a second person"
        return _team(store, who, name, to, Doing("limit change", says, data=data), waits=True)
    if not are_two(first, Raise(name, to, who.login, who.name, "")):
        _refuse(store, who, name, f"{name}: whoever asks for more cannot agree to it, too")
    says = f"{name}: {now} → {to}, asked for by {first.login}, agreed to by {who.login}"
    return _team(store, who, name, to, Doing("limit change", says, data=data))


def _team(
    store: CaseStore, who: Who, name: str, to: object, doing: Doing, *, waits: bool = False
) -> Chosen:
    value = _json({"to": to, "name": who.name})
    _write(store, who, Choice("", name, 0, value, who.login, _now()), doing)
    return Chosen(waits, doing.says)


def _write(store: CaseStore, who: Who, choice: Choice, doing: Doing) -> None:
    with store.act(who.name, "choose", name=choice.name, team=not choice.login) as act:
        act.put(
            [Choice(choice.login, choice.name, act.number, choice.value, choice.by, choice.when)]
        )
        act.put([audit_record(who, doing)])


def _refuse(store: CaseStore, who: Who, name: str, says: str) -> None:
    enter(store, who, Doing("limit change", says, outcome=REFUSED, data={"name": name}))
    raise UsageError(says, "two people are needed to show more" if "agree" in says else "")


def _text(name: str, value: object) -> Any:
    if name == "retention":
        if isinstance(value, str) and len(value) <= LONGEST_TEXT and value.strip():
            return " ".join(value.split())
        raise UsageError(f"{name} is a text of at most {LONGEST_TEXT:,} characters", "shorten it")
    if not isinstance(value, list | tuple):
        raise UsageError(f"{name} is a list", "give one")
    if name == "hours":
        if len(value) == len(HOURS) and all(type(one) is int for one in value):
            first, last = value
            if 0 <= first < last <= 24:
                return [first, last]
        raise UsageError("hours of work are two full hours of a day", "such as 7 and 19")
    texts = [" ".join(one.split()) for one in value if isinstance(one, str)]
    fits = all(one.isprintable() and 0 < len(one) <= LONGEST_PURPOSE for one in texts)
    if len(texts) != len(value) or not fits or not 0 < len(set(texts)) <= MOST_PURPOSES:
        raise UsageError(
            f"purposes are up to {MOST_PURPOSES} lines of {LONGEST_PURPOSE} characters", "mend them"
        )
    return list(dict.fromkeys(texts))


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
