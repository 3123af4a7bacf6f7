"""Publishes counts of days that are over: noise, a budget, and once only.

A day is published once. The noisy numbers are kept and printed again whenever they are asked for:
noise that is drawn anew for each reader can be averaged away. Every cell of a fixed grid gets
noise, empty ones too, so that the presence of a cell tells nothing; longer periods are sums of
noisy days, which costs no further budget.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.prevention.counting import files, ledger
from fanal.prevention.counting.cells import CountersDead, Row, Total
from fanal.prevention.counting.counters import read_counts
from fanal.prevention.counting.noise import Below, laplace
from fanal.prevention.nouns import Outcome, Surface

TABLE = "counts"
WAIT = timedelta(days=2)
"""Then a day is over: a session of the last minute has ended, and its counters are written."""
MEASURES = (Outcome.SHOWN, Outcome.CONTINUED, Outcome.HELP, Outcome.APPEAL)
ELSEWHERE = ""
"""The country of what is declared as none of those told apart."""
_FORMAT = "fanal published counts 1"
Key = tuple[str, str, str]
"""Country, surface, measure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The grid of what is published, fixed before any count is looked at."""

    countries: tuple[str, ...] = ()
    """Told apart; everything else is one."""
    measures: tuple[str, ...] = MEASURES
    epsilon: Fraction = ledger.DAY
    """For one day's whole table: a session may be in one cell of each measure."""

    def __post_init__(self) -> None:
        """Refuse a plan that is none."""
        if not all(re.fullmatch(r"[A-Z]{2}", one) for one in self.countries):
            raise UsageError("a country has two capital letters", "name it by ISO 3166-1")
        if not self.measures or not set(self.measures) <= set(Outcome):
            raise UsageError("a measure must be an outcome", f"known: {', '.join(Outcome)}")
        for told in (self.countries, self.measures):
            if len(set(told)) != len(told):
                raise UsageError("a country or measure is named twice", "name it once")

    @property
    def share(self) -> Fraction:
        """Return epsilon of one measure."""
        return self.epsilon / len(self.measures)

    def keys(self) -> tuple[Key, ...]:
        """Return every cell of the grid."""
        return tuple(
            (country, surface.value, measure)
            for country in (*self.countries, ELSEWHERE)
            for surface in Surface
            for measure in self.measures
        )


@dataclass(frozen=True, slots=True)
class Release:
    """What was published of one day: noisy numbers, some of them below nothing."""

    day: date
    plan: Plan
    counts: Mapping[Key, int]
    missing: tuple[str, ...] = ()
    """Damaged files whose counts are not in it."""


def noisy(day: date, rows: Iterable[Row], plan: Plan, below: Below = secrets.randbelow) -> Release:
    """Return the counts of one day with noise on every cell of the grid."""
    exact = dict.fromkeys(plan.keys(), 0)
    for row in rows:
        country = row.country if row.country in plan.countries else ELSEWHERE
        key = (country, row.surface, row.outcome)
        if row.day == day and row.outcome not in set(Total) and key in exact:
            exact[key] += row.n
    return Release(day, plan, {key: n + laplace(plan.share, below) for key, n in exact.items()})


@dataclass(frozen=True, slots=True)
class Published:
    """The releases of a period, and the days that have none yet."""

    releases: tuple[Release, ...]
    pending: tuple[date, ...]


def publish(
    folder: Path, days: Collection[date], plan: Plan, today: date, below: Below = secrets.randbelow
) -> Published:
    """Return what is published of days; a day that is over and has no release gets its only one.

    Raises BudgetSpent, LedgerDamaged or CountersDead; then that day has no release.
    """
    releases, pending = [], []
    with ledger.locked(folder):
        lines = {line.day: line for line in ledger.read(folder) if line.table == TABLE}
        for day in sorted(days):
            if day in lines:
                releases.append(_kept(folder, lines[day]))
            elif day <= today - WAIT:
                releases.append(_released(folder, day, plan, today, below))
            else:
                pending.append(day)
    return Published(tuple(releases), tuple(pending))


def published(folder: Path, days: Collection[date]) -> Published:
    """Return what was published of days, and publish nothing."""
    lines = [line for line in ledger.read(folder) if line.table == TABLE and line.day in days]
    releases = tuple(_kept(folder, line) for line in sorted(lines, key=lambda line: line.day))
    return Published(releases, tuple(sorted(set(days) - {line.day for line in lines})))


def to_bytes(release: Release) -> bytes:
    """Return the bytes of a release."""
    plan = release.plan
    told = {
        "format": _FORMAT,
        "day": release.day.isoformat(),
        "countries": list(plan.countries),
        "measures": list(plan.measures),
        "epsilon": str(plan.epsilon),
        "counts": [[*key, n] for key, n in release.counts.items()],
        "missing": list(release.missing),
    }
    return files.canonical(told) + b"\n"


def from_bytes(raw: bytes) -> Release:
    """Read the bytes of a release; ValueError where they are not as they were written."""
    try:
        told = json.loads(raw)
        release = _release(told)
        if told["format"] == _FORMAT and to_bytes(release) == raw:
            return release
    except (ValueError, KeyError, TypeError, AttributeError, UsageError, RecursionError):
        pass
    raise ValueError("not a release, or damaged")


def _release(told: Any) -> Release:
    plan = Plan(tuple(told["countries"]), tuple(told["measures"]), ledger.share(told["epsilon"]))
    counts = {(country, surface, measure): n for country, surface, measure, n in told["counts"]}
    if set(counts) != set(plan.keys()) or not all(type(n) is int for n in counts.values()):
        raise ValueError("another grid")
    return Release(date.fromisoformat(told["day"]), plan, counts, tuple(told["missing"]))


def _name(day: date) -> str:
    return f"published-{day.isoformat()}.json"


def _released(folder: Path, day: date, plan: Plan, today: date, below: Below) -> Release:
    """Publish a day: the release lies on the disk before the ledger's line, and is seen after it.

    A release that a crash left without its line is taken as it is, never drawn again.
    """
    path = folder / _name(day)
    if path.exists():
        release = _read(path)
    else:
        ledger.afford(ledger.read(folder), day, TABLE, plan.epsilon)
        counts = read_counts(folder, [day])
        broken = [name for name in counts.damaged if not name.endswith(files.DAMAGED)]
        if broken:
            raise CountersDead(
                f"{folder / broken[0]} is damaged", "begin the service again: it sets it aside"
            )
        drawn = noisy(day, counts.rows, plan, below)
        release = Release(day, plan, drawn.counts, counts.damaged)
        files.write(folder, path.name, to_bytes(release))
    line = ledger.Spent(day, TABLE, release.plan.epsilon, _digest(to_bytes(release)), today)
    ledger.spend(folder, line)
    return release


def _kept(folder: Path, line: ledger.Spent) -> Release:
    """Return what a line of the ledger stands for."""
    release = _read(folder / _name(line.day))
    if _digest(to_bytes(release)) != line.release:
        raise _changed(folder / _name(line.day))
    return release


def _read(path: Path) -> Release:
    try:
        release = from_bytes(path.read_bytes())
    except FileNotFoundError:
        raise _changed(path) from None
    except OSError as error:
        raise files.dead(path.parent, error) from None
    except ValueError:
        raise _changed(path) from None
    if _name(release.day) != path.name:
        raise _changed(path)
    return release


def _changed(path: Path) -> ledger.LedgerDamaged:
    return ledger.LedgerDamaged(
        f"{path} is gone or not as it was published",
        "put back its sound copy: noise for this day is not drawn a second time",
    )


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
