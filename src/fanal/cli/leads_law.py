"""Sets and shows what an authority says of its law; it flags leads and drops none."""

from pathlib import Path

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.pipeline import leads, national_law
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.consulted import consult
from fanal.pipeline.facts import printable
from fanal.pipeline.national_law import Rule
from fanal.stores.interface import Where

file_type = click.Path(path_type=Path)


@click.group()
def law() -> None:
    """Keep a table of what is punishable where; fanal has none of its own."""


@law.command()
@click.argument("file", type=file_type)
def check(file: Path) -> None:
    """Read FILE and say what it holds; nothing is kept."""
    _print(national_law.parse(national_law.read(file)))


@law.command("set")
@click.argument("file", type=file_type)
@case_option
def set_(file: Path, case: Where) -> None:
    """Let the TOML table FILE count from now on; it flags leads and drops none."""
    told = settings()
    data = national_law.read(file)
    with writing(case, told, run=False) as store:
        made, found = national_law.set_law(store, actor(told), data)
    click.echo(f"{made.name}: {len(found):,} rules, SHA-256 {made.sha256}")


@law.command()
@case_option
@json_option
def show(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the table that counts."""
    with reading(case) as store:
        found = national_law.law(store)
    if as_json:
        for one in found:
            print_json({name: getattr(one, name) for name in one.__slots__})
        return
    if not found:
        click.echo("no table of law: nothing is flagged by it")
        return
    _print(found)


@law.command()
@click.argument("lead")
@case_option
@json_option
def of(lead: str, case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show what the table says of the deeds of LEAD in each of its countries."""
    told = settings()
    with writing(case, told, run=False) as store, leads.book(store) as book:
        one = consult(store, book, (saying.login(), actor(told)), lead, "national law")
        found = national_law.flags(one, national_law.law(store))
    for flag in found:
        if as_json:
            print_json(national_law.object_of(flag))
        else:
            click.echo(printable(f"{flag.country}, {flag.conduct}, {flag.material}: {flag.says}"))
    if not found and not as_json:
        click.echo("no deed that the table could be asked of, or no country")


def _print(found: tuple[Rule, ...]) -> None:
    head = ("country", "conduct", "material", "in force", "until", "source", "checked by")
    rows = [
        (
            one.country,
            one.conduct,
            one.material,
            one.in_force,
            one.until or "-",
            printable(one.source),
            printable(one.checked_by),
        )
        for one in found
    ]
    print_table([head, *rows])
