"""Runs the benchmarks of the README, peers included."""

from importlib import import_module

import click

from fanal.errors import UsageError

PARTS = {
    "end-to-end": "fanal.bench.end_to_end",
    "matching": "fanal.bench.matching",
    "store": "fanal.bench.store",
    "pdq": "fanal.bench.pdq",
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("part", type=click.Choice(["all", *PARTS]), default="all")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(part: str, arguments: tuple[str, ...]) -> None:
    """Measure fanal and its peers in one run and print ratios.

    `end-to-end` from file to stored facts, `matching` known hashes, `store` what storing and a
    second run cost, `pdq FOLDER…` how far our PDQ is from that of pdqhash. The peers come with
    `make bench`.
    """
    for name in [part] if part != "all" else [name for name in PARTS if name != "pdq"]:
        click.echo(f"== {name}")
        try:
            module = import_module(PARTS[name])
        except ModuleNotFoundError as error:
            raise UsageError(
                f"the peer {error.name} is not installed", "run: make bench"
            ) from error
        module.main(list(arguments))
