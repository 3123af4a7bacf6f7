"""Loads, checks and shows known lists."""

import random
from dataclasses import asdict
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
from fanal.errors import CanaryMissed, UsageError
from fanal.model.known import LIST_KINDS, KnownList
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.lists import ListFile, add_list, open_list
from fanal.pipeline.match import match
from fanal.pipeline.order import order
from fanal.pipeline.polluted import polluted, sentence
from fanal.stores.interface import CaseStore, Where

SHOWN = 5
"""Entries that are named; the rest is counted."""


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
            odd = sentence(list(polluted(store, [known.name])))
    finally:
        progress.end()
    click.echo(
        f"{printable(known.name)}: {known.rows:,} rows read as {known.format},"
        f" {known.entries:,} entries"
    )
    if known.refused:
        click.echo(f"not taken: {counted(known.refused)}")
    if odd:
        click.echo(f"look at this list: {odd}")


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
@click.argument("name", nargs=-1)
@case_option
@json_option
def check(name: tuple[str, ...], case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Read every list of the case again (or those named) and let it find its own entries.

    Says, too, which entries of illegal or unidentified lists the case holds as made or altered by a
    generator. Nothing is set aside by it.
    """
    with reading(case) as store:
        every = list(store.find(KnownList, order=("name",)))
        if unknown := set(name) - {known.name for known in every}:
            raise UsageError(
                f"the case has no list named {min(unknown)!r}", "fanal lists show has the names"
            )
        for known in every:
            if not name or known.name in name:
                _check(store, known, as_json=as_json)


def _check(store: CaseStore, known: KnownList, *, as_json: bool) -> None:
    opened = open_list(store, known)
    probes = opened.probe(random.Random())  # noqa: S311
    found = sum(opened.finds(probe) for probe in probes)
    odd = list(polluted(store, [known.name]))
    if as_json:
        planted = {"name": known.name, "planted": len(probes), "found": found}
        print_json(planted | {"generated": [asdict(one) for one in odd]})
    else:
        click.echo(
            f"{printable(known.name)}: files unchanged, {found} of {len(probes)} planted entries"
            " found"
        )
        if odd:
            click.echo(f"  {sentence(odd)}")
        for one in odd[:SHOWN]:
            how = "is" if one.same else f"looks like ({one.distance} bits apart)"
            says = f"{one.state}, {one.grade}"
            click.echo(printable(f"  entry {one.entry} {how} {one.sha256[:16]}: {says}"))
        if len(odd) > SHOWN:
            click.echo(f"  … and {len(odd) - SHOWN:,} more: --json has all")
    if found < len(probes):
        raise CanaryMissed(
            f"list {known.name!r} does not find its own entries",
            "trust no match of this list; load it again into a new case",
        )
