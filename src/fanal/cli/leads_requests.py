"""Prepares requests for subscriber data, lets a second person sign them, writes them out."""

from pathlib import Path

import click

from fanal.cli.common import case_option, counted, json_option, print_json, print_table, settings
from fanal.leads.requests import NOBODY, Sheets
from fanal.pipeline import leads
from fanal.pipeline import requests as asking
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.consulted import consult
from fanal.pipeline.facts import printable
from fanal.pipeline.requests import Request, Wanted
from fanal.pipeline.said import Said
from fanal.stores.interface import Where

by_option = click.option("--by", default="", metavar="NAME", help="Who acts (default: actor).")
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why, in one line.")


@click.group()
def requests() -> None:
    """Ask providers who used an address: sheets by country and provider, signed by two persons."""


@requests.command("list")
@click.argument("lead", default="")
@case_option
@json_option
def list_(lead: str, case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the requests of the case; or, for LEAD, which providers could be asked of it."""
    told = settings()
    if not lead:
        with reading(case) as store:
            found = asking.requests(store)
        _print_requests(found, as_json=as_json)
        return
    with writing(case, told, run=False) as store, leads.book(store) as book:
        one = consult(store, book, (saying.login(), actor(told)), lead, "request sheets")
        sheets = asking.sheets(store, one)
    _print_sheets(sheets, as_json=as_json)


@requests.command()
@click.argument("lead")
@case_option
@click.option("--country", required=True, help="ISO 3166-1 alpha-2, as listed.")
@click.option("--provider", required=True, help="As listed.")
@click.option("--destination", required=True, metavar="TEXT", help="Server that was reached.")
@click.option("--legal-basis", required=True, metavar="TEXT", help="What entitles you to ask.")
@click.option("--deadline", required=True, metavar="DAY", help="Answer wanted by this day.")
@reason_option
@by_option
def prepare(  # noqa: PLR0913, PLR0917 (what is asked, of whom, on what basis)
    lead: str,
    case: Where,
    country: str,
    provider: str,
    destination: str,
    legal_basis: str,
    deadline: str,
    reason: str,
    by: str,
) -> None:
    """Prepare the request of LEAD to one provider; it waits for a second person."""
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    wanted = Wanted(country, provider, destination, legal_basis, deadline)
    with writing(case, told, run=False) as store, leads.book(store) as book:
        one = consult(store, book, (said.account, said.by), lead, "request prepared")
        done = asking.prepare(store, said, one, wanted)
    click.echo(
        f"{done.id}: prepared; another person checks it: fanal leads requests show {done.id}"
    )


@requests.command()
@click.argument("id_", metavar="ID")
@case_option
@json_option
def show(id_: str, case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show a request with every line of it, to be checked before it is signed."""
    with reading(case) as store:
        found = asking.request(store, id_)
    sheet = found.sheet
    if as_json:
        print_json({**_object(found), "sheet": dict(sheet)})
        return
    for name in ("country", "provider", "destination", "legal_basis", "deadline"):
        click.echo(f"{name.replace('_', ' ')}: {printable(str(sheet[name]))}")
    head = (
        "address",
        "port",
        "UTC",
        "corrected",
        "known to",
        "as it stands",
        "zone",
        "singles out",
    )
    rows = [
        (
            line["ip"],
            line["port"] if line["port"] is not None else "-",
            line["utc"],
            line["corrected"] or "-",
            f"{line['precision_s']} s",
            printable(line["raw"]),
            printable(line["zone"]),
            line["singles_out"] + (f" ({', '.join(line['missing'])})" if line["missing"] else ""),
        )
        for line in sheet["lines"]
    ]
    print_table([head, *rows])
    for clock in sorted({line["clock"] for line in sheet["lines"]}):
        click.echo(f"clock: {printable(clock)}")
    click.echo(f"SHA-256 {found.sha256}; {_state(found)}")


@requests.command()
@click.argument("id_", metavar="ID")
@case_option
@reason_option
@by_option
def sign(id_: str, case: Where, reason: str, by: str) -> None:
    """Sign request ID: you, another person under another login, checked its lines."""
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store:
        done = asking.sign(store, said, id_)
    click.echo(f"{done.id}: request {id_} is signed by {printable(done.by)}")


@requests.command()
@click.argument("id_", metavar="ID")
@case_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="FILE.html; .csv beside."
)
@click.option("--force", is_flag=True, help="Write over earlier files.")
@reason_option
@by_option
def export(
    id_: str,
    case: Where,
    out: Path,
    force: bool,  # noqa: FBT001
    reason: str,
    by: str,
) -> None:
    """Write the signed request ID as a page and as CSV."""
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    with writing(case, told, run=False) as store:
        files = asking.export(store, said, id_, out, force=force)
    for path in files:
        click.echo(str(path))


def _state(found: Request) -> str:
    if found.signed:
        return f"signed by {printable(found.signed.by)}"
    return f"prepared by {printable(found.prepared.by)}, waits for a second person"


def _object(found: Request) -> dict[str, object]:
    first, second = found.prepared, found.signed
    return {
        "id": first.id,
        "lead": first.about,
        "sha256": found.sha256,
        "prepared": {"by": first.by, "login": first.login, "when": first.when},
        "signed": {"by": second.by, "login": second.login, "when": second.when} if second else None,
    }


def _print_requests(found: dict[str, Request], *, as_json: bool) -> None:
    if as_json:
        for one in found.values():
            print_json({**_object(one), "country": one.sheet["country"]})
        return
    head = ("id", "lead", "country", "provider", "lines", "deadline", "state")
    rows = [
        (
            one.prepared.id,
            one.prepared.about,
            one.sheet["country"],
            printable(one.sheet["provider"]),
            len(one.sheet["lines"]),
            one.sheet["deadline"],
            _state(one),
        )
        for one in found.values()
    ]
    print_table([head, *rows], right=frozenset({4}))


def _print_sheets(sheets: Sheets, *, as_json: bool) -> None:
    if as_json:
        for one in sheets.sheets:
            print_json(
                {
                    "country": one.country,
                    "provider": one.provider,
                    "asn": one.asn,
                    "lines": len(one.lines),
                    "cannot": sum(line.singles_out == NOBODY for line in one.lines),
                }
            )
        return
    head = ("country", "provider", "system", "lines", "cannot single out")
    rows = [
        (
            one.country,
            printable(one.provider),
            f"AS{one.asn}" if one.asn else "-",
            len(one.lines),
            sum(line.singles_out == NOBODY for line in one.lines),
        )
        for one in sheets.sheets
    ]
    print_table([head, *rows], right=frozenset({3, 4}))
    if sheets.left:
        click.echo(f"lead to no subscriber: {counted(sheets.left)}")
