"""What tells most of its origin stands for a series, and sheets show what differs first."""

import dataclasses
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET
from fanal.series.representative import (
    UNDATED,
    Standing,
    ordered,
    originals,
    ranks,
    representatives,
    sheet,
    spread,
)

PLAIN = {
    "decoded": True,
    "camera": 0,
    "kinds": 1,
    "pixels": 100,
    "size": 10,
    "time": 5,
    "picture": None,
    "state": 0,
}


def standing(*told):
    """Contents that differ from a plain one in what is told; each is a picture of its own."""
    rows = [PLAIN | {"picture": 1000 + at} | one for at, one in enumerate(told)]
    return Standing(*(np.array([row[name] for row in rows]) for name in PLAIN))


def first(*told):
    return int(np.argmin(ranks(standing(*told))))


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"decoded": False, "camera": 6}, {}),
        ({"kinds": 9, "pixels": 900}, {"camera": 1}),
        ({"pixels": 900}, {"kinds": 2}),
        ({"time": 1}, {"pixels": 101}),
        ({"time": UNDATED}, {"time": 6}),
        ({"time": 6}, {"time": 5}),
    ],
)
def test_what_tells_more_of_origin_stands_before_what_tells_less(worse, better):
    assert first(worse, better) == 1
    assert first(better, worse) == 0


def test_an_original_stands_before_a_copy_of_the_same_size_and_the_first_digest_before_all():
    copy, original = {"picture": 1, "size": 5, "time": 1}, {"picture": 1, "size": 9}
    assert first(copy, original) == 1
    assert originals(standing(copy, original, {"picture": 2})).tolist() == [1, 2]
    assert first({}, {}) == 0


def test_each_series_has_the_best_of_its_contents():
    places = ranks(standing({}, {"camera": 2}, {"camera": 1}, {"camera": 6}))
    assert representatives(np.array([1, 0, 1, -1]), places).tolist() == [1, 2]
    assert not len(representatives(np.array([-1, -1]), np.array([0, 1])))


def test_a_photograph_among_generated_pictures_is_on_the_first_sheet():
    told = [{"state": 4, "time": at} for at in range(500)]
    told[321] = {"state": 1, "time": 321}
    shown = sheet(standing(*told))
    assert len(shown) == SHEET
    assert 321 in shown[:3]


def test_one_of_each_picture_is_shown_before_any_copy():
    told = [{"picture": at // 10} for at in range(400)]
    shown = ordered(standing(*told))
    assert len({at // 10 for at in shown[:40]}) == 40
    assert len({at // 10 for at in shown[40:80]}) == 40


def test_a_sheet_is_spread_over_the_time_of_its_series():
    shown = sheet(standing(*({"time": at} for at in range(480))))
    eighths = Counter(at // 60 for at in shown[1:33])
    assert set(eighths.values()) <= {4, 3, 5}
    assert len(eighths) == 8


def test_nothing_has_no_sheet():
    assert sheet(standing()) == []


@given(st.lists(st.integers(), max_size=70))
def test_what_is_spread_is_all_there_and_each_beginning_of_it_is_even(told):
    assert sorted(spread(told)) == sorted(told)
    places = list(spread(range(len(told))))
    for shown in range(1, len(told)):
        at = sorted([*places[:shown], len(told)])
        assert max(after - before for before, after in pairwise(at)) <= 4 * len(told) / shown


counts = st.integers(0, 3)
contents = st.lists(
    st.fixed_dictionaries(
        {
            "decoded": st.booleans(),
            **dict.fromkeys(
                ("camera", "kinds", "pixels", "size", "time", "picture", "state"), counts
            ),
        }
    ),
    min_size=1,
    max_size=70,
)


@given(contents, st.randoms())
def test_a_series_shows_all_its_contents_once_its_representative_first(told, chance):
    every = standing(*told)
    shown = ordered(every)
    assert sorted(shown) == list(range(len(told)))
    assert shown[0] == representatives(np.zeros(len(told), dtype=int), ranks(every))[0]
    rows = [dataclasses.astuple(every)[name][shown[0]] for name in range(2)]
    assert rows[0] or not every.decoded.any()


def test_what_lists_know_nothing_of_is_shown_early_among_hundreds_that_they_know():
    made = standing(*({"time": at, "pixels": 1000 - at} for at in range(300)))
    assert 137 not in sheet(made)
    told = np.where(np.arange(300) == 137, 0, 7)
    assert ordered(dataclasses.replace(made, told=told)).index(137) <= 1


def test_an_unknown_near_copy_of_a_known_picture_does_not_wait_for_the_other_pictures():
    made = standing(*({"time": at, "pixels": 1000 - at} for at in range(300)))
    made.picture[:2] = 7
    assert ordered(made).index(1) == 299
    told = np.where(np.arange(300) == 1, 0, 7)
    assert ordered(dataclasses.replace(made, told=told)).index(1) <= 1
