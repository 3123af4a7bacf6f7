"""Keeps the periods that the law sets: when each began, when it ends, and how it ended.

A clock is an assessment of a person, and so is its outcome; nothing starts or stops by itself.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files

from fanal.errors import UsageError
from fanal.model.lead import Assessment
from fanal.pipeline.assess import CLOCK, Further, assess, standing_of
from fanal.pipeline.said import Said
from fanal.stores.interface import CaseStore

RUNNING, OVERDUE, DUE = "running", "overdue", "due"
OUTCOMES = ("met", "answered in part", "refused", "not answered", "extended", "withdrawn")
"""How a period may end, as a person says."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """A period that the law sets."""

    name: str
    hours: int
    remind: int
    law: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A period that runs for a lead, a request or a package, as it stands at a moment."""

    id: str
    about: str
    rule: str
    law: str
    began: str
    deadline: str
    """ISO 8601, UTC: the earliest end."""
    state: str
    """`running`, `due` (time for a reminder), `overdue`, or one of the outcomes."""
    left_s: int
    """Seconds to the deadline; below nothing when it passed."""
    says: str
    by: str

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has said how it ended."""
        return self.state in {RUNNING, DUE, OVERDUE}


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Return the periods that come with the program, by name."""
    told = tomllib.loads((files("fanal.pipeline") / "clocks.toml").read_text("utf-8"))
    return {one["name"]: Rule(**one) for one in told["rule"]}


def start(store: CaseStore, said: Said, about: str, rule: str, began: str) -> Assessment:
    """Start a clock for a lead, request or package at the moment when the period began."""
    found = rules().get(rule)
    if found is None:
        raise UsageError(f"there is no period {rule[:40]!r}", f"one of: {', '.join(rules())}")
    if not about.strip() or len(about) > LONGEST or not about.isprintable():
        raise UsageError("a clock is about a lead, a request or a package", "name it")
    moment = _moment(began)
    end = moment + timedelta(hours=found.hours)
    data = {
        "rule": found.name,
        "law": found.law,
        "began": _told(moment),
        "deadline": _told(end),
        "remind": _told(end - timedelta(hours=found.remind)),
    }
    return assess(store, said, CLOCK, about, RUNNING, Further(data=data))


def finish(store: CaseStore, said: Said, id_: str, outcome: str) -> Assessment:
    """Say how a period ended."""
    if outcome not in OUTCOMES:
        raise UsageError(f"a period cannot end {outcome[:40]!r}", f"one of: {', '.join(OUTCOMES)}")
    found = {one.id: one for one in clocks(store)}.get(id_)
    if found is None:
        raise UsageError(f"there is no clock {id_[:40]!r}", "see: fanal leads clocks list")
    if not found.is_open:
        raise UsageError(f"clock {id_} ended already: {found.state}", "start another one")
    return assess(store, said, CLOCK, found.about, outcome, Further(other=id_))


def clocks(store: CaseStore, now: datetime | None = None) -> tuple[Clock, ...]:
    """Return the clocks of the case as they stand now, open ones first, by deadline."""
    moment = now or datetime.now(UTC)
    said = standing_of(store.find(Assessment, kind=CLOCK, order=("when",)))
    ended = {one.other: one for one in said if one.other}
    found = [_clock(one, ended.get(one.id), moment) for one in said if not one.other]
    return tuple(sorted(found, key=lambda one: (not one.is_open, one.deadline, one.id)))


def reminders(every: Iterable[Clock]) -> tuple[Clock, ...]:
    """Return the clocks that somebody must look after now."""
    return tuple(one for one in every if one.state in {DUE, OVERDUE})


def deadlines(store: CaseStore, now: datetime | None = None) -> dict[str, str]:
    """Return what open clocks are about → its next deadline (ISO 8601, UTC)."""
    found: dict[str, str] = {}
    for one in clocks(store, now):
        if one.is_open:
            found.setdefault(one.about, one.deadline)
    return found


def _clock(one: Assessment, end: Assessment | None, now: datetime) -> Clock:
    data = one.data
    deadline = datetime.fromisoformat(data["deadline"])
    left = int((deadline - now).total_seconds())
    state = RUNNING
    if end is not None:
        state = end.value
    elif left < 0:
        state = OVERDUE
    elif now >= datetime.fromisoformat(data["remind"]):
        state = DUE
    says = f"{end.value}: {end.grounds}" if end else one.grounds
    return Clock(
        *(one.id, one.about, data["rule"], data["law"], data["began"], data["deadline"]),
        *(state, left, says, one.by),
    )


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no time", "write 2026-11-26T14:30:00+01:00") from error
    if moment.tzinfo is None:
        raise UsageError(
            f"{text!r} has no time zone, and a wrong one ends the period at a wrong time",
            "write 2026-11-26T14:30:00+01:00, or end it with Z",
        )
    if moment > datetime.now(UTC) + timedelta(minutes=5):
        raise UsageError(f"{text} has not been yet", "a period begins when the order is received")
    return moment.astimezone(UTC)


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
