"""Loads, checks and shows known lists."""

import random
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
from fanal.errors import CanaryMissed
from fanal.model.known import LIST_KINDS, KnownList
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.lists import ListFile, add_list, open_list
from fanal.pipeline.match import match
from fanal.pipeline.order import order
from fanal.stores.interface import Where


@click.group()
def lists() -> None:
    """Load known lists and show what is loaded."""


@lists.command()
@click.argument("file", type=click.Path(path_type=Path))
@case_option
@click.option("--kind", required=True, type=click.Choice(LIST_KINDS), help="What the list means.")
@click.option("--name", default="", help="What to call it (default: the file's name).")
@click.option("--date", default="", help="Date of the list, e.g. 2026-03-01.")
def add(file: Path, case: Where, kind: str, name: str, date: str) -> None:
    """Load a known list from FILE; its meaning is what you say, never guessed from the file.

    Reads VICS 1.x and 2.0, INTERPOL ICSE CSV, CSV with named hash columns, bare hashes, NSRL v2 and
    v3, ThreatExchange and NCMEC dumps. Items already in the case are matched against it at once.
    """
    told, progress = settings(), Shown()
    try:
        with writing(case, told) as store:
            known = add_list(store, told, actor(told), ListFile(file, kind, name, date), progress)
            match(store, told, actor(told), progress)
            order(store, actor(told), progress, told.blind)
    finally:
        progress.end()
    click.echo(
        f"{printable(known.name)}: {known.rows:,} rows read as {known.format},"
        f" {known.entries:,} entries"
    )
    if known.refused:
        click.echo(f"not taken: {counted(known.refused)}")


@lists.command()
@case_option
@json_option
def show(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the lists of the case and how each was read."""
    with reading(case) as store:
        known = list(store.find(KnownList, order=("name",)))
    if as_json:
        for entry in known:
            print_json(
                {
                    "name": entry.name,
                    "kind": entry.kind,
                    "date": entry.date,
                    "format": entry.format,
                    "profile": entry.profile,
                    "sha256": entry.sha256,
                    "rows": entry.rows,
                    "entries": entry.entries,
                    "refused": dict(entry.refused),
                }
            )
        return
    head = ("name", "kind", "date", "format", "entries", "not taken")
    rows = [
        (
            printable(e.name),
            e.kind,
            printable(e.date) or "-",
            e.format,
            f"{e.entries:,}",
            counted(e.refused) or "-",
        )
        for e in known
    ]
    print_table([head, *rows], right=frozenset({4}))


@lists.command()
@case_option
def check(case: Where) -> None:
    """Read every list of the case again and let it find its own entries."""
    with reading(case) as store:
        for known in store.find(KnownList, order=("name",)):
            opened = open_list(store, known)
            probes = opened.probe(random.Random())  # noqa: S311
            found = sum(opened.finds(probe) for probe in probes)
            click.echo(
                f"{printable(known.name)}: files unchanged,"
                f" {found} of {len(probes)} planted entries found"
            )
            if found < len(probes):
                raise CanaryMissed(
                    f"list {known.name!r} does not find its own entries",
                    "trust no match of this list; load it again into a new case",
                )
