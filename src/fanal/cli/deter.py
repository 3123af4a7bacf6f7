"""Prevention at a service: its commands, one file each."""

import click

from fanal.cli.lazy import Lazy

COMMANDS: dict[str, str] = {
    "new": "fanal.cli.deter_new:new",
    "check": "fanal.cli.deter_check:check",
    "serve": "fanal.cli.deter_serve:serve",
    "lists": "fanal.cli.deter_lists:lists",
    "messages": "fanal.cli.deter_messages:messages",
    "helplines": "fanal.cli.deter_helplines:helplines",
    "trial": "fanal.cli.deter_trial:trial",
    "campaign": "fanal.cli.deter_campaign:campaign",
    "letter": "fanal.cli.deter_letter:letter",
    "dsa18": "fanal.cli.deter_dsa18:dsa18",
    "report": "fanal.cli.deter_report:report",
    "dashboard": "fanal.cli.deter_dashboard:dashboard",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def deter() -> None:
    """Meet the next offender where they act, with a message and a way out; no person is kept."""
