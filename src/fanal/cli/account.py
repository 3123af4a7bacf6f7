"""Gives the account of what was not done."""

from itertools import chain

import click

from fanal.cli.common import case_option, counted, json_option, print_json, print_table, size
from fanal.pipeline import account as told
from fanal.pipeline.case import reading
from fanal.pipeline.facts import printable
from fanal.stores.interface import CaseStore, Where


@click.command()
@case_option
@click.option("--each", is_flag=True, help="One line for every place and content.")
@json_option
def account(case: Where, each: bool, as_json: bool) -> None:  # noqa: FBT001
    """Say what was read of each exhibit and what was not: not decoded, not opened, cut off."""
    with reading(case) as store:
        if each or as_json:
            for line in chain(told.lines(store), told.unguarded(store), told.cuts(store)):
                facts = {
                    "exhibit": line.exhibit,
                    "reason": line.reason,
                    "detail": line.detail,
                    "gap": line.gap,
                    "where": line.where,
                    "sha256": line.sha256 or None,
                }
                if as_json:
                    print_json(facts)
                else:
                    name = line.where["path"]
                    click.echo(
                        printable(f"{line.exhibit}: {name}: {line.reason}. {line.detail}".strip())
                    )
            return
        entries = told.account(store)
        head = ("exhibit", "files", "contents", "bytes", "decoded", "not decoded", "not read")
        rows = [
            (
                printable(entry.exhibit) or "(case)",
                f"{entry.files:,}",
                f"{entry.contents:,}",
                size(entry.size),
                f"{entry.decoded:,}",
                f"{sum(entry.not_decoded.values()):,}",
                f"{sum(entry.not_read.values()):,}",
            )
            for entry in entries
        ]
        print_table([head, *rows], right=frozenset(range(1, 7)))
        _reasons(store, entries)


def _reasons(store: CaseStore, entries: list[told.ExhibitAccount]) -> None:
    for entry in entries:
        for title, reasons in (
            ("not decoded", entry.not_decoded),
            ("decoded in part", entry.in_part),
            ("not read", entry.not_read),
            ("recorded only", entry.notes),
        ):
            if reasons:
                name = printable(entry.exhibit) or "(case)"
                click.echo(f"{name}, {title}: {counted(reasons)}")
    for line in told.unguarded(store):
        click.echo(printable(f"{line.exhibit}, {line.reason} ({line.detail})"))
    for line in told.cuts(store):
        click.echo(printable(f"{line.reason}: {line.detail}"))
    for name, refused in told.refused_rows(store).items():
        if refused:
            click.echo(f"list {printable(name)}, not taken: {counted(refused)}")
    planted = told.canaries(store)
    if planted:
        total, found = (sum(entry[key] for entry in planted) for key in ("planted", "found"))
        click.echo(f"planted items: {found} of {total} found again in {len(planted)} checks")
