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
from fanal.matching.hits import ranks
from fanal.matching.near import NearIndex
from fanal.matching.near_build import build_near

Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Ask = Callable[[Codes], int]
"""Takes queries and returns how many hits there were."""
Answer = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int32]]
"""Queries, entries and distances, sorted by query, distance and entry."""

RADIUS = 31
FEW = 200
"""Queries from which the speed of slow peers is measured."""
TRUTH = 1_000
"""Queries from which recall is measured."""
MANY = 40_000
"""Queries from which the speed of a fast index is measured."""
PAIRS = 3
NEAREST = 100
"""Hits of each query that the program keeps; it counts the others."""


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
    """Batch speed as a multiple of IndexBinaryFlat.range_search, median over the pairs."""
    ratio_search: float = 0.0
    """The same for IndexBinaryFlat.search, where only the nearest are wanted."""
    hits_a_query: float = 0.0
    note: str = ""


@dataclass(slots=True)
class Contest:
    """One set of codes, one way of asking, and what was measured so far."""

    name: str
    codes: Codes
    queries: Codes
    flat: Ask
    search: Ask
    truth: Answer
    started: float = field(default_factory=time.monotonic)
    rows: list[Row] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every size asked for and print a table and a line of JSON each."""
    parser = argparse.ArgumentParser(prog="python -m fanal.bench.matching", description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="entries (default 1000000)")
    parser.add_argument("--skewed", action="store_true", help="codes as real lists have them")
    parser.add_argument("--seconds", type=float, default=300.0, help="for the slow peers, a size")
    chosen = parser.parse_args(argv)
    os.environ["OMP_NUM_THREADS"] = "1"
    for size in chosen.size or [1_000_000]:
        for contest in measure(size, skewed=chosen.skewed, seconds=chosen.seconds):
            report(contest, chosen.skewed)
    return 0


def measure(size: int, *, skewed: bool, seconds: float) -> Iterator[Contest]:
    """Measure ours and the peers over one set of codes, asked in one or two ways."""
    import faiss  # noqa: PLC0415  # only this benchmark needs the peers

    faiss.omp_set_num_threads(1)
    random = np.random.default_rng(20_260_101)
    codes, blank = make_codes(random, size, skewed=skewed)
    queries, blanks = make_queries(random, codes, blank, MANY)
    index = faiss.IndexBinaryFlat(256)
    built = _clock(lambda: index.add(codes))
    ways = {"blanks not asked": queries[~blanks], "blanks asked": queries}
    with tempfile.TemporaryDirectory() as folder:
        ours = _build(codes, Path(folder) / "near")
        for name, asked in ways.items() if skewed else [("all asked", queries)]:
            contest = _contest(name, codes, asked, index)
            _own_rows(contest, built, ours)
            # The slow peers are measured once, as the program asks.
            if asked is not queries or not skewed:
                _peer_rows(contest, seconds)
            yield contest


def _contest(name: str, codes: Codes, queries: Codes, index: Any) -> Contest:
    """Ask the index that compares everything for the truth."""
    limits, distances, entries = index.range_search(queries[:TRUTH], RADIUS + 1)
    owners = np.repeat(np.arange(TRUTH), np.diff(limits.astype(np.int64)))
    order = np.lexsort((entries, distances, owners))
    truth = (owners[order], entries[order], distances[order])
    return Contest(name, codes, queries, _faiss_ask(index), _faiss_search(index), truth)


def _own_rows(contest: Contest, built: float, ours: tuple[NearIndex, float, float]) -> None:
    """Measure the index that compares everything in both its ways, and ours in both."""
    for name, ask in (("range_search", contest.flat), (f"search({NEAREST})", contest.search)):
        row = Row(f"faiss IndexBinaryFlat {name}", built, 32.0)
        _pair(contest, row, ask)
        contest.rows.append(row)
    kept = int((ranks(contest.truth[0]) < NEAREST).sum())
    nearest = contest.rows[-1]
    nearest.recall = nearest.hits_a_query * TRUTH / kept if kept else 1.0
    nearest.note = "the nearest at any distance, no count; recall of the nearest"
    index, seconds, size = ours
    for most, name in ((0, "all hits"), (NEAREST, f"nearest {NEAREST} and count")):
        row = Row(f"fanal near index, {name}", seconds, size)
        _pair(contest, row, partial(_count, index, most), most)
        row.recall, row.note = _compared(contest, index, most)
        contest.rows.append(row)


def _count(index: NearIndex, most: int, queries: Codes) -> int:
    """Ask our index and return how many hits it counted."""
    return int(index.query(queries, RADIUS, most).counts.sum())


def _compared(contest: Contest, index: NearIndex, most: int) -> tuple[float, str]:
    """Compare our answer with the truth, hit by hit: return recall and what is to be said."""
    hits = index.query(contest.queries[:TRUTH], RADIUS, most)
    owners, entries, distances = contest.truth
    counts = np.bincount(owners, minlength=TRUTH)
    kept = ranks(owners) < most if most else np.ones(len(owners), np.bool_)
    wanted = {*zip(owners[kept].tolist(), entries[kept].tolist(), strict=True)}
    found = {*zip(hits.queries.tolist(), hits.entries.tolist(), strict=True)}
    recall = len(wanted & found) / len(wanted) if wanted else 1.0
    same = (
        len(hits.queries) == int(kept.sum())
        and bool((hits.entries == entries[kept]).all())
        and bool((hits.distances == distances[kept]).all())
        and bool((hits.counts == counts).all())
    )
    return recall, "equal to Flat hit by hit" if same else "DIFFERS FROM FLAT"


def _peer_rows(contest: Contest, seconds: float) -> None:
    """Measure the other peers while there is time."""
    for peer in (_inverted, _multi_hash, _threat_exchange):
        if time.monotonic() - contest.started > seconds:
            name = peer.__name__.strip("_")
            contest.rows.append(Row(name, note=f"left out: over {seconds:.0f} s"))
        else:
            contest.rows.extend(peer(contest, seconds))


def _clock(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _pair(contest: Contest, row: Row, ask: Ask, most: int = 0) -> None:
    """Measure speed against Flat in alternating turns, then one query alone, then recall."""
    few = contest.queries[:FEW]
    ask(few)
    slow = _clock(lambda: ask(few)) / FEW
    count = min(len(contest.queries), max(FEW, int(0.3 / max(slow, 1e-9))))
    ask(contest.queries[:count])
    speeds, ratios, searches = [], [], []
    for _ in range(PAIRS):
        own = _clock(lambda: ask(contest.queries[:count])) / count
        ratios.append(_clock(lambda: contest.flat(few)) / FEW / own)
        if most:
            searches.append(_clock(lambda: contest.search(few)) / FEW / own)
        speeds.append(1 / own)
    row.queries_a_second = statistics.median(speeds)
    row.ratio = statistics.median(ratios)
    row.ratio_search = statistics.median(searches) if searches else 0.0
    alone = [_clock(partial(ask, query[None])) for query in few[:64]]
    row.one_query_milliseconds = statistics.median(alone) * 1e3
    hits = ask(contest.queries[:TRUTH])
    row.hits_a_query = hits / TRUTH
    row.recall = hits / len(contest.truth[0]) if len(contest.truth[0]) else 1.0


def _faiss_ask(index: Any) -> Ask:
    """Ask a faiss index; its range search is strict, so the radius is one more."""
    return lambda queries: int(index.range_search(queries, RADIUS + 1)[0][-1])


def _faiss_search(index: Any) -> Ask:
    """Ask for the nearest, however far they are, and count those within the radius."""
    return lambda queries: int((index.search(queries, NEAREST)[0] <= RADIUS).sum())


def _build(codes: Codes, folder: Path) -> tuple[NearIndex, float, float]:
    """Build the index of this package; return it with CPU seconds and bytes an entry."""
    build_near(codes[:5000], folder.with_name("warm"), RADIUS)  # compiles
    seconds = _clock(lambda: build_near(codes, folder, RADIUS))
    size = sum(path.stat().st_size for path in folder.iterdir())
    return NearIndex.open(folder), seconds, size / len(codes)


def _inverted(contest: Contest, seconds: float) -> Iterator[Row]:
    """Measure inverted lists at rising numbers of probes until nothing is missed."""
    import faiss  # noqa: PLC0415  # only this benchmark needs the peers

    size = len(contest.codes)
    lists = 1024 if size <= 2_000_000 else 4096
    quantizer = faiss.IndexBinaryFlat(256)
    index = faiss.IndexBinaryIVF(quantizer, 256, lists)
    index.cp.niter = 6
    sample = contest.codes[:: max(1, size // (lists * 40))]
    built = _clock(lambda: (index.train(sample), index.add(contest.codes)))
    for probes in (64, 256, 512, 1024, 2048, 4096):
        if probes > lists or time.monotonic() - contest.started > seconds:
            return
        index.nprobe = probes
        row = Row(f"faiss IndexBinaryIVF {lists}, nprobe {probes}", built, 32 + 8 + lists / size)
        _pair(contest, row, _faiss_ask(index))
        yield row
        if row.recall >= 1:
            return


def _multi_hash(contest: Contest, _: float) -> Iterator[Row]:
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
    _pair(contest, row, _faiss_ask(index))
    yield row


def _threat_exchange(contest: Contest, _: float) -> Iterator[Row]:
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
    _pair(contest, row, ask)
    yield row


def report(contest: Contest, skewed: bool) -> None:  # noqa: FBT001  # one of two kinds
    """Print the table and the line of JSON."""
    size, kind = len(contest.codes), "skewed" if skewed else "random"
    print(f"\n{size:,} {kind} codes, {contest.name}, radius {RADIUS}, {platform.machine()}", end="")
    print(", one core, CPU time; x range, x search: times as fast as IndexBinaryFlat's")
    print(f"{'index':46}{'build s':>9}{'B/entry':>9}{'queries/s':>12}{'one ms':>9}", end="")
    print(f"{'hits/q':>9}{'recall':>8}{'x range':>9}{'x search':>9}")
    for row in contest.rows:
        print(f"{row.name:46}{row.build_seconds:9.1f}{row.bytes_an_entry:9.1f}", end="")
        print(f"{row.queries_a_second:12,.0f}{row.one_query_milliseconds:9.3f}", end="")
        print(f"{row.hits_a_query:9.1f}{row.recall:8.4f}{row.ratio:9.1f}", end="")
        print(f"{row.ratio_search:9.1f}  {row.note}" if row.ratio_search else f"{'':9}  {row.note}")
    values = [{name: getattr(row, name) for name in Row.__slots__} for row in contest.rows]
    head = {"entries": size, "codes": kind, "asked": contest.name, "radius": RADIUS}
    print(json.dumps({**head, "rows": values}), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
