"""What reading marks costs: all analyzers beside the decode alone, and ours beside its peers."""

import os
import random
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.analyzers import ANALYZERS
from fanal.bench.timing import table
from fanal.content.handle import Content
from fanal.demo.devices import Camera
from fanal.demo.draw import scene
from fanal.demo.encode import Shot, exif
from fanal.model.item import FileBody

WIDTH, HEIGHT = 1632, 1224
BESIDE = ("generator", "camera", "credential")
"""Analyzers that are asked beside the decode in every run, where the program has them."""
MOST_ABOVE, LEAST_FASTER = 15, 5
"""Targets: per cent above the decode alone, times faster than the peers."""
TICKS = os.sysconf("SC_CLK_TCK")


def speed(folder: Path, count: int, rounds: int) -> None:
    """Print both comparisons, over the same drawn pictures."""
    paths = drawn(folder, count)
    named = [name for name in BESIDE if name in ANALYZERS.names()]
    marks = [name for name in named if name != "credential"]
    decode, beside = _in_one_pass(["perceptual"], named, paths, rounds)
    above = statistics.median(b / a for a, b in zip(decode, beside, strict=True)) * 100
    _, ours = _in_one_pass([], marks, paths, rounds)
    each = statistics.median(ours)
    rows: list[tuple[Any, ...]] = [
        ("CPU milliseconds a file of 2 megapixels", "median", "beside", "target"),
        ("decode and PDQ alone", f"{statistics.median(decode):.3f}", "", ""),
        (
            f"{', '.join(named)}, in the same pass",
            f"{statistics.median(beside):.3f}",
            f"+{above:.1f} %",
            f"<= {MOST_ABOVE} %",
        ),
        (f"{' and '.join(marks)} alone, file read", f"{each:.3f}", "", ""),
    ]
    peers = _peers(paths, rounds)
    if peers:
        told = (f"{peers:.3f}", f"{peers / each:.1f}x ours", f">= {LEAST_FASTER}x")
        rows.append(("ExifTool, kept open, and sd-parsers", *told))
    table(rows)
    if not peers:
        print("the peers are not installed (exiftool, pyexiftool, sd-parsers): run make bench")


def drawn(folder: Path, count: int) -> list[Path]:
    """Draw pictures as a camera writes them."""
    maker = random.Random(11)
    shot = Shot(Camera("ZZ-1", "ZZ0001"), datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    pictures = [scene(maker, WIDTH, HEIGHT) for _ in range(4)]
    paths = []
    for number in range(count):
        path = folder / f"{number:03}.jpg"
        block = exif(shot, WIDTH, HEIGHT)
        pictures[number % 4].save(path, quality=85 + number % 8, exif=block)
        paths.append(path)
    return paths


def _in_one_pass(
    first: Sequence[str], then: Sequence[str], paths: Sequence[Path], rounds: int
) -> tuple[list[float], list[float]]:
    """Return CPU milliseconds of the first analyzers and of the others after them, file by file.

    Both are timed in one pass over each file: a busy machine slows both alike.
    """
    before = [ANALYZERS.get(name)() for name in first]
    after = [ANALYZERS.get(name)() for name in then]
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for path in paths:
            content = Content("0" * 64, "image/jpeg", FileBody(os.fsencode(path)))
            times = [time.process_time()]
            for analyzers in (before, after):
                for analyzer in analyzers:
                    list(analyzer.analyze(content))
                times.append(time.process_time())
            if turn:
                taken[0].append((times[1] - times[0]) * 1000)
                taken[1].append((times[2] - times[1]) * 1000)
    return taken


def _peers(paths: Sequence[Path], rounds: int) -> float:
    """Return the peers' CPU milliseconds a file, ExifTool's process included; 0 without them."""
    try:
        from exiftool import ExifToolHelper  # noqa: PLC0415 (a peer)
        from sd_parsers import ParserManager  # noqa: PLC0415 (a peer)

        helper = ExifToolHelper()
        helper.run()
    except (ImportError, FileNotFoundError):
        return 0.0
    manager = ParserManager()
    taken = []
    with helper:
        for _ in range(rounds + 1):
            begin = time.process_time() + _spent(helper)
            for path in paths:
                helper.get_metadata(str(path))
                manager.parse(path)
            taken.append(time.process_time() + _spent(helper) - begin)
    return statistics.median(taken[1:]) / len(paths) * 1000


def _spent(helper: Any) -> float:
    """Return the CPU seconds of a process that is still running (proc(5))."""
    fields = Path(f"/proc/{helper._process.pid}/stat").read_text().rpartition(")")[2].split()  # noqa: SLF001
    return (int(fields[11]) + int(fields[12])) / TICKS
