"""Loads, checks and shows tables of addresses that countries are named by."""

from pathlib import Path

import click

from fanal.cli.common import (
    Shown,
    case_option,
    counted,
    json_option,
    print_json,
    print_table,
    settings,
)
from fanal.errors import CanaryMissed
from fanal.leads.addresses import KINDS
from fanal.model.site import Dataset
from fanal.pipeline import addresses as tables
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.said import Said
from fanal.stores.interface import Where


@click.group()
def addresses() -> None:
    """Load tables of addresses, each with its day, and show what is loaded."""


@addresses.command()
@click.argument("file", type=click.Path(path_type=Path))
@case_option
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What the table says.")
@click.option("--date", "day", required=True, metavar="DAY", help="Day that it speaks of.")
@click.option("--name", required=True, help="What to call it; reasons name it.")
@click.option("--licence", required=True, metavar="TEXT", help="Under which terms you have it.")
@json_option
def add(  # noqa: PLR0913, PLR0917 (what it is, of which day, and under which terms)
    file: Path,
    case: Where,
    kind: str,
    day: str,
    name: str,
    licence: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Load FILE (CSV or MaxMind DB) as the addresses were on DAY.

    An event is looked up in the table that was nearest before it. No table comes with fanal.
    """
    told, progress = settings(), Shown()
    given = tables.AddressFile(file, kind, day, name, licence)
    try:
        with writing(case, told) as store:
            made = tables.add(store, actor(told), given, progress)
    finally:
        progress.end()
    if as_json:
        print_json(_object(made, ""))
        return
    facts = made.facts
    kept = ", ".join(f"{many:,} {what}" for what, many in _kept(made).items())
    click.echo(f"{printable(made.name)} of {made.date}: {facts['rows']:,} rows read, {kept}")
    if facts["joined"]:
        click.echo(f"said twice, and taken once: {facts['joined']:,}")
    if facts["refused"]:
        click.echo(f"not taken: {counted(facts['refused'])}")
        for reason, line in facts["first_refused"].items():
            click.echo(f"  {printable(reason)}: first in line {line:,}")


@addresses.command("list")
@case_option
@json_option
def list_(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the tables of the case, and which are set aside."""
    with reading(case) as store:
        known, aside = tables.datasets(store), tables.set_aside(store)
    if as_json:
        for one in known.values():
            print_json(_object(one, aside[one.name].grounds if one.name in aside else ""))
        return
    head = ("name", "kind", "date", "holds", "not taken", "used", "licence")
    rows = [
        (
            printable(one.name),
            one.facts["kind"],
            one.date,
            ", ".join(f"{many:,} {what}" for what, many in _kept(one).items()),
            counted(one.facts["refused"]) or "-",
            f"no: {printable(aside[one.name].grounds)}" if one.name in aside else "yes",
            printable(one.text)[:60],
        )
        for one in known.values()
    ]
    print_table([head, *rows])


@addresses.command()
@case_option
def check(case: Where) -> None:
    """Read the files of every table again, and look its own ranges up in it."""
    with reading(case) as store:
        for name in tables.datasets(store):
            asked, missed = tables.check(store, name)
            click.echo(
                f"{printable(name)}: files unchanged, {asked - missed} of {asked} ranges found"
            )
            if missed:
                raise CanaryMissed(
                    f"the addresses {name!r} do not find their own ranges",
                    "trust no country of this case; load them again into a new one",
                )


@addresses.command("set-aside")
@click.argument("name")
@case_option
@click.option("--reason", required=True, metavar="TEXT", help="Why, in one line.")
@click.option("--by", default="", metavar="NAME", help="Who says so (default: setting actor).")
def set_aside(name: str, case: Where, reason: str, by: str) -> None:
    """Let the table NAME not be used from now on; `fanal leads resolve` goes without it."""
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store:
        done = tables.put_aside(store, said, name)
    click.echo(f"{done.id}: {printable(name)} is not used any more; resolve the leads again")


def _kept(one: Dataset) -> dict[str, int]:
    facts = one.facts
    others = {
        "marked systems": facts["systems"],
        "issuers": facts["issuers"],
        "banks": len(facts.get("banks", ())),
    }
    ranges = {f"ranges ({layer})": many for layer, many in facts["ranges"].items()}
    return ranges | {what: many for what, many in others.items() if many}


def _object(one: Dataset, aside: str) -> dict[str, object]:
    return {
        "name": one.name,
        "date": one.date,
        "sha256": one.sha256,
        "licence": one.text,
        **one.facts,
        "set_aside": aside,
        "by": one.by,
        "when": one.when,
    }
