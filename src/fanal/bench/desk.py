"""Measures what the review desk's queue costs on the server: the list, a page, a decision."""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fanal.bench.queue import CONTENTS, fill
from fanal.bench.timing import table
from fanal.engines import ENGINES
from fanal.model.desk import Who
from fanal.pipeline.case import writing
from fanal.pipeline.order import order
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from fanal.web import claims, decisions, queue
from fanal.web.asked import Asked
from fanal.web.desk import Desk
from fanal.web.numbers import numbers
from fanal.web.views import views

ROUNDS = 48
TARGET = 0.15
"""Seconds that 95 of 100 answers take at most."""
WHO = Who("zz-bench", "Person zz-bench", ("reviewer", "supervisor"), "zz")
STATE = "identified"
WISHES: Mapping[str, dict[str, Any]] = {
    "all": {},
    "one origin": {"filters": {"origin": ["camera"]}},
    "three filters, by size": {
        "filters": {"known": {"not": ["harmless"]}, "copies": ["few"], "kind": ["image"]},
        "sort": "size",
    },
    "words of a path": {"search": "zz-017 17/"},
}
"""What is chosen, and how it is asked for."""
Times = tuple[float, float]
"""Seconds by the clock, and of the processor."""


def main(arguments: Sequence[str] = ()) -> None:
    """Print what the queue of made-up records costs on the server of the desk."""
    parser = argparse.ArgumentParser(prog="fanal bench desk")
    parser.add_argument("--contents", type=int, default=CONTENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    told = parser.parse_args(arguments)
    with _desk(told.contents) as desk:
        _print(desk, told.contents, told.rounds)


@contextmanager
def _desk(contents: int) -> Iterator[Desk]:
    """Lend a desk on a case of so many made-up contents."""
    with tempfile.TemporaryDirectory(prefix="fanal-desk-") as scratch:
        home = Path(scratch)
        settings = Settings(engine="inline", key=str(home / "key"), actor="zz-bench")
        with writing(home / "case", settings) as store:
            fill(store, contents)
            order(store, "zz", Silent())
        with writing(home / "case", settings, run=False) as store:
            desk = Desk(store, settings, ENGINES.get("inline")(settings))
            try:
                yield desk
            finally:
                desk.close()
                desk.engine.close()


def _print(desk: Desk, contents: int, rounds: int) -> None:
    before = _memory()
    made = _timed(lambda: _build(desk))
    spelt = _timed(lambda: desk.of(numbers).sha256("0" * 16))
    grown = _memory() - before
    index = desk.of(views).index
    held = index.table.bytes() if index.table else 0
    print(f"{contents:,} contents, {index.left():,} places; {rounds} rounds of each")
    print(f"the list: {made[0]:.1f} s by the clock, {made[1]:.1f} s of the processor to make")
    print(f"numbers of items: {spelt[0]:.1f} s by the clock, {spelt[1]:.1f} s of the processor")
    print(f"memory: {grown / 1e6:.0f} MB more, of which {held / 1e6:.0f} MB are columns")
    rows: list[tuple[Any, ...]] = [
        ("milliseconds", "median", "95 of 100", "of the processor", "target")
    ]
    for what, times in _measured(desk, rounds):
        clock, cpu = (sorted(one[at] for one in times) for at in range(2))
        rows.append(
            (what, *map(_shown, (_at(clock, 0.5), _at(clock, 0.95), _at(cpu, 0.95), TARGET)))
        )
    table(rows)


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _measured(desk: Desk, rounds: int) -> Iterator[tuple[str, list[Times]]]:
    """Yield what was done, and what each time took."""
    yield "first search", [_timed(partial(_post, desk, queue.view, **WISHES["words of a path"]))]
    for words, wish in WISHES.items():
        yield (
            f"list: {words}",
            _each(partial(_post, desk, queue.view, **wish) for _ in range(rounds // 4)),
        )
    first = _post(desk, queue.view)["view"]
    step = max(1, desk.of(views).index.left() // rounds)
    yield "200 rows", _each(partial(_page, desk, first, at * step) for at in range(rounds))
    rows = [row for at in range(4) for row in _page(desk, first, at * 200)["rows"]]
    ids = [row["id"] for row in rows]
    yield "take a task", _each(partial(_post, desk, claims.take, item=one) for one in ids[:rounds])
    one = [
        partial(_post, desk, decisions.decided, token=name, items=[name], state=STATE)
        for name in ids[:rounds]
    ]
    yield "decide an item", _each(one)
    series = [row["id"] for row in rows if row["series"]][-rounds:]
    yield (
        "decide a series",
        _each(
            partial(_post, desk, decisions.decided, token=f"s{name}", series=name, state=STATE)
            for name in series
        ),
    )
    done = [told["id"] for told in decisions.recent(desk, WHO.login)]
    yield (
        "take back",
        _each(
            partial(_post, desk, decisions.undone, token=f"u{name}", id=name)
            for name in done[-rounds:]
        ),
    )
    yield "200 rows after that", _each(partial(_page, desk, first, 0) for _ in range(rounds))


def _each(steps: Iterable[Callable[[], object]]) -> list[Times]:
    return [_timed(step) for step in steps]


def _build(desk: Desk) -> None:
    index = desk.of(views).index
    while not index.refresh():
        index.wait()


def _post(desk: Desk, handler: Callable[[Asked], Any], **told: Any) -> dict[str, Any]:
    return _read(handler(Asked(desk, WHO, told=told, wants_page=False)))


def _page(desk: Desk, view: str, start: int) -> dict[str, Any]:
    query = {"view": view, "from": str(start), "count": "200"}
    return _read(queue.part(Asked(desk, WHO, query=query, wants_page=False)))


def _read(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.body)
    return told


def _timed(step: Callable[[], object]) -> Times:
    clock, cpu = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - clock, time.process_time() - cpu


def _memory() -> int:
    """Return what the program holds now, of the machine's memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()
