"""Starts, ends and shows the periods that the law sets."""

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.pipeline import clocks as periods
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.said import Said
from fanal.stores.interface import Where

by_option = click.option("--by", default="", metavar="NAME", help="Who says so (default: actor).")
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why, in one line.")


@click.group()
def clocks() -> None:
    """Keep the periods of orders and requests: when each ends, and how it ended."""


@clocks.command("list")
@case_option
@click.option("--due", is_flag=True, help="Only what must be looked after now.")
@json_option
def list_(case: Where, due: bool, as_json: bool) -> None:  # noqa: FBT001
    """Show the clocks of the case, the next deadline first."""
    with reading(case) as store:
        found = periods.clocks(store)
    found = periods.reminders(found) if due else found
    if as_json:
        for one in found:
            print_json({name: getattr(one, name) for name in one.__slots__})
        return
    head = ("id", "about", "period", "deadline", "left", "state", "says")
    rows = [
        (
            one.id,
            printable(one.about),
            one.rule,
            one.deadline,
            _left(one.left_s) if one.is_open else "-",
            one.state,
            printable(one.says),
        )
        for one in found
    ]
    print_table([head, *rows], right=frozenset({4}))


@clocks.command()
@click.argument("about")
@case_option
@click.option("--rule", required=True, help="The period, as `fanal leads clocks rules` lists it.")
@click.option("--began", default="", metavar="TIME", help="With time zone (default: now).")
@reason_option
@by_option
def start(case: Where, about: str, rule: str, began: str, reason: str, by: str) -> None:
    """Start a clock about ABOUT: a lead, a request or a package."""
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store:
        done = periods.start(store, said, about, rule, began)
    click.echo(f"{done.id}: ends {done.data['deadline']} ({done.data['law']})")


@clocks.command()
@click.argument("id_", metavar="ID")
@case_option
@click.option("--outcome", required=True, type=click.Choice(periods.OUTCOMES), help="How it ended.")
@reason_option
@by_option
def end(id_: str, case: Where, outcome: str, reason: str, by: str) -> None:
    """Say how clock ID ended."""
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store:
        done = periods.finish(store, said, id_, outcome)
    click.echo(f"{done.id}: {id_} ended: {outcome}")


@clocks.command()
def rules() -> None:
    """Show the periods that fanal knows, and the law that sets each."""
    head = ("period", "hours", "reminder", "law")
    rows = [
        (one.name, one.hours, f"{one.remind} h before", one.law) for one in periods.rules().values()
    ]
    print_table([head, *rows], right=frozenset({1}))


def _left(seconds: int) -> str:
    days, hours = divmod(abs(seconds) // 3600, 24)
    text = f"{days} d {hours} h" if days else f"{hours} h {abs(seconds) // 60 % 60} min"
    return text if seconds >= 0 else f"{text} ago"
