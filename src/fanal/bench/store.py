"""What the store, a second run and many small files cost."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from fanal.bench.end_to_end import draw_files
from fanal.bench.timing import table
from fanal.custody.sign import Signer
from fanal.engines.inline import Inline
from fanal.model.item import Exhibit
from fanal.pipeline.intake import intake
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from fanal.stores import STORES
from fanal.stores.sql import SqlStore

ROUNDS = 5
PICTURES = 600
SMALL = (1_000, 100_000)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the store's share of a run, the second run's, and memory over small files."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        draw_files(home / "pictures", 640, 480, PICTURES)
        runs = [_runs(home, number) for number in range(rounds)]
        first, second, stored = (statistics.median(run[at] for run in runs) for at in range(3))
        share = statistics.median(run[2] / run[0] for run in runs)
        again = statistics.median(run[1] / run[0] for run in runs)
        print(f"{PICTURES} pictures of 0.3 megapixels, CPU seconds, medians of {rounds}")
        table(
            [
                ("what", "seconds", "share of the first run", "target"),
                ("first run", f"{first:.3f}", "", ""),
                ("of it the store", f"{stored:.3f}", f"{share * 100:.1f} %", "10 %"),
                ("second run, nothing changed", f"{second:.3f}", f"{again * 100:.1f} %", "5 %"),
            ]
        )
        _small_files(home)


def _runs(home: Path, number: int) -> tuple[float, float, float]:
    """Return CPU seconds of a first run, of a second one, and of the store in the first."""
    case = home / f"case-{number}"
    with _metered() as spent:
        first = _run(home / "pictures", case, home)
    return first, _run(home / "pictures", case, home), spent[0]


def _run(evidence: Path, case: Path, home: Path) -> float:
    start = time.process_time()
    settings = Settings(engine="inline")
    store = STORES.get("folder")(case, Signer.from_file(home / "key"))
    exhibit = Exhibit("bench", str(evidence).encode())
    intake(store, Inline(settings), settings, [exhibit], Silent())
    store.close()
    return time.process_time() - start


@contextmanager
def _metered() -> Iterator[list[float]]:
    """Count the CPU seconds inside every call of the store: opening, asking, writing, closing."""
    spent, depth = [0.0], [0]
    names = ("find", "pending", "unfinished", "close", "since", "count", "last_act")
    kept = {name: getattr(SqlStore, name) for name in (*names, "_records")}
    act = SqlStore.act

    def metered(function: Any) -> Any:
        def call(*given: Any, **told: Any) -> Any:
            start = time.process_time()
            depth[0] += 1
            try:
                answer = function(*given, **told)
                return iter(list(answer)) if isinstance(answer, Iterator) else answer
            finally:
                depth[0] -= 1
                spent[0] += 0.0 if depth[0] else time.process_time() - start

        return call

    for name in names:
        setattr(SqlStore, name, metered(kept[name]))
    SqlStore.act = _metered_act(act, spent)  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        SqlStore.act = act  # type: ignore[method-assign]
        for name in names:
            setattr(SqlStore, name, kept[name])


def _metered_act(act: Any, spent: list[float]) -> Any:
    """Count everything inside an act: what runs there is the store's work."""

    @contextmanager
    def metered(*given: Any, **told: Any) -> Iterator[Any]:
        start = time.process_time()
        with act(*given, **told) as opened:
            yield opened
        spent[0] += time.process_time() - start

    return metered


def _small_files(home: Path) -> None:
    """Print the greatest memory of a run over few and over many small files."""
    rows: list[tuple[Any, ...]] = [("small files", "greatest memory", "files/s", "case a file")]
    for count in SMALL:
        folder = home / f"small-{count}"
        _draw_small(folder, count)
        words = [sys.executable, "-m", "fanal.bench.store", str(folder), str(home / f"c-{count}")]
        told = subprocess.run(words, check=True, capture_output=True, text=True)
        facts = json.loads(told.stdout)
        size = (home / f"c-{count}" / "case.db").stat().st_size
        rows.append(
            (
                f"{count:,}",
                f"{facts['memory'] / 1024:.0f} MB",
                f"{count / facts['seconds']:,.0f}",
                f"{size / count:,.0f} B",
            )
        )
    table(rows)


def _draw_small(folder: Path, count: int) -> None:
    """Write small different pictures, a thousand a folder."""
    maker = random.Random(11)
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        picture = Image.frombytes("L", (6, 6), maker.randbytes(36)).resize((48, 48))
        picture.save(place / f"{number}.png", compress_level=1)


def _alone(folder: str, case: str) -> None:
    """Run over a folder in this process and print how much memory that took."""
    start = time.monotonic()
    _run(Path(folder), Path(case), Path(case).parent)
    seconds = time.monotonic() - start
    # Not ru_maxrss: that begins with the size of the process this one was started from.
    status = Path("/proc/self/status").read_text("ascii")
    memory = int(status.partition("VmHWM:")[2].split()[0])
    print(json.dumps({"memory": memory, "seconds": seconds}))


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _alone(sys.argv[1], sys.argv[2])
