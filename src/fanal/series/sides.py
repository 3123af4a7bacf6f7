"""Keeps apart what speaks for a camera, for a generator, and for a picture that went into one."""

from collections.abc import Sequence

from fanal.model.series import SHEET

NOTHING, CAMERA, GENERATOR, INPUT = 0, 1, 2, 3
"""What a content's own findings speak for; greater numbers stand for one camera, CAMERA for any."""


def chained(
    side: Sequence[int], near: Sequence[Sequence[bool]], little: Sequence[bool] = ()
) -> list[int]:
    """Return how many rows back that one lies to which each row is joined, 0 for none.

    `near[k]` tells of each row whether it may be joined to the one `k + 1` rows before it; the
    nearest is taken. What speaks for nothing goes with either side, but leads from none to another.
    Rows for which `little` speaks are joined up to what fits on one contact sheet, which hides
    nothing.
    """
    led, group = list(side), list(range(len(side)))
    back, size = [0] * len(led), [1] * len(led)
    for row in range(1, len(led)):
        for lag, told in enumerate(near, 1):
            if not told[row] or lag > row or not fits(led[row - lag], led[row]):
                continue
            into = group[row - lag]
            if little and little[row] and size[into] >= SHEET:
                continue
            back[row], group[row] = lag, into
            size[into] += 1
            led[row] = led[row] or led[row - lag]
            break
    return back


def fits(one: int, other: int) -> bool:
    """Tell whether what speaks for these may be joined."""
    if one == other or NOTHING in {one, other}:
        return True
    return min(one, other) == CAMERA and max(one, other) > INPUT
