"""Draws what was known of a comparison day by day, as SVG for a page without script."""

from collections.abc import Callable, Sequence
from math import ceil, floor, log10

from fanal.prevention.trials.analysis import Comparison, Look

_WIDE, _HIGH = 640, 150
_LEFT, _RIGHT, _TOP, _FOOT = 64, 12, 18, 24
_LEAST_E, _MOST_E = -2, 6
"""Powers of ten between which e-values are drawn."""

Place = Callable[[float], float]


def figure(comparison: Comparison, alpha: float, minimum: float) -> str:
    """Return the e-values and the confidence sequence of a comparison, one below the other."""
    looks = comparison.looks
    if not looks:
        return ""
    across = _across(len(looks))
    name = comparison.variant
    told = f"{name}: e-value {looks[-1].e:.3g}, difference {100 * looks[-1].difference:+.1f} points"
    parts = [
        f'<svg viewBox="0 0 {_WIDE} {2 * _HIGH}" role="img" aria-label="{told}">',
        f"<title>{told}</title>",
        *_evidence(looks, alpha, across),
        f'<g transform="translate(0 {_HIGH})">',
        *_difference(looks, minimum, across),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts)


def _evidence(looks: Sequence[Look], alpha: float, across: Place) -> list[str]:
    logs = [log10(max(look.e, 10**_LEAST_E)) for look in looks]
    top = min(_MOST_E, max(2, ceil(max(logs))))
    up = _up(_LEAST_E, top)
    limit = up(log10(1 / alpha))
    step = 1 if top <= 3 else 2
    points = [(across(at), up(min(one, top))) for at, one in enumerate(logs)]
    return [
        *_axis([(up(one), f"{10.0**one:g}") for one in range(_LEAST_E, top + 1, step)]),
        _rule("limit", limit),
        _line(points),
        _text(_LEFT, 12, f"e-value; called at {1 / alpha:g}"),
    ]


def _difference(looks: Sequence[Look], minimum: float, across: Place) -> list[str]:
    last = looks[-1]
    widest = max(
        abs(last.difference), *((abs(last.low), abs(last.high)) if last.low > -1 else (0.0,))
    )
    most = min(1.0, max(2 * minimum, 2 * widest))
    up = _up(-most, most)

    def held(value: float) -> float:
        return up(max(-most, min(most, value)))

    lows = [(across(at), held(look.low)) for at, look in enumerate(looks)]
    highs = [(across(at), held(look.high)) for at, look in enumerate(looks)]
    band = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*lows, *reversed(highs)])
    marks = [-most, 0.0, most]
    return [
        f'<polygon class="wash" points="{band}"/>',
        *_axis([(up(one), f"{100 * one:+.1f}" if one else "0") for one in marks]),
        _line([(across(at), held(look.difference)) for at, look in enumerate(looks)]),
        _text(_LEFT, 12, "difference from the reference in points, with its confidence sequence"),
        _text(_LEFT, _HIGH - 6, str(looks[0].day)),
        _text(_WIDE - _RIGHT, _HIGH - 6, str(looks[-1].day), "end"),
    ]


def _across(count: int) -> Place:
    """Return where a day stands; one day alone stands in the middle."""
    width = _WIDE - _LEFT - _RIGHT
    return lambda at: _LEFT + width * (at / (count - 1) if count > 1 else 0.5)


def _up(low: float, high: float) -> Place:
    height = _HIGH - _TOP - _FOOT
    return lambda value: _TOP + height * (high - value) / (high - low)


def _axis(marks: Sequence[tuple[float, str]]) -> list[str]:
    told = []
    for y, text in marks:
        told.append(_rule("axis", y))
        told.append(_text(_LEFT - 6, floor(y) + 4, text, "end"))
    return told


def _rule(name: str, y: float) -> str:
    return f'<line class="{name}" x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _line(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 1:
        return f'<circle class="bar" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3"/>'
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="span" fill="none" points="{told}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="soft" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{text}</text>'
