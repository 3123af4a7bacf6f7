"""Measures what the queue costs: all of it anew, and one decision, merge or split."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from fanal.bench.timing import table
from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.review import Task
from fanal.model.series import SAME_DEVICE, Member, Series, Tie
from fanal.pipeline.case import writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.order import order
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Line, Queue
from fanal.pipeline.reflect import reflect
from fanal.pipeline.said import Said
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

CONTENTS = 1_000_000
ROUNDS = 3
DECIDED = 7
WRITTEN = 20_000
EXHIBITS = 170
FOLDERS = 40
"""Folders on one exhibit."""
IN_SERIES = 0.8
"""Share of contents that are in a series."""
SIZES = (2, 48)
"""Contents of a series, small ones being likelier."""
LISTED = {"harmless": 0.05, "illegal": 0.03, "unidentified": 0.02, "generated": 0.02}
OPINIONS = {"camera": 0.1, "inconclusive": 0.3}
TIED = 0.05
REASONS = 3
"""Reasons of one opinion."""


def main(arguments: Sequence[str] = ()) -> None:
    """Print what a full order of made-up records costs, and what one decision does."""
    parser = argparse.ArgumentParser(prog="fanal bench queue")
    parser.add_argument("--contents", type=int, default=CONTENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fanal-queue-") as scratch:
        home = Path(scratch)
        settings = Settings(engine="inline", key=str(home / "key"), actor="zz-bench")
        with writing(home / "case", settings) as store:
            fill(store, told.contents)
            _print(store, told.contents, told.rounds)


def _print(store: CaseStore, contents: int, rounds: int) -> None:
    whole = [_timed(lambda: order(store, "zz", Silent())) for _ in _older(store, rounds)]
    tasks = store.count(Task)
    series = store.count(Series)
    one, many, moved = _decisions(store)
    print(
        f"{contents:,} contents, {series:,} series, {tasks:,} places in the queue;"
        f" medians of {rounds} orders and {DECIDED} decisions"
    )
    rows: list[tuple[Any, ...]] = [("what", "seconds", "of the processor", "target")]
    for what, times, target in (
        ("the whole queue anew", whole, "60"),
        ("one content decided", one, "1"),
        ("a series decided", many, "1"),
        ("of it the queue", moved, "1"),
    ):
        clock, cpu = (statistics.median(each[at] for each in times) for at in range(2))
        rows.append((what, f"{clock:.2f}", f"{cpu:.2f}", target))
    table(rows)


def _older(store: CaseStore, rounds: int) -> Iterator[None]:
    """Make the queue older than the facts, so many times."""
    for number in range(rounds):
        with store.act("zz", "intake") as act:
            act.put([Seen("0" * 64, "zz-bench", f"{number}", "silent")])
        yield


def _decisions(store: CaseStore) -> tuple[list[Any], list[Any], list[Any]]:
    """Return what deciding contents and series took, and what the queue took of that."""
    said = Said("zz-bench", "zz", "zz")
    lines = Queue(store).lines(40 * DECIDED)
    alone: list[Line] = []
    series: list[Line] = []
    for line in lines:
        (series if line.series else alone).append(line)
    one = [
        _timed(partial(decide, store, Wanted((line.at.task.sha256,)), "identified", said))
        for line in (alone or series)[:DECIDED]
    ]
    many = [
        _timed(partial(decide, store, Wanted(series=line.series), "identified", said))
        for line in series[DECIDED : 2 * DECIDED]
    ]
    again = [line.at.task.sha256 for line in series[:DECIDED]]
    moved = [_timed(partial(reflect, store, "zz", [name])) for name in again]
    return one, many, moved


def _timed(step: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of the clock and of the processor."""
    clock, cpu = time.monotonic(), time.process_time()
    step()
    return time.monotonic() - clock, time.process_time() - cpu


def fill(store: CaseStore, contents: int) -> None:
    """Write records of so many made-up contents."""
    random = Random(7)
    names = sorted(random.randbytes(32).hex() for _ in range(contents))
    for start in range(0, contents, WRITTEN):
        with store.act("zz", "intake") as act:
            part = names[start : start + WRITTEN]
            act.put([record for name in part for record in _records(name, random)])
    with store.act("zz", "group") as act:
        for part in _grouped(names, random):
            act.put(part)


def _records(name: str, random: Random) -> list[Any]:
    """Return the records of one content."""
    records: list[Any] = [Item(name, name[:40], name[:32], 100_000, "image/jpeg")]
    for exhibit in {random.randrange(EXHIBITS) for _ in range(1 + (random.random() < 0.3))}:
        path = f"zz/{random.randrange(FOLDERS)}/{name[:12]}.jpg".encode()
        records.append(Place(f"zz-{exhibit:03}", path, "", name, path, None, "1:2:3:4"))
    records.append(Seen(name, "perceptual", "1", "spoke"))
    kind = _drawn(LISTED, random)
    if kind:
        records.append(Match(name, f"zz {kind}", kind, "md5", 0, 1, random.choice((True, None))))
    state = _drawn(OPINIONS, random)
    if state:
        records.append(_opinion(name, state))
    if random.random() < TIED:
        records.append(Tie(name, SAME_DEVICE, f"zz {random.randrange(2000)}", "zz-bench"))
    return records


def _drawn(shares: dict[str, float], random: Random) -> str:
    at = random.random()
    for name, share in shares.items():
        at -= share
        if at < 0:
            return name
    return ""


def _opinion(name: str, state: str) -> Opinion:
    codes = ["C1", "C2"] if state == "camera" else ["G1", "G2"]
    reason = {
        "rule": "zz",
        "analyzer": "zz",
        "version": "1",
        "kind": "camera record",
        "says": "EXIF names the camera ZZ-40, serial number ZZ0001, taken 2026-05-01T10:00:00",
        "family": "camera",
        "for": codes,
        "against": ["S"],
        "grade": "moderate",
        "log10_lr": None,
        "unsigned": True,
        "doubts": ["an EXIF block can be written with one command"],
        "bytes": [{"offset": 12, "length": 4000, "sha256": name}],
    }
    told = dict.fromkeys(codes, "moderate")
    return Opinion(name, state, "moderate", False, True, told, (reason,) * REASONS, "zz")  # noqa: FBT003


def _grouped(names: list[str], random: Random) -> Iterator[list[Any]]:
    """Yield the series of contents, in parts."""
    left = names.copy()
    random.shuffle(left)
    at, end = 0, int(len(left) * IN_SERIES)
    least, most = SIZES
    part: list[Any] = []
    while at < end:
        count = int(least * (most / least) ** (random.random() ** 2))
        members = left[at : at + count]
        at += len(members)
        label = f"s-{members[0][:12]}"
        part.append(Series(label, len(members), members[0], held=False, says="zz-bench"))
        part += [Member(name, label) for name in members]
        if len(part) > WRITTEN or at >= end:
            yield part
            part = []
