"""Times pairs of functions in turn, by CPU time, so that a machine's moods meet both."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any


def cpu(function: Callable[[], Any]) -> float:
    """Return the CPU seconds of one call, children left out."""
    start = time.process_time()
    function()
    return time.process_time() - start


def in_turn(functions: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Call every function once to warm up, then in turn; return the CPU seconds of each call."""
    for function in functions.values():
        function()
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            taken[name].append(cpu(function))
    return taken


def ratio(taken: Mapping[str, list[float]], slow: str, fast: str) -> float:
    """Return the median of the ratios pair by pair."""
    return statistics.median(a / b for a, b in zip(taken[slow], taken[fast], strict=True))


def table(rows: list[tuple[Any, ...]]) -> None:
    """Print rows in columns."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in texts) for at in range(len(texts[0]))]
    for row in texts:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
