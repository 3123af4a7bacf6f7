"""`fanal deter helplines`: which contacts of help are stale, and whether a release may go out."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.errors import FanalError
from fanal.helplines.directory import RELEASE_SHARE, Age, ages, built_in, may_release, read_book
from fanal.helplines.record import KINDS


@click.command()
@click.option(
    "--book",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own directory, laid over the built-in one.",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only help of this kind.")
@click.option("--country", default="", help="Only services of this country.")
@click.option("--all", "every", is_flag=True, help="Show those that are told whole, too.")
@click.option("--release", is_flag=True, help="Fail where more than 10 % of all are stale.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
@json_option
def helplines(  # noqa: PLR0913, PLR0917 (what to show, as of when, and the gate)
    book: Path | None,
    kind: str | None,
    country: str,
    every: bool,  # noqa: FBT001
    release: bool,  # noqa: FBT001
    day: datetime | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show the contacts of help that nobody has checked lately, the oldest first.

    After 180 days a telephone number is hidden, after 365 days the service is not told. Numbers
    that rest on law do not age.
    """
    on = (day or datetime.now(UTC)).date()
    known = ages(on, read_book(book) if book else built_in())
    chosen = [one for one in known if (kind or one.kind) == one.kind]
    chosen = [one for one in chosen if not country or one.country == country.upper()]
    shown = chosen if every else [one for one in chosen if one.is_stale]
    stale = sum(one.is_stale for one in known)
    if as_json:
        for one in shown:
            print_json(asdict(one))
    else:
        _table(shown)
        click.echo(f"{stale} of {len(known)} are stale: check them")
    if release and not may_release(known):
        raise FanalError(
            f"{stale} of {len(known)} contacts of help are stale, more than {RELEASE_SHARE:.0%}",
            "check them and write the new days before a release",
        )


def _table(shown: list[Age]) -> None:
    if not shown:
        return
    rows = [
        (
            one.country or "any",
            one.kind,
            one.service,
            one.checked_on,
            f"{one.days:,}",
            one.told,
            "law" if one.rests_on_law else one.confidence,
        )
        for one in shown
    ]
    head = ("country", "kind", "service", "checked on", "days", "told", "sure")
    print_table([head, *rows], right=frozenset({4}))
