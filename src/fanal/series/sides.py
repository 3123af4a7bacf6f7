"""Keeps apart what speaks for a camera, for a generator, and for a picture that went into one."""

from collections.abc import Sequence

NOTHING, CAMERA, GENERATOR, INPUT = 0, 1, 2, 3
"""What a content's own findings speak for; greater numbers stand for one camera, CAMERA for any."""


def chained(side: Sequence[int], near: Sequence[Sequence[bool]]) -> list[int]:
    """Return how many rows back that one lies to which each row is joined, 0 for none.

    `near[k]` tells of each row whether it may be joined to the one `k + 1` rows before it; the
    nearest is taken. What speaks for nothing goes with either side, but leads from none to another.
    """
    led = list(side)
    back = [0] * len(led)
    for row in range(1, len(led)):
        for lag, told in enumerate(near, 1):
            if told[row] and lag <= row and fits(led[row - lag], led[row]):
                back[row] = lag
                led[row] = led[row] or led[row - lag]
                break
    return back


def fits(one: int, other: int) -> bool:
    """Tell whether what speaks for these may be joined."""
    if one == other or NOTHING in {one, other}:
        return True
    return min(one, other) == CAMERA and max(one, other) > INPUT
