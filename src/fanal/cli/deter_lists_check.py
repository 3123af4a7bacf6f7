"""`fanal deter lists check`: what word lists hold, and whether every entry is found."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import click

from fanal.cli.common import counted, json_option, print_json
from fanal.cli.deter_lists import list_options, word_files
from fanal.errors import CanaryMissed
from fanal.pipeline.facts import printable
from fanal.prevention.words.linter import hits, plain
from fanal.prevention.words.lists import Contents, read_contents
from fanal.prevention.words.normalise import STEPS
from fanal.prevention.words.terms import Entry

ALL = frozenset(STEPS)
SHOWN = 20
"""Entries that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What one file holds; no word of it."""

    file: str
    entries: int
    kinds: dict[str, int]
    langs: dict[str, int]
    waiting: int
    """Entries that are not valid yet."""
    fuzzy: int
    steps_off: dict[str, int]


@click.command()
@list_options
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
@json_option
def check(day: datetime | None, as_json: bool, **told: Any) -> None:  # noqa: FBT001
    """Read word lists as a service would, say what they hold, and let every entry find itself.

    Says ids, rows and classes of faults, and no word of a list. An entry whose own pattern lies
    inside a harmless context is told: it can hit nothing by itself.
    """
    files = word_files(told, day)
    read = read_contents(files)
    sums = [_sum(name, entries, files.day) for name, entries in read.lists]
    missed, covered = _unfound(read, files.day)
    if as_json:
        facts = {"version": read.version, "lists": [asdict(one) for one in sums]}
        print_json(facts | {"missed": missed, "covered": covered})
    else:
        _print(sums, covered)
        click.echo(f"version {read.version}")
    if missed:
        raise CanaryMissed(
            f"{len(missed)} entries do not find their own pattern: {_named(missed)}",
            "use no service with this list; report it with the rows and steps_off, not the words",
        )


def _sum(name: str, entries: tuple[Entry, ...], day: date) -> Sum:
    off: Counter[str] = Counter()
    for one in entries:
        off.update(sorted(ALL - one.steps))
    return Sum(
        name,
        len(entries),
        dict(Counter(one.kind for one in entries)),
        dict(Counter(lang for one in entries for lang in one.langs)),
        sum(one.valid_from is not None and one.valid_from > day for one in entries),
        sum(one.fuzzy > 0 for one in entries),
        dict(off),
    )


def _unfound(read: Contents, day: date) -> tuple[list[str], list[str]]:
    """Return ids of entries that miss their own pattern, and of those that a context covers."""
    entries = read.entries(day)
    book = plain(entries, read.stems)
    listed = [number for number, one in enumerate(entries) if one.kind != "context"]
    unfound = [number for number in listed if number not in hits(book, entries[number].pattern)]
    bare = plain(tuple(entries[number] for number in unfound), read.stems)
    missed: list[str] = []
    covered: list[str] = []
    for at, number in enumerate(unfound):
        is_found = at in hits(bare, entries[number].pattern)
        (covered if is_found else missed).append(entries[number].id)
    return missed, covered


def _print(sums: list[Sum], covered: list[str]) -> None:
    for one in sums:
        click.echo(f"{printable(one.file)}: {one.entries:,} entries ({counted(one.kinds)})")
        if one.langs:
            click.echo(f"  languages: {counted(one.langs)}")
        if one.waiting:
            click.echo(f"  not valid yet: {one.waiting:,}")
        if one.fuzzy:
            click.echo(f"  fuzzy: {one.fuzzy:,}")
        if one.steps_off:
            click.echo(f"  without a step: {counted(one.steps_off)}")
    if covered:
        click.echo(f"inside a harmless context by themselves: {_named(covered)}")


def _named(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
    return printable(", ".join(ids[:SHOWN])) + more
