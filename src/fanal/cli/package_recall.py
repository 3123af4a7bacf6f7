"""Writes the message that all of a package is withdrawn."""

from pathlib import Path

import click

from fanal.cli.common import case_option, settings
from fanal.cli.package_common import force_option, out_option, said_options, who
from fanal.pipeline.case import writing
from fanal.pipeline.facts import printable
from fanal.pipeline.package_acts import Sending
from fanal.pipeline.package_acts import recall as run
from fanal.stores.interface import Where


@click.command()
@click.argument("package", metavar="ID")
@case_option
@out_option
@force_option
@said_options
def recall(
    package: str,
    case: Where,
    out: Path,
    force: bool,  # noqa: FBT001
    reason: str,
    by: str,
) -> None:
    """Write the message that all of the package ID is withdrawn, signed and encrypted like it.

    One person can do it, at once; REASON is told to the receiver. A correction is a new version:
    fanal package build --corrects ID.
    """
    told = settings()
    with writing(case, told, run=False) as store:
        made = run(store, told, who(told, reason, by), Sending(package, out, force))
    click.echo(printable(f"{out}: recall of {made.id} for {made.recipient}"))
