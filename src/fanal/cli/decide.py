"""Records what a person decides of contents, and takes it back."""

from collections import Counter
from collections.abc import Mapping

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.errors import UsageError
from fanal.model.decision import VICTIM_STATES
from fanal.model.series import SHEET
from fanal.pipeline import decide as deciding
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, writing
from fanal.pipeline.decide import Decided, Wanted
from fanal.pipeline.facts import printable
from fanal.pipeline.listed import listed
from fanal.pipeline.said import Said
from fanal.stores.interface import Where

SHOWN = 5


@click.command()
@click.argument("sha256", nargs=-1)
@case_option
@click.option("--series", default="", metavar="NAME", help="All contents of this series.")
@click.option("--victim-state", type=click.Choice(VICTIM_STATES), help="What is decided.")
@click.option("--reason", default="", metavar="TEXT", help="Why, in one line; always needed.")
@click.option("--near", is_flag=True, help="Decide near copies too, which are only named else.")
@click.option("--many", is_flag=True, help=f"Decide more than {deciding.MOST} contents at once.")
@click.option("--undo", default="", metavar="ID", help="Take this event back instead.")
@click.option("--by", default="", metavar="NAME", help="Who decides (default: setting actor).")
@json_option
def decide(  # noqa: PLR0913, PLR0917 (what, by whom, and why)
    sha256: tuple[str, ...],
    case: Where,
    series: str,
    victim_state: str | None,
    reason: str,
    near: bool,  # noqa: FBT001
    many: bool,  # noqa: FBT001
    undo: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Decide what is known of the victim in a content (SHA-256; its first characters do).

    Copies of the same bytes are decided with it. no_real_person_found holds when two different
    people say so, each under a login of their own, and nobody says otherwise.
    """
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    wanted = Wanted(sha256, series, near, many)
    if bool(undo) == bool(victim_state) or (undo and wanted != Wanted()):
        raise UsageError(
            "either something is decided or an event is taken back",
            "fanal decide SHA256 --victim-state STATE --reason TEXT, or"
            " fanal decide --undo ID --reason TEXT",
        )
    with writing(case, told, run=False) as store:
        if victim_state:
            done = deciding.decide(store, wanted, victim_state, said)
        else:
            done = deciding.undo(store, undo, said)
        known = listed(store, done.contents)
    _print_json(done, known) if as_json else _print(done, known)


def _print(done: Decided, known: Mapping[str, int]) -> None:
    contents, places = len(done.contents), done.places
    click.echo(
        f"{done.id}: {contents:,} content{'s' * (contents != 1)} at"
        f" {places:,} place{'s' * (places != 1)}"
    )
    if len(known) > 1:
        mixed = ", ".join(f"{count:,} {says}" for says, count in known.items())
        click.echo(f"lists do not say the same of all of them: {mixed}")
    if contents > SHEET:
        click.echo(f"a first contact sheet shows {SHEET} of them; all {contents:,} were decided")
    told = Counter(standing.says for standing in done.standings.values())
    for says, count in told.most_common(SHOWN):
        click.echo(printable(f"  {says}" if contents == 1 else f"  {count:,}: {says}"))
    if len(told) > SHOWN:
        click.echo(f"  … and {len(told) - SHOWN:,} other ways in which they stand: --json has all")
    for one in done.near[:SHOWN]:
        click.echo(printable(f"near copy, not decided: {one.sha256[:16]}  {one.says}"))
    if done.near:
        click.echo(
            f"{len(done.near):,} near copies stay as they are;"
            " to decide them too, the same command with --near"
        )
    if not done.is_ordered:
        click.echo("the queue shows all of it after the next fanal triage")
    click.echo(f"to take it back: fanal decide --undo {done.id} --reason TEXT")


def _print_json(done: Decided, known: Mapping[str, int]) -> None:
    print_json(
        {
            "id": done.id,
            "places": done.places,
            "known": dict(known),
            "contents": [
                {
                    "sha256": sha256,
                    "victim_state": done.standings[sha256].victim_state,
                    "decided": done.standings[sha256].decided,
                    "waits_for_second": done.standings[sha256].waits_for_second,
                    "contradicted": done.standings[sha256].contradicted,
                    "says": done.standings[sha256].says,
                }
                for sha256 in done.contents
            ],
            "near": [{"sha256": one.sha256, "of": one.of, "says": one.says} for one in done.near],
        }
    )
