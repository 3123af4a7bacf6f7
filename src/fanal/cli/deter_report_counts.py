"""`fanal deter report counts`: publishes counts with noise, and prints them again."""

import json
import re
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.cli.deter_report import days_of, period_options, today, write_new
from fanal.errors import UsageError
from fanal.prevention.config import Config, read_config
from fanal.prevention.counting import ledger
from fanal.prevention.counting.publish import MEASURES, Plan, Published, publish
from fanal.prevention.nouns import Outcome
from fanal.prevention.reporting.counts import csv_bytes, dsa15, facts


class Share(click.ParamType[Fraction]):
    """A share of the budget, exactly: `1/2`, `0.25`."""

    name = "epsilon"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Return the number, or say that it is none."""
        if not re.fullmatch(r"[0-9]{1,3}/[1-9][0-9]{0,3}|[0-9]{1,3}(\.[0-9]{1,4})?", str(value)):
            self.fail("write it as 1/2 or 0.25", param, ctx)
        return Fraction(str(value))


@click.command()
@click.argument("config", type=click.Path(dir_okay=False, path_type=Path))
@period_options
@click.option("--country", "countries", multiple=True, help="Tell this country apart; repeat it.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    type=click.Choice([one.value for one in Outcome]),
    help=f"Publish this; repeat it (default: {', '.join(MEASURES)}).",
)
@click.option(
    "--epsilon",
    type=Share(),
    default=str(ledger.DAY),
    show_default=True,
    help="For each day that is not published yet; less means more noise.",
)
@click.option("--csv", "csv_", type=click.Path(path_type=Path), help="Write a table for others.")
@click.option(
    "--dsa15",
    "block",
    type=click.Path(path_type=Path),
    help="Write a block for the report of DSA Article 15, as JSON.",
)
@json_option
def counts(  # noqa: PLR0913, PLR0917 (which days, what, how exactly, and where to)
    config: Path,
    since: datetime | None,
    until: datetime | None,
    countries: tuple[str, ...],
    measures: tuple[str, ...],
    epsilon: Fraction,
    csv_: Path | None,
    block: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Publish the counts of days that are over, with noise; print them again for days that were.

    A day is published once. Its numbers are kept and are the same whoever asks again, whatever the
    options say then. Nothing exact is printed.
    """
    told = read_config(config)
    plan = Plan(tuple(one.upper() for one in countries), measures or MEASURES, epsilon)
    days = days_of(since, until, today())
    found = publish(folder_of(told, config), days, plan, today())
    if csv_ is not None:
        write_new(csv_, csv_bytes(found))
    if block is not None:
        write_new(block, _json(dsa15(found, told)))
    if as_json:
        print_json(facts(found))
    else:
        _show(found)


def folder_of(config: Config, path: Path) -> Path:
    """Return where a service counts, or say that it does not."""
    if config.counting is None:
        raise UsageError(f"{path} keeps no counters", "name a folder in [counting] folder")
    return config.counting


def _json(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, indent=2) + "\n").encode("ascii")


def _show(found: Published) -> None:
    told = facts(found)
    days = told["period"]
    lacking = len(days["days_not_published"])
    if not days["days"]:
        click.echo(f"no day of this period can be published yet ({lacking} are not over)")
        return
    click.echo(f"{days['first_day']} to {days['last_day']}: {days['days']} days, with noise")
    rows = [
        (line["measure"], line["surface"], line["country"], _count(line["n"]))
        for line in told["lines"]
    ]
    print_table([("measure", "surface", "country", "count"), *rows], right=frozenset({3}))
    if lacking:
        click.echo(f"{lacking} days are not over or were not published; they are not in it")
    for name in days["damaged_files_not_counted"]:
        click.echo(f"damaged and not counted: {name}")
    for sentence in told["limits"]:
        click.echo(sentence)


def _count(n: int | None) -> str:
    return "left out" if n is None else f"{n:,}"
