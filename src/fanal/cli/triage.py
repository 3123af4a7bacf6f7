"""Reads evidence into a case, matches it against lists and orders the queue."""

from pathlib import Path

import click

from fanal.cli.common import (
    Shown,
    case_option,
    counted,
    engine_options,
    match_options,
    settings,
)
from fanal.errors import UsageError
from fanal.model.known import LIST_KINDS
from fanal.pipeline.facts import printable
from fanal.pipeline.lists import ListFile
from fanal.pipeline.triage import ADDRESS, Evidence
from fanal.pipeline.triage import triage as run
from fanal.stores.interface import Where


@click.command()
@click.argument("evidence", nargs=-1, required=True)
@case_option
@click.option(
    "--list",
    "lists",
    multiple=True,
    metavar="FILE:KIND[:NAME]",
    help=f"Known list to load first; KIND is {', '.join(LIST_KINDS)}.",
)
@match_options
@engine_options
@click.option(
    "--wait",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Wait so long where another run writes to the case (0: it is refused at once).",
)
def triage(  # noqa: PLR0913, PLR0917 (the options of the main job)
    evidence: tuple[str, ...],
    case: Where,
    lists: tuple[str, ...],
    radius: int | None,
    turns: bool | None,  # noqa: FBT001
    engine: str | None,
    workers: int | None,
    wait: float | None,
) -> int:
    """Read EVIDENCE (folders, files, s3://BUCKET/PREFIX), match it against lists, order the queue.

    EVIDENCE may be NAME=PATH to name the exhibit; else it is named after its folder. Nothing is
    written to the evidence. Run again: what was read before and is unchanged is not read again.
    """
    told = settings(radius=radius, turns=turns, engine=engine, workers=workers, wait=wait)
    progress = Shown()
    try:
        done = run(case, told, [_exhibit(given) for given in evidence], map(_list, lists), progress)
    finally:
        progress.end()
    for known in done.lists:
        refused = f"; not taken: {counted(known.refused)}" if known.refused else ""
        click.echo(printable(f"list {known.name}: {known.entries:,} entries{refused}"))
    click.echo(
        f"{done.counted.files:,} files listed, {done.counted.unchanged:,} unchanged, "
        f"{done.counted.contents:,} new contents, {done.matched.matches:,} new matches"
    )
    for exhibit, place in done.absent.items():
        click.echo(
            printable(f"source pictures not looked for: exhibit {exhibit} is not at {place}")
        )
    click.echo(f"next: fanal queue --case {case}    fanal report --case {case}")
    if done.gaps:
        click.echo(f"something was not read: fanal account --case {case}")
    return 3 if done.gaps else 0


def _exhibit(given: str) -> Evidence:
    if Path(given).exists() or "=" not in given or ADDRESS.match(given):
        return "", _place(given)
    name, _, path = given.partition("=")
    if not name:
        raise UsageError(f"{given!r} names no exhibit", "write NAME=PATH, or only PATH")
    return name, _place(path)


def _place(given: str) -> Path | str:
    """Keep an address as it is: a path would lose one of its slashes."""
    return given if ADDRESS.match(given) else Path(given)


def _list(given: str) -> ListFile:
    for kind in LIST_KINDS:
        path, found, name = given.rpartition(f":{kind}:")
        if found and name:
            return ListFile(Path(path), kind, name)
        if given.endswith(f":{kind}"):
            return ListFile(Path(given.removesuffix(f":{kind}")), kind)
    raise UsageError(
        f"{given!r} does not say what the list means",
        f"write FILE:KIND or FILE:KIND:NAME, where KIND is one of: {', '.join(LIST_KINDS)}",
    )
