"""Writes items in a format that other programs read."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from fanal import __version__
from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.errors import UsageError
from fanal.formats import WRITERS
from fanal.formats.interface import Writer
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.export import Choice, Exported, Plan
from fanal.pipeline.export import export as run
from fanal.pipeline.facts import printable
from fanal.pipeline.pollution import ANALYSIS, AUDIENCES, keep_back, release, released
from fanal.pipeline.said import Said, login
from fanal.review.order import STEPS
from fanal.stores.interface import Where

PROFILES = "usual are Default, US, UK and CUSTOM; the receiver knows which"


@click.group()
def export() -> None:
    """Write items for other programs, with an account of what the format could not say."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What every format is told."""

    case: Where
    out: Path
    choice: Choice
    audience: str
    force: bool
    as_json: bool

    def plan(self, format_: str, profile: str = "") -> Plan:
        """Return what is written in this format."""
        return Plan(self.out, format_, self.choice, profile, self.force, self.audience)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every format has, and hand them over as one."""

    @wraps(command)
    def taking(**told: Any) -> None:
        choice = _choice(told.pop("steps"), everything=told.pop("everything"))
        names = ("case", "out", "audience", "force", "as_json")
        command(_Given(choice=choice, **{name: told.pop(name) for name in names}), **told)

    made: Callable[..., None] = taking
    for option in (
        json_option,
        click.option("--force", is_flag=True, help="Write over an earlier file."),
        click.option(
            "--for",
            "audience",
            type=click.Choice(tuple(AUDIENCES)),
            default=ANALYSIS,
            help="Who reads it: people who look at evidence (default), lists of real victims, or"
            " lists of generated pictures. What must not reach them is held back and counted.",
        ),
        click.option(
            "--all", "everything", is_flag=True, help="Every content, not only the queue's."
        ),
        click.option(
            "--step",
            "steps",
            multiple=True,
            type=click.IntRange(min(STEPS), max(STEPS)),
            help="Only this step of the queue; may be given again (default: the whole queue).",
        ),
        click.option(
            "--out",
            required=True,
            type=click.Path(path_type=Path, dir_okay=False),
            help="File to write.",
        ),
        case_option,
    ):
        made = option(made)
    return made


@export.command()
@_shared
@click.option("--profile", default="", help=f"Profile of the receiver: {PROFILES}.")
@click.option("--case-number", help="CaseNumber as the receiver knows it.")
@click.option("--organization", help="ContactOrganization of the sender.")
@click.option("--contact", help="ContactName of the sender.")
@click.option("--email", help="ContactEmail of the sender.")
def vics(
    given: _Given,
    profile: str,
    case_number: str | None,
    organization: str | None,
    contact: str | None,
    email: str | None,
) -> None:
    """Write VICS 2.0 (Project VIC), for programs that read it; hashes and facts only."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", profile):
        raise UsageError("say which VICS profile it is for: --profile NAME", f"{PROFILES}")
    told = {
        "CaseNumber": case_number,
        "ContactOrganization": organization,
        "ContactName": contact,
        "ContactEmail": email,
    }
    _run(
        given,
        given.plan("vics", profile),
        lambda case_id: _writer("vics", profile, {"CaseID": case_id, **told}),
    )


@export.command()
@_shared
def csv(given: _Given) -> None:
    """Write CSV: one row for each place of each content, safe to open in a spreadsheet."""
    _run(given, given.plan("csv"), lambda _: _writer("csv"))


@export.command("case")
@_shared
def case_(given: _Given) -> None:
    """Write CASE/UCO 1.4 as JSON-LD: contents, places, origin and each finding with its tool."""
    _run(given, given.plan("case"), lambda case_id: _writer("case", case_id, __version__))


@export.command("release")
@click.argument("sha256", nargs=-1)
@case_option
@click.option("--reason", required=True, metavar="TEXT", help="Why, in one line.")
@click.option("--by", default="", metavar="NAME", help="Who releases (default: setting actor).")
@click.option("--undo", default="", metavar="ID", help="Take this release back instead.")
@json_option
def release_(
    sha256: tuple[str, ...],
    case: Where,
    reason: str,
    by: str,
    undo: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Let contents (SHA-256) into exports for lists of real victims, by name.

    Where findings support a generator, two different people have to, each under their own login.
    """
    if bool(undo) == bool(sha256):
        raise UsageError(
            "either contents are released or a release is taken back",
            "fanal export release SHA256 … --reason TEXT, or --undo ID --reason TEXT",
        )
    told = settings()
    said = Said(reason, by or actor(told), login())
    with writing(case, told, run=False) as store:
        made = [keep_back(store, said, undo)] if undo else release(store, said, sha256)
        people = released(store)
    for one in made:
        count = people.get(one.about, 0)
        if as_json:
            print_json({"id": one.id, "sha256": one.about, "people": count})
        else:
            click.echo(f"{one.id}: {one.about[:16]}, released by {count} different people")


def _choice(steps: tuple[int, ...], *, everything: bool) -> Choice:
    if steps and everything:
        raise UsageError("--step and --all contradict each other", "give one of them")
    return Choice(frozenset(steps), everything)


def _writer(name: str, *given: Any) -> Writer:
    return cast("Callable[..., Writer]", WRITERS.get(name))(*given)


def _run(given: _Given, plan: Plan, made: Callable[[str], Writer]) -> None:
    with reading(given.case) as store:  # opened for writing, a case that is not there is made
        writer = made(store.case_id)
    told = settings()
    with writing(given.case, told) as store:
        done = run(store, actor(told), writer, plan)
    if given.as_json:
        print_json(asdict(done))
    else:
        _tell(plan, done)


def _tell(plan: Plan, done: Exported) -> None:
    profile = f", profile {done.profile}" if done.profile else ""
    click.echo(f"{plan.out}: {done.items:,} contents, {done.format}{profile}")
    click.echo(f"sha256 {done.sha256}")
    if done.held_back:
        click.echo(f"{done.held_back:,} contents were held back: {AUDIENCES[done.audience]}")
    if done.left_out:
        click.echo(f"{done.left_out:,} contents of the case were not chosen (--step, --all)")
    if not done.losses:
        click.echo("the format could say everything")
        return
    click.echo(f"what the format could not say (also in {plan.loss_file.name}):")
    rows = [(loss.field, f"{loss.items:,}", printable(loss.note)) for loss in done.losses]
    print_table([("field", "contents", "why"), *rows], right=frozenset({1}))
