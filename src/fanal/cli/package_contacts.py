"""Shows which contacts of help packages tell, and which are too old to be told."""

from datetime import UTC, datetime

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.exchange.support import ages


@click.command()
@json_option
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
def contacts(day: datetime | None, as_json: bool) -> None:  # noqa: FBT001
    """Show the contacts of help that packages tell, the oldest first.

    They are those of help and of danger of life; `fanal deter helplines` has the whole directory.
    """
    known = ages((day or datetime.now(UTC)).date())
    if as_json:
        for one in known:
            print_json(
                {
                    "country": one.country,
                    "service": one.service,
                    "checked_on": one.checked_on,
                    "days": one.days,
                    "told": one.told,
                }
            )
        return
    rows = [
        (one.country or "any", one.service, one.checked_on, f"{one.days:,}", one.told)
        for one in known
    ]
    head = ("country", "service", "checked on", "days", "told")
    print_table([head, *rows], right=frozenset({3}))
    old = sum(one.told != "whole" for one in known)
    click.echo(f"{old} of {len(known)} are not told whole: check them")
