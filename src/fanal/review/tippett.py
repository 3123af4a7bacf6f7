"""Draws a Tippett plot: which share of either side has at least so much weight."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fanal.review.svg import figure, line, text

WIDTH, HEIGHT = 760, 360
LEFT, RIGHT, TOP, FLOOR = 64, 740, 20, 290
STYLE = (
    "<style>"
    "svg{background:#fcfcfa;font-family:system-ui,sans-serif}"
    "text{fill:#1c2126;font-size:14px}.small{font-size:13px}.muted{fill:#59636d}"
    ".end{text-anchor:end}.mid{text-anchor:middle}"
    ".axis{stroke:#59636d;fill:none}.curve{stroke:#0a5a8c;stroke-width:2;fill:none}"
    ".dashed{stroke-dasharray:7 4}.limit{stroke:#8a3d00;stroke-width:1.5;stroke-dasharray:2 4}"
    "</style>"
)


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: two curves over the same weights, and where the caps stand."""

    edges: Sequence[float]
    """log10 LR, rising."""
    same: Sequence[float]
    other: Sequence[float]
    names: tuple[str, str]
    """What is true of either side."""
    caps: tuple[float, float] | None = None


def draw(key: str, title: str, plot: Plot) -> Markup:
    """Return the figure; `key` must be the page's only one."""
    least, most = plot.edges[0], plot.edges[-1]

    def across(weight: float) -> float:
        return LEFT + (RIGHT - LEFT) * (weight - least) / ((most - least) or 1)

    drawn = [line(LEFT, FLOOR, RIGHT, FLOOR, "axis"), line(LEFT, TOP, LEFT, FLOOR, "axis")]
    drawn += [
        text(LEFT - 8, _down(share) + 4, f"{share:.0%}", "small end")
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    for whole in range(int(least), int(most) + 1):
        drawn.append(line(across(whole), FLOOR, across(whole), FLOOR + 5, "axis"))
        drawn.append(text(across(whole), FLOOR + 20, f"{whole}", "small mid"))
    drawn.append(line(across(0), TOP, across(0), FLOOR, "axis"))
    drawn += [line(across(cap), TOP, across(cap), FLOOR, "limit") for cap in plot.caps or ()]
    for shares, kind in ((plot.same, "curve"), (plot.other, "curve dashed")):
        drawn.append(_curve([across(edge) for edge in plot.edges], shares, kind))
    middle = (LEFT + RIGHT) / 2
    drawn.append(text(middle, FLOOR + 40, "log10 LR, at least", "small mid muted"))
    first, second = plot.names
    drawn.append(text(LEFT, HEIGHT - 6, f"whole line: {first}", "small"))
    drawn.append(text(RIGHT, HEIGHT - 6, f"dashed: {second}; dotted: caps", "small end"))
    return figure(key, title, _said(plot), (WIDTH, HEIGHT), drawn)


def standalone(drawn: Markup) -> str:
    """Return a figure as a file of its own."""
    head, rest = drawn.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg">{STYLE}{rest}\n'


def _said(plot: Plot) -> str:
    """Return the figure in words: what share of either side is above and below each level."""
    told = []
    for level in (-2, -1, 0, 1, 2):
        at = next((n for n, edge in enumerate(plot.edges) if edge >= level), None)
        if at is not None and plot.edges[0] <= level:
            told.append(f"at {level}: {plot.same[at]:.1%} and {plot.other[at]:.1%}")
    first, second = plot.names
    return f"Share with at least that log10 LR, of {first} and of {second}: {', '.join(told)}."


def _down(share: float) -> float:
    return FLOOR - (FLOOR - TOP) * share


def _curve(across: Sequence[float], shares: Sequence[float], kind: str) -> Markup:
    """Return a staircase: a share holds up to the next edge."""
    points = [f"M{across[0]:.1f} {_down(shares[0]):.1f}"]
    for at, before, share in zip(across[1:], shares, shares[1:], strict=False):
        points.append(f"V{_down(share):.1f}H{at:.1f}" if share != before else f"H{at:.1f}")
    return Markup('<path d="{}" class="{}"/>').format("".join(points), kind)
