"""`fanal deter lists lint`: which entries of a list meet harmless texts too often."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.cli.deter_lists import list_options, word_files
from fanal.errors import FanalError, ListError
from fanal.pipeline.facts import printable
from fanal.prevention.words.linter import Linted, Rate, read_sample
from fanal.prevention.words.linter import lint as measure
from fanal.prevention.words.lists import read_contents

SHOWN = 50
"""Entries that are shown; the others are counted."""


class Share(click.ParamType[Fraction]):
    """A share between 0 and 1, exact: 0.001 or 1/1000."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Return the share."""
        try:
            share = Fraction(str(value)[:40])
        except (ValueError, ZeroDivisionError):
            self.fail("write it as 0.001 or 1/1000", param, ctx)
        if not Fraction(1, 10**9) <= share <= 1:
            self.fail("it lies above 0 and is at most 1", param, ctx)
        return share


@click.command()
@list_options
@click.option(
    "--sample",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Harmless texts of your own service, one a line, UTF-8.",
)
@click.option(
    "--threshold",
    type=Share(),
    default="0.001",
    show_default=True,
    help="Largest share of harmless texts that an entry may meet.",
)
@json_option
def lint(sample: Path, threshold: Fraction, as_json: bool, **told: Any) -> None:  # noqa: FBT001
    """Ask about every text of a harmless sample, and name the entries that meet too many.

    Ids and numbers only, no word of a list or of the sample. Exits with 1 where an entry is
    refused: take it out, narrow it, or list a harmless context for it.
    """
    files = word_files(told)
    read = read_contents(files)
    entries = read.entries(files.day)
    if not entries:
        raise ListError("no entry is valid yet", "is valid_from right?")
    linted = measure(entries, read_sample(sample), threshold, read.stems, files.limit)
    if as_json:
        for one in linted.rates:
            share = one.hits / linted.texts
            print_json(
                {"id": one.id, "hits": one.hits, "share": share, "is_refused": one.is_refused}
            )
        print_json({"texts": linted.texts, "unread": linted.unread, "needed": linted.needed})
    else:
        _print(linted, threshold)
    if linted.refused:
        raise FanalError(
            f"{len(linted.refused)} entries meet more than {float(threshold):g} of harmless texts",
            "take them out, narrow them, or list a harmless context",
        )


def _print(linted: Linted, threshold: Fraction) -> None:
    met = sorted((one for one in linted.rates if one.hits), key=_order)
    rows = [
        (
            printable(one.id),
            f"{one.hits:,}",
            f"{one.hits / linted.texts:.4%}",
            "refused" if one.is_refused else "",
        )
        for one in met[:SHOWN]
    ]
    if rows:
        print_table([("entry", "texts", "share", ""), *rows], right=frozenset({1, 2}))
    if len(met) > SHOWN:
        click.echo(f"and {len(met) - SHOWN:,} more: --json has all")
    click.echo(
        f"{len(met):,} of {len(linted.rates):,} entries stand in some of {linted.texts:,} texts;"
        f" {linted.unread:,} lines were not read"
    )
    if linted.texts < linted.needed:
        click.echo(
            f"the sample is too small to clear an entry at {float(threshold):g}:"
            f" {linted.needed:,} texts or more"
        )


def _order(one: Rate) -> tuple[int, str]:
    return -one.hits, one.id
