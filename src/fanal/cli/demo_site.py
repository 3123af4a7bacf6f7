"""The seized site of the demonstration: made, read into the case, held against its truth."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import Shown, print_table
from fanal.demo.site import MOST, build_site
from fanal.demo.site_accounts import LEAST
from fanal.demo.site_cast import Known
from fanal.demo.site_judge import SiteVerdict
from fanal.demo.site_run import run_site, verdict_of
from fanal.demo.site_told import facts, lines, rows, wrongs
from fanal.pipeline.case import writing
from fanal.settings import Settings

EACH = 10
"""Accounts for each file of the operation, where nobody says how many."""


@dataclass(frozen=True, slots=True)
class JudgedSite:
    """A site whose leads were held against its truth."""

    accounts: int
    folder: Path
    verdict: SiteVerdict
    seconds: float


def accounts_for(size: int, asked: int | None) -> int:
    """Return how many accounts the site of an operation of so many files has; 0: there is none."""
    return min(MOST, max(LEAST, EACH * size)) if asked is None else asked


def judged_site(
    folder: Path,
    accounts: int,
    seed: int,
    known: Known,
    told: Settings,
    progress: Shown,
) -> JudgedSite:
    """Make the site beside the operation, and read it into the case beside it."""
    start = time.monotonic()
    progress.step("making the seized site")
    site = build_site(folder / "site", accounts, seed, known)
    with writing(folder / "case", told) as store:
        run_site(store, told, site, progress)
        verdict = verdict_of(store, site)
    progress.end()
    return JudgedSite(accounts, site.folder, verdict, time.monotonic() - start)


def site_facts(judged: JudgedSite) -> dict[str, Any]:
    """Return it for JSON."""
    return {
        "accounts": judged.accounts,
        "folder": str(judged.folder),
        "truth": str(judged.folder / "site-truth.jsonl"),
        **facts(judged.verdict),
    }


def print_site(judged: JudgedSite, case: Path) -> None:
    """Print how the leads stand, and how to look at them."""
    took = f"{judged.seconds:.0f} seconds"
    click.echo(f"\nseized site of {judged.accounts:,} accounts in {judged.folder}, {took}")
    for line in lines(judged.verdict):
        click.echo(line)
    print_table(list(rows(judged.verdict)), right=frozenset({1, 2, 3}))
    for line in wrongs(judged.verdict):
        click.echo(line)
    click.echo("Look at its leads:")
    click.echo(f"  fanal leads sites --case {case}     what was read, and what was not")
    click.echo(f"  fanal leads list --case {case}     leads, country by country")
    click.echo(f"  fanal leads show LEAD --case {case}    one lead: its rows, and why")
