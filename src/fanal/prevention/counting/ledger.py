"""Keeps the budget of what was published: lines that only come, each bound to the one before.

A line is written before anybody sees what it stands for, so a crash can waste budget and never
overspend it. A ledger that was changed or cut in the middle is refused, not repaired.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from fanal.errors import FanalError
from fanal.prevention.counting import files

DAY = Fraction(1, 2)
"""Epsilon that one day's counts may cost, all tables together."""
WEEK = 7 * DAY
"""Epsilon that the days of one ISO week may cost together: what a session on each of them loses."""
NAME = "ledger.jsonl"
MOST_BYTES = 16 * 1024 * 1024
_KEYS = {"format", "day", "table", "epsilon", "release", "on", "before"}
_FORMAT = "fanal ledger 1"
_SHARE = re.compile(r"(0|[1-9][0-9]{0,5})(/[1-9][0-9]{0,5})?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BudgetSpent(FanalError):  # noqa: N818 (what happened)
    """What is asked would tell more than the budget allows."""


class LedgerDamaged(FanalError):  # noqa: N818 (what happened)
    """The ledger, or what it stands for, is not as it was written; nothing is published."""


@dataclass(frozen=True, slots=True)
class Spent:
    """One line: a day's counts were published once, at a price."""

    day: date
    table: str
    epsilon: Fraction
    release: str
    """SHA-256 of what was published."""
    on: date
    """When."""

    @property
    def week(self) -> str:
        """Return the ISO week of the day, e.g. `2026-W48`."""
        return week(self.day)


def share(text: str) -> Fraction:
    """Return a share of a budget that was written as `1/2`; ValueError where it is none."""
    if not _SHARE.fullmatch(text):
        raise ValueError("no share")
    return Fraction(text)


def week(day: date) -> str:
    """Return the ISO week of a day, e.g. `2026-W48`."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's ledger, so that two commands do not publish one day twice."""
    try:
        handle = os.open(folder / "ledger.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise files.dead(folder, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(folder: Path) -> tuple[Spent, ...]:
    """Return the lines of a ledger, none where there is none; raises LedgerDamaged."""
    return tuple(line for line, _ in _lines(_bytes(folder), folder))


def spent(lines: tuple[Spent, ...], of: str) -> Fraction:
    """Return what the days of one ISO week have cost."""
    return sum((line.epsilon for line in lines if line.week == of), Fraction(0))


def left(lines: tuple[Spent, ...], of: str) -> Fraction:
    """Return what is left of one ISO week's budget."""
    return WEEK - spent(lines, of)


def afford(lines: tuple[Spent, ...], day: date, table: str, epsilon: Fraction) -> None:
    """Raise BudgetSpent where a day's table was published before, or would cost too much."""
    if any((one.day, one.table) == (day, table) for one in lines):
        raise BudgetSpent(f"{day.isoformat()} was published before", "print what was published")
    of_day = sum((one.epsilon for one in lines if one.day == day), Fraction(0))
    if epsilon <= 0 or of_day + epsilon > DAY or left(lines, week(day)) < epsilon:
        raise BudgetSpent(
            f"epsilon {epsilon} for {day.isoformat()} is more than is left",
            f"at most {DAY} a day and {WEEK} a week; a smaller epsilon means more noise",
        )


def spend(folder: Path, line: Spent) -> None:
    """Add a line, or raise BudgetSpent; the caller holds the lock."""
    raw = _bytes(folder)
    before = _lines(raw, folder)
    afford(tuple(one for one, _ in before), line.day, line.table, line.epsilon)
    told = {
        "format": _FORMAT,
        "day": line.day.isoformat(),
        "table": line.table,
        "epsilon": str(line.epsilon),
        "release": line.release,
        "on": line.on.isoformat(),
        "before": before[-1][1] if before else "",
    }
    files.write(folder, NAME, raw + files.canonical(told) + b"\n")


def _bytes(folder: Path) -> bytes:
    try:
        with (folder / NAME).open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise files.dead(folder, error) from None
    if len(raw) > MOST_BYTES:
        raise _damaged(folder, 0)
    return raw


def _lines(raw: bytes, folder: Path) -> list[tuple[Spent, str]]:
    """Return the lines, each with its own digest."""
    if raw and not raw.endswith(b"\n"):
        raise _damaged(folder, raw.count(b"\n") + 1)
    told: list[tuple[Spent, str]] = []
    for at, line in enumerate(raw.splitlines(), 1):
        try:
            spent_ = _line(line, told[-1][1] if told else "")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _damaged(folder, at) from None
        told.append((spent_, hashlib.sha256(line).hexdigest()))
    return told


def _line(raw: bytes, before: str) -> Spent:
    told: dict[str, Any] = json.loads(raw)
    is_sound = (
        told.keys() == _KEYS
        and raw == files.canonical(told)
        and told["format"] == _FORMAT
        and told["before"] == before
        and _DIGEST.fullmatch(told["release"])
        and re.fullmatch(r"[a-z]{1,20}", told["table"])
    )
    if not is_sound:
        raise ValueError("a line that is none")
    epsilon = share(told["epsilon"])
    day, on = date.fromisoformat(told["day"]), date.fromisoformat(told["on"])
    return Spent(day, told["table"], epsilon, told["release"], on)


def _damaged(folder: Path, at: int) -> LedgerDamaged:
    return LedgerDamaged(
        f"{folder / NAME} is damaged at line {at}",
        "put back its last sound copy; without it nothing is published, for no budget is known",
    )
