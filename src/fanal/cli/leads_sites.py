"""Shows the seized sites of the case and how each was read."""

import click

from fanal.cli.common import case_option, json_option, print_json
from fanal.pipeline.case import reading
from fanal.pipeline.site_told import sites as told_sites
from fanal.stores.interface import Where


@click.command()
@case_option
@json_option
def sites(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the seized sites of the case: files, rows taken and refused, zones, clocks."""
    with reading(case) as store:
        told = told_sites(store)
    for each in told:
        if as_json:
            print_json({"site": each.name, "by": each.by, "when": each.when, **each.facts})
            continue
        for line in each.lines():
            click.echo(line)
    if not told and not as_json:
        click.echo("no site was imported: fanal leads import MAPPING --case DIR")
