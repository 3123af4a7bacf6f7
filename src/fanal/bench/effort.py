"""How many looks until every planted series of the made-up operation has been seen.

One look is one clear picture, or one contact sheet of a series. Beside fanal: lists alone in the
order of paths, lists and stacks of near pictures, and the least that anybody could do. The files of
the operation are not drawn: the case holds the records that reading them would leave.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fanal.bench import effort_rivals as rivals
from fanal.bench.effort_case import VARIANTS, Made, made
from fanal.bench.effort_count import SHARES, Seen, Why, best, seen, why
from fanal.bench.effort_curve import write_curve
from fanal.bench.timing import table
from fanal.demo.grouping import Grouped, Mixed, grouped, mixed
from fanal.demo.looks import looks, never_shown
from fanal.model.series import Cut, Link, Member

CONTENTS = 20_000
TARGETS = {"as told": (1.5, 20.0, 5.0), "half the metadata stripped": (3.0, 0.0, 0.0)}
"""Variant → at most so many times the best; at least so many times fewer than lists, and stacks."""
WORST = 8
LINKS = 4


@dataclass(frozen=True, slots=True)
class Run:
    """One operation, looked at in each way."""

    variant: str
    seed: int
    contents: int
    fanal: Seen
    lists: Seen
    stacks: Seen
    best: Seen
    lost: int
    """Pictures that no look shows: there must be none."""
    why: Why
    grouped: Mapping[str, Grouped]
    mixed: Sequence[tuple[Mixed, Sequence[str]]]
    """Series in which not all belongs together, the worst first, and what links say of it."""
    impure: int
    cuts: Sequence[str]
    seconds: Mapping[str, float]

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Return looks over the best, and how many times fewer than lists and than stacks."""
        own = max(1, self.fanal.last)
        return own / max(1, self.best.last), self.lists.last / own, self.stacks.last / own


def main(arguments: Sequence[str] = ()) -> None:
    """Print how many looks each way needs, why, and how well the series were formed."""
    parser = argparse.ArgumentParser(prog="fanal bench effort")
    parser.add_argument("--contents", type=int, default=CONTENTS, help="size of the operation")
    parser.add_argument("--seeds", type=int, default=1, help="how many operations are made up")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--plain", action="store_true", help="leave the other variants out")
    parser.add_argument("--json", action="store_true", help="one JSON object an operation")
    parser.add_argument("--svg", type=Path, help="file for the curve of the first operation")
    told = parser.parse_args(list(arguments))
    variants = VARIANTS[:1] if told.plain else VARIANTS
    runs: list[Run] = []
    for seed in range(told.first, told.first + told.seeds):
        for variant in variants:
            print(f"seed {seed}: {variant.name}", file=sys.stderr)
            with made(told.contents, seed, variant) as case:
                runs.append(measured(case, variant.name, seed, told.contents))
            if told.json:
                print(json.dumps(_plain(runs[-1])))
            else:
                _print(_printed(runs[-1]))
    if not told.json:
        _print(_summed(runs))
    if told.svg:
        first = [run for run in runs if run.seed == told.first]
        write_curve(told.svg, f"{told.contents:,} contents, seed {told.first}", _curves(first))


def measured(case: Made, variant: str, seed: int, contents: int) -> Run:
    """Return what one case takes."""
    store, truth = case.store, case.truth
    shown = list(looks(store))
    series_of = dict(store.columns(Member, "sha256", "series"))
    wrong = mixed(truth, series_of)
    media = rivals.media(store)
    return Run(
        variant,
        seed,
        contents,
        seen("fanal", [look.contents for look in shown], truth),
        seen("lists, in the order of paths", rivals.by_path(store), truth),
        seen("lists and stacks, newest first", rivals.stacks(store), truth),
        best(truth),
        len(never_shown(shown, media & truth.by_content.keys())),
        why(shown, truth),
        grouped(truth, series_of),
        [(one, _joins(case, one, series_of)) for one in wrong[:WORST]],
        len(wrong),
        [cut.says for cut in store.find(Cut, order=("name",))],
        case.seconds,
    )


def _joins(case: Made, one: Mixed, series_of: Mapping[str, str]) -> list[str]:
    """Return what links say that put strangers into a series."""
    own = {sha256 for sha256, name in series_of.items() if name == one.name}
    family, of = case.truth.family, case.truth.by_content
    found = (
        link
        for link in case.store.find(Link, order=("a", "b", "kind", "how"), among={"a": own})
        if link.joins and link.b in own and family[of[link.a].id] != family[of[link.b].id]
    )
    counted: dict[str, int] = {}
    for link in found:
        told = f"{link.kind}, {link.how}, {link.strength}: {link.says}"
        counted[told] = counted.get(told, 0) + 1
    most = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return [f"{count} x {told}" for told, count in most[:LINKS]]


def _curves(runs: Sequence[Run]) -> list[Seen]:
    first = runs[0]
    ways = [first.fanal, first.stacks, first.lists, first.best]
    for run in runs[1:2]:
        ways.insert(
            1, Seen(f"fanal, {run.variant}", run.fanal.at, run.fanal.planted, run.fanal.whole)
        )
    return ways


def _plain(run: Run) -> dict[str, Any]:
    """Return a run as JSON tells it."""
    ratios = dict(zip(("best", "lists", "stacks"), run.ratios, strict=True))
    ways = {
        way: {
            "last": each.last,
            "lost": each.lost,
            "looks": each.whole,
            **{f"{share} %": each.until(share) for share in SHARES},
        }
        for way, each in _ways(run).items()
    }
    facts = asdict(run)
    return {
        "variant": run.variant,
        "seed": run.seed,
        "contents": run.contents,
        "planted": run.best.planted,
        "looks": ways,
        "ratios": ratios,
        **{name: facts[name] for name in ("lost", "why", "grouped", "impure", "mixed", "cuts")},
        "seconds": run.seconds,
    }


def _ways(run: Run) -> dict[str, Seen]:
    return {"fanal": run.fanal, "lists": run.lists, "stacks": run.stacks, "best": run.best}


Printed = str | list[tuple[Any, ...]]


def _print(lines: Iterable[Printed]) -> None:
    for line in lines:
        print(line) if isinstance(line, str) else table(line)
    sys.stdout.flush()


def _printed(run: Run) -> Iterator[Printed]:
    """Yield lines and tables of one operation."""
    yield f"\n{run.variant}, {run.contents:,} contents, seed {run.seed}"
    yield _looked(run)
    over, lists, stacks = run.ratios
    yield (
        f"fanal: {over:.2f} x the best, {lists:.1f} x fewer than lists, "
        f"{stacks:.1f} x fewer than stacks; {run.lost} pictures that no look shows"
    )
    yield from _explained(run.why)
    yield from _series(run)
    yield "seconds: " + ", ".join(f"{name} {each:.1f}" for name, each in run.seconds.items())


def _looked(run: Run) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        ("looks until so many planted series were seen", *(f"{at} %" for at in SHARES), "never")
    ]
    rows += [
        (way.name, *(way.until(share) for share in SHARES), way.lost) for way in _ways(run).values()
    ]
    return rows


def _explained(told: Why) -> Iterator[Printed]:
    yield "before the last planted series:"
    yield [("  looks at", "looks"), *((f"  {kind}", n) for kind, n in told.kinds.items())]
    yield "sentences of those that showed no planted series for the first time:"
    yield [("  step", "looks", "sentence", "what most of them showed"), *_indented(told)]
    yield [
        ("  way of planted series", "series", "middle look", "last look"),
        *((f"  {way}", *rest) for way, *rest in told.ways),
    ]
    yield "seen last:"
    yield [(f"  {name}", way, at, step, says[:120]) for name, way, at, step, says in told.last]
    if told.never:
        yield f"NEVER SEEN: {', '.join(told.never)}"


def _indented(told: Why) -> Iterator[tuple[Any, ...]]:
    for step, sentence, count, kinds in told.reasons:
        yield (f"  {step}", count, sentence[:110], kinds)


def _series(run: Run) -> Iterator[Printed]:
    yield "series as formed beside the true ones (B-cubed):"
    rows: list[tuple[Any, ...]] = [
        ("  kind", "series", "contents", "purity", "completeness", "whole", "of two or more")
    ]
    for kind, own in run.grouped.items():
        shares = (f"{own.purity:.3f}", f"{own.completeness:.3f}")
        rows.append((f"  {kind}", own.series, own.contents, *shares, own.whole, own.several))
    yield rows
    yield f"{run.impure} series hold contents that do not belong together; the worst:"
    for one, joins in run.mixed:
        held = ", ".join(f"{kind} {count}" for kind, count in one.kinds[:5])
        yield f"  {one.name}: {one.wrong} of {one.contents} strangers ({held})"
        yield from (f"    {says}" for says in joins)
    for says in run.cuts:
        yield f"  cut: {says}"


def _summed(runs: Sequence[Run]) -> Iterator[Printed]:
    """Yield the middle and the worst of all seeds, a row a variant, beside the targets."""
    rows: list[tuple[Any, ...]] = [
        (
            *("variant", "seeds", "looks", "worst", "x best", "worst", "target"),
            *("x lists", "worst", "target", "x stacks", "worst", "target", "never seen", "lost"),
        )
    ]
    for variant in dict.fromkeys(run.variant for run in runs):
        own = [run for run in runs if run.variant == variant]
        last = [run.fanal.last for run in own]
        over, lists, stacks = zip(*(run.ratios for run in own), strict=True)
        most, fewer, least = TARGETS.get(variant, (0.0, 0.0, 0.0))
        rows.append(
            (
                *(variant, len(own), round(statistics.median(last)), max(last)),
                *_beside(over, max(over), most, "<="),
                *_beside(lists, min(lists), fewer, ">="),
                *_beside(stacks, min(stacks), least, ">="),
                sum(run.fanal.lost for run in own),
                sum(run.lost for run in own),
            )
        )
    yield ""
    yield rows


def _beside(values: Sequence[float], worst: float, target: float, sign: str) -> tuple[str, ...]:
    told = f"{sign} {target:g}" if target else "-"
    return f"{statistics.median(values):.2f}", f"{worst:.2f}", told
