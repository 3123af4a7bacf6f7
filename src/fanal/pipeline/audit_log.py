"""Reads the audit log of the desk: filtered, in pages, newest first; a million records stay quick.

What is asked for by person, action, time or level is found in columns of numbers that are kept in
memory, about 60 bytes a record; only the records of one page are read from the case.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord
from fanal.pipeline.audit_records import REFUSED
from fanal.pipeline.remarks import ORIGIN
from fanal.stores.interface import CaseStore

REVEAL, COVER = "reveal", "cover"
ALL, UNDECIDED, HOURS, DENIED, BULK = "all", "undecided", "hours", "denied", "bulk"
VIEWS = (ALL, UNDECIDED, HOURS, DENIED, BULK)
LEVELS = 6
PART = 20_000
"""Records that are turned into columns at once."""
QUARTER = 900
"""Seconds: no zone's clock differs from UTC by a part of it."""
_WIDE = {"bulk", "limit change", "undo"}
"""Actions that reach far or overrule somebody."""
_FIELDS = tuple(field.name for field in fields(AuditRecord))
_KEPT = (
    "act",
    "id",
    "when",
    "login",
    "action",
    "sha256",
    "level",
    "outcome",
    "milliseconds",
    "data",
)
_DTYPE = np.dtype(
    [
        ("act", np.int64),
        ("nth", np.int32),
        ("when", np.float64),
        ("login", np.int32),
        ("action", np.int32),
        ("content", np.uint64),
        ("level", np.int8),
        ("denied", np.bool_),
        ("wide", np.bool_),
        ("milliseconds", np.int64),
    ]
)
Rows = NDArray[np.void]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log is asked for."""

    view: str = ALL
    login: str = ""
    action: str = ""
    sha256: str = ""
    level: int = -1
    """Only records of this level or a higher one; -1 for all."""
    since: float = 0.0
    """Seconds of the epoch."""
    until: float = float("inf")
    denied: bool = False
    without: frozenset[str] = frozenset()
    """Contents whose records are left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A record and the number of the act that wrote it."""

    number: int
    record: AuditRecord


@dataclass(frozen=True, slots=True)
class Page:
    """Part of what was asked for, newest first."""

    total: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one person was shown, for their welfare; says nothing of how fast they work."""

    login: str
    reveals: tuple[int, ...]
    """Of each level, from 0 up."""
    minutes: float
    days: int
    """Days (UTC) on which anything was shown."""
    most_minutes_a_day: float


class AuditLog:
    """The log of one case, in columns."""

    def __init__(self, store: CaseStore, hours: Callable[[], tuple[int, int]]) -> None:
        """Take the case, and who knows the hours of work of this machine's clock."""
        self._store = store
        self._hours = hours
        self._lock = threading.RLock()
        self._act = 0
        self._rows: Rows = np.zeros(0, _DTYPE)
        self._logins: dict[str, int] = {}
        self._actions: dict[str, int] = {}

    def people(self) -> list[str]:
        """Return the logins of the log, in order."""
        self._current()
        return sorted(self._logins)

    def actions(self) -> list[str]:
        """Return the actions of the log, in order."""
        self._current()
        return sorted(self._actions)

    def page(self, asked: Asked, start: int, count: int) -> Page:
        """Return a part of what is asked for, newest first, from a position on."""
        rows = self._current()
        found = np.flatnonzero(self._chosen(rows, asked))[::-1]
        return Page(len(found), tuple(self._lines(rows[found[start : start + count]])))

    def every(self, asked: Asked, part: int = 500) -> Iterator[Line]:
        """Yield all that is asked for, oldest first."""
        rows = self._current()
        found = np.flatnonzero(self._chosen(rows, asked))
        for start in range(0, len(found), part):
            yield from self._lines(rows[found[start : start + part]])

    def exposure(self, asked: Asked) -> list[Exposure]:
        """Return what each person was shown in that time, by login."""
        rows = self._current()
        rows = rows[self._chosen(rows, Asked(since=asked.since, until=asked.until))]
        rows = rows[~rows["denied"]]
        reveals = rows[rows["action"] == self._actions.get(REVEAL, -1)]
        covers = rows[rows["action"] == self._actions.get(COVER, -1)]
        return [
            _exposure(login, reveals[reveals["login"] == code], covers[covers["login"] == code])
            for login, code in sorted(self._logins.items())
            if (reveals["login"] == code).any()
        ]

    def _chosen(self, rows: Rows, asked: Asked) -> Chosen:
        chosen = (rows["when"] >= asked.since) & (rows["when"] <= asked.until)
        if asked.login:
            chosen &= rows["login"] == self._logins.get(asked.login, -1)
        if asked.action:
            chosen &= rows["action"] == self._actions.get(asked.action, -1)
        if asked.sha256:
            chosen &= rows["content"] == content_of(asked.sha256)
        if asked.level >= 0:
            chosen &= rows["level"] >= asked.level
        if asked.denied:
            chosen &= rows["denied"]
        if asked.without:
            hidden = np.array([content_of(one) for one in asked.without], np.uint64)
            chosen &= ~np.isin(rows["content"], hidden)
        if asked.view in _VIEWS:
            chosen &= _VIEWS[asked.view](self, rows)
        return chosen

    def without_decision(self, rows: Rows) -> Chosen:
        """Return which records are reveals of what the same person never decided."""
        code, sha256 = [], []
        for account, content in self._store.columns(Decision, "account", "sha256"):
            code.append(self._logins.get(account, -1))
            sha256.append(content_of(content))
        decided = _pairs(np.array(code, np.int64), np.array(sha256, np.uint64))
        shown = (rows["action"] == self._actions.get(REVEAL, -1)) & ~rows["denied"]
        left: Chosen = shown & ~np.isin(_pairs(rows["login"], rows["content"]), decided)
        return left

    def out_of_hours(self, rows: Rows) -> Chosen:
        """Return which records were made outside the hours of work, or at a weekend."""
        first, last = self._hours()
        quarters, at = np.unique(np.nan_to_num(rows["when"]) // QUARTER, return_inverse=True)
        local = [datetime.fromtimestamp(quarter * QUARTER).astimezone() for quarter in quarters]
        out = np.array(
            [one.weekday() > 4 or not first <= one.hour < last for one in local], np.bool_
        )
        found: Chosen = out[at] if len(rows) else np.zeros(0, np.bool_)
        return found

    def _current(self) -> Rows:
        """Read what was written since; return all."""
        with self._lock:
            last = self._store.last_act(AuditRecord)
            if last > self._act:
                came = [self._columns(part) for part in _parts(self._newer())]
                self._rows = np.concatenate((self._rows, *came))
                self._act = int(self._rows["act"][-1]) if len(self._rows) else last
            return self._rows

    def _newer(self) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of records that later acts wrote, act by act and then by id."""
        if not len(self._rows):
            yield from self._store.columns(AuditRecord, *_KEPT, order=("act", "id"))
            return
        ids = [one.id for one in self._store.since(AuditRecord, self._act)]
        found = self._store.columns(AuditRecord, *_KEPT, among={"id": ids})
        yield from sorted(found, key=lambda row: (row[0], row[1]))

    def _columns(self, part: Sequence[tuple[Any, ...]]) -> Rows:
        made = np.zeros(len(part), _DTYPE)
        before, nth = 0, 0
        for at, (act, _, when, login, action, sha256, level, outcome, shown, data) in enumerate(
            part
        ):
            nth = nth + 1 if act == before else 0
            before = act
            wide = action in _WIDE or (action == "remark" and f'"kind":"{ORIGIN}"' in data)
            made[at] = (
                *(act, nth, epoch(when), self._logins.setdefault(login, len(self._logins))),
                *(self._actions.setdefault(action, len(self._actions)), content_of(sha256)),
                *(max(0, min(level, 127)), outcome == REFUSED, wide, shown),
            )
        return made

    def _lines(self, rows: Rows) -> Iterator[Line]:
        """Yield the records of these rows, in their order."""
        acts = sorted({int(act) for act in rows["act"]})
        found: dict[tuple[int, int], AuditRecord] = {}
        every = self._store.columns(
            AuditRecord, "act", *_FIELDS, order=("act", "id"), among={"act": acts}
        )
        for act, group in groupby(every, key=lambda row: row[0]):
            for nth, (_, *values) in enumerate(group):
                values[-1] = json.loads(values[-1])
                found[act, nth] = AuditRecord(*values)
        for act, nth in zip(rows["act"], rows["nth"], strict=True):
            if (int(act), int(nth)) in found:
                yield Line(int(act), found[int(act), int(nth)])


_VIEWS: dict[str, Callable[[AuditLog, Rows], Chosen]] = {
    UNDECIDED: AuditLog.without_decision,
    HOURS: AuditLog.out_of_hours,
    DENIED: lambda _log, rows: rows["denied"],
    BULK: lambda _log, rows: rows["wide"],
}


def content_of(sha256: str) -> int:
    """Return 64 bits of a digest; 0 where there is none."""
    try:
        return int(sha256[:16] or "0", 16)
    except ValueError:
        return 0


def epoch(when: str) -> float:
    """Return the seconds of a time; 0 where it cannot be read."""
    try:
        found = datetime.fromisoformat(when)
    except ValueError:
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _exposure(login: str, reveals: Rows, covers: Rows) -> Exposure:
    days = np.unique(reveals["when"] // 86_400)
    levels = np.bincount(np.clip(reveals["level"], 0, LEVELS - 1), minlength=LEVELS)
    of_day: dict[float, int] = {}
    for day, shown in zip(covers["when"] // 86_400, covers["milliseconds"], strict=True):
        of_day[float(day)] = of_day.get(float(day), 0) + int(shown)
    return Exposure(
        login,
        tuple(map(int, levels)),
        round(sum(of_day.values()) / 60_000, 1),
        len(days),
        round(max(of_day.values(), default=0) / 60_000, 1),
    )


def _pairs(logins: NDArray[Any], contents: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return one number for each pair of a login and a content."""
    with np.errstate(over="ignore"):
        mixed = logins.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # the golden ratio's
    return contents ^ mixed


def _parts(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in parts that end with an act."""
    acts = groupby(rows, key=lambda row: row[0])
    while True:
        part: list[tuple[Any, ...]] = []
        for _, group in acts:
            part += group
            if len(part) >= PART:
                break
        if not part:
            return
        yield part
