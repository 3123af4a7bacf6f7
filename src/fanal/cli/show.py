"""Shows everything the case says of one item."""

import click

from fanal.cli.common import case_option, json_option, print_json
from fanal.errors import UsageError
from fanal.model.item import Item
from fanal.pipeline import facts
from fanal.pipeline.case import reading
from fanal.stores.interface import Where


@click.command()
@click.argument("sha256")
@case_option
@json_option
def show(sha256: str, case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the item with this SHA-256 (the first characters are enough)."""
    with reading(case) as store:
        wanted = sha256.lower()
        found = [item.sha256 for item in store.find(Item) if item.sha256.startswith(wanted)]
        if len(found) != 1:
            raise UsageError(
                f"{len(found)} items have a SHA-256 that begins with {wanted!r}",
                "give more characters of it; fanal items lists them all",
            )
        item = next(facts.items(store, among=found))
    if as_json:
        print_json(item)
        return
    for name, value in item.items():
        if isinstance(value, list) and value:
            for entry in value:
                text = "  ".join(f"{key}={part}" for key, part in entry.items() if part is not None)
                click.echo(f"{name:<14}{facts.printable(text)}")
        elif isinstance(value, dict):
            text = "  ".join(
                f"{key}={part}" for key, part in value.items() if part not in (None, [])
            )
            click.echo(f"{name:<14}{facts.printable(text)}")
        elif value not in (None, []):
            click.echo(f"{name:<14}{facts.printable(str(value))}")
