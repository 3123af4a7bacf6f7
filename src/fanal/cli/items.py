"""Lists every item of a case."""

import click

from fanal.cli.common import case_option, json_option, print_json
from fanal.model.decision import TREAT_AS_REAL, VICTIM_STATES
from fanal.pipeline import facts
from fanal.pipeline.case import reading
from fanal.pipeline.decided import standings
from fanal.stores.interface import Where


@click.command()
@case_option
@click.option("--victim-state", type=click.Choice(VICTIM_STATES), help="Only those that stand so.")
@json_option
def items(case: Where, victim_state: str | None, as_json: bool) -> None:  # noqa: FBT001
    """List every item: queue step and rank, digest, size, place, reason."""
    with reading(case) as store:
        among = None if victim_state in {None, TREAT_AS_REAL} else list(standings(store))
        for item in facts.items(store, among):
            if victim_state and item["victim_state"] != victim_state:
                continue
            print_json(item) if as_json else click.echo(facts.summary(item))
