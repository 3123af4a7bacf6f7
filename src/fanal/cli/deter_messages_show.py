"""`fanal deter messages show`: a message as a person would see it."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json
from fanal.cli.deter_messages import day_of, day_option, write_new
from fanal.errors import UsageError
from fanal.prevention.config import read_config
from fanal.prevention.messages import dialogue, page
from fanal.prevention.messages.texts import BookOfTexts, read_texts
from fanal.prevention.nouns import Surface

SURFACES = [one.value for one in Surface]


@click.command()
@click.option("--locale", default="en", help="Language, such as de or fr-BE (default: en).")
@click.option("--family", default="combined", help="A family, variant, neutral or support.…")
@click.option("--surface", type=click.Choice(SURFACES), help="What was refused (search).")
@click.option("--country", default="", help="Country that the service declares, such as DE.")
@click.option("--dialogue", "state", type=click.Choice(list(dialogue.STATES)), help="Its page.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A service's configuration: with its bundles and helplines.",
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the page.")
@day_option
@json_option
def show(  # noqa: PLR0913, PLR0917 (which message, to whom, as what)
    locale: str,
    family: str,
    surface: str | None,
    country: str,
    state: str | None,
    config: Path | None,
    html: Path | None,
    day: datetime | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show a message as text, or write it as the page that people see.

    A `support.…` message without --surface is what stands beside results: nothing was refused.
    """
    on = day_of(day)
    book = _book(config, on)
    if state is not None:
        _write(html, dialogue.page(book, state, locale, country, on))
        return
    if family not in book.known(on):
        raise UsageError(
            f"no text is called {family!r}", f"known: {', '.join(sorted(book.known(on)))}"
        )
    is_beside = family.startswith("support.") and surface is None
    refused = None if is_beside else Surface(surface or Surface.SEARCH)
    content = book.content(family, refused, locale, country, on)
    if as_json:
        print_json(asdict(content))
    elif html is None:
        click.echo(page.as_text(content, is_refused=not is_beside), nl=False)
    if html is not None:
        _write(html, page.render("message.html", content, is_refused=not is_beside))


def _book(config: Path | None, day: date) -> BookOfTexts:
    if config is None:
        return read_texts((), (), day)
    told = read_config(config)
    book = read_texts(told.bundles, told.keys, day, told.helplines)
    for one in book.troubles:
        click.echo(f"not used: {one}", err=True)
    return book


def _write(path: Path | None, text: str) -> None:
    if path is None:
        click.echo(text, nl=False)
    else:
        write_new(path, text)
