"""Draws a benign operation, runs the main job on it and compares the result with the truth."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import (
    Shown,
    engine_options,
    match_options,
    print_json,
    print_table,
    settings,
)
from fanal.cli.demo_site import JudgedSite, accounts_for, judged_site, print_site, site_facts
from fanal.demo.belonging import Belonging
from fanal.demo.compared import Compared, compared
from fanal.demo.judge import WORDS, Verdict, judge
from fanal.demo.operation import build_operation
from fanal.demo.records import record_operation
from fanal.demo.series_truth import NAME
from fanal.demo.site import MOST
from fanal.demo.site_accounts import LEAST
from fanal.demo.site_cast import NOTHING, Known
from fanal.demo.site_contents import contents_of, contents_of_records
from fanal.errors import UsageError
from fanal.model.item import Item
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.device_weight import weigh_devices
from fanal.pipeline.follow import follow
from fanal.pipeline.lists import ListFile
from fanal.pipeline.match import match
from fanal.pipeline.triage import triage
from fanal.review.order import STEPS
from fanal.settings import Settings

DRAWN = 3000
"""Files that are drawn at most; of a larger operation only the records are made."""
_PLANTED = "planted "


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command was asked."""

    size: int
    seed: int
    folder: Path
    accounts: int
    told: Settings
    as_json: bool

    @property
    def case(self) -> Path:
        return self.folder / "case"


@click.command()
@click.option(
    "--size",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    help=f"Files to draw; above {DRAWN}: contents to record, without files.",
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
@click.option(
    "--accounts",
    type=click.IntRange(0, 500_000),
    help=f"Accounts of the seized site; 0 for none.  [default: 10 a file, at most {MOST}]",
)
@match_options
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def demo(  # noqa: PLR0913, PLR0917 (the options of the main job)
    size: int,
    seed: int,
    folder: Path,
    accounts: int | None,
    radius: int | None,
    turns: bool | None,  # noqa: FBT001
    engine: str | None,
    workers: int | None,
    as_json: bool,  # noqa: FBT001
) -> int:
    """Draw a benign operation, run the main job on it, print what was found against what is true.

    Everything is drawn: landscapes, rooms, objects. The lists hold hashes of these drawings only.
    Of an operation of more than 3000 contents no file is drawn: its records are made up.
    """
    told = settings(radius=radius, turns=turns, engine=engine, workers=workers)
    many = accounts_for(size, accounts)
    if 0 < many < LEAST:
        raise UsageError(f"a site of {many} accounts is too small", f"ask for {LEAST} or more")
    asked = _Asked(size, seed, folder / f"{size}-{seed}", many, told, as_json)
    return _record(asked) if size > DRAWN else _draw(asked)


def _draw(asked: _Asked) -> int:
    progress, start = Shown(), time.monotonic()
    progress.step("drawing")
    operation = build_operation(
        asked.folder / "operation",
        asked.size,
        asked.seed,
        lambda _done, _total: progress.advance(1, 0),
    )
    lists = [ListFile(path, kind, name) for path, kind, name in operation.lists]
    triage(asked.case, asked.told, operation.evidence, lists, progress)
    progress.end()
    with reading(asked.case) as store:
        verdict = judge(store, operation.truth, turns=asked.told.turns)
        series = compared(store, Belonging.read(operation.series))
    site = _site(asked, lambda: contents_of(operation))
    if asked.as_json:
        facts = _facts(asked, operation.series, operation.planted)
        print_json({**facts, **_of_verdict(verdict), "looks": series.facts(), **_of_site(site)})
    else:
        _print(verdict, turns=asked.told.turns)
        _print_planted(operation.planted, series)
        _print_rest(asked, site, start)
    return 0 if verdict.whole and series.whole and _safe(site) else 1


def _record(asked: _Asked) -> int:
    """Make up the records of an operation, unless they are there, and bring its case up to date."""
    progress, start, truth = Shown(), time.monotonic(), asked.folder / NAME
    with writing(asked.case, asked.told) as store:
        if not (truth.is_file() and store.count(Item)):
            record_operation(store, asked.size, asked.seed, truth=truth, progress=progress)
        who = actor(asked.told)
        match(store, asked.told, who, progress)
        weigh_devices(store, who, progress)
        follow(store, asked.told, who, progress)
        known = Belonging.read(truth)
        series, planted = compared(store, known), known.truth.counts
        contents = contents_of_records(store, truth) if asked.accounts else NOTHING
    progress.end()
    site = _site(asked, lambda: contents)
    good = series.whole and _safe(site)
    if asked.as_json:
        print_json({**_facts(asked, truth, planted), "looks": series.facts(), **_of_site(site)})
        return 0 if good else 1
    click.echo(f"records of {asked.size:,} contents, of which no file was drawn\n")
    _print_planted(planted, series)
    _print_rest(asked, site, start)
    return 0 if good else 1


def _site(asked: _Asked, known: Callable[[], Known]) -> JudgedSite | None:
    """Make the seized site and judge its leads; None where none is asked for."""
    if not asked.accounts:
        return None
    return judged_site(asked.folder, asked.accounts, asked.seed, known(), asked.told, Shown())


def _safe(site: JudgedSite | None) -> bool:
    return site is None or site.verdict.safe


def _of_site(site: JudgedSite | None) -> dict[str, Any]:
    return {"site": site_facts(site)} if site else {}


def _facts(asked: _Asked, truth: Path, planted: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "size": asked.size,
        "seed": asked.seed,
        "drawn": asked.size <= DRAWN,
        "case": str(asked.case),
        "truth": str(truth),
        "planted": _ways(planted),
    }


def _of_verdict(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": {**asdict(verdict), "whole": verdict.whole}}


def _ways(planted: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return series and contents of each planted way."""
    series, contents = planted.get("series", {}), planted.get("contents", {})
    return {
        name.removeprefix(_PLANTED): {"series": count, "contents": contents[name]}
        for name, count in series.items()
        if name.startswith(_PLANTED)
    }


def _print_planted(planted: Mapping[str, Any], series: Compared) -> None:
    if ways := _ways(planted):
        click.echo("")
        rows = ((way, told["series"], told["contents"]) for way, told in ways.items())
        print_table(
            [("planted, real and unidentified", "series", "contents"), *rows],
            right=frozenset({1, 2}),
        )
    click.echo("")
    for line in series.lines():
        click.echo(line)


def _print_rest(asked: _Asked, site: JudgedSite | None, start: float) -> None:
    if site:
        print_site(site, asked.case)
    click.echo(f"\n{time.monotonic() - start:.0f} seconds. Look further:")
    case = asked.case
    click.echo(f"  fanal review --case {case}     the review, in a browser")
    click.echo(f"  fanal queue --case {case}      what to look at first, and why")
    click.echo(f"  fanal show SHA256 --case {case}    one item: where it comes from, and why")
    click.echo(f"  fanal account --case {case}    what was not read")
    click.echo(f"  fanal report --case {case}     all of it as one page")
    click.echo(f"  fanal audit verify --case {case}")


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
            ("step of the queue", "to look at"),
            *((f"{n} {STEPS[n]}", c) for n, c in verdict.steps.items()),
        ],
        right=frozenset({1}),
    )
    aside = sum(count for step, count in verdict.steps.items() if step >= 6)
    click.echo(
        f"\n{total - aside} series and single pictures are left to look at; {aside} set aside"
    )
    for place in verdict.hidden:
        click.echo(f"WRONGLY SET ASIDE: {place}")
