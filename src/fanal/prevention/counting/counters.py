"""Keeps counts in memory and writes them to a folder, whole or not at all."""

import os
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fanal.prevention.counting import files
from fanal.prevention.counting.cells import Cell, CountersDead, Row, Version

MOST_CELLS = 50_000
"""Cells of a day that a writer tells apart; beyond that, countries are no longer told apart."""
MOST_VERSIONS = 1_000
KEEP = timedelta(days=3)
"""A day's counts stay in memory that long; every session that could add to them is over by then."""


@dataclass(slots=True)
class _Day:
    """What this writer counted of one day since it began."""

    writer: str = field(default_factory=files.new_writer)
    counts: Counter[Cell] = field(default_factory=Counter)
    versions: dict[str, None] = field(default_factory=dict)
    changed: int = 0
    written: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What a folder holds of some days."""

    rows: tuple[Row, ...]
    versions: tuple[Version, ...]
    """The lists of each day, where they changed."""
    damaged: tuple[str, ...]
    """Files that could not be read, set aside or not: their counts are missing."""


class Counters:
    """Counters of one process; several processes may keep theirs in one folder."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] | None = None) -> None:
        """Open a folder, or make it; raises CountersDead where nothing can be written there."""
        self.folder = folder
        self._clock = clock or _utc_now
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._days: dict[date, _Day] = {}
        again = weakref.WeakMethod(self._forked)
        os.register_at_fork(after_in_child=lambda: (call := again()) and call())
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise files.dead(folder, error) from None
        files.write(folder, ".writable", b"")
        self._set_aside()

    def add(self, cells: Iterable[Cell]) -> None:
        """Count cells, in memory."""
        with self._lock:
            for cell in cells:
                day = self._day(cell.day)
                if cell not in day.counts and len(day.counts) >= MOST_CELLS:
                    told = (cell.surface, cell.trial, cell.variant, cell.outcome)
                    day.counts[Cell(cell.day, "", *told)] += 1
                else:
                    day.counts[cell] += 1
                day.changed += 1

    def saw(self, day: date, version: str) -> None:
        """Note, in memory, which lists are asked on a day."""
        with self._lock:
            told = self._day(day)
            if version in told.versions or len(told.versions) >= MOST_VERSIONS:
                return
            if files.is_version(version):
                told.versions[version] = None
                told.changed += 1

    def flush(self) -> None:
        """Write what changed; raises CountersDead where the disk fails, and keeps it in memory."""
        with self._flushing:
            with self._lock:
                self._forget()
                due = [
                    (day, told.changed, self._file(day, told))
                    for day, told in self._days.items()
                    if told.changed != told.written
                ]
            for day, changed, file in due:
                files.write(self.folder, file.name, files.to_bytes(file))
                with self._lock:
                    if (told := self._days.get(day)) is not None:
                        told.written = changed

    def table(self, days: Collection[date] | None = None) -> list[Row]:
        """Return the exact counts of all writers, of some days or all, with what is in memory.

        Raises CountersDead where a file is damaged: a table that lacks some would be a false one.
        """
        told = self.read(days)
        broken = [name for name in told.damaged if not name.endswith(files.DAMAGED)]
        if broken:
            raise CountersDead(
                f"{self.folder / broken[0]} is damaged", "begin the service again: it sets it aside"
            )
        return list(told.rows)

    def read(self, days: Collection[date] | None = None) -> Counts:
        """Return what all writers counted, with what is in memory, and name what is damaged."""
        with self._lock:
            own = [self._file(day, told) for day, told in self._days.items()]
        return read_counts(self.folder, days, own)

    def versions(self) -> tuple[Version, ...]:
        """Return which lists were asked from which day on."""
        return self.read().versions

    def _day(self, day: date) -> _Day:
        if day not in self._days:
            self._days[day] = _Day()
        return self._days[day]

    @staticmethod
    def _file(day: date, told: _Day) -> files.DayFile:
        return files.DayFile(day, told.writer, dict(told.counts), tuple(told.versions))

    def _forget(self) -> None:
        """Drop days that are written and over; one that comes again has a file of its own."""
        today = self._clock().astimezone(UTC).date()
        for day in [one for one in self._days if one < today - KEEP]:
            if self._days[day].changed == self._days[day].written:
                del self._days[day]

    def _set_aside(self) -> None:
        """Give damaged files a name under which they are kept and told, and not read again."""
        for path, _ in files.days_in(self.folder):
            try:
                files.read(path)
            except ValueError:
                with suppress(FileNotFoundError):
                    path.rename(path.with_name(path.name + files.DAMAGED))

    def _forked(self) -> None:
        """Begin with nothing: what was counted before is the parent's to write."""
        self._lock, self._flushing = threading.Lock(), threading.Lock()
        self._days = {}


def read_counts(
    folder: Path, days: Collection[date] | None = None, own: Iterable[files.DayFile] = ()
) -> Counts:
    """Return what a folder holds of some days, or all; files of `own` are newer than the disk's.

    Changes nothing there. Raises CountersDead where the folder or its disk cannot be read.
    """
    sums: Counter[Cell] = Counter()
    seen: dict[date, dict[str, None]] = {}
    damaged = [name for name in files.damaged_in(folder) if _is_of(name, days)]
    fresh = {file.name: file for file in own if days is None or file.day in days}
    there = [(path, day) for path, day in files.days_in(folder) if days is None or day in days]
    found = list(fresh.values())
    for path, _ in there:
        if path.name not in fresh:
            try:
                found.append(files.read(path))
            except ValueError:
                damaged.append(path.name)
    for file in sorted(found, key=lambda file: (file.day, file.writer)):
        sums.update(file.counts)
        seen.setdefault(file.day, {}).update(dict.fromkeys(file.versions))
    rows = tuple(
        Row(cell.day, *(cell.country, cell.surface, cell.trial, cell.variant, cell.outcome), n)
        for cell, n in sorted(sums.items())
    )
    return Counts(rows, _changes(seen), tuple(sorted(damaged)))


def _is_of(name: str, days: Collection[date] | None) -> bool:
    """Tell whether a file that was set aside is of one of the days, by its name."""
    return days is None or any(name.startswith(f"counts-{day.isoformat()}-") for day in days)


def _changes(seen: dict[date, dict[str, None]]) -> tuple[Version, ...]:
    """Return the lists of each day that were not yet those of the day before."""
    told: list[Version] = []
    before: set[str] = set()
    for day, versions in sorted(seen.items()):
        told += [Version(day, version) for version in versions if version not in before]
        before = set(versions) or before
    return tuple(told)


def _utc_now() -> datetime:
    return datetime.now(UTC)
