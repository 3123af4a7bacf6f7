"""The command looks at what was chosen and tells what became of it."""

import json
import shutil

import pytest

from makers.evidence import done, sha256, thumb
from makers.program import called


def test_it_tells_what_was_looked_at(case, settings, evidence, capsys):
    done(case, settings, evidence)
    told = ("examine", sha256(thumb(1))[:20], "--with", "pixels", "--case", case)
    assert called(*told, "--engine", "inline") == 0
    assert "1 contents chosen, 1 looked at now\npixels: spoke 1" in capsys.readouterr().out
    assert called(*told, "--engine", "inline", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "wanted": 1,
        "looked": 0,
        "left": 0,
        "outcomes": {"pixels": {"spoke": 1}},
        "absent": {},
    }


def test_evidence_that_is_not_there_has_its_line_and_exit_code(case, settings, evidence, capsys):
    done(case, settings, evidence)
    shutil.rmtree(evidence)
    assert called("examine", "--all", "--with", "pixels", "--case", case) == 3
    out = capsys.readouterr().out
    assert f"exhibit desk is not at {evidence}" in out
    assert "7 contents were not reached" in out


@pytest.mark.parametrize("given", [(), ("--with", "pixels"), ("--all",), ("--with", "zz", "--all")])
def test_wrong_use_is_exit_code_2(case, settings, evidence, given, capsys):
    done(case, settings, evidence)
    assert called("examine", *given, "--case", case) == 2
    assert capsys.readouterr().err
