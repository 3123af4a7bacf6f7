"""The ladder of pictures: which levels there are, and who may be shown what, up to where."""

from collections.abc import Sequence
from dataclasses import dataclass

TEXT, MOSAIC, BLURRED, SMALL, CLEAR, COLOURED = range(6)
LEVELS = (TEXT, MOSAIC, BLURRED, SMALL, CLEAR, COLOURED)
ASKED = (BLURRED, SMALL, CLEAR, COLOURED)
"""Levels that are shown only where a person asks for them; each such picture is recorded."""
LIST_CHECK = "check a list"
"""The purpose for which a content that a list settles may be shown."""
LARGEST_AREA = 0.25
"""Share of the picture that a single area may show."""
_CLOSE = 1e-6
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Cap:
    """How far up a person may go now, and why not further."""

    level: int
    says: str = ""


def name(level: int) -> str:
    """Return what the control that shows a level is called."""
    return f"Show, level {level}"


def lowest(caps: Sequence[Cap]) -> Cap:
    """Return the cap that holds where several do: of equal ones the first."""
    return min(caps, key=lambda cap: cap.level)


def area_of(told: object, level: int) -> Area | None:
    """Return the area that was asked for, None for the whole picture; raise ValueError with why."""
    if told is None:
        return None
    if level < CLEAR:
        raise ValueError(f"an area is shown at level {CLEAR} or {COLOURED}")
    is_four = isinstance(told, list | tuple) and len(told) == 4
    parts = [_share(one) for one in told] if is_four and isinstance(told, list | tuple) else []
    if not parts or None in parts:
        raise ValueError("an area is four shares of the picture: left, top, width, height")
    x, y, width, height = (one for one in parts if one is not None)
    if width <= 0 or height <= 0 or x + width > 1 + _CLOSE or y + height > 1 + _CLOSE:
        raise ValueError("an area lies inside the picture")
    if width * height > LARGEST_AREA + _CLOSE:
        raise ValueError("an area is at most a quarter of the picture")
    return x, y, width, height


def _share(value: object) -> float | None:
    """Return a number from 0 to 1; None for anything else."""
    if type(value) is bool or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None
