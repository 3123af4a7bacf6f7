"""Shows series, and records what people say of them: these belong together, or apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from fanal.cli.common import Shown, case_option, json_option, print_json, print_table, settings
from fanal.model.series import SHEET
from fanal.pipeline import grouped, regroup
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.group import is_grouped
from fanal.pipeline.group_says import counted
from fanal.pipeline.progress import Progress
from fanal.pipeline.regroup import Regrouped
from fanal.pipeline.said import Said, login
from fanal.stores.interface import CaseStore, Where

WIDEST = 80
"""Characters of a cell that the table shows."""
MOST = 20
"""Links, proposals and related series of one series that are printed."""
by_option = click.option(
    "--by", default="", metavar="NAME", help="Who says so (default: setting actor)."
)
reason_option = click.option(
    "--reason", default="", metavar="TEXT", help="Why, in one line; always needed."
)


class Named(click.Group):
    """A group of commands in which whatever is none of them is the name of a series."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command for a name before it."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Named)
def series() -> None:
    """List series, or show one: `fanal series [NAME]`; say what belongs together, and what not."""


@series.command()
@click.argument("name", required=False)
@case_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@click.option("--all", "everything", is_flag=True, help="All series; of one series, everything.")
@json_option
def show(
    name: str | None,
    case: Where,
    limit: int,
    everything: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """List the series, the largest first; or show the series NAME, or that of a SHA-256."""
    with reading(case) as store:
        if not is_grouped(store, decisions=False):
            click.echo("the series are older than the facts: run fanal triage again", err=True)
        if name:
            facts = grouped.shown(store, name)
            print_json(facts) if as_json else _print(facts, None if everything else MOST)
        elif as_json:
            for one in grouped.listed(store, 0 if everything else limit):
                print_json(one)
        else:
            _print_list(grouped.listed(store, 0 if everything else limit))


@series.command()
@click.argument("names", metavar="NAME|SHA256...", nargs=-1)
@case_option
@reason_option
@by_option
@json_option
def merge(
    names: tuple[str, ...],
    case: Where,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Put series and contents together: of a series all contents, of a SHA-256 that one.

    Nothing joins or leaves what a person put together by itself; what would is proposed.
    """

    def run(store: CaseStore, said: Said, progress: Progress) -> Regrouped:
        return regroup.merge(store, names, said, progress)

    _run(case, (reason, by), run, as_json=as_json)


@series.command()
@click.argument("name")
@click.argument("sha256", nargs=-1)
@case_option
@reason_option
@by_option
@json_option
def split(
    name: str,
    sha256: tuple[str, ...],
    case: Where,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Take contents (SHA-256, the first characters do) out of the series NAME, as one of their own.

    No link ever brings them together with the rest again.
    """

    def run(store: CaseStore, said: Said, progress: Progress) -> Regrouped:
        return regroup.split(store, name, sha256, said, progress)

    _run(case, (reason, by), run, as_json=as_json)


@series.command()
@click.argument("event")
@case_option
@reason_option
@by_option
@json_option
def undo(event: str, case: Where, reason: str, by: str, as_json: bool) -> None:  # noqa: FBT001
    """Take back what was said, by its id; taking back can be taken back too."""

    def run(store: CaseStore, said: Said, progress: Progress) -> Regrouped:
        return regroup.undo(store, event, said, progress)

    _run(case, (reason, by), run, as_json=as_json)


@series.command()
@case_option
@json_option
def events(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """List what people said of series, in the order in which it was said."""
    with reading(case) as store:
        rows = list(grouped.events(store))
    if as_json:
        for one in rows:
            print_json(one)
        return
    if not rows:
        click.echo("nobody has said anything of series")
        return
    print_table([("id", "when", "by", "login", "what", "why"), *map(_event, rows)])


def _event(one: Mapping[str, Any]) -> tuple[str, ...]:
    what = {
        "merge": f"{counted(len(one['contents']), 'content')} together",
        "split": f"{counted(len(one['contents']), 'content')} apart from {len(one['others']):,}",
        "undo": f"takes back {one['undoes']}",
    }[one["verb"]]
    if one["undone_by"]:
        what += f" (taken back by {one['undone_by']})"
    cells = one["id"], one["when"], one["by"], one["account"], what, one["reason"]
    return tuple(printable(_short(str(cell))) for cell in cells)


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}…"


def _run(
    case: Where,
    who: tuple[str, str],
    run: Callable[[CaseStore, Said, Progress], Regrouped],
    *,
    as_json: bool,
) -> None:
    """Record an event and say what became of it."""
    told, progress = settings(), Shown()
    reason, by = who
    said = Said(reason, by or actor(told), login())
    try:
        with writing(case, told, run=False) as store:
            done = run(store, said, progress)
    finally:
        progress.end()
    if as_json:
        series_ = [grouped.spelled(one) for one in done.series]
        print_json({"id": done.event.id, "series": series_, "alone": done.alone})
        return
    for one in done.series:
        click.echo(printable(f"{one.name}: {one.says}"))
    if done.alone:
        click.echo(f"{counted(done.alone, 'content')} in no series")
    click.echo(f"to take it back: fanal series undo {done.event.id} --reason TEXT")


def _print_list(rows: Iterator[dict[str, Any]]) -> None:
    table = [
        (
            one["name"],
            f"{one['size']:,}",
            f"{one['exhibits']:,}",
            one["queue"]["step"] if one["queue"] else "-",
            "held" if one["held"] else "",
            printable(one["says"]),
        )
        for one in rows
    ]
    head = ("series", "contents", "exhibits", "step", "", "why")
    print_table([head, *table], right=frozenset({1, 2, 3}))


def _print(facts: Mapping[str, Any], most: int | None) -> None:
    name = facts["name"] or f"{facts['representative'][:16]}, in no series"
    click.echo(printable(f"{name}: {facts['says']}".rstrip(": ")))
    if facts.get("first"):
        click.echo(f"from {facts['first']} to {facts['last']}, by the {facts['clock']}'s clock")
    if facts["queue"]:
        click.echo(printable(f"step {facts['queue']['step']}: {facts['queue']['reason']}"))
    every = facts["contents"]
    _part("contents, as sheets show them", [_content(one) for one in every], most and SHEET)
    _part("links", [f"{_pair(one)}  {one['says']}" for one in facts["links"]], most)
    _part("proposed to join", [_other(one) for one in facts["proposals"]], most)
    _part("cut off", [_other(one) for one in facts["cut_off"]], most)
    _part("linked, without joining", [_other(one) for one in facts["linked"]], most)
    _part("related", [_tie(one) for one in facts["related"]], most)


def _part(title: str, rows: Sequence[str], most: int | None) -> None:
    if rows:
        click.echo(f"{title} ({len(rows):,})")
    for row in rows[:most]:
        click.echo(printable(f"  {row}"))
    if most and len(rows) > most:
        click.echo(f"  … and {len(rows) - most:,} more: --all shows them")


def _content(one: Mapping[str, Any]) -> str:
    where = one["location"] or {"exhibit": "", "path": ""}
    origin = (one["origin"] or "-").replace("_", " ")
    return f"{one['sha256'][:16]}  {origin:<17}  {where['exhibit']}: {where['path']}"


def _pair(one: Mapping[str, Any]) -> str:
    return f"{one['a'][:12]} {one['b'][:12]}  {one['kind']}, {one['strength']}:"


def _other(one: Mapping[str, Any]) -> str:
    where = one["series"] or "alone"
    return f"{one['sha256'][:16]} ({where})  {one['relation']} {one['to'][:12]}: {one['says']}"


def _tie(one: Mapping[str, Any]) -> str:
    where = ", ".join(f"{of['name']} {of['contents']:,}" for of in one["series"])
    also = f"{counted(one['contents'], 'other content')} in {one['in_series']:,} series"
    if not one["contents"]:
        also = "all of them here"
    return f"{one['kind']}, {one['here']:,} here: {one['says']}; {also}{f': {where}' * bool(where)}"
