"""Records a person's answer to an item of the checklist."""

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.cli.leads_assess import information_option, source_option
from fanal.cli.leads_tier import sheet_lines
from fanal.pipeline import checklist as lists
from fanal.pipeline import leads
from fanal.pipeline import said as saying
from fanal.pipeline.assess import ANSWERS, Further
from fanal.pipeline.case import actor, writing
from fanal.pipeline.consulted import consult
from fanal.pipeline.facts import printable
from fanal.pipeline.said import Said
from fanal.pipeline.standing import standing
from fanal.stores.interface import Where


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("item")
@click.argument("value", type=click.Choice(ANSWERS))
@case_option
@click.option("--reason", required=True, metavar="TEXT", help="From what you know it.")
@source_option
@information_option
@click.option("--by", default="", metavar="NAME", help="Who answers (default: setting actor).")
@json_option
def answer(  # noqa: PLR0913, PLR0917 (what, of what, by whom, and why)
    id_: str,
    item: str,
    value: str,
    case: Where,
    reason: str,
    source: str,
    information: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Answer ITEM of the checklist for lead ID: yes, no, unknown or `not asked`.

    A `yes` to an item of the child-safety screen lifts the lead to the first tier at once, and
    holds until it is taken back. `unknown` lowers nothing.
    """
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store, leads.book(store) as book:
        lead = consult(store, book, (said.account, said.by), id_, f"answer: {item}")
        more = Further(source=source, information=information)
        made = lists.answer(store, said, lead, (item, value), more)
        stands = standing(store, [lead.id], {lead.id: lead})[lead.id]
        sheet = lists.sheet(store, lead, stands)
    if as_json:
        proposed = {"proposed": sheet.proposal.tier, "missing": list(sheet.proposal.missing)}
        print_json({"id": made.id, "item": item, "value": value, **proposed})
        return
    click.echo(printable(f"{made.id}: {lead.id}, {item}: {value}"))
    for line in sheet_lines(sheet):
        click.echo(printable(line))
    click.echo(f"to take it back: fanal leads assess --undo {made.id} --reason TEXT")
