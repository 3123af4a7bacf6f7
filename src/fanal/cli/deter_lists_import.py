"""`fanal deter lists import`: makes somebody else's list a word list."""

from pathlib import Path
from typing import Any

import click

from fanal.cli.common import json_option, print_json
from fanal.errors import UsageError
from fanal.prevention.words.importers import Layout, convert, write
from fanal.prevention.words.lists import read_list
from fanal.prevention.words.terms import AUDIENCES, KINDS

NAMED = ("langs", "severity", "valid_from")
"""What a column may say besides the phrase and its id."""


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="New file, such as list.jsonl, or list.jsonl.age with --encrypt-to.",
)
@click.option("--phrase", default="", help="Column with the phrase; without: a phrase a line.")
@click.option("--id", "id_", default="", help="Column with a name that tells no phrase.")
@click.option("--langs", default="", help="Column with languages.")
@click.option("--severity", default="", help="Column with low, medium or high.")
@click.option("--valid-from", default="", help="Column with a day such as 2026-11-27.")
@click.option("--kind", type=click.Choice(KINDS), default="phrase", help="What all entries are.")
@click.option("--audience", type=click.Choice(sorted(AUDIENCES)), help="For a support list.")
@click.option("--source", default="", help="Where the list is from, written to every entry.")
@click.option("--prefix", default="row", show_default=True, help="Begins the ids of rows.")
@click.option("--encoding", default="", help="Of the file, such as latin-1 (default: UTF-8).")
@click.option("--identity", type=click.Path(path_type=Path), help="Opens FILE where it is `.age`.")
@click.option("--encrypt-to", multiple=True, help="An age recipient (age1…); may be repeated.")
@json_option
def import_(file: Path, out: Path, as_json: bool, **told: Any) -> None:  # noqa: FBT001
    """Make FILE a word list: a phrase a line, or a CSV whose columns you name.

    Writes JSON lines that their owner alone may read. No phrase is printed; rows at fault are told
    by number. What a licence forbids you to pass on stays forbidden: the file is yours to keep.
    """
    columns = {"pattern": told["phrase"], "id": told["id_"]}
    columns |= {name: told[name] for name in NAMED}
    columns = {ours: theirs for ours, theirs in columns.items() if theirs}
    if columns and not told["phrase"]:
        raise UsageError("columns are named, but not that of the phrase", "--phrase COLUMN")
    same = {"kind": told["kind"], "audience": told["audience"], "source_ref": told["source"]}
    layout = Layout(
        columns,
        {name: value for name, value in same.items() if value},
        told["prefix"],
        told["encoding"],
    )
    made = convert(read_list(file, told["identity"]), file.name, layout)
    write(made, out, told["encrypt_to"])
    if as_json:
        facts = {"out": str(out), "entries": made.entries, "empty": made.empty}
        print_json(facts | {"twice": made.twice})
        return
    click.echo(f"{made.entries:,} entries written to {out}")
    if made.empty or made.twice:
        click.echo(
            f"left out: {made.empty:,} rows without a phrase, {made.twice:,} that came twice"
        )
