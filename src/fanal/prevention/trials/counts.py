"""Counts of a trial: rows from a folder of counters or a CSV file, put together by day and arm."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fanal.errors import UsageError
from fanal.prevention.nouns import Outcome
from fanal.prevention.trials.registration import Registration

COLUMNS = ("day", "country", "surface", "trial", "variant", "outcome", "n")
MOST_ROWS = 5_000_000
COUNTED = (
    Outcome.SHOWN,
    Outcome.CONTINUED,
    Outcome.ABANDONED,
    Outcome.HELP,
    Outcome.APPEAL,
    Outcome.LEFT,
    Outcome.MISHIT,
)
_ADVICE = f"the first row is {','.join(COLUMNS)}; then a row for each cell"


class Counted(Protocol):
    """A cell of counters and how often it was counted."""

    @property
    def day(self) -> date:
        """Day of the session's first message."""

    @property
    def country(self) -> str:
        """As the operator declares it."""

    @property
    def surface(self) -> str:
        """Where at the service."""

    @property
    def trial(self) -> str:
        """Name of the trial with the digest of its registration; "" outside one."""

    @property
    def variant(self) -> str:
        """The wording."""

    @property
    def outcome(self) -> str:
        """What happened."""

    @property
    def n(self) -> int:
        """In how many sessions."""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One row of a file of counts."""

    day: date
    country: str
    surface: str
    trial: str
    variant: str
    outcome: str
    n: int


@dataclass(frozen=True, slots=True)
class Table:
    """The counts of a trial, a row for each day and a column for each arm."""

    days: tuple[date, ...]
    outcomes: Mapping[Outcome, NDArray[np.int64]]
    """Sessions by outcome; `SHOWN` is what all others are shares of."""
    elsewhere: int
    """Sessions of this trial that were shown something and are left out, as registered."""
    others: int
    """Sessions of a registration of the same name with another digest: another trial."""

    @property
    def shown(self) -> NDArray[np.int64]:
        """Return the sessions that saw a message: the denominators."""
        return self.outcomes[Outcome.SHOWN]

    def worth(self, outcome: Outcome, repeats: int) -> NDArray[np.float64]:
        """Return counts as evidence: several sessions that may be one person's count as one."""
        told: NDArray[np.float64] = self.outcomes[outcome] / repeats
        return told

    def until(self, days: int) -> "Table":
        """Return the first days alone."""
        cut = {one: counts[:days] for one, counts in self.outcomes.items()}
        return Table(self.days[:days], cut, self.elsewhere, self.others)


def put_together(registered: Registration, rows: Iterable[Counted], before: date) -> Table:
    """Return the counts of a registered trial on whole days before a day.

    Raises a UsageError where a wording is not registered, or an outcome has more sessions than
    were shown a message: then these are not the exact counts of this trial.
    """
    place = {variant: at for at, variant in enumerate(registered.arms)}
    sums: dict[tuple[date, Outcome], NDArray[np.int64]] = {}
    elsewhere = others = 0
    for row in rows:
        if row.outcome not in COUNTED or row.day >= before:
            continue
        is_shown = row.outcome == Outcome.SHOWN
        if row.trial != registered.trial_id:
            is_namesake = row.trial.rpartition(".")[0] == registered.name
            others += row.n if is_namesake and is_shown else 0
            continue
        if row.variant not in place:
            raise UsageError(
                "the counts name a wording that is not registered",
                "take the counts of this trial, as they are kept",
            )
        if not _is_in(registered, row):
            elsewhere += row.n if is_shown else 0
            continue
        key = (row.day, Outcome(row.outcome))
        sums.setdefault(key, np.zeros(len(place), dtype=np.int64))[place[row.variant]] += row.n
    days = tuple(sorted({day for day, _ in sums}))
    nothing = np.zeros(len(place), dtype=np.int64)
    outcomes = {
        one: np.array([sums.get((day, one), nothing) for day in days], dtype=np.int64).reshape(
            len(days), len(place)
        )
        for one in COUNTED
    }
    for counts in outcomes.values():
        if (counts > outcomes[Outcome.SHOWN]).any():
            raise UsageError(
                "the counts hold more outcomes than sessions on a day",
                "take exact counts: published ones have noise",
            )
    return Table(days, outcomes, elsewhere, others)


def _is_in(registered: Registration, row: Counted) -> bool:
    return (
        registered.runs_on(row.day)
        and row.surface in registered.surfaces
        and row.country not in registered.without_countries
        and row.day not in registered.without_days
    )


def read_counts_file(path: Path) -> list[CountedRow]:
    """Read a CSV file of counts; names the row where it is wrong, and never what stands there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            if tuple(next(reader, ())) != COLUMNS:
                raise UsageError(f"{path} is no file of counts", _ADVICE)
            rows = [_row(cells, path, at) for at, cells in enumerate(islice(reader, MOST_ROWS), 2)]
            if next(reader, None) is not None:
                raise UsageError(f"{path} has more than {MOST_ROWS:,} rows", "count by day")
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageError(f"{path} cannot be read as CSV", _ADVICE) from None
    return rows


def _row(cells: list[str], path: Path, at: int) -> CountedRow:
    try:
        day, country, surface, trial, variant, outcome, n = cells
        told = CountedRow(
            date.fromisoformat(day), country, surface, trial, variant, outcome, whole(n)
        )
    except ValueError:
        raise UsageError(f"{path}: row {at} is no row of counts", _ADVICE) from None
    return told


def whole(text: str) -> int:
    """Return a count as it stands in a file, or raise ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValueError
    return int(text)
