"""Shows one lead whole; that somebody read it is recorded first."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click

from fanal.cli.common import Shown, case_option, json_option, print_json, settings
from fanal.cli.leads_disclose import artefacts_option
from fanal.cli.leads_list import countries
from fanal.model.lead import Account, Deed, Identifier, Joined, Lead, Reason, Ref
from fanal.pipeline import leads
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, writing
from fanal.pipeline.consulted import consult
from fanal.pipeline.disclosure import facts
from fanal.pipeline.facts import printable
from fanal.pipeline.standing import Standing, standing
from fanal.pipeline.why import Asked, why
from fanal.pipeline.why import lines as why_lines
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

PAYER = "payer: may be another person's"


@click.command()
@click.argument("id_", metavar="ID")
@case_option
@click.option("--purpose", default="", metavar="TEXT", help="What for; kept in the audit log.")
@click.option("--refs", is_flag=True, help="With the rows that each statement rests on.")
@click.option("--why", "whole", is_flag=True, help="The whole chain, rows read again from bytes.")
@artefacts_option
@json_option
def show(  # noqa: PLR0913, PLR0917 (what, how much of it, and from where)
    case: Where,
    id_: str,
    purpose: str,
    refs: bool,  # noqa: FBT001
    whole: bool,  # noqa: FBT001
    artefacts: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show a lead: accounts, identifiers, deeds, countries with reasons, flags, joins and links.

    With --why each statement down to its rule, its tables and the bytes of its rows, which are read
    again where the seized files are there; and what people assessed and overrode. That you read it
    is written to the audit log before anything is shown.
    """
    told = settings()
    with writing(case, told, run=False) as store, leads.book(store) as book:
        lead = consult(store, book, (saying.login(), actor(told)), id_, purpose)
        if whole:
            _why(store, told, Asked(lead, artefacts), as_json=as_json)
            return
        stands = standing(store, [lead.id], {lead.id: lead})[lead.id]
        warning = leads.warning(store)
    if as_json:
        print_json({**dataclasses.asdict(lead), "standing": _stands(stands)})
        return
    for line in _lines(lead, stands, refs=refs):
        click.echo(printable(line))
    if warning:
        click.echo(warning, err=True)


def _why(store: CaseStore, told: Settings, asked: Asked, *, as_json: bool) -> None:
    progress = Shown()
    try:
        found = why(store, told, asked, progress)
    finally:
        progress.end()
    if as_json:
        print_json(facts(found))
        return
    for line in why_lines(found):
        click.echo(printable(line))


def _stands(stands: Standing) -> dict[str, object]:
    return {
        "category": stands.category,
        "category_says": stands.category_says,
        "tier": stands.tier,
        "restriction": stands.restriction,
        "waits": list(stands.waits),
    }


def _lines(lead: Lead, stands: Standing, *, refs: bool) -> Iterator[str]:
    yield f"{lead.id}  {stands.category}: {stands.category_says or lead.category_says}"
    yield f"countries  {countries(lead.countries)}  ({lead.level})"
    yield f"known      {lead.first or '?'} to {lead.last or '?'}"
    if stands.tier:
        yield f"tier       {stands.tier}: {stands.tier_says}"
    if stands.restriction:
        yield f"restricted {stands.restriction}"
    for title, every in _sections(lead):
        if every:
            yield ""
            yield title
        for line, rows in every:
            yield f"  {line}"
            if refs:
                yield from (f"      {row}" for row in map(_row, rows) if row)


Said = tuple[str, tuple[Ref, ...]]
"""A line, and the rows that it rests on."""


def _sections(lead: Lead) -> Iterator[tuple[str, list[Said]]]:
    yield "flags", [(f"! {one.code}: {one.says}", one.refs) for one in lead.flags]
    yield "accounts", [(_account(one), (one.ref,)) for one in lead.accounts]
    yield "identifiers", [(_identifier(one), (one.ref,)) for one in lead.identifiers]
    yield "deeds", [(_deed(one), one.refs) for one in lead.deeds]
    yield "reasons for countries", [(_reason(one), one.refs) for one in lead.reasons]
    same = [(_joined(one), one.refs) for one in lead.joins if one.identity]
    yield "why its accounts are one person's", same
    links = [(_joined(one), one.refs) for one in lead.joins if not one.identity]
    yield "links, which are no identity", links


def _account(one: Account) -> str:
    return f"{one.site}/{one.id}  {one.username}  {one.created or one.created_raw}".rstrip()


def _identifier(one: Identifier) -> str:
    notes = [
        *([PAYER] if one.of == "payer" else []),
        *(["confirmed"] if one.confirmed else []),
        *([f"{one.shared:,} other accounts show it"] if one.shared else []),
    ]
    return f"{one.kind:<18} {one.raw or one.value}" + (f"  ({'; '.join(notes)})" if notes else "")


def _deed(one: Deed) -> str:
    return f"{one.kind:<8} {one.count:>6,}  {one.what[:20]:<20}  {one.says}"


def _reason(one: Reason) -> str:
    table = f"  {one.dataset}" if one.dataset else ""
    caveats = f"  [{', '.join(one.caveats)}]" if one.caveats else ""
    who = f"{one.country or '--':<3} {one.strength:<7}"
    return f"{who} {one.role}, {one.family}: {one.says}{table}{caveats}"


def _joined(one: Joined) -> str:
    return f"{one.a} {'=' if one.identity else '…'} {one.b}  {one.rule}: {one.says}"


def _row(one: Ref) -> str:
    if not one.artefact:
        return ""
    where = f"byte {one.ref:,}, {one.size:,} bytes" if one.size else f"row {one.ref:,}"
    return f"{one.site}: {one.artefact}, {one.table}, {where}"
