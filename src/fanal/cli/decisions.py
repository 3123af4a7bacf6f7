"""Lists what people decided, and what waits for a second person."""

from collections.abc import Iterator
from typing import Any

import click

from fanal.cli.common import case_option, json_option, print_json, print_table
from fanal.pipeline import decided
from fanal.pipeline.case import reading
from fanal.pipeline.facts import printable
from fanal.pipeline.named import wholes
from fanal.review.decisions import fold
from fanal.stores.interface import CaseStore, Where

WIDEST = 60
"""Characters of a cell that the table shows."""


@click.command()
@click.argument("sha256", nargs=-1)
@case_option
@click.option("--open", "is_open", is_flag=True, help="Only what waits or is disputed.")
@json_option
def decisions(
    sha256: tuple[str, ...],
    case: Where,
    is_open: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """List what people decided of each content, in the order in which it was said."""
    with reading(case) as store:
        among = wholes(store, sha256) if sha256 else None
        rows = list(_rows(store, among, is_open=is_open))
    if as_json:
        for row in rows:
            print_json(row)
        return
    for row in rows:
        click.echo(printable(f"{row['sha256'][:16]}  {row['says']}"))
        print_table([_cells(event) for event in row["events"]])
        for why in row["ignored"]:
            click.echo(printable(f"    counts for nothing: {why}"))
    if not rows:
        click.echo("nothing" if is_open else "nobody has decided anything")


def _rows(store: CaseStore, among: list[str] | None, *, is_open: bool) -> Iterator[dict[str, Any]]:
    for events in decided.events(store, among):
        standing = fold(events)
        if is_open and standing.decided:
            continue
        told = decided.spelled(events, standing) or {}
        yield {"sha256": events[0].sha256, "victim_state": standing.victim_state, **told}


def _cells(event: dict[str, Any]) -> tuple[str, ...]:
    what = (event["victim_state"] or f"takes back {event['undoes']}")[:WIDEST]
    reason = event["reason"]
    return tuple(
        printable(cell)
        for cell in (
            f"    {event['id'][:WIDEST]}",
            event["when"][:WIDEST],
            event["by"][:WIDEST],
            event["account"][:WIDEST],
            f"({what})" if event["undone"] else what,
            f"{reason[:WIDEST]}…" if len(reason) > WIDEST else reason,
            (event["via"] or "")[:WIDEST],
        )
    )
