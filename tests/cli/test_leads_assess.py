"""What a person makes of a lead is recorded and taken back from the command line."""

import json

import pytest

from fanal.leads.rows import Wanted
from fanal.pipeline import leads
from fanal.pipeline.case import reading, writing
from makers import tiered
from makers.program import called


@pytest.fixture
def run(line):
    return line


def test_words_are_recorded_and_taken_back(run):
    told = run.facts("assess", run.ids[0], "category", "witness", "--reason", "zz")
    assert "a named officer has to set its tier" in told["keeps"]
    assert "witness" in run("show", run.ids[0])
    assert "is taken back" in run("assess", "--undo", told["id"], "--reason", "zz")
    assert "witness" not in run("show", run.ids[0])
    assert "either a lead is assessed" in run("assess", run.ids[0], "--reason", "zz", code=2)
    assert "nothing is assessed as" in run(
        "assess", run.ids[0], "tier", "A", "--reason", "z", code=2
    )
    assert "a decision needs a reason" in run("assess", run.ids[0], "category", "other", code=2)
    assert "no exhibit" in run("assess", run.ids[0], "exhibit", "theirs", "--reason", "zz", code=2)
    flag = ("assess", run.ids[0], "fraud", "cleared", "--about", "zz", "--reason", "zz")
    assert "the lead has no flag 'zz'" in run(*flag, code=2)


def test_two_people_clear_a_flag(case, settings, tmp_path, capsys, monkeypatch):
    with writing(case, settings) as store:
        tiered.fill(store, tmp_path / "list")
    with reading(case) as store, leads.book(store) as book:
        (id_,) = book.ids(Wanted(flag="chargeback"))
    for login, still in (("anna", True), ("anna", True), ("bela", False)):
        monkeypatch.setattr("fanal.pipeline.said.login", lambda login=login: login)
        words = ("assess", id_, "fraud", "cleared", "--about", "chargeback", "--reason", "zz")
        assert called("leads", *words, "--by", login, "--case", case, "--json") == 0
        assert ("open flag" in json.loads(capsys.readouterr().out)["keeps"]) == still
