"""What people read: its commands, one file each."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from fanal.cli.lazy import Lazy
from fanal.errors import UsageError

COMMANDS: dict[str, str] = {
    "show": "fanal.cli.deter_messages_show:show",
    "drafts": "fanal.cli.deter_messages_drafts:drafts",
    "review": "fanal.cli.deter_messages_drafts:review",
    "check": "fanal.cli.deter_messages_check:check",
    "keys": "fanal.cli.deter_messages_sign:keys",
    "sign": "fanal.cli.deter_messages_sign:sign",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def messages() -> None:
    """Show the texts that people read, have them reviewed, and sign your own."""


day_option = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today)."
)


def day_of(told: datetime | None) -> date:
    """Return the day that was told, or today."""
    return (told or datetime.now(UTC)).date()


def write_new(path: Path, text: str) -> None:
    """Write a file where there is none yet."""
    try:
        with path.open("x", encoding="utf-8", newline="") as out:
            out.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists; nothing is overwritten", "name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "name another") from None
