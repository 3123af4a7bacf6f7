"""Writes the encrypted file of an approved package."""

from pathlib import Path

import click

from fanal.cli.common import case_option, settings, size
from fanal.cli.package_common import force_option, out_option, said_options, who
from fanal.cli.package_leads import reading_leads
from fanal.pipeline.case import writing
from fanal.pipeline.facts import printable
from fanal.pipeline.package_acts import Sending
from fanal.pipeline.package_acts import send as run
from fanal.stores.interface import Where


@click.command()
@click.argument("package", metavar="ID")
@case_option
@out_option
@force_option
@click.option("--again", is_flag=True, help="It was sent before: write the same once more.")
@said_options
def send(  # noqa: PLR0913, PLR0917 (what, where, by whom, and why)
    package: str,
    case: Where,
    out: Path,
    force: bool,  # noqa: FBT001
    again: bool,  # noqa: FBT001
    reason: str,
    by: str,
) -> None:
    """Write the package ID, signed and encrypted to its recipient; nothing is transmitted.

    You hand the file over by your authority's own channel. Whoever approved it cannot send it.
    """
    told = settings()
    with writing(case, told, run=False) as store, reading_leads(store) as book:
        made = run(store, told, who(told, reason, by), Sending(package, out, force, again), book)
    click.echo(printable(f"{out}: {made.id} version {made.version} for {made.recipient}"))
    click.echo(f"{size(int(made.data['size']))}, SHA-256 {made.file}, manifest {made.manifest}")
    click.echo(f"signed with {made.data['sender']['signing_key']}: the receiver must know that key")
