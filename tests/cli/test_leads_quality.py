"""The report of a month is printed."""

import pytest


@pytest.fixture
def run(line):
    return line.checklist()


def test_the_report_of_a_month(run):
    run("tier", run.ids[0], "--set", "B", "--reason", "zz")
    out = run("quality")
    assert "1 tiers set" in out
    assert "another tier than proposed: 1 (100%)" in out
    assert run.facts("quality", "--month", "2020-01")["count"] == 0
    assert "is no month" in run("quality", "--month", "2026-13", code=2)
