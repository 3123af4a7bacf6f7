"""Turns times that files tell into seconds, and believes none that no clock showed."""

import math
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from fanal.model.series import SHEET

FIRST_YEAR, LAST_YEAR = 1990, 2060
"""Years that are believed: before, no file has pictures of today's formats; 1904, 1970 and 1980 are
where clocks begin that were never set. What comes after is not looked up on this machine's clock,
so that a case gives the same whenever it is worked on."""
LONGEST = 40
"""Characters of a time at most."""
UNSET = "2000-01-01"
"""A day on which many clocks begin that were never set."""
COPIED = 2.0
"""Seconds between files of one folder up to which they were copied or unpacked together, where
they are more than one contact sheet shows: nobody takes or receives pictures so fast."""
MOST_AT_ONCE = 1000
"""Contents of one camera, or files of one exhibit, with one and the same second: from there on it
is the second in which somebody wrote them, not one in which anything happened."""


def seconds(told: object) -> float:
    """Return an ISO 8601 time in seconds since 1970; `nan` where there is none to be believed.

    A time without a zone counts as it stands: only times by one clock are compared.
    """
    if not isinstance(told, str) or not 19 <= len(told) <= LONGEST or told.startswith(UNSET):
        return math.nan
    try:
        time = datetime.fromisoformat(told)
    except ValueError:
        return math.nan
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        return math.nan
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def by_own_clock(told: object) -> float:
    """Return an ISO 8601 time in seconds by the clock that wrote it: its zone is left out."""
    if not isinstance(told, str) or len(told) > LONGEST:
        return math.nan
    return seconds(told[:19]) + _part(told)


def _part(told: str) -> float:
    """Return the part of a second that a time has."""
    digits = told[20:26] if told[19:20] == "." else ""
    whole = digits[: len(digits) - len(digits.lstrip("0123456789"))]
    return int(whole) / 10 ** len(whole) if whole else 0.0


def copied(folders: NDArray[np.uint64], times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each file whether its folder was filled so fast that its time says nothing."""
    order = np.lexsort((times, folders))
    starts = np.ones(len(order), np.bool_)
    with np.errstate(invalid="ignore"):
        starts[1:] = ~(np.diff(times[order]) <= COPIED)
    starts[1:] |= folders[order][1:] != folders[order][:-1]
    batch = np.cumsum(starts) - 1
    told = np.empty(len(order), np.bool_)
    told[order] = np.bincount(batch)[batch] > SHEET
    return told


def crowded(keys: NDArray[np.uint64], times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each time whether too many of its key have the same second."""
    if len(keys) <= MOST_AT_ONCE:
        return np.zeros(len(keys), np.bool_)
    whole = np.floor(times)
    order = np.lexsort((whole, keys))
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[order][1:] != keys[order][:-1]) | (whole[order][1:] != whole[order][:-1])
    slot = np.cumsum(new) - 1
    many = np.bincount(slot)[slot] > MOST_AT_ONCE
    told = np.empty(len(keys), np.bool_)
    told[order] = many & ~np.isnan(whole[order])
    return told
