"""Drafts a package of one country's leads for one authority."""

import re
from collections.abc import Iterable, Mapping

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.cli.package_common import said_options, who
from fanal.cli.package_leads import reading_leads
from fanal.errors import UsageError
from fanal.leads.rows import Wanted as Leads
from fanal.model.package import HANDLING, INFORMATION, SOURCES
from fanal.pipeline.case import writing
from fanal.pipeline.facts import printable
from fanal.pipeline.package_build import CODE, Built, Wanted
from fanal.pipeline.package_build import build as run
from fanal.pipeline.package_leads import LeadTerms
from fanal.pipeline.recipients import active
from fanal.stores.interface import Where

SHOWN = 10
_TERMS = re.compile(r"(?P<lead>[A-Za-z0-9-]+)=(?P<code>H[0-3])(?::(?P<words>.*))?")
_EVALUATION = re.compile(r"(?P<lead>[A-Za-z0-9-]+)=(?P<source>[ABCX])(?P<information>[1-4])")


@click.command()
@click.argument("leads", nargs=-1, metavar="[LEAD]...")
@case_option
@click.option("--recipient", required=True, metavar="NAME", help="The authority that gets it.")
@click.option("--sender", required=True, metavar="NAME", help="Your authority, as it is known.")
@click.option("--all", "everything", is_flag=True, help="All leads of its country that may leave.")
@click.option("--corrects", default="", metavar="ID", help="Make a new version of this package.")
@click.option(
    "--handling", default=CODE, show_default=True, type=click.Choice(list(HANDLING)), help="Code."
)
@click.option("--terms", default="", metavar="TEXT", help="Further restriction in words (H3).")
@click.option(
    "--lead-handling", multiple=True, metavar="LEAD=CODE[:TEXT]", help="Of one lead; repeatable."
)
@click.option(
    "--evaluation", multiple=True, metavar="LEAD=X4", help="4×4 code of one lead; repeatable."
)
@click.option("--operation", default="", metavar="NAME", help="Name of the operation.")
@said_options
@json_option
def build(  # noqa: PLR0913, PLR0917 (what, to whom, under which terms)
    leads: tuple[str, ...],
    case: Where,
    recipient: str,
    sender: str,
    everything: bool,  # noqa: FBT001
    corrects: str,
    handling: str,
    terms: str,
    lead_handling: tuple[str, ...],
    evaluation: tuple[str, ...],
    operation: str,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Draft a package: leads of one country for one authority of it. Another person approves it.

    A lead goes only to countries that it names; a contested one as possible, with the conflict.
    """
    told = settings()
    if bool(leads) == everything:
        raise UsageError("name leads, or say --all", "fanal package build L-… --recipient NAME …")
    with writing(case, told, run=False) as store, reading_leads(store) as book:
        country = active(store, recipient).country
        asked = Leads(country="" if country == "EU" else country, possible=True)
        chosen = tuple(book.ids(asked)) if everything else tuple(map(book.current, leads))
        unknown = [lead for lead, found in zip(leads, chosen, strict=False) if not found]
        if unknown:
            raise UsageError(f"there is no lead {unknown[0][:40]!r}", "fanal leads list shows them")
        of_lead = _of_lead(chosen, (handling, terms), lead_handling, evaluation)
        wanted = Wanted(
            country,
            recipient,
            chosen,
            sender,
            handling,
            terms,
            of_lead,
            operation,
            corrects,
            everything,
        )
        built = run(store, told, who(told, reason, by), wanted, book)
    _print_json(built) if as_json else _print(built)


def _of_lead(
    leads: Iterable[str],
    general: tuple[str, str],
    handling: Iterable[str],
    evaluation: Iterable[str],
) -> Mapping[str, LeadTerms]:
    """Return what was said of single leads."""
    codes = {one["lead"]: (one["code"], one["words"] or "") for one in _each(_TERMS, handling)}
    grades = {
        one["lead"]: (one["source"], one["information"]) for one in _each(_EVALUATION, evaluation)
    }
    if unknown := sorted((codes.keys() | grades.keys()) - set(leads)):
        raise UsageError(f"{unknown[0]} is no lead of this package", "name it as a lead, too")
    return {
        lead: LeadTerms(*codes.get(lead, general), *grades.get(lead, ("", "")))
        for lead in sorted(codes.keys() | grades.keys())
    }


def _each(pattern: "re.Pattern[str]", given: Iterable[str]) -> Iterable["re.Match[str]"]:
    for text in given:
        found = pattern.fullmatch(text)
        if found is None:
            raise UsageError(
                f"{text[:60]!r} says nothing of a lead",
                f"LEAD=H3:TEXT for handling; LEAD=X4 for an evaluation:"
                f" {', '.join(SOURCES)} and {', '.join(INFORMATION)}",
            )
        yield found


def _print(built: Built) -> None:
    one = built.package
    possible = sum(bool(about["possible"]) for about in one.leads.values())
    click.echo(
        printable(
            f"{one.id}: draft of version {one.version} for {one.recipient} ({one.country}),"
            f" {len(one.leads):,} leads, {possible:,} of them only possible; {one.handling}"
        )
    )
    for lead, why in list(built.left_out.items())[:SHOWN]:
        click.echo(printable(f"left out: {lead}: {why}"))
    if len(built.left_out) > SHOWN:
        click.echo(f"left out: {len(built.left_out) - SHOWN:,} more; --json has all")
    click.echo(f"another person, under another login: fanal package approve {one.id} --reason TEXT")


def _print_json(built: Built) -> None:
    one = built.package
    print_json(
        {
            "id": one.id,
            "version": one.version,
            "state": one.state,
            "recipient": one.recipient,
            "country": one.country,
            "handling": one.handling,
            "leads": dict(one.leads),
            "left_out": dict(built.left_out),
            "losses": list(one.losses),
        }
    )
