"""Keeps the signed checklist of an authority: adds, shows and signs it."""

from pathlib import Path

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.pipeline import checklist as lists
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.priorities import SignedFile
from fanal.review.checklist import Checklist
from fanal.stores.interface import Where

file_type = click.Path(path_type=Path)


@click.group()
def checklist() -> None:
    """Ask what an authority's signed checklist asks; people answer it, and it can only lift."""


@checklist.command()
@click.argument("file", type=file_type)
@case_option
@click.option("--signature", required=True, type=file_type, help="Ed25519 signature over FILE.")
@click.option("--key", required=True, type=file_type, help="Public key of who signed, PEM.")
def add(file: Path, case: Where, signature: Path, key: Path) -> None:
    """Let FILE be the checklist that counts; its signature is checked now and at every use.

    Nothing in it may ask about nationality, ethnicity, religion, health, sexual orientation,
    neighbourhood, name or language, nor use a graph or a score.
    """
    told = settings()
    with writing(case, told, run=False) as store:
        kept = lists.set_checklist(store, actor(told), SignedFile(file, signature, key))
        _, made = lists.needed(store)
    _print(made)
    click.echo(f"SHA-256 {kept.sha256}, signed by {kept.signer}")


@checklist.command()
@case_option
@json_option
def show(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the checklist that counts, and check its signature again."""
    with reading(case) as store:
        found = lists.current(store)
    if found is None:
        if not as_json:
            click.echo("no checklist: fanal leads checklist add FILE")
        else:
            print_json({})
        return
    kept, made = found
    if as_json:
        says = list(lists.spelled(made))
        print_json({"name": made.name, "sha256": kept.sha256, "signer": kept.signer, "says": says})
        return
    _print(made)
    click.echo(f"SHA-256 {kept.sha256}, signed by {kept.signer}; the signature holds")


@checklist.command()
@click.argument("file", type=file_type)
@click.option("--key", required=True, type=file_type, help="Private Ed25519 key, PEM.")
@click.option("--out", type=file_type, help="Where the signature goes (default: FILE.sig).")
def sign(file: Path, key: Path, out: Path | None) -> None:
    """Read FILE as it would be read for a case, and sign it."""
    signature = out or file.with_name(f"{file.name}.sig")
    signer = lists.sign(SignedFile(file, signature, key))
    click.echo(printable(f"{signature}: signed by {signer}"))


def _print(made: Checklist) -> None:
    for line in lists.spelled(made):
        click.echo(printable(line))
