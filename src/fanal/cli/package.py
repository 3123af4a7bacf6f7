"""Packages for other countries: their commands, one file each."""

import click

from fanal.cli.lazy import Lazy

COMMANDS: dict[str, str] = {
    "recipients": "fanal.cli.package_recipients:recipients",
    "build": "fanal.cli.package_build:build",
    "show": "fanal.cli.package_show:show",
    "approve": "fanal.cli.package_approve:approve",
    "send": "fanal.cli.package_send:send",
    "recall": "fanal.cli.package_recall:recall",
    "list": "fanal.cli.package_list:list_",
    "transfers": "fanal.cli.package_list:transfers",
    "verify": "fanal.cli.package_verify:verify",
    "open": "fanal.cli.package_verify:open_",
    "reply": "fanal.cli.package_reply:reply",
    "contacts": "fanal.cli.package_contacts:contacts",
}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def package() -> None:
    """Hand leads to another country: drafted, approved by a second person, signed, encrypted."""
