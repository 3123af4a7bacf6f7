"""An operator's own lists: their commands, one file each."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from fanal.cli.lazy import Lazy
from fanal.errors import UsageError
from fanal.prevention.config import read_config
from fanal.prevention.words.lists import WordFiles

F = TypeVar("F", bound=Callable[..., Any])
COMMANDS: dict[str, str] = {
    "check": "fanal.cli.deter_lists_check:check",
    "lint": "fanal.cli.deter_lists_lint:lint",
    "import": "fanal.cli.deter_lists_import:import_",
    "hashes": "fanal.cli.deter_lists_hashes:hashes",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""
_file = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Lazy, table=COMMANDS)
def lists() -> None:
    """Check, measure and import your own lists; no word of them is printed."""


def list_options(command: F) -> F:
    """Add the arguments that say which word lists are meant."""
    for option in (
        click.argument("files", nargs=-1, type=_file, metavar="[FILE]..."),
        click.option("--support", multiple=True, type=_file, help="A list of who looks for help."),
        click.option("--stems", type=_file, help="A table of words and their stems."),
        click.option("--identity", type=_file, help="The age identity that opens `.age` files."),
        click.option("--config", type=_file, help="The lists that this configuration names."),
    ):
        command = option(command)
    return command


def word_files(told: dict[str, Any], day: datetime | None = None) -> WordFiles:
    """Return which files were named, by themselves or through a configuration."""
    on: date = (day or datetime.now(UTC)).date()
    files, support, config = told["files"], told["support"], told["config"]
    if bool(config) == bool(files or support):
        raise UsageError("no list is named, or in two ways", "name files, or --config alone")
    if config is None:
        return WordFiles(files, support, told["stems"], told["identity"], day=on)
    known = read_config(config)
    if not known.words and not known.support:
        raise UsageError(f"{config} names no word list", "name some: [words] lists, support")
    identity = told["identity"] or known.identity
    return WordFiles(known.words, known.support, known.stems, identity, known.limit, on)
