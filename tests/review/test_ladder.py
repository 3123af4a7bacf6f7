"""Levels have neutral names; an area is a quarter of the picture at most."""

import pytest

from fanal.review.ladder import (
    ASKED,
    LEVELS,
    Cap,
    area_of,
    lowest,
    name,
)


def test_every_level_has_neutral_words():
    assert LEVELS == (0, 1, 2, 3, 4, 5)
    assert ASKED == (2, 3, 4, 5)
    assert name(3) == "Show, level 3"


def test_the_lowest_cap_holds():
    assert lowest([Cap(5, "a"), Cap(2, "b"), Cap(2, "c")]) == Cap(2, "b")


def test_an_area_is_four_shares():
    assert area_of(None, 2) is None
    assert area_of([0.25, 0, 0.5, 0.5], 4) == (0.25, 0.0, 0.5, 0.5)
    assert area_of([0, 0.75, 1, 0.25], 5) == (0.0, 0.75, 1.0, 0.25)


@pytest.mark.parametrize(
    "told",
    [
        *([0, 0, 1, 1], [0, 0, 0.51, 0.5], [0.6, 0, 0.5, 0.5], [0, 0.9, 0.5, 0.2]),
        *([0, 0, 0, 0.5], [-0.1, 0, 0.5, 0.5], [0, 0, -0.5, -0.5], [0, 0, 0.5], "0011"),
        *([0, 0, "0.5", 0.5], [0, 0, True, 0.2], [float("nan"), 0, 0.5, 0.5], {}, 7, []),
        *([0, 0, float("inf"), 0.1], [10**400, 0, 0.1, 0.1], [[0], [0], [0.5], [0.5]]),
    ],
    ids=str,
)
def test_no_other_area_is_taken(told):
    with pytest.raises(ValueError, match="area"):
        area_of(told, 4)


@pytest.mark.parametrize("level", [2, 3])
def test_below_level_4_there_is_no_area(level):
    with pytest.raises(ValueError, match="level 4"):
        area_of([0, 0, 0.5, 0.5], level)
