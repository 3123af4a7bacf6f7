"""What several commands share: the case, the settings, progress, output."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from fanal.pipeline.case import where
from fanal.pipeline.facts import printable
from fanal.settings import Settings
from fanal.stores.interface import Where

F = TypeVar("F", bound=Callable[..., Any])


class CasePlace(click.ParamType[Where]):
    """A folder, or the address of a server."""

    name = "case"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Where:
        """Return the place; a folder need not be there yet."""
        if not isinstance(value, str) or "://" in value:
            return where(value)
        folder = click.Path(path_type=Path, file_okay=False).convert(value, param, ctx)
        return Path(folder)


case_option = click.option(
    "--case",
    "case",
    envvar="FANAL_CASE",
    required=True,
    type=CasePlace(),
    metavar="DIR|URL",
    help="Folder of the case, or postgresql://USER@HOST/NAME (or FANAL_CASE).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def settings(**told: Any) -> Settings:
    """Return the settings of file and environment, changed by the options that were given."""
    given = {name: value for name, value in told.items() if value is not None}
    return Settings.from_environment().changed(given)


def engine_options(command: F) -> F:
    """Add the options that say where and how the work runs."""
    for option in (
        click.option("--engine", help="inline, pool or cluster (default pool)."),
        click.option("--workers", type=click.IntRange(0), help="Worker processes; 0 = one a core."),
    ):
        command = option(command)
    return command


def match_options(command: F) -> F:
    """Add the options that say how far a match may reach."""
    for option in (
        click.option(
            "--radius", type=click.IntRange(0, 127), help="Bits a PDQ hash may differ (31)."
        ),
        click.option("--turns/--no-turns", default=None, help="Match rotations and mirrors too."),
    ):
        command = option(command)
    return command


def print_json(facts: Any) -> None:
    """Print one JSON object on a line, plain ASCII."""
    click.echo(json.dumps(facts, ensure_ascii=True, sort_keys=False))


def print_table(rows: Iterable[tuple[Any, ...]], right: frozenset[int] = frozenset()) -> None:
    """Print rows as columns as wide as their widest cell."""
    texts = [[str(cell) for cell in row] for row in rows]
    if not texts:
        return
    widths = [max(len(row[at]) for row in texts) for at in range(len(texts[0]))]
    for row in texts:
        cells = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def counted(reasons: Mapping[str, int]) -> str:
    """Return reasons with their numbers, the most frequent first."""
    return ", ".join(
        f"{printable(reason)} {n}" for reason, n in sorted(reasons.items(), key=lambda at: -at[1])
    )


def size(number: int) -> str:
    """Return a number of bytes for people."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


class Shown:
    """Shows progress on stderr: a line that renews itself on a terminal, else one now and then."""

    def __init__(self) -> None:
        """Begin to count."""
        self._name = ""
        self._files = self._size = 0
        self._start = self._said = time.monotonic()
        self._live = sys.stderr.isatty()

    def step(self, name: str) -> None:
        """Begin a step of the run."""
        self.end()
        self._name, self._files, self._size = printable(name), 0, 0
        self._start = time.monotonic()
        self._say()

    def advance(self, files: int, size: int) -> None:
        """Count files done and their bytes."""
        self._files += files
        self._size += size
        if time.monotonic() - self._said > (0.2 if self._live else 10):
            self._say()

    def end(self) -> None:
        """Finish the line."""
        if self._live and self._name:
            self._say()
            click.echo("", err=True)

    def _say(self) -> None:
        self._said = time.monotonic()
        passed = self._said - self._start
        text = self._name
        if self._files:
            rate = self._files / passed if passed else 0
            told = f"{size(self._size)}, " if self._size else ""
            text += f": {self._files:,} files, {told}{rate:,.0f} files/s"
        click.echo(f"\r\x1b[K{text}" if self._live else text, err=True, nl=not self._live)
