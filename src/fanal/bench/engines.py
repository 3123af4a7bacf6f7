"""What an engine adds to the work, what guards cost, and a billion files on paper.

Everything is measured in turn, round by round, and the medians are of the pairs. Speed of engines
is told twice: by the clock, which other programs on the machine disturb, and by the processor time
of all processes of an engine, shared among its workers, which is what the clock says on a machine
of its own. The cost of guards is the processor time of a worker from its first answer to its last.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

from fanal import sources
from fanal.bench.billion import Measured, page
from fanal.bench.end_to_end import draw_files
from fanal.bench.timing import ratio, table
from fanal.custody.sign import Signer
from fanal.engines import ENGINES
from fanal.engines.interface import Engine
from fanal.engines.pool import Pool
from fanal.errors import FanalError
from fanal.model.item import Entry, Exhibit, Item
from fanal.pipeline.intake import intake
from fanal.pipeline.progress import Silent
from fanal.pipeline.work import DigestWork, LookTask, LookWork, analyzer_versions
from fanal.settings import Settings
from fanal.stores import STORES

ROUNDS = 7
WORKERS = 2
SIZES = (("0.3 megapixels", 640, 480, 600), ("2 megapixels", 1632, 1224, 240))
"""Name, width, height, files."""
EMPTY = {1: 512, 32: 16_384, 256: 65_536}
"""Files in a batch → empty tasks asked."""
CHOSEN = {"cluster": 128}
"""Files in a batch where it is not the default: a task of Dask costs more than one of the pool."""


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables and the page."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        folders = {}
        for name, width, height, count in SIZES:
            folders[name] = Path(scratch) / name.replace(" ", "-")
            draw_files(folders[name], width, height, count)
        with _engines() as engines:
            print(f"decoding with {WORKERS} workers, files a second, medians of {rounds} rounds")
            print(f"(batches of {Settings().batch_files} files; cluster {CHOSEN['cluster']})")
            table(list(_decoding(engines, folders, rounds)))
            print("\nan empty task, microseconds a file, medians")
            table(list(_overhead(engines, rounds)))
        print(f"\nguards, {SIZES[0][0]}, processor time of the workers, medians of pairs")
        table(list(_guards(folders[SIZES[0][0]], rounds)))
        print()
        for name, folder in folders.items():
            print(page(name, _measured(folder, Path(scratch), rounds)))


@contextmanager
def _engines() -> Iterator[dict[str, Engine]]:
    """Open every engine that is installed, each with two workers."""
    made: dict[str, Engine] = {}
    try:
        for name in ENGINES.names():
            try:
                made[name] = ENGINES.get(name)(Settings(workers=WORKERS))
            except FanalError as error:
                print(f"without {name}: {error.message}")
        yield made
    finally:
        for engine in made.values():
            engine.close()


# ---- decoding


def _decoding(
    engines: Mapping[str, Engine], folders: Mapping[str, Path], rounds: int
) -> Iterator[tuple[Any, ...]]:
    yield ("size", "by", *engines, "pool/inline", "target", "cluster/pool", "target")
    for name, folder in folders.items():
        entries = _entries(folder)
        reads = {key: _reader(engine, entries) for key, engine in engines.items()}
        clock, processor = _walls(reads, rounds)
        for key in engines:
            processor[key] = [spent / _share(key) for spent in processor[key]]
        for by, taken in (("clock", clock), ("processor", processor)):
            speeds = [f"{len(entries) / statistics.median(times):,.0f}" for times in taken.values()]
            cluster = f"{ratio(taken, 'pool', 'cluster') * 100:.0f} %" if "cluster" in taken else ""
            gain = f"{ratio(taken, 'inline', 'pool'):.2f}x"
            yield (name, by, *speeds, gain, "1.8x", cluster, "90 %")


def _reader(engine: Engine, entries: Sequence[Entry]) -> Callable[[], int]:
    return lambda: read(engine, entries)


def _share(engine: str) -> int:
    return 1 if engine == "inline" else WORKERS


def read(engine: Engine, entries: Iterable[Entry]) -> int:
    """Digest files and look at them, as an intake does, and return how many were looked at."""
    names = tuple(analyzer_versions())
    size = CHOSEN.get(engine.name, Settings().batch_files)

    def due() -> Iterator[tuple[LookTask, ...]]:
        for batch, answers in engine.run(DigestWork(), batched(entries, size)):
            pairs = zip(batch, answers, strict=True)
            yield tuple(_task(entry, item, names) for entry, item in pairs)

    return sum(len(tasks) for tasks, _ in engine.run(LookWork(), due(), 120.0))


def _task(entry: Entry, item: Any, names: tuple[str, ...]) -> LookTask:
    found: Item = getattr(item, "answer", item)
    return LookTask(found.sha256, found.media_type, entry.body, entry.mark, names)


def _entries(folder: Path) -> list[Entry]:
    found = sources.walk("bench", os.fsencode(folder))
    return [entry for entry in found if isinstance(entry, Entry)]


def batched(things: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    """Yield so many things at a time."""
    source = iter(things)
    while batch := tuple(islice(source, size)):
        yield batch


Taken = dict[str, list[float]]


def _walls(functions: Mapping[str, Callable[[], Any]], rounds: int) -> tuple[Taken, Taken]:
    """Call every function once to warm up, then in turn; return clock and processor seconds."""
    clock: Taken = {name: [] for name in functions}
    processor: Taken = {name: [] for name in functions}
    for number in range(rounds + 1):
        for name, function in functions.items():
            start, spent = time.perf_counter(), _family()
            function()
            if number:
                clock[name].append(time.perf_counter() - start)
                processor[name].append(_family() - spent)
    return clock, processor


def _family() -> float:
    """Return the processor seconds of this process and of all that came of it and live."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            process = int(folder.name)
            parents[process] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    family, found = {os.getpid()}, 0
    while found < len(family):
        found = len(family)
        family |= {process for process, parent in parents.items() if parent in family}
    nanoseconds = 0
    for process in family:
        with suppress(OSError):
            for told in Path(f"/proc/{process}/task").glob("*/schedstat"):
                nanoseconds += int(told.read_text().split()[0])
    return nanoseconds / 1e9


# ---- overhead


def nothing(task: Any) -> Any:
    """Do no work."""
    return task


def _overhead(engines: Mapping[str, Engine], rounds: int) -> Iterator[tuple[Any, ...]]:
    yield ("engine", "by", *(f"batches of {size}" for size in EMPTY))
    taken = {
        size: _walls({name: _asker(engine, size) for name, engine in engines.items()}, rounds)
        for size in EMPTY
    }
    for name in engines:
        for at, by in enumerate(("clock", "processor")):
            medians = ((size, statistics.median(taken[size][at][name])) for size in EMPTY)
            yield (name, by, *(f"{seconds / EMPTY[size] * 1e6:,.1f}" for size, seconds in medians))


def _asker(engine: Engine, size: int) -> Callable[[], int]:
    return lambda: sum(1 for _ in engine.run(nothing, batched(range(EMPTY[size]), size)))


# ---- guards


@dataclass(frozen=True, slots=True)
class Clocked:
    """An answer, the process that gave it, and the processor time that had spent by then."""

    answer: Any
    process: int
    spent: float


@dataclass(frozen=True, slots=True)
class Metered:
    """Work that says what its process has spent."""

    work: Callable[[Any], Any]

    def __call__(self, task: Any) -> Clocked:
        """Do the work and look at the clock."""
        answer = self.work(task)
        return Clocked(answer, os.getpid(), time.process_time())


def _guards(folder: Path, rounds: int) -> Iterator[tuple[Any, ...]]:
    entries = _entries(folder)
    pools = {
        name: Pool(Settings(workers=1), guarded=name == "with guards")
        for name in ("without", "with guards")
    }
    try:
        taken: dict[str, list[float]] = {name: [] for name in pools}
        for number in range(rounds * 2 + 1):
            for name, pool in pools.items():
                spent = _spent(pool, entries)
                if number:
                    taken[name].append(spent)
        missing = [name for name, why in pools["with guards"].guards.items() if why]
    finally:
        for pool in pools.values():
            pool.close()
    medians = [f"{statistics.median(times) * 1e6:,.0f}" for times in taken.values()]
    yield ("microseconds a file", *taken, "cost", "target", "guards missing")
    cost = (ratio(taken, "with guards", "without") - 1) * 100
    yield ("digest and look", *medians, f"{cost:+.1f} %", "3 %", ", ".join(missing) or "none")


def _spent(pool: Pool, entries: Sequence[Entry]) -> float:
    """Return the processor seconds a file in the pool's one worker, pipes and all."""
    clocks: list[Clocked] = []
    names = tuple(analyzer_versions())
    for batch, answers in pool.run(Metered(DigestWork()), batched(entries, Settings().batch_files)):
        clocks += answers  # type: ignore[arg-type]
        tasks = tuple(_task(entry, item, names) for entry, item in zip(batch, answers, strict=True))
        for _, looked in pool.run(Metered(LookWork()), [tasks], 120.0):
            clocks += looked  # type: ignore[arg-type]
    spent = [clock.spent for clock in clocks]
    return (max(spent) - min(spent)) / (len(entries) - 1)


# ---- a billion files


def _measured(folder: Path, scratch: Path, rounds: int) -> Measured:
    """Run the real intake and return what one file costs, here and in a worker."""
    entries = _entries(folder)
    pool = Pool(Settings(workers=1))
    try:
        _spent(pool, entries)
        worker = statistics.median(_spent(pool, entries) for _ in range(rounds))
    finally:
        pool.close()
    runs = [_intake(folder, scratch / f"{folder.name}-{number}") for number in range(rounds)]
    return Measured(
        size=statistics.mean(path.stat().st_size for path in folder.iterdir()),
        worker=worker,
        parent=statistics.median(seconds for seconds, _ in runs) / len(entries),
        stored=statistics.median(size for _, size in runs) / len(entries),
    )


def _intake(folder: Path, case: Path) -> tuple[float, int]:
    """Return the processor seconds of the process that lists, asks and writes, and the case."""
    settings = Settings(workers=WORKERS)
    store = STORES.get("folder")(case, Signer.from_file(case.parent / "key"))
    pool = Pool(settings)
    exhibit = Exhibit("bench", os.fsencode(folder))
    start = time.process_time()
    try:
        intake(store, cast("Engine", pool), settings, [exhibit], Silent())
        spent = time.process_time() - start
    finally:
        pool.close()
        store.close()
    return spent, (case / "case.db").stat().st_size
