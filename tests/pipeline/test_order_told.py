"""Only a time within the days before the intake is lately, whatever a camera's clock says."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from fanal.pipeline.order_facts import gather
from fanal.pipeline.order_told import told_of
from fanal.review.priorities import HOUSE, Circle, Rules
from fanal.review.signals import read
from makers.cases import opened
from makers.ordering import Scene

BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)


def told(tmp_path, rules=HOUSE, **camera):
    """Return what is told of one picture that asks for its time."""
    made = Scene()
    made.add(1, ("a/x", "b/x"), origin="camera", device="zz", **camera)
    made.add(2, ("a/y", "b/y"), device="zz")
    made.add(3, ("a/y", "b/y"), device="zz")
    store = opened(tmp_path / "case")
    made.write(store)
    gathered = gather(store)
    signals = read(gathered.facts)
    found = told_of(store, gathered, signals, rules, BEGAN.isoformat())
    store.close()
    return found


@pytest.mark.parametrize(
    ("taken", "is_recent"),
    [
        ("2026-06-01T11:00:00+00:00", True),
        ("2026-06-01T13:00:00+02:00", True),
        ("2026-06-01T15:00:00+02:00", False),
        ("2026-06-02T01:00:00", True),
        ("2026-06-02T03:00:00", False),
        ("2024-06-02T00:00:00.123", True),
        ("2024-05-30T00:00:00", False),
        ("2099-01-01T00:00:00", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-14:00", False),
        ("2026", False),
        ("", False),
        (20260101, False),
        (None, False),
        ({"zz": 1}, False),
    ],
)
def test_a_time_is_lately_or_no_sign(tmp_path, taken, is_recent):
    found = told(tmp_path, taken=taken)
    assert found.recent.sum() == is_recent
    assert found.days == 730


def test_more_days_reach_further_back(tmp_path):
    taken = (BEGAN - timedelta(days=800)).isoformat()
    assert told(tmp_path / "one", taken=taken).recent.sum() == 0
    (tmp_path / "two").mkdir()
    assert told(tmp_path / "two", Rules(days=900), taken=taken).recent.sum() == 1


@pytest.mark.parametrize(
    ("gps", "count"),
    [
        ({"latitude": 10.0, "longitude": 20.0}, 1),
        ({"latitude": 10.0, "longitude": 21.0}, 0),
        ({"latitude": "10", "longitude": 20.0}, 0),
        ({"latitude": 10.0}, 0),
        ([10.0, 20.0], 0),
        (None, 0),
    ],
)
def test_a_position_inside_a_circle_is_told(tmp_path, gps, count):
    rules = Rules(serials=("zz",), places=(Circle("zz", 10.0, 20.0, 50.0),))
    found = told(tmp_path, rules, gps=gps, serial=7)
    assert found.danger.sum() == count
    assert np.flatnonzero(found.named).size == count
    assert found.named.max() == 2 * count
