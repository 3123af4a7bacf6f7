"""The days of a report."""

from datetime import UTC, date, datetime

import pytest

from fanal.cli.deter_report import days_of
from fanal.errors import UsageError

TODAY = date(2026, 11, 27)


def day(*told):
    return datetime(*told, tzinfo=UTC)


def test_four_weeks_that_are_over_unless_told_otherwise():
    days = days_of(None, None, TODAY)
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 29), date(2026, 11, 25), 28)
    assert days_of(day(2026, 1, 1), day(2026, 1, 2), TODAY) == [
        date(2026, 1, 1),
        date(2026, 1, 2),
    ]


@pytest.mark.parametrize("first", [day(2026, 11, 26), day(2020, 1, 1)])
def test_what_is_no_period_is_said(first):
    with pytest.raises(UsageError, match="no period"):
        days_of(first, None, TODAY)
