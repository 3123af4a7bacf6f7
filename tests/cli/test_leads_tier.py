"""Items are shown first, the proposed tier second, and an officer sets one."""

import pytest


@pytest.fixture
def run(line):
    return line.checklist()


def test_another_tier_than_proposed_needs_a_reason(run):
    assert "needs a reason" in run("tier", run.ids[0], "--set", "B", code=2)
    out = run("tier", *run.ids, "--set", "insufficient information")
    assert out.count("tier insufficient information, set by") == len(run.ids)
    assert "no lead is named" in run("tier", "--set", "B", code=2)


def test_minors_are_listed_apart(run):
    """PRIO-09."""
    run("tier", run.ids[0], "--set", "insufficient information")
    run("assess", run.ids[0], "juvenile", "possible minor", "--reason", "zz")
    out = run("tier")
    assert run.ids[0] not in out
    assert "1 that may be about minors go their own way" in out
    assert run.ids[0] in run("tier", "--juvenile")


def test_what_contents_are_is_shown_and_is_no_reason_for_a_lower_tier(run):
    """PRIO-10."""
    out = run("tier", run.ids[0])
    assert "contents: 1 unknown (what generators made is no reason for a lower tier)" in out
    assert "risk" not in out
    told = run.facts("tier", run.ids[0])
    assert told["content"] == {"unknown": 1}
    assert told["law"] == []
