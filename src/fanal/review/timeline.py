"""Draws when cameras took pictures, one row a camera, with the gaps marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from fanal.review.overview_facts import Taken
from fanal.review.svg import box, figure, line, text

WIDTH, LEFT, RIGHT = 960, 6, 944
TALL, ROW = 26, 56
"""Height of the tallest bar, and of a row with its words."""
GAP = 3
"""Months without a picture from which on they are a gap."""
MOST_BINS = 48
WIDTHS = (1, 3, 12, 60)
"""Months that one bar may stand for."""
LONGEST = 90
"""Characters of a camera's name that the figure shows."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a picture, between two months with some."""

    begin: int
    """The first month without."""
    end: int
    """The first month with pictures again."""

    @property
    def says(self) -> str:
        """Return it in words."""
        span = f"{spelled(self.begin)} to {spelled(self.end - 1)}"
        return f"none for {self.end - self.begin} months: {span}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of equal stretches of months, the same for every camera."""

    start: int
    """The first month."""
    wide: int
    """Months that one bar stands for."""
    bins: int

    @classmethod
    def of(cls, rows: Sequence[Taken]) -> "Timeline":
        """Return stretches that hold every month of these rows."""
        every = [month for row in rows for month, _ in row.months]
        if not every:
            return cls(0, 1, 0)
        first, last = min(every), max(every)
        fitting = (wide for wide in WIDTHS if last // wide - first // wide < MOST_BINS)
        wide = next(fitting, WIDTHS[-1])
        return cls(first - first % wide, wide, last // wide - first // wide + 1)

    def counts(self, row: Taken) -> list[int]:
        """Return the pictures of each stretch."""
        counts = [0] * self.bins
        for month, count in row.months:
            counts[(month - self.start) // self.wide] += count
        return counts

    def names(self) -> list[str]:
        """Return what each stretch is called."""
        starts = [self.start + number * self.wide for number in range(self.bins)]
        return [_stretch(month, self.wide) for month in starts]


def spelled(month: int) -> str:
    """Return a month as ISO 8601 does."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def gaps(row: Taken) -> Iterator[Gap]:
    """Yield the stretches without a picture that are long enough to be marked."""
    months = [month for month, _ in row.months]
    for before, after in pairwise(months):
        if after - before - 1 >= GAP:
            yield Gap(before + 1, after)


def plain(name: str, most: int = LONGEST) -> str:
    """Return a name as text for a figure: nothing invisible, nothing that turns text around."""
    told = "".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in name[:most])
    return told + "…" * (len(name) > most)


def timeline(key: str, title: str, rows: Sequence[Taken]) -> Markup:
    """Draw the rows below each other, each to its own scale; `key` must be the page's only one."""
    rows = [row for row in rows if row.months]
    of = Timeline.of(rows)
    drawn: list[Markup] = []
    for number, row in enumerate(rows):
        drawn += _row(of, row, number * ROW)
    floor = len(rows) * ROW
    drawn += _axis(of, floor)
    said = "; ".join(_said(row) for row in rows) or "no picture has a date"
    return figure(key, title, f"{said}.", (WIDTH, floor + 26), drawn)


def _row(of: Timeline, row: Taken, top: float) -> Iterator[Markup]:
    """Yield the name, the number, the line, the gaps and the bars of one camera."""
    floor = top + 22 + TALL
    yield text(LEFT, top + 14, plain(row.device), "label")
    yield text(RIGHT, top + 14, f"{sum(n for _, n in row.months):,}", "number end")
    step = _step(of)
    yield line(LEFT, floor, RIGHT, floor, "axis")
    for gap in gaps(row):
        at = (_at(of, gap.begin), _at(of, gap.end))
        if at[1] - at[0] >= 4:
            yield line(at[0] + 1, floor - 6, at[1] - 1, floor - 6, "limit")
        if at[1] - at[0] >= 110:
            words = f"none for {gap.end - gap.begin} months"
            yield text(sum(at) / 2, floor - 11, words, "small mid muted")
    counts = of.counts(row)
    most = max(counts)
    for number, count in enumerate(counts):
        if count:
            tall = max(2.0, TALL * count / most)
            yield box(LEFT + number * step, floor - tall, max(step - 2, 2), tall, "full")


def _axis(of: Timeline, floor: float) -> Iterator[Markup]:
    """Yield the years under the rows, as many as there is room for."""
    years = range(-(-of.start // 12), (of.start + of.bins * of.wide - 1) // 12 + 1)
    every = max(1, -(-len(years) // 12))
    for year in years if of.bins else ():
        if year % every == 0:
            at = _at(of, year * 12)
            yield line(at, floor, at, floor + 6, "axis")
            yield text(at + 4, floor + 18, str(year), "small")
    if of.bins and not years:
        yield text(LEFT, floor + 18, spelled(of.start), "small")


def _step(of: Timeline) -> float:
    return (RIGHT - LEFT) / max(of.bins, 12)


def _at(of: Timeline, month: int) -> float:
    """Return where a month begins."""
    return LEFT + (month - of.start) / of.wide * _step(of)


def _stretch(month: int, wide: int) -> str:
    year = month // 12
    if wide == 1:
        return spelled(month)
    if wide == 3:
        return f"{year}, {MONTHS[month % 12]} to {MONTHS[month % 12 + 2]}"
    return str(year) if wide == 12 else f"{year} to {year + wide // 12 - 1}"


def _said(row: Taken) -> str:
    months = [month for month, _ in row.months]
    count = sum(number for _, number in row.months)
    told = f"{plain(row.device)}: {count:,}, {spelled(months[0])} to {spelled(months[-1])}"
    marked = [gap.says for gap in gaps(row)]
    return ", ".join([told, *marked[:6], *([f"{len(marked) - 6} more gaps"] if marked[6:] else [])])
