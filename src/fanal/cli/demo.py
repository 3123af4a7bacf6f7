"""Draws a benign operation, runs the main job on it and compares the result with the truth."""

import time
from pathlib import Path

import click

from fanal.cli.common import Shown, engine_options, match_options, print_table, settings
from fanal.demo.judge import WORDS, Verdict, judge
from fanal.demo.operation import build_operation
from fanal.pipeline.case import reading
from fanal.pipeline.lists import ListFile
from fanal.pipeline.triage import triage
from fanal.review.order import STEPS


@click.command()
@click.option(
    "--size", type=click.IntRange(1), default=300, show_default=True, help="Files to draw."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed, another operation."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where evidence, lists and case are put.",
)
@match_options
@engine_options
def demo(  # noqa: PLR0913, PLR0917 (the options of the main job)
    size: int,
    seed: int,
    folder: Path,
    radius: int | None,
    turns: bool | None,  # noqa: FBT001
    engine: str | None,
    workers: int | None,
) -> int:
    """Draw a benign operation, run the main job on it, print what was found against what is true.

    Everything is drawn: landscapes, rooms, objects. The lists hold hashes of these drawings only.
    """
    told = settings(radius=radius, turns=turns, engine=engine, workers=workers)
    progress = Shown()
    start = time.monotonic()
    progress.step("drawing")
    folder /= f"{size}-{seed}"
    operation = build_operation(
        folder / "operation", size, seed, lambda _done, _total: progress.advance(1, 0)
    )
    case = folder / "case"
    lists = [ListFile(path, kind, name) for path, kind, name in operation.lists]
    triage(case, told, operation.evidence, lists, progress)
    progress.end()
    with reading(case) as store:
        verdict = judge(store, operation.truth, turns=told.turns)
    _print(verdict, turns=told.turns)
    click.echo(f"\n{time.monotonic() - start:.0f} seconds. Look further:")
    click.echo(f"  fanal queue --case {case}      what to look at first, and why")
    click.echo(f"  fanal show SHA256 --case {case}    one item: where it comes from, and why")
    click.echo(f"  fanal account --case {case}    what was not read")
    click.echo(f"  fanal report --case {case}     all of it as one page")
    click.echo(f"  fanal audit verify --case {case}")
    return 0 if verdict.whole else 1


def _print(verdict: Verdict, *, turns: bool) -> None:
    click.echo(
        f"{verdict.accounted} of {verdict.places} places are in the case or in its account\n"
    )
    rows: list[tuple[object, ...]] = [("what is true", "places", "found")]
    for name, words in WORDS.items():
        if count := verdict.true.get(name, 0):
            right: object = verdict.found.get(name, 0)
            if name == "turned" and not turns:
                right = "- (ask for them with --turns)"
            rows.append((words, count, right))
    print_table(rows, right=frozenset({1}))
    click.echo("")
    total = sum(verdict.steps.values())
    print_table(
        [
            ("step of the queue", "contents"),
            *((f"{n} {STEPS[n]}", c) for n, c in verdict.steps.items()),
        ],
        right=frozenset({1}),
    )
    aside = sum(count for step, count in verdict.steps.items() if step >= 6)
    click.echo(
        f"\n{total - aside} of {total} pictures and videos are left to look at; {aside} set aside"
    )
    for place in verdict.hidden:
        click.echo(f"WRONGLY SET ASIDE: {place}")
