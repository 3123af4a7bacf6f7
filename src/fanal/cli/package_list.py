"""Shows the packages of a case, and the register of transfers."""

from dataclasses import asdict

import click

from fanal.cli.common import case_option, json_option, print_json, print_table
from fanal.pipeline import transfers as telling
from fanal.pipeline.case import reading
from fanal.pipeline.facts import printable
from fanal.pipeline.packages import packages
from fanal.stores.interface import Where


@click.command("list")
@case_option
@json_option
def list_(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show each package as it stands."""
    with reading(case) as store:
        found = packages(store)
    if as_json:
        for one in found:
            print_json(asdict(one))
        return
    head = ("id", "version", "country", "recipient", "leads", "code", "state", "when", "by")
    rows = [
        (
            one.id,
            one.version,
            one.country,
            printable(one.recipient),
            f"{len(one.leads):,}",
            one.handling,
            one.state,
            one.when[:16],
            printable(one.by),
        )
        for one in found
    ]
    print_table([head, *rows], right=frozenset({1, 4}))


@click.command()
@case_option
@json_option
def transfers(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the register of transfers: what was sent, when, to whom, and on what ground."""
    with reading(case) as store:
        found = list(telling.register(store))
    if as_json:
        for one in found:
            print_json(asdict(one))
        return
    head = ("when", "package", "country", "recipient", "leads", "rule", "ground", "consent")
    rows = [
        (
            one.when[:16],
            f"{one.package} v{one.version}",
            one.country,
            printable(one.recipient),
            f"{one.leads:,}",
            printable(one.rule),
            printable(f"{one.ground} {one.instrument} {one.ground_date}".strip()) or "-",
            printable(one.consent) or "-",
        )
        for one in found
    ]
    print_table([head, *rows], right=frozenset({4}))
