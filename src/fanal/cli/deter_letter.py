"""`fanal deter letter`: letters of police with help in them; nothing of them is kept."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.errors import FanalError, UsageError
from fanal.helplines.directory import read_book
from fanal.prevention.kits.letter_records import read_records
from fanal.prevention.kits.letter_template import (
    Template,
    built_in,
    examine_file,
    read_template,
    text_of,
)
from fanal.prevention.kits.letters import Order, make, missing


@click.group()
def letter() -> None:
    """Write letters to persons: drafts, until they were read and signed for."""


@letter.command()
@click.option("--copy", "locale", help="Write this template out, to be read, changed and signed.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to; a new file.")
@json_option
def templates(locale: str | None, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Show the built-in templates, or copy one."""
    if (locale is None) != (out is None):
        raise UsageError("--copy and --out belong together", "name both")
    if locale is not None and out is not None:
        _write_new(out, text_of(locale))
        return
    known = [read_template(one) for one in built_in()]
    if as_json:
        for one in known:
            print_json(
                {
                    "locale": one.locale,
                    "name": one.name,
                    "drafted_by": one.drafted_by,
                    "reviewed_by": one.reviewed_by,
                    "lacks": one.lacks(_today()),
                }
            )
        return
    rows = [(one.locale, one.name, one.drafted_by, one.reviewed_by or "nobody") for one in known]
    print_table([("locale", "template", "drafted by", "reviewed by"), *rows])
    click.echo("only drafts can be made of what nobody has reviewed and signed: copy it first")


@letter.command()
@click.argument(
    "file", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@json_option
def lint(file: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001
    """Say what is wrong with templates, and what they lack before letters may be final."""
    count = 0
    for path in file:
        found = examine_file(path)
        is_good = isinstance(found, Template)
        faults = [] if isinstance(found, Template) else [asdict(one) for one in found]
        lacks = found.lacks(_today()) if isinstance(found, Template) else ()
        count += not is_good
        if as_json:
            print_json({"file": str(path), "is_good": is_good, "faults": faults, "lacks": lacks})
            continue
        click.echo(f"{path}: {'good' if is_good else f'{len(faults)} faults'}")
        for one in faults:
            click.echo(f"  {one['where']} {one['says']}")
        for each in lacks:
            click.echo(f"  drafts only: {each} is missing" if "future" not in each else f"  {each}")
    if count:
        raise FanalError(f"{count} of {len(file)} templates have faults", "correct them")


@letter.command(name="make")
@click.option("--template", required=True, help="A language, or a file of your own.")
@click.option(
    "--records",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of merge fields: name, address, reference, authority, contact.",
)
@click.option("--country", required=True, help="Where the letters are delivered, two letters.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--final", is_flag=True, help="No drafts: the template was reviewed and signed.")
@click.option(
    "--book",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own directory of help, laid over the built-in one.",
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
@json_option
def make_(  # noqa: PLR0913, PLR0917 (what, for whom, where to)
    template: str,
    records: Path,
    country: str,
    out: Path,
    final: bool,  # noqa: FBT001
    book: Path | None,
    day: datetime | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Make one letter and one envelope a row, as HTML and PDF; nothing else is kept."""
    on = (day or datetime.now(UTC)).date()
    order = Order(
        read_template(template),
        country.upper(),
        on,
        final,
        read_book(book) if book else None,
    )
    made = make(order, read_records(records), out)
    if as_json:
        print_json({**asdict(made), "lacks": missing(order), "folder": str(out)})
        return
    click.echo(f"{made.letters:,} {'drafts' if made.is_draft else 'letters'} in {out}")
    for one in made.without_pdf:
        click.echo(f"letter {one} has signs that the PDF's fonts lack: print its page")
    for each in missing(order):
        click.echo(f"before they may be final: {each}")
    click.echo("read delivery.html first: no children in the household may read a letter")


def _today() -> date:
    return datetime.now(UTC).date()


def _write_new(path: Path, raw: bytes) -> None:
    try:
        with path.open("xb") as stream:
            stream.write(raw)
    except FileExistsError:
        raise UsageError(f"{path} is there already", "name a new file") from None
    click.echo(f"{path}: read all of it, then fill in [about] reviewed_by and [legal]")
