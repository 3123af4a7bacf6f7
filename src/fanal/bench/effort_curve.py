"""Draws how many planted series have been seen after how many looks."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from fanal.bench.effort_count import SHARES, Seen
from fanal.review.svg import figure, line, text

WIDTH, LEFT, RIGHT, TOP, FLOOR = 960, 70, 640, 64, 430
ROW = 22
DASHES = ("none", "9 5", "3 4", "14 4 3 4", "1 3")
"""Lines are told apart by their dashes, not by colour."""
STYLE = """
svg { font: 14px system-ui, "DejaVu Sans", sans-serif; background: #fcfcfa; }
text { fill: #1c2126 } .small { font-size: 13px } .muted { fill: #59636d }
.end { text-anchor: end } .mid { text-anchor: middle } .strong { font-weight: 650 }
.axis { stroke: #59636d } .grid { stroke: #d5dade }
.curve { fill: none; stroke: #0a5a8c; stroke-width: 2.2 }
@media (prefers-color-scheme: dark) {
svg { background: #14181b } text { fill: #e6e9eb } .muted { fill: #9ba6af }
.axis { stroke: #9ba6af } .grid { stroke: #353d44 } .curve { stroke: #7cc0ea } }
"""


def write_curve(path: Path, title: str, ways: Sequence[Seen]) -> None:
    """Write the figure as a file of its own, which any browser shows."""
    drawn = str(curve(title, ways))
    opened = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    head, mark, rest = opened.partition("</desc>")
    path.write_text(f"{head}{mark}<style>{STYLE}</style>{rest}\n", "utf-8")


def curve(title: str, ways: Sequence[Seen]) -> Markup:
    """Draw one line a way of looking, with a legend, and the same numbers below as words."""
    most = max(2, *(way.whole for way in ways))
    drawn = [text(LEFT, 22, title, "strong"), *_axes(most)]
    for number, way in enumerate(ways):
        drawn += _way(way, number, most)
    drawn += _numbers(ways, FLOOR + 86)
    height = FLOOR + 100 + ROW * (len(ways) + 1)
    said = "; ".join(_sentence(way) for way in ways)
    return figure("effort", title, f"{said}.", (WIDTH, height), drawn)


def _x(looks: float, most: int) -> float:
    return LEFT + (RIGHT - LEFT) * math.log(max(looks, 1)) / math.log(most)


def _y(percent: float) -> float:
    return FLOOR - (FLOOR - TOP) * percent / 100


def _axes(most: int) -> Iterator[Markup]:
    for percent in range(0, 101, 20):
        yield line(LEFT, _y(percent), RIGHT, _y(percent), "grid")
        yield text(LEFT - 8, _y(percent) + 4, f"{percent} %", "small end")
    for power in range(math.floor(math.log10(most)) + 1):
        at = _x(10**power, most)
        yield line(at, FLOOR, at, FLOOR + 5, "axis")
        yield text(at, FLOOR + 20, f"{10**power:,}", "small mid")
    yield line(LEFT, FLOOR, RIGHT, FLOOR, "axis")
    yield line(LEFT, TOP, LEFT, FLOOR, "axis")
    words = "clear looks (each mark ten times the one before)"
    yield text((LEFT + RIGHT) / 2, FLOOR + 44, words, "small mid muted")
    yield text(LEFT - 56, TOP - 14, "planted series seen", "small muted")


def _way(way: Seen, number: int, most: int) -> Iterator[Markup]:
    dashes = DASHES[number % len(DASHES)]
    path = Markup('<path d="{}" class="curve" stroke-dasharray="{}"/>')
    yield path.format(_steps(way, most), dashes)
    top = TOP + 14 + number * 2 * ROW
    yield path.format(f"M{RIGHT + 16} {top - 5}H{RIGHT + 56}", dashes)
    yield text(RIGHT + 64, top, way.name, "small")
    told = f"{way.lost} never seen" if way.lost else f"last seen at look {way.last:,}"
    yield text(RIGHT + 64, top + 17, told, "small muted")


def _steps(way: Seen, most: int) -> str:
    """Return the path: it rises by one series at each look that shows a new one."""
    drawn = [f"M{LEFT:.1f} {_y(0):.1f}"]
    for found, at in enumerate(way.at, 1):
        drawn.append(f"H{_x(at, most):.1f}V{_y(100 * found / max(1, way.planted)):.1f}")
    return "".join(drawn)


def _numbers(ways: Sequence[Seen], top: float) -> Iterator[Markup]:
    yield text(LEFT, top, "looks until so many were seen", "small strong")
    columns = [(LEFT + 330 + 85 * at, share) for at, share in enumerate(SHARES)]
    for at, share in columns:
        yield text(at, top, f"{share} %", "small end strong")
    for number, way in enumerate(ways, 1):
        yield text(LEFT, top + ROW * number, way.name, "small")
        for at, share in columns:
            yield text(at, top + ROW * number, _told(way, share), "small end")


def _told(way: Seen, share: int) -> str:
    never = math.ceil(way.planted * share / 100) > len(way.at)
    return "never" if never else f"{way.until(share):,}"


def _sentence(way: Seen) -> str:
    told = ", ".join(f"{share} percent {_told(way, share)}" for share in SHARES)
    return f"{way.name}, looks until so many planted series were seen: {told}"
