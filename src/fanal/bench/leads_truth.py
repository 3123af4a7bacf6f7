"""Compares the leads of a made-up seized site with the truth: a kept case, or a site made anew."""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from fanal.bench.timing import table
from fanal.demo.site import MOST, Site, build_site
from fanal.demo.site_cast import NAME
from fanal.demo.site_judge import SiteVerdict, judge_site
from fanal.demo.site_run import run_site
from fanal.demo.site_told import facts, lines, rows, wrongs
from fanal.demo.site_truth import read_site_truth
from fanal.errors import UsageError
from fanal.pipeline.case import reading, writing
from fanal.pipeline.leads import book
from fanal.pipeline.progress import Silent
from fanal.settings import Settings


def main(arguments: Sequence[str] = ()) -> None:
    """Print how the leads of a made-up site stand against what is true of its members."""
    parser = argparse.ArgumentParser(prog="fanal bench leads-truth")
    parser.add_argument("--case", type=Path, help="a case of fanal demo, instead of a new site")
    parser.add_argument("--truth", type=Path, help="the truth of that case's site")
    parser.add_argument("--accounts", type=int, default=MOST, help="accounts of a new site")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(list(arguments))
    if bool(told.case) != bool(told.truth):
        raise UsageError("a case and the truth of its site belong together", "--case and --truth")
    if told.case:
        seconds: dict[str, float] = {}
        verdict = of_case(told.case, told.truth)
    else:
        with tempfile.TemporaryDirectory(prefix="fanal-site-") as folder:
            verdict, seconds = of_new_site(Path(folder), told.accounts, told.seed)
    if told.json:
        print(json.dumps({**facts(verdict), "seconds": seconds}, indent=2))
    else:
        _print(verdict, seconds)


def of_case(case: Path, truth: Path) -> SiteVerdict:
    """Return how the leads of a case stand."""
    with reading(case) as store, book(store) as leads:
        return judge_site(leads, read_site_truth(truth), NAME)


def of_new_site(folder: Path, accounts: int, seed: int) -> tuple[SiteVerdict, dict[str, float]]:
    """Make a site, import it into a case of its own, and return how its leads stand."""
    start = time.monotonic()
    site: Site = build_site(folder / "site", accounts, seed)
    made = time.monotonic()
    told = Settings(engine="inline", key=str(folder / "key"), actor="bench")
    with writing(folder / "case", told) as store:
        run_site(store, told, site, Silent())
    done = time.monotonic()
    seconds = {"making the site": made - start, "import, addresses, leads": done - made}
    return of_case(folder / "case", site.truth), seconds


def _print(verdict: SiteVerdict, seconds: dict[str, float]) -> None:
    for name, took in seconds.items():
        print(f"{name}: {took:.1f} s")
    for line in lines(verdict):
        print(line)
    if verdict.missed:
        print("\nhow those come whose countries are not right:")
        for name, count in verdict.missed.items():
            print(f"  {name}: {count:,}")
    print()
    table(list(rows(verdict)))
    for line in wrongs(verdict):
        print(line)
