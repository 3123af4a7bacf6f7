import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET
from fanal.series.times import MOST_AT_ONCE, by_own_clock, copied, crowded, seconds


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2025-06-15T15:06:40", 1_750_000_000),
        ("2025-06-15T15:06:40+00:00", 1_750_000_000),
        ("2025-06-15T17:06:40+02:00", 1_750_000_000),
        ("2025-06-15T15:06:40.250+00:00", 1_750_000_000.25),
    ],
)
def test_times_are_seconds_since_1970(told, expected):
    assert seconds(told) == expected


def test_by_its_own_clock_a_zone_does_not_count():
    assert by_own_clock("2025-06-15T15:06:40.5+02:00") == 1_750_000_000.5
    assert by_own_clock("2025-06-15T15:06:40") == 1_750_000_000
    assert math.isnan(by_own_clock(None))


@pytest.mark.parametrize(
    "told",
    [
        *("", None, 7, "0000-00-00T00:00:00", "1904-01-01T00:00:00", "1970-01-01T00:00:00"),
        *("1980-01-01T00:00:00", "2000-01-01T00:07:00", "2099-01-01T00:00:00", "x" * 30),
        *("2025-02-30T10:00:00", "2025-06-15", "2025-06-15T15:06:40" + " " * 99),
    ],
)
def test_times_that_no_clock_showed_are_none(told):
    assert math.isnan(seconds(told))
    assert math.isnan(by_own_clock(told))


@given(st.text(max_size=30) | st.none() | st.integers())
def test_anything_is_a_time_or_none(told):
    assert isinstance(seconds(told), float)


def test_a_second_that_too_many_have_is_told():
    times = np.array(
        [5.0] * (MOST_AT_ONCE + 1) + [5.5, 6.0] + [7.0] * MOST_AT_ONCE + [np.nan] * 2000
    )
    keys = np.zeros(len(times), np.uint64)
    told = crowded(keys, times)
    assert told[: MOST_AT_ONCE + 2].all()  # 5.5 is in the same second
    assert not told[MOST_AT_ONCE + 2 :].any()
    keys[::2] = 1
    assert not crowded(keys, times).any()


def test_a_folder_filled_in_one_go_is_told():
    def told(count, gap):
        times = np.arange(count) * gap
        return copied(np.zeros(count, np.uint64), times)

    assert told(SHEET + 1, 2.0).all()
    assert not told(SHEET, 0.0).any()
    assert not told(SHEET + 1, 2.1).any()
    apart = copied(np.arange(SHEET + 1).astype(np.uint64), np.zeros(SHEET + 1))
    assert not apart.any()
    assert not copied(np.zeros(SHEET + 1, np.uint64), np.full(SHEET + 1, np.nan)).any()
