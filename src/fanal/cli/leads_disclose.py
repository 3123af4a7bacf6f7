"""Writes how a lead came about, for a defence or a court to check."""

from pathlib import Path

import click

from fanal.cli.common import Shown, case_option, settings
from fanal.pipeline import leads
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, writing
from fanal.pipeline.consulted import disclosed
from fanal.pipeline.disclosure import disclose as write
from fanal.pipeline.facts import printable
from fanal.pipeline.why import Asked, why
from fanal.stores.interface import Where

artefacts_option = click.option(
    "--artefacts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the seized files, if they do not lie where they lay.",
)


@click.command()
@click.argument("id_", metavar="ID")
@case_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Two files: .html and .json."
)
@click.option("--reason", required=True, metavar="TEXT", help="For whom, and why; it is logged.")
@artefacts_option
def disclose(id_: str, case: Where, out: Path, reason: str, artefacts: Path | None) -> None:
    """Write how lead ID came about: rules, tables, rows with their bytes, people, overrides.

    For a defence and a court: a page to read, and the same as JSON. It is logged as a disclosure
    before anything is written.
    """
    told = settings()
    progress = Shown()
    with writing(case, told, run=False) as store, leads.book(store) as book:
        lead = disclosed(store, book, (saying.login(), actor(told)), id_, reason)
        try:
            found = why(store, told, Asked(lead, artefacts), progress)
        finally:
            progress.end()
        for path in write(found, out, actor(told)):
            click.echo(printable(str(path)))
