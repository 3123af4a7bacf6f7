"""Lists the items in the order in which people look at them."""

import click

from fanal.cli.common import case_option, json_option, print_json
from fanal.pipeline import facts
from fanal.pipeline.case import reading
from fanal.pipeline.order import is_current
from fanal.stores.interface import Where


@click.command()
@case_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@click.option("--all", "everything", is_flag=True, help="The whole queue.")
@json_option
def queue(case: Where, limit: int, everything: bool, as_json: bool) -> None:  # noqa: FBT001
    """List what to look at, first things first, each with the sentence that put it there."""
    with reading(case) as store:
        if not is_current(store):
            click.echo("the queue is older than the facts: run fanal triage again", err=True)
        for item in facts.queue(store, 0 if everything else limit):
            print_json(item) if as_json else click.echo(facts.summary(item))
