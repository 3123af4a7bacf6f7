"""Measures what the queue's tiles cost a browser: CPU time of its main thread, frame by frame."""

import argparse
import shutil
import socket
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fanal.bench.grid_desk import MadeUp, serving
from fanal.bench.timing import table

CONTENTS = 100_000
FRAMES = 240
WINDOW = (1366, 900)
STEPS = ((42, 6.0), (250, 12.0))
"""Pixels a frame, and the most milliseconds of the main thread that a frame may take."""
MOST_NODES = 1_500
KEYS = 60
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCROLL = """async ([step, frames]) => {
  const grid = document.getElementById("grid");
  for (let n = 0; n < frames; n += 1) {
    await new Promise((go) => requestAnimationFrame(go));
    grid.scrollTop += step;
  }
}"""
NODES = """() => {
  const all = document.createTreeWalker(document);
  let count = 1;
  while (all.nextNode()) count += 1;
  return count;
}"""


@dataclass(frozen=True, slots=True)
class Frames:
    """What one way of scrolling cost."""

    step: int
    main: float
    """Milliseconds of the main thread a frame, of the processor."""
    script: float
    nodes: int
    """Nodes of the page, its texts among them."""


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(prog="fanal bench grid", description=__doc__)
    parser.add_argument("--contents", type=int, default=CONTENTS)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--rounds", type=int, default=2)
    told = parser.parse_args(list(arguments))
    if why := missing():
        print(why)
        return
    with serving(MadeUp(told.contents), _free_port()) as address:
        found, key = measured(address, told.frames, told.rounds)
    report(told.contents, found, key)


def missing() -> str:
    """Return what is missing to measure, "" where nothing is."""
    if not program():
        return "skipped: no Chromium is installed here"
    try:
        import playwright.sync_api  # noqa: F401, PLC0415 (a peer that may be absent)
    except ModuleNotFoundError:
        return "skipped: playwright is not installed; run: make bench"
    return ""


def program() -> str:
    """Return the path of a Chromium, "" where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), "") or ""


def measured(address: str, frames: int, rounds: int) -> tuple[list[Frames], float]:
    """Return what scrolling costs by its step, and milliseconds of the main thread a key."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (a peer that may be absent)

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program(), args=list(FLAGS))
        try:
            page = browser.new_page(viewport={"width": WINDOW[0], "height": WINDOW[1]})
            meter = Meter(page)
            page.goto(f"{address}/queue")
            page.locator('[role=gridcell][data-item="0000000000000000"]').wait_for()
            found = [_scrolled(page, meter, step, frames, rounds) for step, _ in STEPS]
            return found, _keyed(page, meter)
        finally:
            browser.close()


class Meter:
    """Reads the main thread's clocks through the DevTools protocol, in CPU time."""

    def __init__(self, page: Any) -> None:
        """Take the page."""
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read(self) -> dict[str, float]:
        """Return every metric by its name."""
        told = self._session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in told}


def _scrolled(page: Any, meter: Meter, step: int, frames: int, rounds: int) -> Frames:
    every = []
    page.evaluate(SCROLL, [step, 30])
    for _ in range(rounds):
        before = meter.read()
        page.evaluate(SCROLL, [step, frames])
        after = meter.read()
        nodes = page.evaluate(NODES)
        spent = {name: after[name] - before[name] for name in ("TaskDuration", "ScriptDuration")}
        every.append(
            Frames(
                step,
                spent["TaskDuration"] * 1000 / frames,
                spent["ScriptDuration"] * 1000 / frames,
                nodes,
            )
        )
    return Frames(
        step,
        statistics.mean(one.main for one in every),
        statistics.mean(one.script for one in every),
        max(one.nodes for one in every),
    )


def _keyed(page: Any, meter: Meter) -> float:
    page.locator("#grid [tabindex='0']").focus()
    before = meter.read()["TaskDuration"]
    for _ in range(KEYS):
        page.keyboard.press("ArrowRight")
    return float((meter.read()["TaskDuration"] - before) * 1000 / KEYS)


def report(contents: int, found: list[Frames], key: float) -> None:
    """Print what was measured beside what it may be."""
    print(
        f"{contents:,} items, window {WINDOW[0]} x {WINDOW[1]}; milliseconds of the processor,"
        f" main thread, a frame"
    )
    rows: list[tuple[Any, ...]] = [("pixels a frame", "main thread", "script", "at most", "nodes")]
    rows += [
        (one.step, f"{one.main:.1f}", f"{one.script:.1f}", f"{most:.0f}", f"{one.nodes:,}")
        for one, (_, most) in zip(found, STEPS, strict=True)
    ]
    table(rows)
    print(f"a key that moves the focus: {key:.1f} ms; nodes at most {MOST_NODES:,}")
    if any(one.main > most for one, (_, most) in zip(found, STEPS, strict=True)):
        print("over the target", file=sys.stderr)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
