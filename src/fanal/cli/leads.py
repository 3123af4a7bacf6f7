"""From a seized site to leads: its commands, one file each."""

import click

from fanal.cli.lazy import Lazy

COMMANDS: dict[str, str] = {
    "addresses": "fanal.cli.leads_addresses:addresses",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def leads() -> None:
    """Turn the database of a seized site into leads, each with its reasons, country by country."""
