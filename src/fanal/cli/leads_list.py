"""Lists leads, filtered and ordered."""

import dataclasses
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.leads.book import SORTS, Book
from fanal.leads.rows import LeadRow, Wanted
from fanal.model.desk import Who
from fanal.model.lead import CATEGORIES, DEEDS, LEVELS, Country
from fanal.pipeline import leads
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, writing
from fanal.pipeline.consulted import listed
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where

PAGE = 1_000
FILTERS = ("country", "level", "category", "flag", "deed")
TITLES = ("lead", "category", "level", "countries", "accounts", "did", "first", "last", "username")


@click.command("list")
@case_option
@click.option("--country", default="", metavar="CC", help="Only of this country.")
@click.option("--sure", is_flag=True, help="With --country: not those it is only possible for.")
@click.option("--level", default="", type=click.Choice(["", *LEVELS]), help="Only this level.")
@click.option("--category", default="", help="Only what facts allow to call so.")
@click.option("--flag", default="", metavar="CODE", help="Only with this flag.")
@click.option("--deed", default="", type=click.Choice(["", *DEEDS]), help="Only who did this.")
@click.option("--search", default="", metavar="TEXT", help="Part of an id or of an identifier.")
@click.option("--sort", default="id", type=click.Choice(list(SORTS)), help="Order (id).")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@click.option("--all", "everything", is_flag=True, help="All; counts accounts without deeds too.")
@json_option
def list_(  # noqa: PLR0913, PLR0917 (each filter is an option)
    case: Where,
    country: str,
    sure: bool,  # noqa: FBT001
    level: str,
    category: str,
    flag: str,
    deed: str,
    search: str,
    sort: str,
    limit: int,
    everything: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """List leads with what they did, for which countries, and what has to be known of them.

    A lead is a person who did something on a site that is known. The category is what facts allow;
    what people say stands in `fanal leads show`.
    """
    wanted = Wanted(country.upper(), not sure, level, category, flag, deed, search)
    if category and category not in CATEGORIES:
        raise click.BadParameter(f"one of: {', '.join(CATEGORIES)}", param_hint="--category")
    given = settings()
    with writing(case, given, run=False) as store, leads.book(store) as book:
        who = Who(saying.login(), actor(given), (), "")
        filters = {name: str(getattr(wanted, name)) for name in FILTERS}
        listed(store, who, filters, search)
        told = leads.warning(store)
        rows = _rows(book, wanted, sort, 0 if everything else limit)
        if as_json:
            for row in rows:
                print_json(dataclasses.asdict(row))
        else:
            print_table(chain([TITLES], map(_cells, rows)), right=frozenset({4}))
        sys.stdout.flush()
        found = book.count(wanted)
        if not everything and found > limit:
            click.echo(f"the first {limit:,} of {found:,}: --all shows them", err=True)
        click.echo(f"{found:,} leads", err=True)
        if everything:
            alone = book.accounts_without_deeds()
            click.echo(f"{alone:,} accounts did nothing that is known, and are no lead", err=True)
        if told:
            click.echo(told, err=True)


def _rows(book: Book, wanted: Wanted, sort: str, most: int) -> Iterator[LeadRow]:
    start = 0
    while page := book.page(wanted, sort, start, min(PAGE, most - start) if most else PAGE):
        yield from page
        start += len(page)
        if most and start >= most:
            return


def _cells(row: LeadRow) -> tuple[Any, ...]:
    did = " ".join(f"{kind} {count:,}" for kind, count in row.deeds.items())
    return tuple(
        printable(str(cell))
        for cell in (
            row.id,
            row.category,
            row.level,
            countries(row.countries),
            row.accounts,
            did,
            row.first[:10],
            row.last[:10],
            row.username[:32] + ("  ! " + ", ".join(row.flags) if row.flags else ""),
        )
    )


def countries(every: tuple[Country, ...]) -> str:
    """Return countries for a table: those that are only possible with a question mark."""
    return " ".join(one.country + "?" * one.possible for one in every) or "-"
