"""Answers a package, and takes answers in."""

from pathlib import Path

import click

from fanal.cli.common import CasePlace, json_option, print_json, settings
from fanal.cli.package_common import (
    file_type,
    force_option,
    given,
    identity_option,
    passphrase,
    sender_option,
    who,
)
from fanal.errors import UsageError
from fanal.model.package import OUTCOMES
from fanal.pipeline.case import writing
from fanal.pipeline.facts import printable
from fanal.pipeline.replies import Came, TakenIn, answer, take_in
from fanal.stores.interface import Where


@click.command()
@click.argument("file", type=file_type)
@click.option(
    "--case",
    "case",
    type=CasePlace(),
    metavar="DIR|URL",
    help="Take the reply FILE in to this case (never read from FANAL_CASE).",
)
@click.option(
    "--lead",
    "leads",
    multiple=True,
    metavar="LEAD=OUTCOME[:TEXT]",
    help=f"Answer of one lead: {', '.join(OUTCOMES)}. Repeatable.",
)
@click.option("--out", type=file_type, metavar="FILE", help="The reply to write.")
@force_option
@identity_option
@sender_option
@click.option("--reason", default="", metavar="TEXT", help="Why it is taken in.")
@click.option("--by", default="", metavar="NAME", help="Who takes it in (default: setting actor).")
@json_option
def reply(  # noqa: PLR0913, PLR0917 (two sides of one exchange)
    file: Path,
    case: Where | None,
    leads: tuple[str, ...],
    out: Path | None,
    force: bool,  # noqa: FBT001
    identity: Path | None,
    sender: str,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Answer the package FILE with --lead and --out; or take the reply FILE in with --case.

    A reply is signed with your own key and encrypted to whoever sent the package. Taken in, it is
    an assessment `outcome` of each lead; the same reply is not taken in twice.
    """
    told = settings()
    if case is None and leads and out is not None:
        said = dict(_answer(one) for one in leads)
        manifest, sealed = answer(told, given(file, identity, sender), said, out, force=force)
        if as_json:
            print_json({"file": str(out), "sha256": sealed.sha256, "leads": dict(manifest.leads)})
            return
        click.echo(printable(f"{out}: {len(said):,} leads answered, for {manifest.recipient.name}"))
        click.echo(f"signed with {manifest.sender.signing_key}: the sender must know that key")
    elif case is not None and not leads and out is None:
        with writing(case, told, run=False) as store:
            came = Came(file, identity, passphrase)
            done = take_in(store, told, who(told, reason or "a reply came", by), came)
        _print_json(done) if as_json else _print(done)
    else:
        raise UsageError(
            "either a package is answered or a reply is taken in",
            "fanal package reply PACKAGE --lead L-…=accepted --out FILE, or"
            " fanal package reply FILE --case DIR",
        )


def _answer(text: str) -> tuple[str, str]:
    lead, mark, said = text.partition("=")
    if not (lead and mark and said):
        raise UsageError(
            f"{text[:60]!r} is no answer", f"LEAD={OUTCOMES[0]}, or with words after :"
        )
    return lead, said


def _print(done: TakenIn) -> None:
    click.echo(printable(f"{done.package.recipient} answers {done.package.id}:"))
    for one in done.assessments:
        click.echo(printable(f"  {one.about}: {one.value}  {one.grounds}"))
    for lead in done.older:
        click.echo(f"  {lead}: something newer was taken in before")


def _print_json(done: TakenIn) -> None:
    print_json(
        {
            "package": done.package.id,
            "version": done.package.version,
            "recipient": done.package.recipient,
            "leads": {one.about: one.value for one in done.assessments},
            "older": list(done.older),
        }
    )
