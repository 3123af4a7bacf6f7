"""Records what a person makes of a lead, apart from its facts, and takes it back."""

from collections.abc import Mapping
from typing import Any

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.errors import UsageError
from fanal.model.lead import Assessment, Lead
from fanal.model.package import INFORMATION, SOURCES
from fanal.pipeline import assess as words
from fanal.pipeline import leads
from fanal.pipeline import said as saying
from fanal.pipeline.assess import Further
from fanal.pipeline.case import actor, writing
from fanal.pipeline.checklist import accounts
from fanal.pipeline.consulted import consult
from fanal.pipeline.facts import printable
from fanal.pipeline.said import Said
from fanal.pipeline.standing import may_leave, standing
from fanal.stores.interface import CaseStore, Where

KINDS = (
    *(words.CATEGORY, words.FRAUD, words.JUVENILE, words.RESTRICTION),
    *(words.EXHIBIT, words.EVALUATION, words.OUTCOME, words.NOTE),
)
"""What is said here; answers and tiers have commands of their own."""
source_option = click.option(
    "--source", default="", type=click.Choice(["", *SOURCES]), help="How reliable: A, B, C or X."
)
information_option = click.option(
    "--information", default="", type=click.Choice(["", *INFORMATION]), help="How sure: 1 to 4."
)


@click.command()
@click.argument("id_", metavar="[ID]", default="")
@click.argument("kind", default="", metavar=f"[{'|'.join(KINDS)}]")
@click.argument("value", default="")
@case_option
@click.option("--reason", default="", metavar="TEXT", help="Grounds, in one line; always needed.")
@click.option("--about", default="", metavar="TEXT", help="The flag, the exhibit, the instrument …")
@source_option
@information_option
@click.option("--undo", default="", metavar="ASSESSMENT", help="Take this one back instead.")
@click.option("--by", default="", metavar="NAME", help="Who says so (default: setting actor).")
@json_option
def assess(  # noqa: PLR0913, PLR0917 (what, of what, by whom, and why)
    id_: str,
    kind: str,
    value: str,
    case: Where,
    reason: str,
    about: str,
    source: str,
    information: str,
    undo: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Say what you make of lead ID: KIND and VALUE, with your grounds; it changes no fact.

    category: suspect, convicted, victim, witness, contact, other or uncategorised.

    fraud: cleared or confirmed, --about FLAG; two people clear a flag, under two logins.

    juvenile: `possible minor` or adult. restriction: restricted or lifted.

    exhibit: theirs or `not theirs`, --about EXHIBIT, for whose device it is.

    evaluation: your words, with --source and --information; --about `kind: value` for one item.

    outcome: accepted, known, arrested, `child safeguarded`, `no action` or refused.

    note: your words; --about KIRAT for the result of an instrument that trained staff used.
    """
    told = settings()
    said = Said(reason, by or actor(told), saying.login())
    if bool(undo) == bool(id_ and kind and value):
        raise UsageError(
            "either a lead is assessed or an assessment is taken back",
            "fanal leads assess ID KIND VALUE --reason TEXT, or"
            " fanal leads assess --undo ASSESSMENT --reason TEXT",
        )
    with writing(case, told, run=False) as store, leads.book(store) as book:
        if undo:
            _print(words.take_back(store, said, undo), "", as_json=as_json)
            return
        if kind not in KINDS:
            raise UsageError(f"nothing is assessed as {kind[:40]!r}", f"one of: {', '.join(KINDS)}")
        lead = consult(store, book, (said.account, said.by), id_, f"assess: {kind}")
        more = Further(about, source, information, _data(store, lead, kind, about))
        made = words.assess(store, said, kind, lead.id, value, more)
        stands = standing(store, [lead.id], {lead.id: lead})[lead.id]
        _print(made, may_leave(lead, stands), as_json=as_json)


def _data(store: CaseStore, lead: Lead, kind: str, about: str) -> Mapping[str, Any]:
    """Return what stays with the words: the accounts, and the flag's sentence as it was seen."""
    data: dict[str, Any] = {"accounts": accounts(lead)}
    if kind == words.FRAUD:
        says = [flag.says for flag in lead.flags if flag.code == about]
        if not says:
            flags = ", ".join(sorted({flag.code for flag in lead.flags})) or "none"
            raise UsageError(f"the lead has no flag {about[:40]!r}", f"--about one of: {flags}")
        data["says"] = says[0]
    if kind == words.EXHIBIT and about not in words.exhibits(store):
        raise UsageError(f"the case has no exhibit {about[:40]!r}", "name it: --about EXHIBIT")
    return data


def _print(made: Assessment, keeps: str, *, as_json: bool) -> None:
    if as_json:
        names = ("id", "kind", "about", "other", "value", "undoes")
        print_json({name: getattr(made, name) for name in names} | {"keeps": keeps})
        return
    said = (
        f"{made.undoes} is taken back" if made.undoes else f"{made.about} {made.kind}: {made.value}"
    )
    click.echo(printable(f"{made.id}: {said}"))
    if keeps:
        click.echo(printable(f"it may not leave the case: {keeps}"))
    if not made.undoes:
        click.echo(f"to take it back: fanal leads assess --undo {made.id} --reason TEXT")
