"""Packages for other countries: their commands, one file each."""

import click

from fanal.cli.lazy import Lazy

COMMANDS: dict[str, str] = {}
"""Command → where it lives, in the order of the work; a new one is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS)
def package() -> None:
    """Hand leads to another country: drafted, approved by a second person, signed, encrypted."""
