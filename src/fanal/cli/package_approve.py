"""Approves a draft, or says that it is not to be sent."""

import click

from fanal.cli.common import case_option, settings
from fanal.cli.package_common import said_options, who
from fanal.cli.package_leads import reading_leads
from fanal.pipeline.case import writing
from fanal.pipeline.facts import printable
from fanal.pipeline.package_acts import approve as run
from fanal.pipeline.package_acts import refuse
from fanal.stores.interface import Where


@click.command()
@click.argument("package", metavar="ID")
@case_option
@click.option("--manifest", default="", metavar="SHA256", help="What `package show` told you.")
@click.option("--refuse", "refused", is_flag=True, help="Say instead that it is not to be sent.")
@said_options
def approve(
    package: str,
    case: Where,
    manifest: str,
    refused: bool,  # noqa: FBT001
    reason: str,
    by: str,
) -> None:
    """Approve the package ID as it is now; it takes another person than who drafted it.

    What is approved is what is sent, to the byte: if anything in it changes, it is not sent.
    """
    told = settings()
    said = who(told, reason, by)
    with writing(case, told, run=False) as store:
        if refused:
            made = refuse(store, said, package)
            click.echo(printable(f"{made.id}: refused"))
            return
        with reading_leads(store) as book:
            made = run(store, said, package, book, manifest)
    click.echo(printable(f"{made.id} version {made.version}: approved, manifest {made.manifest}"))
    click.echo(f"send it: fanal package send {made.id} --out FILE --reason TEXT")
