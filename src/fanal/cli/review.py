"""Opens the review desk on a case, for a browser on this machine."""

from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import click

from fanal.cli.common import case_option, engine_options, settings
from fanal.engines import ENGINES
from fanal.engines.interface import Engine
from fanal.pipeline.case import writing
from fanal.stores.interface import Where
from fanal.web.desk import Desk
from fanal.web.door import Door
from fanal.web.kiosk import Kiosk, browser, profile
from fanal.web.serve import Place, checked, names, serve

PORT = 8417
AHEAD = 4
"""Workers that are woken up before anybody asks."""
_file = click.Path(path_type=Path, dir_okay=False, exists=True)

REST = 20.0
"""Seconds that a request whose browser is gone may take to end before the case is closed."""


@click.command()
@case_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: a free one."
)
@click.option("--address", default="", help="Listen here too, beyond this machine; see below.")
@click.option("--certificate", type=_file, help="PEM file of the certificate for --address.")
@click.option("--certificate-key", "key", type=_file, help="PEM file of its key.")
@click.option("--kiosk", is_flag=True, help="Show it in a browser of its own that keeps nothing.")
@engine_options
def review(  # noqa: PLR0913, PLR0917 (where it listens, and where the work runs)
    case: Where,
    port: int,
    address: str,
    certificate: Path | None,
    key: Path | None,
    kiosk: bool,  # noqa: FBT001
    engine: str | None,
    workers: int | None,
) -> None:
    """Open the review desk on a case and print its address for the browser.

    Only this machine reaches it. Where others are to reach it, give the address to listen on and a
    certificate; without one it is refused. Ctrl-C ends it and seals the case; with --kiosk, so does
    closing the browser.
    """
    place = checked(Place(port, address, certificate, key))
    names(place)
    program = browser() if kiosk else ""
    told = settings(engine=engine, workers=workers)
    with writing(case, told, run=False) as store:
        engine_of = ENGINES.get(told.engine)(told)
        desk = Desk(store, told, engine_of)
        try:
            _serve(desk, place, program)
        finally:
            engine_of.close()
            desk.rest(REST)
    click.echo("the review desk has ended")


def _serve(desk: Desk, place: Place, program: str) -> None:
    _started(desk.engine)
    with ExitStack() as stack:
        shown = None
        if program:
            shown = Kiosk(program, stack.enter_context(profile()))
            stack.callback(shown.close)

        def ready(origin: str, end: Callable[[], None]) -> None:
            _print(desk, origin)
            if shown is not None:
                shown.show(origin, end)

        serve(desk, place, ready)


def _started(engine: Engine) -> None:
    """Start the workers before the first page asks for one, and do not wait for them."""
    deque(engine.run(str, ()), 0)
    Thread(target=lambda: deque(engine.run(str, [("",)] * AHEAD), 0), daemon=True).start()


def _print(desk: Desk, origin: str) -> None:
    click.echo(f"review desk of case {desk.store.case_id[:8]}: {origin}")
    if code := desk.of(Door).set_up_code:
        click.echo(f"nobody can sign in yet; the code for the first person is {code}")
    click.echo("Ctrl-C ends it")
