"""Loads and shows lists of certificates that are trusted to sign content credentials."""

from pathlib import Path

import click

from fanal.cli.common import (
    Shown,
    case_option,
    counted,
    json_option,
    print_json,
    print_table,
    settings,
)
from fanal.model.opinion import TrustList
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.follow import follow
from fanal.pipeline.trust import TrustFile, add_trust_list
from fanal.stores.interface import Where


@click.group()
def trust() -> None:
    """Load lists of certificates trusted to sign content credentials (C2PA), and show them."""


@trust.command()
@click.argument("file", type=click.Path(path_type=Path))
@case_option
@click.option("--name", default="", help="What to call it (default: the file's name).")
@click.option("--date", default="", help="Date of the list, e.g. 2026-08-05.")
def add(file: Path, case: Where, name: str, date: str) -> None:
    """Load the certificates of FILE; signers of what is in the case are judged by them at once.

    Reads PEM bundles, the trust lists of the C2PA conformance programme in JSON, and single
    certificates. No list comes with fanal, and none is fetched.
    """
    told, progress = settings(), Shown()
    try:
        with writing(case, told) as store:
            kept = add_trust_list(store, actor(told), TrustFile(file, name, date))
            follow(store, told, actor(told), progress)
    finally:
        progress.end()
    click.echo(f"{printable(kept.name)}: {kept.anchors:,} certificates, SHA-256 {kept.sha256}")
    if kept.refused:
        click.echo(f"not taken: {counted(kept.refused)}")


@trust.command()
@case_option
@json_option
def show(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the trust lists of the case."""
    with reading(case) as store:
        kept = list(store.find(TrustList, order=("name",)))
    if as_json:
        for entry in kept:
            print_json(
                {
                    "name": entry.name,
                    "date": entry.date,
                    "sha256": entry.sha256,
                    "anchors": entry.anchors,
                    "refused": dict(entry.refused),
                }
            )
        return
    rows = [
        (
            printable(entry.name),
            printable(entry.date) or "-",
            f"{entry.anchors:,}",
            entry.sha256[:16],
            counted(entry.refused) or "-",
        )
        for entry in kept
    ]
    print_table([("name", "date", "certificates", "sha256", "not taken"), *rows], frozenset({2}))
