"""Trials of wording: their commands, one file each."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from fanal.cli.lazy import Lazy
from fanal.errors import UsageError

COMMANDS: dict[str, str] = {
    "power": "fanal.cli.deter_trial_power:power",
    "register": "fanal.cli.deter_trial_register:register",
    "show": "fanal.cli.deter_trial_show:show",
    "analyse": "fanal.cli.deter_trial_analyse:analyse",
    "simulate": "fanal.cli.deter_trial_simulate:simulate",
    "series": "fanal.cli.deter_trial_series:series",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def trial() -> None:
    """Try wordings against each other, honestly: registered before, called by evidence."""


file = click.Path(exists=True, dir_okay=False, path_type=Path)
day_type = click.DateTime(["%Y-%m-%d"])


def today(told: datetime | None) -> date:
    """Return the day that was told, or today as counters have it."""
    return (told or datetime.now(UTC)).date()


def write_new(path: Path, text: str) -> None:
    """Write a file where there is none yet."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists; nothing is overwritten", "name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "name another") from None
