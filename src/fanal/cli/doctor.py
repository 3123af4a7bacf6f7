"""Tells what this machine offers."""

from dataclasses import asdict
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, print_table, settings
from fanal.pipeline.doctor import BAD, examine
from fanal.pipeline.facts import printable

MARKS = {BAD: "!"}


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where cases would lie; the working folder if none is named.",
)
@json_option
def doctor(folder: Path, as_json: bool) -> None:  # noqa: FBT001
    """Say what this machine offers: guards that hold, libraries, room, engines.

    Starts one worker as a run would and lets it try what no worker may do: open a connection,
    write a file, start a program. A line that begins with `!` should be mended before evidence is
    read here; a run goes on without it and says so in its account.
    """
    lines = list(examine(settings(), folder))
    if as_json:
        for line in lines:
            print_json(asdict(line))
        return
    print_table(
        (MARKS.get(line.state, " "), line.part, printable(line.name), printable(line.says))
        for line in lines
    )
    bad = sum(line.state == BAD for line in lines)
    click.echo(f"{bad} to mend" if bad else "nothing to mend")
