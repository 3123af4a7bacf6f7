"""The demonstration prints what was found against what is true, and fails where they differ."""

from contextlib import nullcontext

import pytest

from fanal.cli import demo as told
from fanal.demo.judge import Verdict
from makers.program import called


def test_the_demonstration_finds_what_is_true(tmp_path, capsys):
    assert called("demo", "--size", "60", "--dir", tmp_path / "demo", "--engine", "inline") == 0
    out = capsys.readouterr().out
    assert "60 of 60 places are in the case or in its account" in out
    (row,) = (line for line in out.splitlines() if line.startswith("copies of listed files"))
    places, found = row.split()[-2:]
    assert places == found
    assert "set aside" in out
    assert "WRONGLY" not in out


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict({"none": 1}, {"none": 0}, 1, 1, {2: 1}), "on no list"),
        (Verdict({"none": 1}, {"none": 1}, 0, 1, {2: 1}), "0 of 1 places"),
        (Verdict({"none": 1}, {"none": 1}, 1, 1, {8: 1}, ("desk: a",)), "ASIDE: desk: a"),
    ],
)
def test_a_verdict_that_is_not_whole_fails(
    operation, tmp_path, monkeypatch, verdict, words, capsys
):
    monkeypatch.setattr(told, "build_operation", lambda *_: operation)
    monkeypatch.setattr(told, "triage", lambda *_: None)
    monkeypatch.setattr(told, "judge", lambda *_, **__: verdict)
    monkeypatch.setattr(told, "reading", lambda _: nullcontext())
    assert called("demo", "--size", "60", "--dir", tmp_path / "demo") == 1
    assert words in capsys.readouterr().out
