"""Checks a package that came in, offline, and opens it."""

import sys
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, settings
from fanal.cli.package_common import file_type, given, identity_option, sender_option
from fanal.exchange.manifest import RECALL
from fanal.model.package import HANDLING
from fanal.pipeline.facts import printable
from fanal.pipeline.received import Checked, Taken, open_package, struck
from fanal.pipeline.received import verify as run

SHOWN = 20
STRUCK, PLAIN = "\x1b[9m", "\x1b[29m"
"""Begin and end of what a terminal strikes through (ECMA-48, SGR 9 and 29)."""


@click.command()
@click.argument("package", type=file_type)
@identity_option
@sender_option
@json_option
def verify(package: Path, identity: Path | None, sender: str, as_json: bool) -> None:  # noqa: FBT001
    """Check PACKAGE: an encrypted file, a decrypted archive, or the folder it was opened to.

    Signature, every digest and size, names, padding, version. The first thing that differs is
    named with its place. Nothing is written, no case and no network is needed.
    """
    found = run(settings(), given(package, identity, sender))
    if as_json:
        print_json(_facts(found))
        return
    _print(found)


@click.command("open")
@click.argument("package", type=file_type)
@click.option("--into", required=True, type=file_type, metavar="FOLDER", help="A new folder.")
@identity_option
@sender_option
@json_option
def open_(
    package: Path,
    into: Path,
    identity: Path | None,
    sender: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Check PACKAGE and write its files to a new folder; a version that counts no more is refused.

    A newer version strikes through what it takes back, in SUPERSEDED.html of the older folder.
    """
    taken = open_package(settings(), given(package, identity, sender), into)
    if as_json:
        gone = [
            {"file": line.file, "where": line.where, "was": line.was, "now": line.now}
            for line in struck(taken.lines)
        ]
        print_json(_facts(taken.checked) | {"folder": str(into), "superseded": gone})
        return
    _print(taken.checked)
    _print_changes(taken)
    click.echo(printable(f"opened: {into}"))


def _print(found: Checked) -> None:
    manifest = found.opened.manifest
    click.echo(
        printable(
            f"{manifest.kind} {manifest.id} version {manifest.version} for"
            f" {manifest.recipient.name} ({manifest.country}), {len(manifest.leads):,} leads,"
            f" of {manifest.time}"
        )
    )
    click.echo(printable(found.trust))
    click.echo(
        f"signature, {len(manifest.files):,} files, sizes, digests and names are as they must be"
    )
    click.echo(printable(f"{manifest.handling}: {HANDLING[manifest.handling]}  {manifest.terms}"))
    for note in manifest.notes:
        click.echo(printable(note))
    if manifest.reason:
        click.echo(printable(f"reason: {manifest.reason}"))


def _print_changes(taken: Taken) -> None:
    """Show what counts no more, struck through where a terminal can do that."""
    manifest = taken.checked.opened.manifest
    if taken.before is None or taken.before.manifest == taken.checked.opened.digest:
        return
    what = "is recalled" if manifest.kind == RECALL else "is superseded"
    click.echo(printable(f"version {taken.before.version} {what}: {manifest.reason}"))
    gone = struck(taken.lines)
    for lead in manifest.withdrawn:
        click.echo(_struck(lead) + "  withdrawn")
    for line in gone[:SHOWN]:
        now = "" if line.now is None else f"  now: {printable(line.now)}"
        click.echo(f"{printable(f'{line.file} {line.where}')}: {_struck(line.was)}{now}")
    if len(gone) > SHOWN:
        click.echo(f"{len(gone) - SHOWN:,} more values count no more")
    for folder in taken.before.folders:
        if taken.lines:
            click.echo(printable(f"all of it struck through: {folder}/SUPERSEDED.html"))
        else:
            click.echo(printable(f"not there any more, or changed: {folder}"))


def _struck(text: str) -> str:
    shown = printable(text)
    if sys.stdout.isatty():
        return f"{STRUCK}{shown}{PLAIN}"
    return f"[counts no more: {shown}]"


def _facts(found: Checked) -> dict[str, object]:
    manifest = found.opened.manifest
    return {
        "kind": manifest.kind,
        "id": manifest.id,
        "version": manifest.version,
        "country": manifest.country,
        "sender": manifest.sender.name,
        "key": found.opened.key,
        "known": found.is_known,
        "trust": found.trust,
        "manifest": found.opened.digest,
        "handling": manifest.handling,
        "terms": manifest.terms,
        "reason": manifest.reason,
        "time": manifest.time,
        "leads": dict(manifest.leads),
        "withdrawn": manifest.withdrawn,
        "files": len(manifest.files),
    }
