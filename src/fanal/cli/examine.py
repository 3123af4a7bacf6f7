"""Looks closer at the contents that somebody chose."""

import click

from fanal.cli.common import (
    Shown,
    case_option,
    counted,
    engine_options,
    json_option,
    print_json,
    settings,
)
from fanal.errors import UsageError
from fanal.pipeline.examine import Examined, Wanted, With
from fanal.pipeline.examine import examine as run
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where


@click.command()
@click.argument("sha256", nargs=-1)
@case_option
@click.option(
    "--with",
    "analyzers",
    multiple=True,
    metavar="ANALYZER",
    help="Analyzer that looks; repeat it for more.",
)
@click.option(
    "--plugin", "plugins", multiple=True, metavar="FOLDER", help="Plug-in detector that looks."
)
@click.option(
    "--step", "steps", multiple=True, type=click.IntRange(1, 8), help="All of a step of the queue."
)
@click.option("--all", "everything", is_flag=True, help="Everything in the case.")
@engine_options
@json_option
def examine(  # noqa: PLR0913, PLR0917 (what looks, at what, and how)
    sha256: tuple[str, ...],
    case: Where,
    analyzers: tuple[str, ...],
    plugins: tuple[str, ...],
    steps: tuple[int, ...],
    everything: bool,  # noqa: FBT001
    engine: str | None,
    workers: int | None,
    as_json: bool,  # noqa: FBT001
) -> int:
    """Look closer at the contents with these SHA-256 (their first characters are enough).

    Evidence is read where it lay when it was read in; nothing new is read in. Run again, it goes
    on where it stopped.
    """
    if not (sha256 or steps or everything):
        raise UsageError("nothing was chosen", "give SHA-256, --step N or --all")
    told = settings(engine=engine, workers=workers)
    progress = Shown()
    wanted = Wanted(sha256, steps, everything)
    try:
        done = run(case, told, With(analyzers, plugins), wanted, progress)
    finally:
        progress.end()
    _print_json(done) if as_json else _print(done)
    return 3 if done.gaps else 0


def _print_json(done: Examined) -> None:
    print_json(
        {
            "wanted": done.wanted,
            "looked": done.looked,
            "left": done.left,
            "outcomes": done.outcomes,
            "absent": done.absent,
        }
    )


def _print(done: Examined) -> None:
    click.echo(f"{done.wanted:,} contents chosen, {done.looked:,} looked at now")
    for name, outcomes in done.outcomes.items():
        click.echo(f"{printable(name)}: {counted(outcomes) or 'nothing'}")
    for exhibit, place in done.absent.items():
        click.echo(printable(f"exhibit {exhibit} is not at {place}: bring it there and run again"))
    if done.left:
        click.echo(f"{done.left:,} contents were not reached")
