"""`fanal deter messages check`: whether a bundle would be taken, and how hard it is to read."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.cli.deter_messages import day_of, day_option
from fanal.errors import FanalError
from fanal.pipeline.facts import printable
from fanal.prevention.config import read_config
from fanal.prevention.messages.bundles import Bundle, examine, read
from fanal.prevention.messages.lix import lix, step
from fanal.prevention.messages.wording import Fault, Wrong


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "known", multiple=True, help="A public key that the service takes.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The service's configuration, for its keys.",
)
@day_option
@json_option
def check(
    bundle: Path,
    known: tuple[str, ...],
    config: Path | None,
    day: datetime | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Say whether a service would take BUNDLE, everything that is wrong with it, and its LIX.

    Without --key and --config the signature is not looked at: that is for texts in the making.
    LIX: below 40 is easy, above 50 is hard.
    """
    on = day_of(day)
    trusted = (*known, *(read_config(config).keys if config else ()))
    found, faults = examine(bundle, trusted, on)
    if found is None and faults[0].fault in {Fault.UNSIGNED, Fault.SIGNATURE}:
        unsigned = faults if trusted else ()
        found, other = read(bundle.read_bytes(), on)
        faults = (*unsigned, *other)
    if as_json:
        print_json(_told(bundle, found, faults))
    else:
        _print(bundle, found, faults, is_signed=bool(trusted) and not faults)
    if faults:
        raise FanalError(
            f"{bundle.name} would not be taken: {len(faults)} faults",
            "correct it, have it reviewed and sign it; until then the built-in texts are shown",
        )


def sentence(fault: Wrong) -> str:
    """Return what is wrong as a part of a sentence."""
    return f"{fault.where or 'it'} {fault.fault}"


def _told(path: Path, found: Bundle | None, faults: tuple[Wrong, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": path.name,
        "is_taken": found is not None and not faults,
        "faults": [{"where": one.where, "fault": one.fault.name.lower()} for one in faults],
    }
    if found is not None:
        told |= {"locale": found.locale, "version": found.version, "sha256": found.sha256}
        told |= {"expires": found.expires.isoformat(), "reading_level": found.reading_level}
        told["lix"] = dict(_measured(found))
    return told


def _measured(found: Bundle) -> list[tuple[str, int | None]]:
    """Return key → LIX of its title and body."""
    return [(key, lix((text.title, *text.body))) for key, text in found.messages.items()]


def _print(path: Path, found: Bundle | None, faults: tuple[Wrong, ...], *, is_signed: bool) -> None:
    for one in faults:
        click.echo(sentence(one))
    if found is None:
        return
    signed = "signed" if is_signed else "signature not looked at or not taken"
    click.echo(f"{path.name}: {found.locale}, version {found.version}, {signed}")
    click.echo(f"reviewed by {printable(found.reviewer)} on {found.review_date}")
    click.echo(f"legal check: {printable(found.legal_check)} on {found.legal_date}")
    click.echo(f"not used any more from {found.expires}")
    rows = [(key, "-" if value is None else value, step(value)) for key, value in _measured(found)]
    print_table([("text", "LIX", "to read"), *rows], right=frozenset({1}))
