"""`fanal deter campaign`: adverts with a way out, and the totals that come back."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.errors import UsageError
from fanal.prevention.config import read_config
from fanal.prevention.kits.adverts import Plan, export, read_campaign
from fanal.prevention.kits.campaign import CAUTIONS, read_statistics, table, totals
from fanal.prevention.messages.builtin import locales
from fanal.prevention.messages.texts import BookOfTexts, read_texts
from fanal.prevention.nouns import FAMILIES


@click.group()
def campaign() -> None:
    """Meet people beside a search with an advert; only totals come back, and no keywords go out."""


@campaign.command(name="export")
@click.argument("name")
@click.option("--country", required=True, multiple=True, help="Where it runs; may be repeated.")
@click.option("--locale", multiple=True, help="Languages (default: all that there are texts in).")
@click.option(
    "--variant",
    multiple=True,
    type=click.Choice(FAMILIES),
    help="Wordings (default: all of them).",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--drafts", is_flag=True, help="Take texts that nobody has reviewed yet.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A service's configuration: with its signed texts and its directory of help.",
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
@json_option
def export_(  # noqa: PLR0913, PLR0917 (what it says, where, in which languages)
    name: str,
    country: tuple[str, ...],
    locale: tuple[str, ...],
    variant: tuple[str, ...],
    out: Path,
    drafts: bool,  # noqa: FBT001
    config: Path | None,
    day: datetime | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Write adverts and the pages that they lead to into a folder."""
    on = (day or datetime.now(UTC)).date()
    countries = tuple(one.upper() for one in country)
    plan = Plan(name, countries, locale or locales(), variant or FAMILIES, on, drafts)
    made = export(plan, _texts(config, on), out)
    if as_json:
        for one in made:
            print_json(asdict(one))
        return
    read = sum(one.reviewed for one in made)
    click.echo(f"{len(made):,} adverts in {out}, {read:,} of them in texts that a person reviewed")
    click.echo("read README.txt first; no keywords come with it, and none are suggested")


@campaign.command(name="import")
@click.argument(
    "file", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--campaign",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that `campaign export` wrote.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the days as CSV; a new file.")
@json_option
def import_(
    file: tuple[Path, ...],
    folder: Path,
    out: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Add up the totals of an advertising service.

    Columns are day, country, variant, impressions, clicks and cost; a file with any other is
    refused whole.
    """
    _, adverts = read_campaign(folder)
    rows = read_statistics(file, adverts)
    found = totals(rows, adverts)
    if out is not None:
        _write_new(out, table(rows, adverts))
    if as_json:
        for one in found:
            print_json({**asdict(one), "cost": str(one.cost), "rate": one.rate})
        return
    head = ("country", "locale", "variant", "days", "impressions", "clicks", "per 1,000", "cost")
    told = [
        (
            one.country,
            one.locale,
            one.variant,
            one.days,
            f"{one.impressions:,}",
            f"{one.clicks:,}",
            "-" if one.rate is None else f"{1000 * one.rate:.2f}",
            one.cost,
        )
        for one in found
    ]
    print_table([head, *told], right=frozenset(range(3, 8)))
    for caution in CAUTIONS:
        click.echo(caution)


def _texts(config: Path | None, on: date) -> BookOfTexts:
    if config is None:
        return read_texts((), (), on)
    told = read_config(config)
    return read_texts(told.bundles, told.keys, on, told.helplines)


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already", "name a new file") from None
