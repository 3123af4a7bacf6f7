"""Shows everything the case says of one item."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from fanal import __version__
from fanal.cli.common import case_option, json_option, print_json
from fanal.model.evidence import SENSITIVE
from fanal.origin.statements import LANGUAGES, statement
from fanal.pipeline import facts
from fanal.pipeline.case import reading
from fanal.pipeline.named import whole
from fanal.review.panel import panel, victim
from fanal.stores.interface import Where

TOLD_BELOW = ("origin", "decisions")
"""Parts of the public object that the panel lays out."""
WIDEST = 400
"""Characters of one value that are printed."""


@click.command()
@click.argument("sha256")
@case_option
@click.option(
    "--words",
    is_flag=True,
    help="Print prompts, names and other words that are kept but not shown otherwise.",
)
@click.option(
    "--statement",
    "language",
    type=click.Choice(LANGUAGES),
    help="Print a statement on its origin for a report, in this language.",
)
@json_option
def show(
    sha256: str,
    case: Where,
    words: bool,  # noqa: FBT001
    language: str | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show the item with this SHA-256 (the first characters are enough), and its origin."""
    with reading(case) as store:
        item = next(facts.items(store, among=[whole(store, sha256)], words=words))
    if as_json:
        print_json(item)
        return
    if language:
        for line in statement(item, language, __version__).splitlines():
            click.echo(facts.printable(line))
        return
    for name, value in item.items():
        for text in _values(value) if name not in TOLD_BELOW else ():
            click.echo(f"{name:<14}{facts.printable(text)}")
    for line in (*panel(item), *victim(item)):
        click.echo(facts.printable(line))
    for line in _words(item) if words else ():
        click.echo(facts.printable(line))


def _values(value: Any) -> Iterator[str]:
    """Yield a value of the public object, one line an entry; nothing where there is none."""
    if isinstance(value, list):
        for entry in value:
            yield "  ".join(f"{key}={part}" for key, part in entry.items() if part is not None)
    elif isinstance(value, dict):
        yield "  ".join(f"{key}={part}" for key, part in value.items() if part not in (None, []))
    elif value is not None:
        yield str(value)


def _words(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words that are not shown unless asked for."""
    yield "words that are kept and not shown otherwise"
    for one in item["origin"]["findings"]:
        for name, value in one["data"].get(SENSITIVE, {}).items():
            text = value if isinstance(value, str) else repr(value)
            yield f"  {one['kind']}, {name}: {text[:WIDEST]}{'…' if len(text) > WIDEST else ''}"
