"""Proposes accounts that may be one person's; joins nobody."""

import dataclasses

import click

from fanal.cli.common import Shown, case_option, json_option, print_json, settings
from fanal.leads.proposals import LEAST, waterfall
from fanal.pipeline import leads_propose
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where


@click.command()
@case_option
@click.option("--least", type=float, default=LEAST, show_default=True, help="Bits, at least.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@json_option
def propose(case: Where, least: float, limit: int, as_json: bool) -> None:  # noqa: FBT001
    """Propose pairs of accounts that may be one person's, with the weight of each field in bits.

    Needs the extra er. Nothing is joined by it: read a pair, then `fanal leads join A B --reason`.
    """
    progress = Shown()
    try:
        made = leads_propose.make(case, settings(), progress, least)
    finally:
        progress.end()
    for one in made[:limit]:
        if as_json:
            print_json(dataclasses.asdict(one))
            continue
        click.echo(printable(f"{one.a} … {one.b}  {one.says}"))
        for name, bits, total in waterfall(one):
            click.echo(f"    {bits:+8.2f}  {total:+8.2f}  {name.replace('_', ' ')}")
    if not as_json:
        click.echo(f"{len(made):,} pairs are proposed, none is joined", err=True)
