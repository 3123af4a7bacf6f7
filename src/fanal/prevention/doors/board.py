"""Gathers what the dashboard shows: exact aggregates of a service, read from its folder.

Every part stands for itself: where one cannot be read, its trouble is told and the rest is shown.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from fanal.errors import FanalError
from fanal.helplines.directory import Age, ages, built_in, may_release, read_book
from fanal.prevention.config import Config
from fanal.prevention.counting import ledger
from fanal.prevention.counting.cells import Row, Total, Version
from fanal.prevention.counting.counters import Counts, read_counts
from fanal.prevention.counting.publish import WAIT
from fanal.prevention.nouns import Outcome, Surface
from fanal.prevention.trials.analysis import Analysis, State, analyse
from fanal.prevention.trials.registration import read_registration

T = TypeVar("T")
WEEKS = 4
STALE = 8
"""Stale contacts that are named."""


@dataclass(frozen=True, slots=True)
class Place:
    """What was shown at one surface and country, and what happened there afterwards."""

    surface: str
    country: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Plain totals of a surface."""

    surface: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """What happened after one wording, in or outside a trial."""

    trial: str
    variant: str
    counts: dict[str, int]

    def share(self, outcome: str) -> float | None:
        """Return the share of the sessions shown, or None where none was."""
        shown = self.counts.get(Outcome.SHOWN, 0)
        return self.counts.get(outcome, 0) / shown if shown else None


@dataclass(frozen=True, slots=True)
class Week:
    """What is left of a week's budget."""

    week: str
    left: str
    share: float
    days: int
    """Days of it that were published."""


@dataclass(frozen=True, slots=True)
class Helplines:
    """How fresh the contacts of help are."""

    known: int
    stale: int
    may_release: bool
    oldest: tuple[Age, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that one page shows."""

    service: str
    as_of: date
    days: tuple[date, ...]
    by_day: tuple[tuple[date, int], ...]
    """Messages shown."""
    places: tuple[Place, ...]
    surfaces: tuple[Surfaces, ...]
    wordings: tuple[Wording, ...]
    """Those of a trial only while its sample ratio is as registered."""
    versions: tuple[Version, ...]
    trial: Analysis | None
    """Over whole days, from the trial's first on."""
    weeks: tuple[Week, ...]
    helplines: Helplines | None
    damaged: tuple[str, ...]
    troubles: tuple[str, ...]


def gather(config: Config, today: date, back: int) -> Board:
    """Return the board of the last days, as of today."""
    troubles: list[str] = []
    days = tuple(today - timedelta(days=at) for at in reversed(range(back)))
    nothing = Counts((), (), ())
    folder = config.counting
    if folder is None:
        troubles.append("the configuration keeps no counters: name a folder in [counting] folder")
        counts, lines = nothing, None
    else:
        counts = _or(nothing, lambda: read_counts(folder), troubles)
        lines = _or(None, lambda: ledger.read(folder), troubles)
    rows = [row for row in counts.rows if row.day in days]
    shown = Counter({row.day: 0 for row in rows})
    for row in rows:
        shown[row.day] += row.n if row.outcome == Outcome.SHOWN else 0
    trial = _or(None, lambda: _trial(config, counts.rows, today), troubles)
    return Board(
        config.operator,
        today,
        days,
        tuple((day, shown[day]) for day in days),
        _places(rows),
        _surfaces(rows),
        _wordings(rows, trial),
        counts.versions,
        trial,
        () if lines is None else _weeks(lines, today),
        _or(None, lambda: _helplines(config, today), troubles),
        counts.damaged,
        tuple(troubles),
    )


def _or(otherwise: T, read: Callable[[], T], troubles: list[str]) -> T:
    try:
        return read()
    except FanalError as error:
        troubles.append(f"{error.message}: {error.advice}" if error.advice else error.message)
        return otherwise


def _places(rows: Iterable[Row]) -> tuple[Place, ...]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if row.outcome not in set(Total):
            found.setdefault((row.surface, row.country), Counter())[row.outcome] += row.n
    return tuple(Place(*at, dict(counts)) for at, counts in sorted(found.items()))


def _surfaces(rows: Iterable[Row]) -> tuple[Surfaces, ...]:
    found: dict[str, Counter[str]] = {one.value: Counter() for one in Surface}
    for row in rows:
        if row.outcome in set(Total):
            found[row.surface][row.outcome] += row.n
    return tuple(Surfaces(surface, dict(counts)) for surface, counts in found.items() if counts)


def _wordings(rows: Iterable[Row], trial: Analysis | None) -> tuple[Wording, ...]:
    """Return what followed each wording; of no trial whose sample ratio is off or not known."""
    told = {""}
    if trial is not None and trial.state is not State.RATIO:
        told.add(trial.registered.trial_id)
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if row.outcome not in set(Total) and row.trial in told:
            found.setdefault((row.trial, row.variant), Counter())[row.outcome] += row.n
    return tuple(Wording(*at, dict(counts)) for at, counts in sorted(found.items()))


def _weeks(lines: tuple[ledger.Spent, ...], today: date) -> tuple[Week, ...]:
    """Return the budget of the weeks that have days which can be published."""
    last = today - WAIT
    names = [ledger.week(last - timedelta(weeks=at)) for at in range(WEEKS)]
    told = []
    for name in names:
        left = ledger.left(lines, name)
        days = len({line.day for line in lines if line.week == name})
        told.append(Week(name, str(left), float(left / ledger.WEEK), days))
    return tuple(told)


def _trial(config: Config, rows: tuple[Row, ...], today: date) -> Analysis | None:
    """Return the registered trial on days that no session can add to any more."""
    if config.registration is None:
        return None
    return analyse(read_registration(config.registration), rows, today - WAIT + timedelta(days=1))


def _helplines(config: Config, today: date) -> Helplines:
    known = ages(today, read_book(config.helplines) if config.helplines else built_in())
    stale = [one for one in known if one.is_stale]
    return Helplines(len(known), len(stale), may_release(known), tuple(stale[:STALE]))
