"""Shows one package: its events, what it says of each lead, and what would be sent."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings, size
from fanal.cli.package_common import who
from fanal.cli.package_leads import reading_leads
from fanal.model.package import HANDLING, Package
from fanal.pipeline.case import reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.package_look import look
from fanal.pipeline.packages import OPEN, Rendered, history, rendered
from fanal.stores.interface import Where


@click.command()
@click.argument("package", metavar="ID")
@case_option
@click.option(
    "--files",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write what would be sent there, unencrypted, to be read before it is approved.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; needed with --files.")
@click.option("--by", default="", metavar="NAME", help="Who looks (default: setting actor).")
@json_option
def show(
    package: str,
    case: Where,
    files: Path | None,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show the package ID: its events, its leads, and for a draft the manifest that it has now."""
    told = settings()
    made: Rendered | None = None
    if files is not None:
        with writing(case, told, run=False) as store, reading_leads(store) as book:
            made = look(store, who(told, reason, by), package, files, book)
        click.echo(f"{files}: read it, and remove it: it is not encrypted", err=True)
    with reading(case, told) as store:
        events = history(store, package)
        if made is None and events[-1].state in OPEN:
            with reading_leads(store) as book:
                made = rendered(store, book, events[-1])
    _print_json(events, made) if as_json else _print(events, made)


def _print(events: list[Package], made: Rendered | None) -> None:
    last = events[-1]
    click.echo(
        printable(
            f"{last.id} version {last.version} for {last.recipient} ({last.country}): {last.state}"
        )
    )
    click.echo(printable(f"{last.handling}: {HANDLING[last.handling]}  {last.terms}".rstrip()))
    to = last.data["recipient"]
    click.echo(printable(f"encrypted to {to['name']}: {to['age_key']}"))
    click.echo(printable(f"reason: {last.reason}"))
    if made is not None:
        total = size(sum(map(len, made.files.values())))
        click.echo(f"{len(made.files):,} files, {total}; manifest {made.digest}")
    print_table(
        (one.when[:16], f"v{one.version}", one.state, printable(f"{one.by} ({one.login})"))
        for one in events
    )
    print_table(_lead(lead, about) for lead, about in sorted(last.leads.items()))
    for loss in last.losses:
        click.echo(printable(f"not told: {loss['items']:,} × {loss['field']}: {loss['note']}"))


def _lead(lead: str, about: Mapping[str, Any]) -> tuple[str, ...]:
    others = ", ".join(about["others"])
    return (
        lead,
        about["category"],
        about["handling"],
        f"{about['source']}{about['information']}",
        f"possible; also {others}" if about["possible"] else "",
        printable(about["terms"]),
    )


def _print_json(events: list[Package], made: Rendered | None) -> None:
    now = {"manifest": made.digest, "files": sorted(made.files)} if made is not None else {}
    print_json({**asdict(events[-1]), "now": now, "events": [asdict(one) for one in events]})
