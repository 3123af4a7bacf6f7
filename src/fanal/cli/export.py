"""Writes items in a format that other programs read."""

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.errors import UsageError
from fanal.formats import WRITERS
from fanal.formats.interface import Writer
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.export import Choice, Exported, Plan
from fanal.pipeline.export import export as run
from fanal.pipeline.facts import printable
from fanal.review.order import STEPS
from fanal.stores.interface import Where

F = TypeVar("F", bound=Callable[..., Any])
PROFILES = "usual are Default, US, UK and CUSTOM; the receiver knows which"


@click.group()
def export() -> None:
    """Write items for other programs, with an account of what the format could not say."""


def _shared(command: F) -> F:
    """Add the options that every format has."""
    for option in (
        json_option,
        click.option("--force", is_flag=True, help="Write over an earlier file."),
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
        command = option(command)
    return command


@export.command()
@_shared
@click.option("--profile", default="", help=f"Profile of the receiver: {PROFILES}.")
@click.option("--case-number", help="CaseNumber as the receiver knows it.")
@click.option("--organization", help="ContactOrganization of the sender.")
@click.option("--contact", help="ContactName of the sender.")
@click.option("--email", help="ContactEmail of the sender.")
def vics(  # noqa: PLR0913 (what the format asks of its sender)
    *,
    case: Where,
    out: Path,
    steps: tuple[int, ...],
    everything: bool,
    force: bool,
    as_json: bool,
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
    plan = Plan(out, "vics", _choice(steps, everything=everything), profile, force)
    _run(
        case,
        plan,
        lambda case_id: _writer("vics", profile, {"CaseID": case_id, **told}),
        as_json=as_json,
    )


@export.command()
@_shared
def csv(
    *,
    case: Where,
    out: Path,
    steps: tuple[int, ...],
    everything: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write CSV: one row for each place of each content, safe to open in a spreadsheet."""
    plan = Plan(out, "csv", _choice(steps, everything=everything), force=force)
    _run(case, plan, lambda _: _writer("csv"), as_json=as_json)


def _choice(steps: tuple[int, ...], *, everything: bool) -> Choice:
    if steps and everything:
        raise UsageError("--step and --all contradict each other", "give one of them")
    return Choice(frozenset(steps), everything)


def _writer(name: str, *given: Any) -> Writer:
    return cast("Callable[..., Writer]", WRITERS.get(name))(*given)


def _run(case: Where, plan: Plan, made: Callable[[str], Writer], *, as_json: bool) -> None:
    with reading(case) as store:  # where there is no case, opening it for writing would make one
        writer = made(store.case_id)
    told = settings()
    with writing(case, told) as store:
        done = run(store, actor(told), writer, plan)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(plan, done)


def _tell(plan: Plan, done: Exported) -> None:
    profile = f", profile {done.profile}" if done.profile else ""
    click.echo(f"{plan.out}: {done.items:,} contents, {done.format}{profile}")
    click.echo(f"sha256 {done.sha256}")
    if done.left_out:
        click.echo(f"{done.left_out:,} contents of the case were not chosen (--step, --all)")
    if not done.losses:
        click.echo("the format could say everything")
        return
    click.echo(f"what the format could not say (also in {plan.loss_file.name}):")
    rows = [(loss.field, f"{loss.items:,}", printable(loss.note)) for loss in done.losses]
    print_table([("field", "contents", "why"), *rows], right=frozenset({1}))
