"""Knows what each person was shown, from the audit records; what other desks wrote comes along."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fanal.model.desk import AuditRecord
from fanal.pipeline.audit_records import DONE
from fanal.pipeline.choices import limits, own
from fanal.pipeline.decided import standings
from fanal.review.exposure import BRIDGED, DAY, Exposure, Own, Shown, exposure
from fanal.stores.interface import CaseStore

REVEAL, COVER, NOT_SHOWN = "reveal", "cover", "not shown"
"""Actions of the audit log: a picture was to be shown, it was covered, it could not be made."""
COLUMNS = ("id", "when", "action", "level", "outcome", "milliseconds", "data")


@dataclass(slots=True)
class _Person:
    """What is held of one person: their last day."""

    acts: list[float] = field(default_factory=list)
    shown: dict[str, Shown] = field(default_factory=dict)
    """Id of the record → the picture."""
    open: set[str] = field(default_factory=set)
    """Ids of those of which nobody told that they were covered."""

    def take(self, record: AuditRecord) -> None:
        """Add one record, in the order of writing."""
        at = seconds(record.when)
        self.acts.append(at)
        if record.action == REVEAL and record.outcome == DONE:
            self.shown[record.id] = Shown(at, record.level, at + BRIDGED)
            self.open.add(record.id)
        before = self.shown.get(str(record.data.get("reveal", "")))
        if before is None:
            return
        reveal = str(record.data["reveal"])
        self.open.discard(reveal)
        if record.action == NOT_SHOWN:
            del self.shown[reveal]
        elif record.action == COVER:
            until = min(before.at + record.milliseconds / 1000, before.until)
            self.shown[reveal] = Shown(before.at, before.level, max(before.at, until))

    def forget(self, before: float) -> None:
        """Drop what is older than a day."""
        if self.acts and self.acts[0] < before:
            self.acts = [at for at in self.acts if at >= before]
            self.shown = {key: one for key, one in self.shown.items() if one.at >= before}
            self.open &= self.shown.keys()


class Exposures:
    """What everybody who asks was shown; holds a day of each."""

    def __init__(self, store: CaseStore) -> None:
        """Read nothing yet."""
        self._store = store
        self._lock = threading.RLock()
        self._people: dict[str, _Person] = {}
        self._act = 0

    def of(self, login: str, now: datetime) -> Exposure:
        """Return what holds for a person now."""
        chosen = own(self._store, login)
        with self._lock:
            person = self._person(login, now)
            person.forget(now.timestamp() - 2 * DAY)
            return exposure(
                person.acts,
                person.shown.values(),
                now.timestamp(),
                limits(self._store),
                Own(int(chosen["level"]), int(chosen["breaks"])),
            )

    def is_open(self, login: str, reveal: str, now: datetime) -> Shown | None:
        """Return a picture that was shown to this person and is not covered yet."""
        with self._lock:
            person = self._person(login, now)
            return person.shown.get(reveal) if reveal in person.open else None

    def _person(self, login: str, now: datetime) -> _Person:
        """Return what is known of a person, with what was written since."""
        self._follow()
        if login not in self._people:
            self._people[login] = _Person()
            for record in self._last_day(login, now):
                self._people[login].take(record)
        return self._people[login]

    def _follow(self) -> None:
        last = self._store.last_act(AuditRecord)
        if last > self._act:
            if self._people:
                for record in self._store.since(AuditRecord, self._act):
                    if record.login in self._people:
                        self._people[record.login].take(record)
            self._act = last

    def _last_day(self, login: str, now: datetime) -> Iterable[AuditRecord]:
        """Return the records of a person's last days, by the index over person and time."""
        after = (now - timedelta(seconds=2 * DAY)).astimezone(UTC).isoformat()
        rows = self._store.columns(AuditRecord, "id", "when", order=("when",), login=login)
        recent = [id_ for id_, when in rows if when >= after]
        return self._store.find(AuditRecord, order=("when", "act"), among={"id": recent})


def seconds(when: str) -> float:
    """Return a time of the log in seconds since 1970; 0 for what is none."""
    try:
        return datetime.fromisoformat(when).timestamp()
    except ValueError:
        return 0.0


def settled_without_reveal(store: CaseStore) -> tuple[int, int]:
    """Return how many contents are decided, and how many of them without any reveal."""
    decided = {sha256 for sha256, standing in standings(store).items() if standing.decided}
    return len(decided), len(decided - revealed(store, decided))


def revealed(store: CaseStore, contents: Iterable[str]) -> set[str]:
    """Return which of these contents somebody was shown above the mosaic."""
    among = {"sha256": list(contents)}
    rows = store.columns(AuditRecord, "id", "sha256", among=among, action=REVEAL, outcome=DONE)
    shown: dict[str, Any] = dict(rows)
    for record in store.find(AuditRecord, action=NOT_SHOWN, among=among) if shown else ():
        shown.pop(str(record.data.get("reveal", "")), None)
    return set(shown.values())
