"""Keeps the authorities that packages are made for."""

from dataclasses import asdict

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.cli.package_common import said_options, who
from fanal.exchange.transfer_rules import GROUNDS
from fanal.pipeline import recipients as keeping
from fanal.pipeline.case import reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.received import sender_key
from fanal.stores.interface import Where

DIGEST = 16


@click.group()
def recipients() -> None:
    """Keep the authorities that packages are made for, their keys, and on what ground data go."""


@recipients.command()
@click.argument("name")
@case_option
@click.option("--country", required=True, metavar="CC", help="ISO 3166-1, two letters; or EU.")
@click.option("--age-key", required=True, metavar="age1…", help="What packages are encrypted to.")
@click.option(
    "--signing-key",
    default="",
    metavar="KEY",
    help="Ed25519 key that its replies are signed with: a PEM file, or 64 characters.",
)
@click.option("--ground", type=click.Choice(list(GROUNDS)), help="Of Directive (EU) 2016/680.")
@click.option("--instrument", default="", metavar="TEXT", help="Which binding instrument.")
@click.option("--ground-date", default="", metavar="DATE", help="Since when it is on record.")
@click.option("--justification", default="", metavar="TEXT", help="Why a transfer is necessary.")
@click.option("--consent", default="", metavar="TEXT", help="Who agreed: state, date, reference.")
@said_options
def add(  # noqa: PLR0913, PLR0917 (keys and grounds are many words)
    name: str,
    case: Where,
    country: str,
    age_key: str,
    signing_key: str,
    ground: str | None,
    instrument: str,
    ground_date: str,
    justification: str,
    consent: str,
    reason: str,
    by: str,
) -> None:
    """Add the authority NAME, or give one that is there other keys and grounds.

    A country without an adequacy decision needs an instrument of article 37 or a ground of article
    38, its date, a justification, and the consent of the state that supplied the data.
    """
    told = settings()
    transfer = {
        "ground": ground or "",
        "instrument": instrument,
        "date": ground_date,
        "justification": justification,
        "consent": consent,
    }
    new = keeping.New(
        name,
        country.upper(),
        age_key,
        sender_key(signing_key) if signing_key else "",
        {key: text for key, text in transfer.items() if text},
    )
    with writing(case, told, run=False) as store:
        made = keeping.add(store, who(told, reason, by), new)
    click.echo(printable(f"{made.name} ({made.country}): {keeping.group(made).name}"))
    for sentence in keeping.missing(made):
        click.echo(printable(f"before a package can go there: {sentence}"))
    if not made.signing_key:
        click.echo("its replies cannot be taken in before its key is on record: --signing-key")


@recipients.command("list")
@case_option
@json_option
def list_(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the authorities, ended ones too."""
    with reading(case) as store:
        found = list(keeping.recipients(store).values())
    if as_json:
        for one in found:
            print_json(asdict(one) | {"missing": keeping.missing(one)})
        return
    head = ("name", "country", "rule", "age key", "replies signed with", "state")
    rows = [
        (
            printable(one.name),
            one.country,
            keeping.group(one).name + (": not complete" if keeping.missing(one) else ""),
            f"{one.age_key[:DIGEST]}…",
            f"{one.signing_key[:DIGEST]}…" if one.signing_key else "-",
            one.state,
        )
        for one in found
    ]
    print_table([head, *rows])


@recipients.command()
@click.argument("name")
@case_option
@said_options
def end(name: str, case: Where, reason: str, by: str) -> None:
    """Make no package for the authority NAME any more; recalls still reach it."""
    told = settings()
    with writing(case, told, run=False) as store:
        made = keeping.end(store, who(told, reason, by), name)
    click.echo(printable(f"{made.name}: ended"))
