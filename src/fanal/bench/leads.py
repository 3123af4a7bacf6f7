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
from fanal.pipeline.addresses import AddressFile, add
from fanal.pipeline.case import actor, writing
from fanal.pipeline.leads import resolve_in
from fanal.pipeline.progress import Silent
from fanal.pipeline.site_import import Asked, import_site
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

ROUNDS = 1
TARGET_IMPORT = 240
TARGET = 600
"""Seconds that the import of the sizes of `Sizes` may take, and all of it, on two cores."""
Step = tuple[str, Callable[[CaseStore, Settings, Large], object], str]


def main(arguments: Sequence[str] = ()) -> None:
    """Print what it takes to import a large made-up site, and to resolve it."""
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
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in STEPS}
        for number in range(told.rounds):
            settings = Settings(engine="inline", key=str(home / "key"), actor="zz-bench")
            with writing(home / f"case-{number}", settings) as store:
                for name, step, _ in STEPS:
                    clock, cpu = time.monotonic(), time.process_time()
                    step(store, settings, large)
                    spent = time.monotonic() - clock, time.process_time() - cpu
                    taken[name].append(spent)
        _print(sizes, large, taken)


def _import(store: CaseStore, settings: Settings, large: Large) -> object:
    return import_site(store, settings, Asked(large.mapping), Silent())


def _addresses(store: CaseStore, settings: Settings, large: Large) -> object:
    given = AddressFile(large.ranges, "country", "2024-01-01", "zz-ranges", "made up")
    return add(store, actor(settings), given, Silent())


def _resolve(store: CaseStore, settings: Settings, _large: Large) -> object:
    return resolve_in(store, settings, Silent())


STEPS: tuple[Step, ...] = (
    ("import", _import, str(TARGET_IMPORT)),
    ("table of addresses", _addresses, ""),
    ("resolve", _resolve, ""),
)
"""What is measured, in its order, and the seconds that it may take with the usual sizes."""


def _print(sizes: Sizes, large: Large, taken: dict[str, list[tuple[float, float]]]) -> None:
    rows = sizes.accounts + sizes.logins + sizes.events + sizes.payments + sizes.media
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rounds = len(next(iter(taken.values())))
    print(
        f"{sizes.accounts:,} accounts, {sizes.logins:,} logins, {sizes.events:,} events,"
        f" {sizes.payments:,} payments: {rows:,} rows in {large.size / 1e6:,.0f} MB;"
        f" medians of {rounds} rounds; peak memory {peak:,.0f} MiB"
    )
    told: list[tuple[Any, ...]] = [("what", "seconds", "of the processor", "rows/s", "target")]
    whole = [
        (sum(clock for clock, _ in each), sum(cpu for _, cpu in each))
        for each in zip(*taken.values(), strict=True)
    ]
    steps = [(name, taken[name], target) for name, _, target in STEPS]
    for name, each, target in (*steps, ("all", whole, str(TARGET))):
        clock, cpu = (statistics.median(one[at] for one in each) for at in range(2))
        told.append((name, f"{clock:.1f}", f"{cpu:.1f}", f"{rows / clock:,.0f}", target))
    table(told)
