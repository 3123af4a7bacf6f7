"""Prints the monthly report on tiers."""

import re
from collections.abc import Iterator

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.errors import UsageError
from fanal.pipeline import leads
from fanal.pipeline.case import reading
from fanal.pipeline.facts import printable
from fanal.pipeline.quality import facts, quality
from fanal.review.quality import Report
from fanal.stores.interface import Where


@click.command("quality")
@case_option
@click.option("--month", default="", metavar="YYYY-MM", help="Which month (default: this one).")
@json_option
def quality_(case: Where, month: str, as_json: bool) -> None:  # noqa: FBT001
    """Report a month: tiers by country, how often another than proposed was set, what was missing.

    Time until something was done, outcomes, and what drifts against the months before.
    """
    if month and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise UsageError(f"{month[:20]!r} is no month", "write it as 2026-11")
    with reading(case, settings()) as store, leads.book(store) as book:
        told = quality(store, book, month)
    if as_json:
        print_json(facts(told))
        return
    for line in _lines(told):
        click.echo(printable(line))


def _lines(told: Report) -> Iterator[str]:
    yield f"{told.month}: {told.count:,} tiers set"
    yield from (f"  {tier}: {count:,}" for tier, count in told.tiers.items())
    for country, tiers in told.by_country.items():
        yield f"  {country}: {', '.join(f'{tier} {count:,}' for tier, count in tiers.items())}"
    share = f" ({told.overrides / told.count:.0%})" if told.count else ""
    yield f"another tier than proposed: {told.overrides:,}{share}"
    for item, count in told.missing.items():
        yield f"no answer to {item}: {count:,}"
    for what, hours in (
        ("from coming in to a tier", told.hours_to_tier),
        ("from a tier to a package or an outcome", told.hours_to_action),
    ):
        yield f"{what}: {'not known' if hours is None else f'{hours:,} hours (median)'}"
    yield f"nothing done yet: {told.without_action:,}"
    for tier, outcomes in told.outcomes.items():
        yield f"outcomes of {tier}: {', '.join(f'{name} {n:,}' for name, n in outcomes.items())}"
    yield from (f"drift: {one}" for one in told.drifts)
