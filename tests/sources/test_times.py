import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.sources.times import dos, utc


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_every_second_of_the_calendar_is_spelled_in_utc(seconds):
    year, *rest = time.gmtime(seconds)[:6]
    assert utc(seconds) == "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(year, *rest)


@pytest.mark.parametrize("seconds", [None, 1 << 63, -(1 << 63), 253_402_300_800, -62_135_596_801])
def test_a_time_outside_it_is_none(seconds):
    assert utc(seconds) is None


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2107, 12, 31, 23, 59, 58))  # noqa: DTZ001
)
def test_dos_times_keep_two_seconds_and_no_zone(when):
    when = when.replace(microsecond=0, second=when.second // 2 * 2)
    date = (when.year - 1980) << 9 | when.month << 5 | when.day
    clock = when.hour << 11 | when.minute << 5 | when.second // 2
    assert dos(date, clock) == when.strftime("%Y-%m-%dT%H:%M:%S")


@given(st.integers(0, 65535), st.integers(0, 65535))
def test_no_dos_time_raises(date, clock):
    assert dos(date, clock) is None or len(dos(date, clock)) == 19
