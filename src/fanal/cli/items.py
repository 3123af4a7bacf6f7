"""Lists every item of a case."""

import click

from fanal.cli.common import case_option, json_option, print_json
from fanal.pipeline import facts
from fanal.pipeline.case import reading
from fanal.stores.interface import Where


@click.command()
@case_option
@json_option
def items(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """List every item: queue step and rank, digest, size, place, reason."""
    with reading(case) as store:
        for item in facts.items(store):
            print_json(item) if as_json else click.echo(facts.summary(item))
