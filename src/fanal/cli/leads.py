"""From a seized site to leads: its commands, one file each."""

import click

from fanal.cli.lazy import Lazy

COMMANDS: dict[str, str] = {
    "map": "fanal.cli.leads_map:map_command",
    "import": "fanal.cli.leads_import:import_",
    "sites": "fanal.cli.leads_sites:sites",
    "addresses": "fanal.cli.leads_addresses:addresses",
    "overlap": "fanal.cli.leads_overlap:overlap_group",
    "resolve": "fanal.cli.leads_resolve:resolve",
    "list": "fanal.cli.leads_list:list_",
    "show": "fanal.cli.leads_show:show",
    "disclose": "fanal.cli.leads_disclose:disclose",
    "assess": "fanal.cli.leads_assess:assess",
    "checklist": "fanal.cli.leads_checklist:checklist",
    "answer": "fanal.cli.leads_answer:answer",
    "tier": "fanal.cli.leads_tier:tier",
    "quality": "fanal.cli.leads_quality:quality_",
    "requests": "fanal.cli.leads_requests:requests",
    "clocks": "fanal.cli.leads_clocks:clocks",
    "law": "fanal.cli.leads_law:law",
    "join": "fanal.cli.leads_join:join",
    "part": "fanal.cli.leads_join:part",
    "undo": "fanal.cli.leads_join:undo",
    "propose": "fanal.cli.leads_propose:propose",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def leads() -> None:
    """Turn the database of a seized site into leads, each with its reasons, country by country."""
