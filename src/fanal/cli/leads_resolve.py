"""Resolves the accounts of seized sites to leads."""

import click

from fanal.cli.common import Shown, case_option, json_option, print_json, settings
from fanal.pipeline import leads
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where


@click.command()
@case_option
@json_option
def resolve(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Make the leads of the case from its sites, address tables, items and what people said.

    The same facts make the same leads, byte for byte; what was resolved before is thrown away.
    """
    progress = Shown()
    try:
        done = leads.resolve(case, settings(), progress)
    finally:
        progress.end()
    facts = done.dataset.facts
    if as_json:
        print_json({**facts, "new": done.is_new, "sha256": done.dataset.sha256})
        return
    click.echo(
        f"{facts['accounts']:,} accounts, {facts['persons']:,} persons;"
        f" {facts['leads']:,} of them did something that is known, and are leads"
    )
    for name in ("category", "level", "country", "flag"):
        told = ", ".join(f"{value} {count:,}" for value, count in facts[name].items())
        click.echo(printable(f"{name:<9} {told or 'none'}"))
    if not done.is_new:
        click.echo("nothing is different from what was resolved before")
