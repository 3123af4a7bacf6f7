"""Records what a person says of two accounts, and takes it back."""

from collections.abc import Callable

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.leads.book import Book
from fanal.model.lead import Assessment
from fanal.pipeline import assess, leads, leads_join
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.said import Said
from fanal.stores.interface import CaseStore, Where

reason_option = click.option(
    "--reason", required=True, metavar="TEXT", help="Why, in one line; always needed."
)
by_option = click.option(
    "--by", default="", metavar="NAME", help="Who says so (default: setting actor)."
)
Say = Callable[[CaseStore, Book, Said, str, str], list[Assessment]]


@click.command()
@click.argument("a")
@click.argument("b")
@case_option
@reason_option
@by_option
@json_option
def join(case: Where, a: str, b: str, reason: str, by: str, as_json: bool) -> None:  # noqa: FBT001
    """Say that A and B are one person: SITE/ACCOUNT or the id of a lead.

    The leads follow with the next `fanal leads resolve`. It can be taken back: `fanal leads undo`.
    """
    _say(leads_join.join, case, (a, b), (reason, by), as_json=as_json)


@click.command()
@click.argument("a")
@click.argument("b")
@case_option
@reason_option
@by_option
@json_option
def part(case: Where, a: str, b: str, reason: str, by: str, as_json: bool) -> None:  # noqa: FBT001
    """Say that A and B are different persons: SITE/ACCOUNT, or a lead for all its accounts.

    No rule joins them any more, directly or through others, with the next `fanal leads resolve`.
    """
    _say(leads_join.part, case, (a, b), (reason, by), as_json=as_json)


@click.command()
@click.argument("id_", metavar="ID")
@case_option
@reason_option
@by_option
def undo(case: Where, id_: str, reason: str, by: str) -> None:
    """Take back what was said of two accounts, or of a lead; ID as it was told then.

    After the next `fanal leads resolve` the leads are as if it had never been said.
    """
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store:
        done = assess.take_back(store, said, id_)
    click.echo(printable(f"{done.id}: {id_} is taken back; then: fanal leads resolve"))


def _say(
    verb: Say, case: Where, names: tuple[str, str], why: tuple[str, str], *, as_json: bool
) -> None:
    told = settings()
    said = Said(why[0], why[1] or actor(told), saying.login())
    with writing(case, told, run=False) as store, leads.book(store) as book:
        made = verb(store, book, said, *names)
    for one in made:
        if as_json:
            print_json({"id": one.id, "a": one.about, "b": one.other, "value": one.value})
        else:
            click.echo(printable(f"{one.id}: {one.about} and {one.other} are {one.value}"))
    if not as_json:
        click.echo("the leads follow with the next: fanal leads resolve")
