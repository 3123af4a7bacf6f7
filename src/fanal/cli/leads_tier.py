"""Shows the items and the proposed tier of leads, and records the tier that an officer sets."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.errors import UsageError
from fanal.leads.book import Book
from fanal.model.lead import Assessment, Lead
from fanal.pipeline import checklist as lists
from fanal.pipeline import leads
from fanal.pipeline import said as saying
from fanal.pipeline.case import actor, writing
from fanal.pipeline.checklist import Sheet
from fanal.pipeline.consulted import consult
from fanal.pipeline.facts import printable
from fanal.pipeline.national_law import Rule, flags, law, object_of
from fanal.pipeline.said import Said
from fanal.pipeline.standing import Standing, standing
from fanal.pipeline.worklist import Placed, worklist
from fanal.stores.interface import CaseStore, Where


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@case_option
@click.option("--set", "tier_", default="", metavar="TIER", help="Set this tier, by your name.")
@click.option("--reason", default="", metavar="TEXT", help="Needed where another is proposed.")
@click.option("--juvenile", is_flag=True, help="List possible minors, who go their own way.")
@click.option("--by", default="", metavar="NAME", help="Who sets it (default: setting actor).")
@json_option
def tier(  # noqa: PLR0913, PLR0917 (what, of what, by whom, and why)
    ids: tuple[str, ...],
    case: Where,
    tier_: str,
    reason: str,
    juvenile: bool,  # noqa: FBT001
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show the answers for lead ID, then the proposed tier; with --set a named officer sets one.

    Without ID: the leads that people answered for, in order: by tier, then by deadlines, then as
    they came in. Possible minors are not among them: --juvenile lists those.
    """
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    if tier_ and not ids:
        raise UsageError("no lead is named", "fanal leads tier ID --set TIER")
    with writing(case, told, run=False) as store, leads.book(store) as book:
        if not ids:
            _list(worklist(store, book), juvenile=juvenile, as_json=as_json)
            return
        for_what = "set its tier" if tier_ else "see its tier"
        every = [consult(store, book, (said.account, said.by), id_, for_what) for id_ in ids]
        known, rules = _known(store, book, every), law(store)
        sheets = [lists.sheet(store, lead, stands) for lead, stands in known]
        made = lists.set_tiers(store, said, known, tier_) if tier_ else []
    for at, ((lead, stands), sheet) in enumerate(zip(known, sheets, strict=True)):
        if as_json:
            told_of = [object_of(flag) for flag in flags(lead, rules)]
            facts = _facts(lead, stands, sheet, made[at] if made else None)
            print_json(facts | {"content": dict(lead.content), "law": told_of})
        else:
            for line in _beside(lead, rules):
                click.echo(printable(line))
            _print(stands, sheet, made[at] if made else None)


def _known(store: CaseStore, book: Book, every: Sequence[Lead]) -> list[tuple[Lead, Standing]]:
    by_id = {lead.id: lead for lead in every}
    stands = standing(store, by_id, by_id, book)
    return [(lead, stands[id_]) for id_, lead in by_id.items()]


def _facts(lead: Lead, stands: Standing, sheet: Sheet, made: Assessment | None) -> dict[str, Any]:
    return {
        "id": lead.id,
        "checklist": {"name": sheet.name, "sha256": sheet.digest},
        "items": [
            {
                "item": one.item.id,
                "family": one.item.family,
                "asks": one.item.asks,
                "answer": one.value,
                "by": one.word.by if one.word else None,
                "source": one.word.source if one.word else None,
                "information": one.word.information if one.word else None,
                "shows": dict(one.shows),
            }
            for one in sheet.answers
        ],
        "proposed": sheet.proposal.tier,
        "says": list(sheet.proposal.says),
        "missing": list(sheet.proposal.missing),
        "tier": made.value if made else stands.tier or None,
        "set": made.id if made else None,
    }


def _beside(lead: Lead, rules: tuple[Rule, ...]) -> Iterator[str]:
    """Yield what is shown beside the items and bears on no tier."""
    yield f"{lead.id}  {len(lead.accounts):,} accounts"
    basis = ", ".join(f"{count:,} {of}" for of, count in sorted(lead.content.items())) or "none"
    yield f"contents: {basis} (what generators made is no reason for a lower tier)"
    for flag in flags(lead, rules):
        if flag.rule is not None:
            yield f"law: {flag.country}, {flag.conduct}, {flag.material}: {flag.says}"


def _print(stands: Standing, sheet: Sheet, made: Assessment | None) -> None:
    for line in sheet_lines(sheet):
        click.echo(printable(line))
    if made:
        click.echo(printable(f"tier {made.value}, set by {made.by} ({made.id}): {made.grounds}"))
    elif stands.tier:
        click.echo(printable(f"tier {stands.tier}: {stands.tier_says}"))
    else:
        click.echo("no named officer has set its tier: fanal leads tier ID --set TIER")


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """Yield the items with their answers, then the proposed tier."""
    for one in sheet.answers:
        shown = "".join(f"  [{field}: {value}]" for field, value in one.shows.items())
        yield f"  {one.value:<9}  {one.item.id}: {one.item.asks}{shown}"
        if one.word:
            code = f" {one.word.source}{one.word.information}".rstrip()
            yield f"             {one.word.by}, {one.word.when[:10]}{code}: {one.word.grounds}"
    yield f"proposed: {sheet.proposal.tier} ({'; '.join(sheet.proposal.says)})"


def _list(placed: Sequence[Placed], *, juvenile: bool, as_json: bool) -> None:
    shown = [one for one in placed if one.juvenile == juvenile]
    if as_json:
        for one in shown:
            print_json(
                {
                    "id": one.id,
                    "tier": one.tier,
                    "says": one.tier_says,
                    "proposed": one.proposed,
                    "came": one.came,
                    "deadline": one.deadline or None,
                    "due": one.due or None,
                }
            )
        return
    print_table(
        [
            ("lead", "tier", "came in", "deadline", "due"),
            *(
                (
                    one.id,
                    printable(one.tier),
                    one.came[:10],
                    one.deadline[:16],
                    one.due[:16],
                )
                for one in shown
            ),
        ]
    )
    apart = sum(one.juvenile for one in placed)
    if apart and not juvenile:
        click.echo(f"{apart:,} that may be about minors go their own way: --juvenile")
