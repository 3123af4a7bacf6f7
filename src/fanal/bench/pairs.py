"""Measures the search for near pairs within a case, beside peers on a sample of it."""

import argparse
import io
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from fanal.bench.codes import make_codes
from fanal.bench.timing import table
from fanal.content.pdq import LEAST_QUALITY, Pdq, pdq
from fanal.matching import Pairs, near_pairs
from fanal.matching.pairs_found import FIRST, SECOND

Codes = npt.NDArray[np.uint8]

RADIUS = 31
ENTRIES = 1_000_000
ROUNDS = 3
NEW = 1_000
"""Contents that are added to those whose pairs are known."""
CHECKED = 400
"""Contents that are compared with all others, to see whether their pairs are in the forest."""
FEW = 1_000
"""Contents by which the peers are measured."""
CROWDS = (0.1, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Shares of the contents that are near copies of one: empty pages, charts, icons."""
KINDS = ((0.3, 3, False), (0.05, 5, True), (0.1, 0, False))
"""Shares of re-encodings, turned copies and equal codes; bits changed on average; turned or not."""
SIBLINGS = 4
"""Such copies that one content has, on average."""
HUBS = 200
HUB_SPAN = 50
"""Bits between two contents that a hub between them joins."""
WAYS = (
    (0, 0, 0),
    (1, 1, 0),
    (0, 1, 1),
    (1, 0, 1),
    (0, 1, 0),
    (0, 0, 1),
    (1, 0, 0),
    (1, 1, 1),
)
"""Of each turn whether terms are transposed, and signs changed in odd rows and in odd columns."""
BACK = (0, 3, 2, 1, 4, 5, 6, 7)
TRANSPOSES = (
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
)
"""How Pillow calls the turns, in the order of `Fingerprint.turned`."""
PICTURES = ((1280, 960), (960, 1280), (800, 800), (1600, 900), (640, 480))
WARM = 9_000
"""Contents of a first search, for which the kernels are compiled."""
HASHED = 100
"""Contents by which the slowest peer is measured."""


class Case(NamedTuple):
    """What is searched: codes, their turns, and how they were drawn."""

    codes: Codes
    turned: Codes


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, check and print."""
    parser = argparse.ArgumentParser(prog="fanal bench pairs", description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES, help="contents of the case")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--turns", type=int, help="measure turned pictures instead, so many")
    chosen = parser.parse_args(argv)
    if chosen.turns:
        _turned_pictures(chosen.turns)
        return 0
    case = draw(np.random.default_rng(20_260_201), chosen.entries)
    near_pairs(case.codes[:WARM], case.turned[:WARM], RADIUS, RADIUS)  # compiles
    _memory()
    resting = _memory()
    plain = _measured(lambda: near_pairs(case.codes, None, RADIUS, RADIUS), chosen.rounds)
    whole = _measured(lambda: near_pairs(*case, RADIUS, RADIUS), chosen.rounds)
    after = len(case.codes) - NEW
    new = _measured(lambda: near_pairs(*case, RADIUS, RADIUS, after=after), chosen.rounds)
    held = _memory()
    print(f"{len(case.codes):,} codes, radius {RADIUS}, {os.cpu_count()} processors; medians")
    rows: list[tuple[Any, ...]] = [("", "by the clock", "processor time", "pairs", "groups")]
    names = ("as they are", "and turned", f"{NEW:,} new ones, turned")
    for name, (wall, busy, pairs) in zip(names, (plain, whole, new), strict=True):
        groups = len(case.codes) - len(pairs) if pairs is not new[2] else ""
        rows.append((name, f"{wall:.1f} s", f"{busy:.1f} s", f"{len(pairs):,}", groups))
    table(rows)
    print(f"memory: {held:,.0f} MB at most, {resting:,.0f} MB of it before the first search")
    _check(case, plain[2], whole[2])
    _peers(case.codes, (plain[1], whole[1]))
    return 0


def draw(random: np.random.Generator, count: int) -> Case:
    """Draw the codes of a case: crowds, re-encodings, turned and equal copies, hubs, and others."""
    codes = make_codes(random, count, skewed=True)[0]
    codes = np.concatenate([codes, random.integers(0, 256, (count - len(codes), 32), np.uint8)])
    codes = codes[random.permutation(count)]
    places = random.permutation(count)
    start = 0
    for share in CROWDS:
        crowd = places[start : start + round(share * count)]
        start += len(crowd)
        # A square pattern: turned about its diagonal it is the same, so that turns crowd as well.
        bits = np.unpackbits(codes[crowd[0]]).reshape(16, 16)
        head = np.packbits(np.triu(bits) | np.triu(bits, 1).T)
        codes[crowd] = head ^ _flips(random, len(crowd), 4)
    for share, flips, turned in KINDS:
        some = places[start : start + round(share * count)]
        start += len(some)
        sources = random.integers(0, count, max(1, len(some) // SIBLINGS))
        copied = codes[random.choice(sources, len(some))]
        ways = random.integers(1, 8, len(some)) if turned else np.zeros(len(some), np.int64)
        for turn in range(8):
            copied[ways == turn] = _turned(copied[ways == turn], turn)
        codes[some] = copied ^ _flips(random, len(some), flips)
    for one, hub, other in random.integers(0, count, (HUBS, 3)):
        apart = random.permutation(256)[:HUB_SPAN]
        codes[hub] = codes[one] ^ _mask(apart[::2])
        codes[other] = codes[one] ^ _mask(apart)
    turns = np.stack([_turned(codes, turn) for turn in range(1, 8)], axis=1)
    for turn in range(7):
        turns[:, turn] ^= _flips(random, count, 5)
    return Case(codes, turns)


def _turned(codes: Codes, turn: int) -> Codes:
    """Turn hashes as their pictures are turned: transpose terms, and change signs of odd ones."""
    across, down, over = WAYS[turn]
    bits = np.unpackbits(codes, axis=1).reshape(-1, 16, 16)
    if across:
        bits = bits.transpose(0, 2, 1).copy()
    bits[:, 1::2] ^= down
    bits[:, :, 1::2] ^= over
    return np.packbits(bits.reshape(-1, 256), axis=1)


def _mask(places: npt.NDArray[np.int64]) -> Codes:
    """Return a code with these bits set."""
    bits = np.zeros(256, np.uint8)
    bits[places] = 1
    return np.packbits(bits)


def _flips(random: np.random.Generator, count: int, mean: int) -> Codes:
    """Draw masks with so many bits set on average; many have few, as re-encodings do."""
    masks = np.zeros((count, 32), np.uint8)
    rows = np.arange(count)
    left = np.minimum(random.geometric(1 / (mean + 1), count) - 1, 31)
    while (left > 0).any():
        places = random.integers(0, 256, count)
        going = left > 0
        masks[rows[going], places[going] >> 3] ^= (1 << (places[going] & 7)).astype(np.uint8)
        left -= 1
    return masks


def _measured(work: Callable[[], Pairs], rounds: int) -> tuple[float, float, Pairs]:
    """Return the medians of the seconds by the clock and of the processor, and the answer."""
    walls, busies, answers = [], [], []
    for _ in range(rounds):
        wall, busy = time.monotonic(), time.process_time()
        answers = [work()]
        walls.append(time.monotonic() - wall)
        busies.append(time.process_time() - busy)
    return statistics.median(walls), statistics.median(busies), answers[0]


def _memory() -> float:
    """Return the most megabytes this process has held since it was asked last (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _check(case: Case, plain: Pairs, whole: Pairs) -> None:
    """Compare some contents with those before: are their pairs joined, and as closely."""
    some = np.linspace(0, len(case.codes) - 1, CHECKED).astype(np.int64)
    near = [_near(case.codes, case.codes[name], name, name) for name in some]
    _print_recall("as they are", near, plain)
    for turn in range(7):
        near += [_near(case.codes, case.turned[name, turn], name, name) for name in some]
    _print_recall("and turned", near, whole)
    apart = np.bitwise_count(case.codes[whole.a] ^ case.codes[whole.b]).sum(axis=1)
    for turn in range(1, 8):
        those = whole.turn == turn
        asked = case.turned[whole.b[those], BACK[turn] - 1]
        apart[those] = np.bitwise_count(case.codes[whole.a[those]] ^ asked).sum(axis=1)
    print(f"pairs whose distance is another than told: {np.count_nonzero(apart != whole.distance)}")


def _near(codes: Codes, asked: Codes, name: int, before: int) -> npt.NDArray[np.int64]:
    """Return as rows of (distance, name, other) the contents before one that are near its code."""
    words = np.ascontiguousarray(codes[:before]).view(np.uint64)
    apart = np.bitwise_count(words ^ asked.copy().view(np.uint64)).sum(axis=1, dtype=np.uint16)
    others = np.flatnonzero(apart <= RADIUS)
    return np.stack([apart[others].astype(np.int64), np.full(len(others), name), others], axis=1)


def _print_recall(what: str, near: list[npt.NDArray[np.int64]], pairs: Pairs) -> None:
    """Print how many near pairs are joined in the forest by pairs no farther apart."""
    from fanal.matching.pairs_kernels import keep_forest  # noqa: PLC0415  # numba starts slowly

    true = np.concatenate(near)
    parents = np.arange(int(max(pairs.b.max(), true[:, 1].max())) + 1, dtype=np.uint32)
    joined = 0
    for distance in range(RADIUS + 1):
        level = pairs.distance == distance
        keys = pairs.a[level].astype(np.uint64) << np.uint64(FIRST)
        keep_forest(keys | (pairs.b[level].astype(np.uint64) << np.uint64(SECOND)), parents)
        roots = parents[parents]
        while (roots != parents).any():
            parents, roots = roots, roots[roots]
        asked = true[true[:, 0] == distance]
        joined += int((parents[asked[:, 1]] == parents[asked[:, 2]]).sum())
    print(
        f"recall, {what}: {joined / len(true):.6f} of {len(true):,} near pairs of {CHECKED}", end=""
    )
    print(" contents compared with all before them are joined, and as closely")


def _peers(codes: Codes, ours: tuple[float, float]) -> None:
    """Measure peers that find all pairs of a few contents, and say what all would take."""
    try:
        import faiss  # noqa: PLC0415  # only this benchmark needs the peers
    except ModuleNotFoundError:
        print("the peers are not installed; run: make bench")
        return
    few = codes[:: max(1, len(codes) // FEW)]
    flat = faiss.IndexBinaryFlat(256)
    flat.add(codes)
    rows: list[tuple[Any, ...]] = [("peer", "all as they are", "and 7 turns", "times ours")]
    rows.append(_peer("faiss IndexBinaryFlat", flat, few, len(codes), ours))
    hashed = faiss.IndexBinaryMultiHash(256, 16, 16)
    hashed.nflip = 1
    start = time.process_time()
    hashed.add(codes)
    built = time.process_time() - start
    few = few[:: max(1, FEW // HASHED)]
    row = _peer("faiss IndexBinaryMultiHash", hashed, few, len(codes), ours)
    rows.append((*row[:-1], f"{row[-1]}, and {built:.0f} s to build"))
    table(rows)
    print(f"processor time, reckoned from {FEW:,} and {len(few)} contents; it is that of finding")
    print("all pairs, which would then have to be joined")


def _peer(
    name: str, index: Any, few: Codes, count: int, ours: tuple[float, float]
) -> tuple[Any, ...]:
    """Measure one peer."""
    index.range_search(few[:10], RADIUS + 1)
    start = time.process_time()
    index.range_search(few, RADIUS + 1)
    once = (time.process_time() - start) / len(few) * count
    ratios = f"{once / ours[0]:.0f} and {8 * once / ours[1]:.0f}"
    return name, f"{once:,.0f} s", f"{8 * once:,.0f} s", ratios


def _turned_pictures(count: int) -> None:
    """Print how far the hashes of turned and saved pictures are from the turned hashes."""
    from fanal.demo.draw import scene  # noqa: PLC0415  # not needed to measure speed
    from fanal.demo.encode import encode  # noqa: PLC0415  # likewise

    apart: dict[str, list[int]] = {}
    turns: list[Codes] = []
    for seed in range(count):
        random = Random(seed)
        picture = scene(random, *random.choice(PICTURES))
        own = _hash(picture)
        if own.quality < LEAST_QUALITY:
            continue
        code = np.frombuffer(own.value, np.uint8)
        if turns:
            apart.setdefault("another picture", []).append(int(_apart(turns[-1], code).min()))
        turns.append(np.frombuffer(own.turned, np.uint8).reshape(7, 32))
        turn = seed % 7
        turned = picture.transpose(TRANSPOSES[turn])
        scale = random.uniform(0.3, 0.9)
        size = round(turned.width * scale), round(turned.height * scale)
        small = turned.resize(size, Image.Resampling.LANCZOS)
        for quality in (95, 80, 60, 40):
            for name, made in (("turned", turned), ("turned, smaller", small)):
                saved = Image.open(io.BytesIO(encode(made, "jpeg", quality=quality)))
                found = np.frombuffer(_hash(saved).value, np.uint8)
                apart.setdefault(name, []).append(int(_apart(turns[-1][turn], found)))
    rows: list[tuple[Any, ...]] = [("bits apart", "pictures", "least", "half", "99 %", "most")]
    for name, bits in apart.items():
        levels = [f"{np.percentile(bits, share):.0f}" for share in (0, 50, 99, 100)]
        rows.append((name, len(bits), *levels))
    table(rows)


def _hash(picture: Any) -> Pdq:
    """Return the PDQ of a picture."""
    return pdq(np.asarray(picture.convert("RGB")), picture.height, picture.width)


def _apart(codes: Codes, other: Codes) -> Any:
    """Return the distance of one or more codes from another."""
    return np.bitwise_count(codes ^ other).sum(axis=-1, dtype=np.int64)


if __name__ == "__main__":
    raise SystemExit(main())
