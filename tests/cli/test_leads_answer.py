"""A person answers items, and a yes of the screen lifts at once."""

import pytest


@pytest.fixture
def run(line):
    return line.checklist()


def test_items_are_shown_first_and_the_proposed_tier_second(run):
    """PRIO-06."""
    out = run("answer", run.ids[0], "shares", "unknown", "--reason", "zz", "--source", "B")
    assert out.index("unknown    shares: ") < out.index("proposed: insufficient information")
    out = run("answer", run.ids[0], "live", "yes", "--reason", "zz")
    assert "proposed: A (child-safety screen" in out
    assert "regardless" in run("tier", run.ids[0], "--set", "C", "--reason", "zz", code=2)
    out = run("tier", run.ids[0], "--set", "A", "--reason", "zz")
    assert "tier A, set by" in out
    told = run.facts("tier", run.ids[0])
    assert (told["tier"], told["proposed"], told["items"][3]["answer"]) == ("A", "A", "yes")
    line = run.facts("tier")
    assert (line["id"], line["tier"]) == (run.ids[0], "A")
    assert {"consult", "assess"} <= {*run.actions()}
