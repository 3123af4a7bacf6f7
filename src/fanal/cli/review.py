"""Opens the review desk on a case, for a browser on this machine."""

from pathlib import Path

import click

from fanal.cli.common import case_option, engine_options, settings
from fanal.engines import ENGINES
from fanal.pipeline.case import writing
from fanal.stores.interface import Where
from fanal.web.desk import Desk
from fanal.web.door import Door
from fanal.web.serve import Place, checked, names, serve

PORT = 8417
_file = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@case_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: a free one."
)
@click.option("--address", default="", help="Listen here too, beyond this machine; see below.")
@click.option("--certificate", type=_file, help="PEM file of the certificate for --address.")
@click.option("--certificate-key", "key", type=_file, help="PEM file of its key.")
@engine_options
def review(  # noqa: PLR0913, PLR0917 (where it listens, and where the work runs)
    case: Where,
    port: int,
    address: str,
    certificate: Path | None,
    key: Path | None,
    engine: str | None,
    workers: int | None,
) -> None:
    """Open the review desk on a case and print its address for the browser.

    Only this machine reaches it. Where others are to reach it, give the address to listen on and a
    certificate; without one it is refused. Ctrl-C ends it and seals the case.
    """
    place = checked(Place(port, address, certificate, key))
    names(place)
    told = settings(engine=engine, workers=workers)
    with writing(case, told, run=False) as store:
        workers_of = ENGINES.get(told.engine)(told)
        try:
            desk = Desk(store, told, workers_of)
            serve(desk, place, lambda origin: _print(desk, origin))
        finally:
            workers_of.close()
    click.echo("the review desk has ended")


def _print(desk: Desk, origin: str) -> None:
    click.echo(f"review desk of case {desk.store.case_id[:8]}: {origin}")
    if code := desk.of(Door).set_up_code:
        click.echo(f"nobody can sign in yet; the code for the first person is {code}")
    click.echo("Ctrl-C ends it")
