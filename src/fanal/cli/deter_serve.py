"""`fanal deter serve`: the small HTTP service that other programs ask."""

from pathlib import Path

import click

from fanal.prevention.config import read_config
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.doors import serving
from fanal.prevention.doors.serving import PORT, Place, checked, read_token


@click.command()
@click.argument("config", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: a free one."
)
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path),
    help="Listen on a Unix socket in place of a port.",
)
@click.option("--listen", default="", help="Address beyond this machine; needs --token.")
@click.option(
    "--name", "names", multiple=True, help="Host under which clients reach it, as NAME:PORT."
)
@click.option(
    "--token",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with a token that every client must bear.",
)
def serve(
    config: Path,
    port: int,
    path: Path | None,
    listen: str,
    names: tuple[str, ...],
    token: Path | None,
) -> None:
    """Answer programs that ask before they show, take or make something.

    Only this machine reaches it. It reads changed lists by itself, and at once on SIGHUP; Ctrl-C
    ends it. It keeps and logs nothing of what it is asked.
    """
    place = checked(Place(port, listen, path, tuple(names), read_token(token) if token else b""))
    deterrent = Deterrent.open(read_config(config))
    try:
        serving.serve(deterrent, place, lambda where, _: _say(place, where))
    finally:
        deterrent.close()
    click.echo("the service has ended")


def _say(place: Place, where: str) -> None:
    if place.path is None and not place.is_here:
        click.echo(
            "warning: other machines reach this address, and what is asked travels in the open;"
            " put it behind TLS",
            err=True,
        )
    click.echo(f"fanal deter: {where}")
    click.echo("Ctrl-C ends it; SIGHUP reads the lists anew")
