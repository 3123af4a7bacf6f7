"""Learns with another service which identifiers both have, without handing lists over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.errors import UsageError
from fanal.exchange.overlap import TYPES
from fanal.exchange.overlap_messages import NAMES, TOLD, read
from fanal.pipeline import leads, overlap
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, signer, writing
from fanal.pipeline.export import refuse_place, written
from fanal.pipeline.facts import printable
from fanal.pipeline.overlap import Desk, Stepped
from fanal.pipeline.said import Said
from fanal.stores.interface import Where

LARGEST = 1 << 26
"""Bytes of a message."""
LAST = frozenset({TOLD, NAMES})
"""Messages that nothing follows."""
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the message to the other side.",
)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="For what purpose.")
by_option = click.option("--by", default="", metavar="NAME", help="Who does it (default: actor).")


@click.group("overlap")
def overlap_group() -> None:
    """Compare identifiers with another service: how many are shared, which ones if both agree.

    Messages are files that people carry; no connection is opened. It is safe against a side that
    follows the steps and is curious, not against one that puts guessed values in: so sets are
    small, runs few, each is for a purpose that both sign, and all of it is in the audit log.
    """


@overlap_group.command()
@case_option
@click.option("--type", "kind", type=click.Choice(tuple(TYPES)), required=True, help="Of what.")
@click.option("--operation", required=True, metavar="NAME", help="As both services call it.")
@click.option("--partner", required=True, metavar="KEY", help="Public key of the other side.")
@reason_option
@by_option
@out_option
@json_option
def begin(**told: Any) -> None:
    """Offer a comparison; what is told is how many identifiers this side puts in."""
    _step(told, lambda desk: overlap.begin(desk, told["kind"], told["operation"], told["partner"]))


@overlap_group.command("next")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@case_option
@click.option("--partner", default="", metavar="KEY", help="Public key of the other side.")
@click.option("--agree", is_flag=True, help="Agree that the shared identifiers are told.")
@reason_option
@by_option
@out_option
@json_option
def go_on(file: Path, **told: Any) -> None:
    """Read the other side's message FILE and write the one that follows."""
    if file.stat().st_size > LARGEST:
        raise UsageError(f"{file} is too large for a message", "name the file that came")
    data = file.read_bytes()
    last = read(data).step in LAST
    _step(
        told,
        lambda desk: overlap.go_on(desk, data, told["partner"], agree=told["agree"]),
        last=last,
    )


@overlap_group.command()
@click.argument("run")
@case_option
@reason_option
@by_option
@out_option
@json_option
def agree(run: str, **told: Any) -> None:
    """Agree that the shared identifiers of RUN are told: a second person of the side that began."""
    _step(told, lambda desk: overlap.agree(desk, run))


@overlap_group.command()
@json_option
def key(*, as_json: bool) -> None:
    """Print the public key by which the other side knows this laboratory."""
    public = signer(settings()).public
    print_json({"key": public}) if as_json else click.echo(public)


def _step(told: dict[str, Any], step: Callable[[Desk], Stepped], *, last: bool = False) -> None:
    case: Where = told["case"]
    given = settings()
    said = Said(told["reason"], told["by"] or actor(given), saying.login())
    out: Path | None = told["out"]
    if out is None and not last:
        raise UsageError("a message to the other side follows", "name its file: --out FILE")
    with writing(case, given, run=False) as store, leads.book(store) as book:
        desk = Desk(store, book, given, said)
        if last or out is None:
            done = step(desk)
        else:
            refuse_place(store, out, force=False)
            with written(out) as draft:
                done = step(desk)
                draft.write(done.message)
    facts = {"run": done.run, "step": done.step, "says": done.says, "shared": done.shared}
    if told["as_json"]:
        print_json(facts | {"names": list(done.names), "out": str(out) if done.message else ""})
        return
    click.echo(f"run {done.run}: {done.says}")
    for name in done.names:
        click.echo(printable(f"  {name}"))
    if done.message:
        click.echo(f"hand {out} to the other side, over a channel that both trust")
