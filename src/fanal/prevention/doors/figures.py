"""Works out figures as plain numbers; the templates draw them as SVG without style or script."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

WIDTH = 720
HEIGHT = 120
FOOT = 18
"""Room for words below the bars."""
SIDE = 48
"""Room for words beside an axis."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a day."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Span:
    """An interval on an axis that has nothing in its middle."""

    low: float
    at: float
    high: float
    zero: float
    reach: float
    """What the ends of the axis stand for."""


def bars(values: Sequence[int]) -> tuple[Bar, ...]:
    """Return bars side by side, the highest as high as there is room."""
    most = max(values, default=0) or 1
    step = WIDTH / max(len(values), 1)
    room = HEIGHT - FOOT
    return tuple(
        Bar(round(step * at + 1, 1), round(room - height, 1), round(step - 2, 1), round(height, 1))
        for at, value in enumerate(values)
        for height in [room * value / most]
    )


def span(low: float, at: float, high: float, reach: float) -> Span:
    """Return where an interval of differences lies; what is outside is cut at the ends."""
    room = WIDTH - 2 * SIDE

    def place(value: float) -> float:
        inside = max(-reach, min(reach, value))
        return round(SIDE + room * (inside / reach + 1) / 2, 1)

    return Span(place(low), place(at), place(high), place(0), reach)


def reach(values: Sequence[float]) -> float:
    """Return the ends of an axis that shows all of these and is not all interval: 5 % to 100 %."""
    most = max((abs(one) for one in values), default=0.0)
    return min(1.0, max(0.05, most * 1.1))


def evidence(e: float, alpha: float) -> tuple[float, float]:
    """Return how long a bar of evidence is and where its limit lies, on a scale of powers of ten.

    Below 1 there is no evidence of a difference, and the bar has no length.
    """
    limit = log10(1 / alpha)
    end = limit * 1.5
    value = log10(max(e, 1.0))
    return (
        round(WIDTH * max(0.0, min(end, value)) / end, 1),
        round(WIDTH * limit / end, 1),
    )
