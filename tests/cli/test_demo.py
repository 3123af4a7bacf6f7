"""The demonstration prints what was found against what is true, and fails where they differ."""

import json
import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from fanal.cli import demo as told
from fanal.cli.demo_site import JudgedSite, accounts_for
from fanal.demo.compared import Compared
from fanal.demo.judge import Verdict
from fanal.demo.series_truth import read_truth
from fanal.demo.site_judge import Edges, Pairs, SiteVerdict
from fanal.leads.rows import Wanted
from fanal.model.item import Item
from fanal.model.review import Task
from fanal.pipeline.case import reading
from fanal.pipeline.leads import book
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
    (case,) = (tmp_path / "demo").glob("*/case")
    assert f"fanal review --case {case} " in out
    assert "seized site of 600 accounts in" in out
    assert "owners of 3 stolen cards exported as suspects: 0" in out
    assert f"fanal leads list --case {case} " in out
    with reading(case) as store, book(store) as leads:
        assert leads.count() > 300
        joined = leads.tally("deed")
        assert leads.count(Wanted(deed="kept")) > 0
    assert joined["fetched"] > 50
    truth = case.parent / "site" / "site-truth.jsonl"
    assert called("bench", "leads-truth", "--", "--case", case, "--truth", truth, "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert f"precision {again['precision']:.3f}" in out
    assert again["safe"]


def test_a_large_operation_is_recorded_and_says_what_it_planted(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(told, "DRAWN", 100)
    wanted = ("demo", "--size", "250", "--dir", tmp_path / "demo", "--accounts", "80")
    assert called(*wanted, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert not facts["drawn"]
    assert facts["site"]["accounts"] == 80
    assert facts["site"]["pairs"]["true"] > 0
    true = read_truth(Path(facts["truth"]))
    planted = [series for series in true.series if series.planted]
    assert sum(way["series"] for way in facts["planted"].values()) == len(planted) > 0
    looks = facts["looks"]
    assert looks["seen"] == looks["planted"] == len(planted) <= looks["last"] <= looks["looks"]
    with reading(Path(facts["case"])) as store:
        assert store.count(Item) == 250
        assert store.count(Task) > 0
    assert called(*wanted) == 0  # what is there already is not made again
    out = capsys.readouterr().out
    assert "of which no file was drawn" in out
    assert f"look {looks['last']:,} of {looks['looks']:,}" in out
    (row,) = (line for line in out.splitlines() if line.startswith("traded"))
    assert row.split()[1:] == [
        str(facts["planted"]["traded"][name]) for name in ("series", "contents")
    ]


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
    monkeypatch.setattr(told, "compared", lambda *_: Compared(0, 0, 0, 1, {}))
    monkeypatch.setattr(told, "reading", lambda _: nullcontext())
    assert called("demo", "--size", "60", "--dir", tmp_path / "demo", "--accounts", "0") == 1
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["accused", "buyers"])
def test_a_person_accused_without_reason_fails(operation, tmp_path, monkeypatch, wrong, capsys):
    good = Verdict({"none": 1}, {"none": 1}, 1, 1, {})
    bad = SiteVerdict(Edges(1, 1, 1), Pairs(1, 1, 1, 1, 1), {}, {}, 1, (), ())
    judged = JudgedSite(40, tmp_path, replace(bad, **{wrong: ("L-zz",)}), 1.0)
    monkeypatch.setattr(told, "build_operation", lambda *_: operation)
    monkeypatch.setattr(told, "triage", lambda *_: None)
    monkeypatch.setattr(told, "judge", lambda *_, **__: good)
    monkeypatch.setattr(told, "compared", lambda *_: Compared(0, 0, 0, 1, {}))
    monkeypatch.setattr(told, "reading", lambda _: nullcontext())
    monkeypatch.setattr(told, "judged_site", lambda *_: judged)
    assert called("demo", "--size", "60", "--dir", tmp_path / "demo") == 1
    assert re.search(r"^ACCUSED: .*L-zz", capsys.readouterr().out, re.MULTILINE)
    assert called("demo", "--size", "60", "--dir", tmp_path / "demo", "--accounts", "39") == 2


def test_the_site_grows_with_the_operation():
    assert [accounts_for(size, None) for size in (1, 60, 300, 20_000)] == [40, 600, 3000, 50_000]
    assert accounts_for(300, 0) == 0
    assert accounts_for(300, 77) == 77
