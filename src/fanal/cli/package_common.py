"""What the commands of packages share: who acts, and what is asked for to open one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from fanal.pipeline import said as saying
from fanal.pipeline.case import actor
from fanal.pipeline.received import Given
from fanal.pipeline.said import Said
from fanal.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

file_type = click.Path(path_type=Path)
out_option = click.option(
    "--out", required=True, type=file_type, metavar="FILE", help="The file to write."
)
force_option = click.option("--force", is_flag=True, help="Write over an earlier file.")
identity_option = click.option(
    "--identity",
    type=file_type,
    metavar="FILE",
    help="File of your age key; a passphrase is asked for where it has one.",
)
sender_option = click.option(
    "--sender",
    default="",
    metavar="KEY",
    help="Public key that you know the sender by: a PEM file, or 64 characters.",
)


def said_options(command: F) -> F:
    """Add the options that say who acts, and why."""
    for option in (
        click.option("--by", default="", metavar="NAME", help="Who acts (default: setting actor)."),
        click.option(
            "--reason", required=True, metavar="TEXT", help="Why, in one line; always needed."
        ),
    ):
        command = option(command)
    return command


def who(told: Settings, reason: str, by: str) -> Said:
    """Return who acts, under the login that the machine knows."""
    return Said(reason, by or actor(told), saying.login())


def given(package: Path, identity: Path | None, sender: str) -> Given:
    """Return a package that came in, with what is needed to open and check it."""
    return Given(package, identity, sender, passphrase)


def passphrase() -> str:
    """Ask for the passphrase of a key file."""
    return str(click.prompt("passphrase of the key file", hide_input=True, err=True))
