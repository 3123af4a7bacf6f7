"""Shows one lead whole; that somebody read it is recorded first."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click

from fanal.cli.common import Shown, case_option, json_option, print_json, settings
from fanal.cli.leads_disclose import artefacts_option
from fanal.cli.leads_list import countries
from fanal.model.lead import Flag, Identifier, Joined, Lead, Reason, Ref
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
    for title, lines in (
        ("flags", (_flag(one, refs=refs) for one in lead.flags)),
        (
            "accounts",
            (
                f"{one.site}/{one.id}  {one.username}  {one.created or one.created_raw}"
                f"{_refs((one.ref,), refs=refs)}"
                for one in lead.accounts
            ),
        ),
        ("identifiers", (_identifier(one, refs=refs) for one in lead.identifiers)),
        (
            "deeds",
            (
                f"{one.kind:<8} {one.count:>6,}  {one.what[:20]}  {one.says}"
                f"{_refs(one.refs, refs=refs)}"
                for one in lead.deeds
            ),
        ),
        ("reasons for countries", (_reason(one, refs=refs) for one in lead.reasons)),
        (
            "why its accounts are one person's",
            (_joined(one, refs=refs) for one in lead.joins if one.identity),
        ),
        (
            "links, which are no identity",
            (_joined(one, refs=refs) for one in lead.joins if not one.identity),
        ),
    ):
        every = list(lines)
        if every:
            yield ""
            yield title
            yield from (f"  {line}" for line in every)


def _flag(flag: Flag, *, refs: bool) -> str:
    return f"! {flag.code}: {flag.says}{_refs(flag.refs, refs=refs)}"


def _identifier(one: Identifier, *, refs: bool) -> str:
    notes = [
        *([PAYER] if one.of == "payer" else []),
        *(["confirmed"] if one.confirmed else []),
        *([f"{one.shared:,} other accounts show it"] if one.shared else []),
    ]
    said = f"  ({'; '.join(notes)})" if notes else ""
    return f"{one.kind:<18} {one.raw or one.value}{said}{_refs((one.ref,), refs=refs)}"


def _reason(one: Reason, *, refs: bool) -> str:
    caveats = f"  [{', '.join(one.caveats)}]" if one.caveats else ""
    table = f"  {one.dataset}" if one.dataset else ""
    return (
        f"{one.country or '--':<3} {one.strength:<7} {one.role}, {one.family}: {one.says}"
        f"{table}{caveats}{_refs(one.refs, refs=refs)}"
    )


def _joined(one: Joined, *, refs: bool) -> str:
    return (
        f"{one.a} = {one.b}  {one.rule}: {one.says}{_refs(one.refs, refs=refs)}"
        if (one.identity)
        else f"{one.a} … {one.b}  {one.rule}: {one.says}{_refs(one.refs, refs=refs)}"
    )


def _refs(every: tuple[Ref, ...], *, refs: bool) -> str:
    if not refs:
        return ""
    return "".join(
        f"\n      {one.artefact}, {one.table}, byte {one.ref:,}, {one.size:,} bytes"
        if one.size
        else f"\n      {one.artefact}, {one.table}, row {one.ref:,}"
        for one in every
        if one.artefact
    )
