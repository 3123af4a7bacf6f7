"""Measures from the files of a large seized site to its canonical tables, and on to leads."""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fanal.bench.leads_site import Large, Sizes, write_large
from fanal.bench.timing import table
from fanal.pipeline.case import writing
from fanal.pipeline.progress import Silent
from fanal.pipeline.site_import import Asked, import_site
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

ROUNDS = 1
TARGET_IMPORT = 240
"""Seconds that the import of the sizes of `Sizes` may take, on two cores."""
Step = tuple[str, Callable[[CaseStore, Settings, Large], object], str]


def main(arguments: Sequence[str] = ()) -> None:
    """Print what it takes to import a large made-up site."""
    parser = argparse.ArgumentParser(prog="fanal bench leads")
    usual = Sizes()
    parser.add_argument("--accounts", type=int, default=usual.accounts)
    parser.add_argument("--logins", type=int, default=usual.logins)
    parser.add_argument("--events", type=int, default=usual.events)
    parser.add_argument("--payments", type=int, default=usual.payments)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--scratch", type=Path, default=None)
    told = parser.parse_args(arguments)
    sizes = Sizes(told.accounts, told.logins, events=told.events, payments=told.payments)
    with tempfile.TemporaryDirectory(prefix="fanal-leads-", dir=told.scratch) as scratch:
        home = Path(scratch)
        large = write_large(home / "site", sizes)
        taken: dict[str, list[float]] = {name: [] for name, _, _ in STEPS}
        for number in range(told.rounds):
            settings = Settings(engine="inline", key=str(home / "key"), actor="zz-bench")
            with writing(home / f"case-{number}", settings) as store:
                for name, step, _ in STEPS:
                    began = time.monotonic()
                    step(store, settings, large)
                    taken[name].append(time.monotonic() - began)
        _print(sizes, large, taken)


def _import(store: CaseStore, settings: Settings, large: Large) -> object:
    return import_site(store, settings, Asked(large.mapping), Silent())


STEPS: tuple[Step, ...] = (("import", _import, str(TARGET_IMPORT)),)
"""What is measured, in its order, and the seconds that it may take with the usual sizes."""


def _print(sizes: Sizes, large: Large, taken: dict[str, list[float]]) -> None:
    rows = sizes.accounts + sizes.logins + sizes.events + sizes.payments + sizes.media
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rounds = len(next(iter(taken.values())))
    print(
        f"{sizes.accounts:,} accounts, {sizes.logins:,} logins, {sizes.events:,} events,"
        f" {sizes.payments:,} payments: {rows:,} rows in {large.size / 1e6:,.0f} MB;"
        f" medians of {rounds} rounds; peak memory {peak:,.0f} MiB"
    )
    told: list[tuple[Any, ...]] = [("what", "seconds", "rows/s", "target")]
    for name, _, target in STEPS:
        seconds = statistics.median(taken[name])
        told.append((name, f"{seconds:.1f}", f"{rows / seconds:,.0f}", target))
    table(told)
