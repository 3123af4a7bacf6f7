"""Reports of prevention: their commands, one file each."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from fanal.cli.lazy import Lazy
from fanal.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])
COMMANDS: dict[str, str] = {
    "counts": "fanal.cli.deter_report_counts:counts",
    "safeguard": "fanal.cli.deter_report_safeguard:safeguard",
    "trial": "fanal.cli.deter_trial_analyse:analyse",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""
MOST_DAYS = 2 * 366


@click.group(cls=Lazy, table=COMMANDS)
def report() -> None:
    """Report what was shown and how it went, without anything of a person."""


def period_options(command: F) -> F:
    """Add the options that say which days a report is of."""
    of_days = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--until", type=of_days, help="Last day (default: two days ago)."),
        click.option("--from", "since", type=of_days, help="First day (default: 27 days before)."),
    ):
        command = option(command)
    return command


def days_of(since: datetime | None, until: datetime | None, today: date) -> list[date]:
    """Return the days of a period, or say what is wrong with it."""
    last = until.date() if until else today - timedelta(days=2)
    first = since.date() if since else last - timedelta(days=27)
    count = (last - first).days + 1
    if not 0 < count <= MOST_DAYS:
        raise UsageError(
            f"from {first} to {last} is no period", f"name at least one day, at most {MOST_DAYS}"
        )
    return [first + timedelta(days=at) for at in range(count)]


def today() -> date:
    """Return this day, as the counters have it."""
    return datetime.now(UTC).date()


def write_new(path: Path, content: bytes) -> None:
    """Write a file where there is none yet."""
    try:
        with path.open("xb") as out:
            out.write(content)
    except FileExistsError:
        raise UsageError(f"{path} exists; nothing is overwritten", "name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "name another") from None
