"""Measures the near index beside its peers: one core, CPU time, medians of repeated pairs."""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fanal.bench.codes import make_codes, make_queries
from fanal.matching.near import NearIndex
from fanal.matching.near_build import build_near

Codes = npt.NDArray[np.uint8]
Ask = Callable[[Codes], int]
"""Takes queries and returns how many hits there were."""

RADIUS = 31
FEW = 200
"""Queries from which the speed of slow peers is measured."""
TRUTH = 1_000
"""Queries from which recall is measured."""
MANY = 40_000
"""Queries from which the speed of a fast index is measured."""
PAIRS = 3


@dataclass(slots=True)
class Row:
    """What was measured of one index."""

    name: str
    build_seconds: float = 0.0
    bytes_an_entry: float = 0.0
    queries_a_second: float = 0.0
    one_query_milliseconds: float = 0.0
    recall: float = 0.0
    ratio: float = 0.0
    """Batch speed as a multiple of IndexBinaryFlat, median over the pairs."""
    hits_a_query: float = 0.0
    note: str = ""


@dataclass(slots=True)
class Contest:
    """One set of codes, its queries, and the peers measured so far."""

    codes: Codes
    queries: Codes
    truth: int
    seconds: float
    started: float = field(default_factory=time.monotonic)
    rows: list[Row] = field(default_factory=list)

    def late(self) -> bool:
        """Tell whether the time given for slow peers is used up."""
        return time.monotonic() - self.started > self.seconds


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every size asked for and print a table and a line of JSON each."""
    parser = argparse.ArgumentParser(prog="python -m fanal.bench.matching", description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="entries (default 1000000)")
    parser.add_argument("--skewed", action="store_true", help="codes as real lists have them")
    parser.add_argument("--seconds", type=float, default=300.0, help="for the slow peers, a size")
    chosen = parser.parse_args(argv)
    os.environ["OMP_NUM_THREADS"] = "1"
    for size in chosen.size or [1_000_000]:
        report(measure(size, skewed=chosen.skewed, seconds=chosen.seconds), size, chosen.skewed)
    return 0


def measure(size: int, *, skewed: bool, seconds: float) -> list[Row]:
    """Measure ours and the peers over one set of codes."""
    import faiss  # noqa: PLC0415  # only this benchmark needs the peers

    faiss.omp_set_num_threads(1)
    random = np.random.default_rng(20_260_101)
    codes = make_codes(random, size, skewed=skewed)
    queries = make_queries(random, codes, MANY)
    flat, flat_row = _flat(faiss, codes)
    truth = flat(queries[:TRUTH])
    contest = Contest(codes, queries, truth, seconds, rows=[flat_row])
    _pair(contest, flat_row, flat, flat)
    with tempfile.TemporaryDirectory() as folder:
        contest.rows.append(_ours(contest, flat, Path(folder) / "near"))
    for peer in (_inverted, _multi_hash, _threat_exchange):
        if contest.late():
            name = peer.__name__.strip("_")
            contest.rows.append(Row(name, note=f"left out: over {seconds:.0f} s"))
        else:
            contest.rows.extend(peer(contest, flat))
    return contest.rows


def _clock(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _pair(contest: Contest, row: Row, ask: Ask, flat: Ask) -> None:
    """Measure speed against Flat in alternating pairs, then one query alone, then recall."""
    few = contest.queries[:FEW]
    ask(few)
    slow = _clock(lambda: ask(few)) / FEW
    count = min(MANY, max(FEW, int(0.3 / max(slow, 1e-9))))
    speeds, ratios = [], []
    for _ in range(PAIRS):
        own = _clock(lambda: ask(contest.queries[:count])) / count
        ratios.append(_clock(lambda: flat(few)) / FEW / own)
        speeds.append(1 / own)
    row.queries_a_second = statistics.median(speeds)
    row.ratio = statistics.median(ratios)
    alone = [_clock(partial(ask, query[None])) for query in few[:64]]
    row.one_query_milliseconds = statistics.median(alone) * 1e3
    hits = ask(contest.queries[:TRUTH])
    row.hits_a_query = hits / TRUTH
    row.recall = hits / contest.truth if contest.truth else 1.0


def _faiss_ask(index: Any) -> Ask:
    """Ask a faiss index; its range search is strict, so the radius is one more."""
    return lambda queries: int(index.range_search(queries, RADIUS + 1)[0][-1])


def _flat(faiss: Any, codes: Codes) -> tuple[Ask, Row]:
    """Build the index that compares everything, the measure of all others."""
    index = faiss.IndexBinaryFlat(256)
    seconds = _clock(lambda: index.add(codes))
    return _faiss_ask(index), Row("faiss IndexBinaryFlat", seconds, 32.0)


def _ours(contest: Contest, flat: Ask, folder: Path) -> Row:
    """Build and measure the index of this package."""
    build_near(contest.codes[:5000], folder.with_name("warm"), RADIUS)  # compiles
    seconds = _clock(lambda: build_near(contest.codes, folder, RADIUS))
    size = sum(path.stat().st_size for path in folder.iterdir())
    index = NearIndex.open(folder)
    row = Row("fanal near index", seconds, size / len(contest.codes))
    _pair(contest, row, lambda queries: len(index.query(queries, RADIUS)[0]), flat)
    return row


def _inverted(contest: Contest, flat: Ask) -> Iterator[Row]:
    """Measure inverted lists at rising numbers of probes until nothing is missed."""
    import faiss  # noqa: PLC0415  # only this benchmark needs the peers

    size = len(contest.codes)
    lists = 1024 if size <= 2_000_000 else 4096
    quantizer = faiss.IndexBinaryFlat(256)
    index = faiss.IndexBinaryIVF(quantizer, 256, lists)
    index.cp.niter = 6
    sample = contest.codes[:: max(1, size // (lists * 40))]
    seconds = _clock(lambda: (index.train(sample), index.add(contest.codes)))
    for probes in (64, 256, 512, 1024, 2048, 4096):
        if probes > lists or contest.late():
            return
        index.nprobe = probes
        row = Row(f"faiss IndexBinaryIVF {lists}, nprobe {probes}", seconds, 32 + 8 + lists / size)
        _pair(contest, row, _faiss_ask(index), flat)
        yield row
        if row.recall >= 1:
            return


def _multi_hash(contest: Contest, flat: Ask) -> Iterator[Row]:
    """Measure multi-index hashing as faiss does it: 16 chunks of 16 bits, one flip."""
    import faiss  # noqa: PLC0415  # only this benchmark needs the peers

    if len(contest.codes) > 2_000_000:
        yield Row("faiss IndexBinaryMultiHash", note="left out: builds too slowly above 2 million")
        return
    index = faiss.IndexBinaryMultiHash(256, 16, 16)
    seconds = _clock(lambda: index.add(contest.codes))
    index.nflip = 1
    # Its hash tables are not in a file; this is the stored size, not the larger size in memory.
    row = Row("faiss IndexBinaryMultiHash 16x16, 1 flip", seconds, note="memory not measured")
    _pair(contest, row, _faiss_ask(index), flat)
    yield row


def _threat_exchange(contest: Contest, flat: Ask) -> Iterator[Row]:
    """Measure the index of threatexchange, which takes hashes as text."""
    if len(contest.codes) > 1_000_000:
        yield Row("threatexchange PDQIndex", note="left out: builds too slowly above 1 million")
        return
    from threatexchange.signal_type.pdq.pdq_index import (  # noqa: PLC0415  # a peer
        PDQIndex,
    )

    entries = [(code.tobytes().hex(), number) for number, code in enumerate(contest.codes)]
    index: Any = PDQIndex()
    seconds = _clock(lambda: index.add_all(entries))

    def ask(queries: Codes) -> int:
        return sum(len(index.query(query.tobytes().hex())) for query in queries)

    row = Row("threatexchange PDQIndex", seconds, note="memory not measured")
    _pair(contest, row, ask, flat)
    yield row


def report(rows: list[Row], size: int, skewed: bool) -> None:  # noqa: FBT001  # one of two kinds
    """Print the table and the line of JSON."""
    kind = "skewed" if skewed else "random"
    print(f"\n{size:,} {kind} codes, radius {RADIUS}, {platform.machine()}, one core, CPU time")
    print(f"{'index':46}{'build s':>9}{'B/entry':>9}{'queries/s':>12}{'one ms':>9}", end="")
    print(f"{'hits/q':>9}{'recall':>8}{'x Flat':>9}")
    for row in rows:
        print(f"{row.name:46}{row.build_seconds:9.1f}{row.bytes_an_entry:9.1f}", end="")
        print(f"{row.queries_a_second:12,.0f}{row.one_query_milliseconds:9.3f}", end="")
        print(f"{row.hits_a_query:9.1f}{row.recall:8.4f}{row.ratio:9.1f}  {row.note}")
    values = [{name: getattr(row, name) for name in Row.__slots__} for row in rows]
    print(json.dumps({"entries": size, "codes": kind, "radius": RADIUS, "rows": values}))


if __name__ == "__main__":
    raise SystemExit(main())
