"""`fanal deter messages drafts` and `review`: texts that nobody has read, and sheets to do it."""

import csv
import io
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.cli.deter_messages import write_new
from fanal.errors import UsageError
from fanal.formats.csv_writer import harmless
from fanal.prevention.messages.builtin import Tongue, english, is_new, locales, tongue
from fanal.prevention.messages.locales import best, subtags
from fanal.prevention.messages.worksheet import draft, html, pairs

HEAD = ("key", "english", "text", "better", "remark")


def _csv(told: Tongue) -> str:
    """Return the sheet for a spreadsheet: RFC 4180, no formulas, a byte-order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEAD)
    for one in pairs(told):
        writer.writerow([*map(harmless, (one.key, one.english, one.other)), "", ""])
    return "\ufeff" + text.getvalue()


SHEETS = {".html": html, ".csv": _csv}
KINDS = (*SHEETS, ".toml")


@click.command()
@json_option
def drafts(as_json: bool) -> None:  # noqa: FBT001
    """Show the languages of the built-in texts, and which of them a person has reviewed."""
    found = [told for one in locales() if isinstance(told := tongue(one), Tongue)]
    if as_json:
        for one in found:
            print_json(
                {
                    "locale": one.locale,
                    "name": one.name,
                    "version": one.version,
                    "drafted_by": one.drafted_by,
                    "drafted_on": one.drafted_on,
                    "reviewed_by": one.reviewed_by,
                    "reviewed_on": one.reviewed_on,
                    "is_reviewed": one.is_reviewed,
                }
            )
        return
    rows = [
        (
            one.locale,
            one.name,
            one.version,
            f"{one.drafted_by}, {one.drafted_on}",
            f"{one.reviewed_by}, {one.reviewed_on}" if one.is_reviewed else "nobody",
        )
        for one in found
    ]
    print_table([("locale", "language", "version", "drafted by", "reviewed by"), *rows])
    waiting = sum(not one.is_reviewed for one in found)
    click.echo(f"{waiting} of {len(found)} languages were reviewed by nobody")


@click.command()
@click.option("--locale", required=True, help="Language that is read, such as de.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Sheet to write: .html to print, .csv for a spreadsheet, .toml for a bundle of your own.",
)
def review(locale: str, out: Path) -> None:
    """Set every sentence of a language beside the English one, for a person to read and correct.

    With .toml it begins a bundle with the built-in texts; where a language has none, with the
    English ones to translate.
    """
    if not subtags(locale)[0]:
        raise UsageError(f"{locale!r} is no language", "say de, fr-BE or zh-Hant")
    found = tongue(best(locale, locales()))
    told = found if isinstance(found, Tongue) else english()
    if out.suffix not in KINDS:
        raise UsageError(f"{out} is no kind of sheet", f"known: {', '.join(KINDS)}")
    if is_new(locale) and out.suffix != ".toml":
        raise UsageError(
            f"there are no built-in texts in {locale}", "begin a bundle with --out NAME.toml"
        )
    sheet = draft(told, locale) if out.suffix == ".toml" else SHEETS[out.suffix](told)
    write_new(out, sheet)
    click.echo(f"{out}: {len(pairs(told))} sentences, {told.locale}")
