"""Prints what the looks on request cost for a picture, and how often traces speak in a corpus."""

import argparse
import csv
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import simplejpeg

from fanal.analyzers.pixels import Pixels
from fanal.analyzers.traces import Traces
from fanal.bench.timing import in_turn, table
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.errors import UsageError
from fanal.model.finding import Finding
from fanal.model.item import MemoryBody

WIDTH, HEIGHT, QUALITY = 4000, 3000, 92
ROUNDS = 5
KINDS = ("camera", "prnu", "natural", "generator", "ai-bare")


def main(arguments: Sequence[str]) -> None:
    """Print seconds a picture, then the counts of the corpus where one is named."""
    parser = argparse.ArgumentParser(prog="fanal bench traces")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--corpus", type=Path, help="folder with MANIFEST.csv")
    told = parser.parse_args(list(arguments))
    if told.corpus and not (told.corpus / "MANIFEST.csv").is_file():
        raise UsageError(
            f"there is no MANIFEST.csv in {told.corpus}", "name the corpus: --corpus DIR"
        )
    data = _drawn()
    taken = in_turn(_looks(data), told.rounds)
    print(f"one JPEG of {WIDTH} x {HEIGHT}, {len(data) / 1e6:.1f} MB; CPU seconds, median")
    table([(name, f"{statistics.median(seconds):.3f}") for name, seconds in taken.items()])
    if told.corpus:
        print()
        _print_counts(told.corpus)


def _looks(data: bytes) -> Mapping[str, Callable[[], object]]:
    return {
        "decoding": lambda: _content(data).rgb,
        "decoding and pixels": lambda: list(Pixels().analyze(_content(data))),
        "decoding and traces": lambda: list(Traces().analyze(_content(data))),
    }


def _drawn() -> bytes:
    """Return a JPEG as full of detail as a photograph: uneven ground under a sensor's noise."""
    made = np.random.default_rng(1)
    coarse = made.uniform(40, 215, (HEIGHT // 20 + 2, WIDTH // 20 + 2, 3))
    ground = np.repeat(np.repeat(coarse, 20, 0), 20, 1)[:HEIGHT, :WIDTH]
    noisy = ground + made.normal(0, 6, (HEIGHT, WIDTH, 1))
    data: bytes = simplejpeg.encode_jpeg(np.clip(noisy, 0, 255).astype(np.uint8), quality=QUALITY)
    return data


def _content(data: bytes) -> Content:
    return Content("0" * 64, media_type(data[:4096]), MemoryBody(data))


def _print_counts(corpus: Path) -> None:
    """Print, for every kind of picture, in how many each trace is seen."""
    files: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], Counter[str]] = {}
    for kind, data in _pictures(corpus):
        content = _content(data)
        found = [record for record in Traces().analyze(content) if isinstance(record, Finding)]
        key = kind, content.media_type
        files[key] += 1
        seen.setdefault(key, Counter()).update(str(one.data["trace"]) for one in found)
    rows = [
        (*key, number, ", ".join(f"{trace} {n}" for trace, n in sorted(seen[key].items())))
        for key, number in sorted(files.items())
    ]
    table([("pictures", "kind of file", "files", "traces"), *rows])


def _pictures(corpus: Path) -> Iterator[tuple[str, bytes]]:
    lines = (corpus / "MANIFEST.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(lines):
        if row["category"] in KINDS:
            data = (corpus / row["path"]).read_bytes()
            if media_type(data[:4096]).startswith("image/"):
                yield row["category"], data
