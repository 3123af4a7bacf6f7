"""How a lead came about is shown, and written for a defence."""

import pytest


@pytest.fixture
def run(line):
    return line


def test_the_whole_chain_of_a_lead(run):
    out = run("show", run.ids[0], "--why")
    assert "read again" in out
    assert "4111 1111" not in out
    told = run.facts("show", run.ids[0], "--why")
    assert told["rows"][0]["state"] == "read again"
    assert run.actions() == ["consult", "consult"]


def test_a_disclosure_is_logged_and_written(run, tmp_path):
    """LAW-18."""
    words = ("disclose", run.ids[0], "--out", tmp_path / "out" / "zz")
    (tmp_path / "out").mkdir()
    assert "needs a reason" in run(*words, "--reason", " ", code=2)
    out = run(*words, "--reason", "for the defence")
    assert out.splitlines() == [str(tmp_path / "out" / f"zz.{end}") for end in ("html", "json")]
    assert run.actions() == ["disclose"]
    for end in ("html", "json"):  # a whole lead, in the clear: for nobody else on this machine
        assert (tmp_path / "out" / f"zz.{end}").stat().st_mode & 0o077 == 0
