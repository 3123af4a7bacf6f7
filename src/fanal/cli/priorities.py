"""Sets and shows the signed rule file that says what comes first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fanal.cli.common import Shown, case_option, json_option, print_json, settings
from fanal.pipeline import priorities as files
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.order import order
from fanal.review.priorities import Rules
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

file_type = click.Path(path_type=Path)


@click.group()
def priorities() -> None:
    """Say what comes first, by a rule file that an authority signed; it can only raise."""


@priorities.command("set")
@click.argument("file", type=file_type)
@case_option
@click.option("--signature", required=True, type=file_type, help="Ed25519 signature over FILE.")
@click.option("--key", required=True, type=file_type, help="Public key of who signed, PEM.")
def set_(file: Path, case: Where, signature: Path, key: Path) -> None:
    """Let FILE say what comes first; its signature is checked now and at every order.

    Signed with: openssl pkeyutl -sign -rawin -inkey KEY.pem -in FILE -out FILE.sig
    """
    told = settings()
    with _there(case, told) as store:
        kept = files.set_priorities(store, actor(told), files.SignedFile(file, signature, key))
        _order(store, told)
        _, rules = files.current(store)
        missing = files.unknown(store, rules)
    _print(rules)
    click.echo(f"SHA-256 {kept.sha256}, signed by {kept.signer}")
    for name in missing:
        click.echo(printable(f"not in this case so far: {name}"))


@priorities.command()
@case_option
@json_option
def show(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the rule file that counts, and check its signature again."""
    with reading(case) as store:
        kept, rules = files.current(store)
    if as_json:
        told = {"sha256": kept.sha256, "signer": kept.signer, "name": kept.name} if kept else {}
        print_json({**told, "says": files.spelled(rules)} if kept else {})
    elif kept is None:
        click.echo("no rule file: the order of the house counts")
    else:
        _print(rules)
        click.echo(f"SHA-256 {kept.sha256}, signed by {kept.signer}; the signature holds")


@priorities.command()
@click.argument("file", type=file_type)
def check(file: Path) -> None:
    """Read FILE, which need not be signed yet, and say what it would do."""
    _print(files.checked(file))


@priorities.command()
@case_option
def clear(case: Where) -> None:
    """Let no rule file count any more; the log keeps who did that, and what counted before."""
    told = settings()
    with _there(case, told) as store:
        before = files.clear_priorities(store, actor(told))
        _order(store, told)
    click.echo(f"no rule file counts any more (before: {before[:16]})" if before else "none did")


@contextmanager
def _there(case: Where, told: Settings) -> Iterator[CaseStore]:
    """Lend a case for writing that is there: to open it for a run would make one."""
    with reading(case, told):
        pass
    with writing(case, told) as store:
        yield store


def _order(store: CaseStore, told: Settings) -> None:
    progress = Shown()
    try:
        order(store, actor(told), progress, told.blind)
    finally:
        progress.end()


def _print(rules: Rules) -> None:
    for line in files.spelled(rules):
        click.echo(printable(line))
