"""The monthly report counts what was set, against what was proposed, and tells drift."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.quality import FEWEST, Set, apart, report

ONE = Set(
    "L-1",
    "2026-11-03T10:00:00+00:00",
    "B",
    "C",
    differs=True,
    countries=("DE", "PL"),
    missing=("work",),
    came="2026-11-01T10:00:00+00:00",
    acted="2026-11-04T10:00:00+00:00",
    outcomes=("arrested",),
)


def many(count, month, **changes):
    return [
        replace(ONE, lead=f"L-{at}", when=f"{month}-03T10:00:00+00:00", **changes)
        for at in range(count)
    ]


def test_a_month_counts_its_own_only():
    told = report([ONE, replace(ONE, when="2026-10-03T10:00:00+00:00", tier="A")], "2026-11")
    assert dict(told.tiers) == {"B": 1}
    assert told.by_country == {"DE": {"B": 1}, "PL": {"B": 1}}
    assert (told.count, told.overrides, dict(told.missing)) == (1, 1, {"work": 1})
    assert (told.hours_to_tier, told.hours_to_action) == (48.0, 24.0)
    assert told.outcomes == {"B": {"arrested": 1}}
    assert told.without_action == 0


def test_what_nobody_knows_is_not_made_up():
    told = report([replace(ONE, came="9999", acted="", countries=(), outcomes=())], "2026-11")
    assert told.by_country == {"none": {"B": 1}}
    assert (told.hours_to_action, told.without_action) == (None, 1)
    assert report([], "2026-11").hours_to_tier is None


def test_a_drift_is_told_and_a_steady_month_is_not():
    """PRIO-08."""
    before = many(100, "2026-10", differs=False, missing=())
    steady = report([*before, *many(30, "2026-11", differs=False, missing=())], "2026-11")
    assert steady.drifts == ()
    drifted = report([*before, *many(30, "2026-11", missing=())], "2026-11")
    (said,) = drifted.drifts
    assert said.startswith("another tier than proposed: 30 of 30 this month, 0 of 100 before")
    few = report([*before, *many(FEWEST - 1, "2026-11", missing=())], "2026-11")
    assert few.drifts == ()


def test_shares_are_compared_as_the_textbook_does():
    # Pooled: p = 30/200; z = (0.2 - 0.1) / sqrt(0.15 * 0.85 * (1/100 + 1/100)) = 1.98030.
    assert apart(20, 100, 10, 100) == pytest.approx(1.98030, abs=1e-5)


@given(st.integers(0, 50), st.integers(0, 50))
def test_no_counts_break_it(a, b):
    assert math.isfinite(apart(a, 50, b, 50))
    assert apart(a, 50, b, 50) == -apart(b, 50, a, 50)
