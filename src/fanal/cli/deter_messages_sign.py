"""`fanal deter messages keys` and `sign`: an operator's key, and bundles signed with it."""

import os
from datetime import datetime
from pathlib import Path

import click

from fanal.cli.deter_messages import day_of, day_option
from fanal.cli.deter_messages_check import sentence
from fanal.errors import UsageError
from fanal.prevention.messages.bundles import MOST_BYTES, read
from fanal.prevention.messages.keys import make_key, signature_of
from fanal.prevention.messages.keys import sign as signed


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the private key goes; only you may read it.",
)
def keys(out: Path) -> None:
    """Make the key that your bundles are signed with, and print its public half.

    The public half goes into the service's configuration; keep the private one away from it.
    """
    public = make_key(out)
    click.echo(f"{out} is the private key: keep it away from the service")
    click.echo("in the service's configuration:")
    click.echo("[messages]")
    click.echo(f'keys = ["{public}"]')


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The private key, as `keys` made it.",
)
@day_option
def sign(bundle: Path, key: Path, day: datetime | None) -> None:
    """Sign a bundle that a service would take: the signature goes beside it, as BUNDLE.sig.

    What has a fault, was not reviewed or has expired is not signed.
    """
    with bundle.open("rb") as stream:
        raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise UsageError(f"{bundle} is too long for a bundle", "name another file")
    found, faults = read(raw, day_of(day))
    if found is None:
        raise UsageError(
            f"{bundle} is not signed: {sentence(faults[0])}",
            f"fanal deter messages check {bundle} says everything that is wrong with it",
        )
    signature, public = signed(raw, key)
    path = signature_of(bundle)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.write_text(f"{signature}\n", "ascii")
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "make room") from None
    click.echo(f"{path}: signed for {found.locale}, version {found.version}, by {public}")
