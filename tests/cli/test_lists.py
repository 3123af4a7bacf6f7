"""Lists are loaded, shown and checked, and match at once what is there."""

import json

import numpy as np
import pytest

from fanal.matching.exact import ExactIndex
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.pipeline.case import writing
from fanal.settings import Settings
from makers.evidence import digests, fill, found, table, thumb
from makers.program import called


@pytest.fixture
def path(tmp_path):
    return table(tmp_path / "l.csv", "md5", rows=[(digests(thumb(1))[2],), ("zz",)])


def test_a_list_added_later_matches_without_the_evidence(case, tmp_path, path, capsys):
    evidence = fill(tmp_path / "desk", {b"a.jpg": thumb(1)})
    called("triage", evidence, "--case", case, "--engine", "inline")
    evidence.rename(tmp_path / "gone")
    capsys.readouterr()
    assert (
        called("lists", "add", path, "--case", case, "--kind", "harmless", "--name", "a\x1bb") == 0
    )
    out = capsys.readouterr().out
    assert out.startswith("a\\u001bb: ")
    assert " rows read as plain, 1 entries" in out
    assert "not taken: " in out
    assert len(found(case, Match)) == 1
    called("queue", "--case", case)
    assert "on harmless list" in capsys.readouterr().out


def test_lists_are_shown_with_what_was_refused(case, path, capsys):
    called("lists", "add", path, "--case", case, "--kind", "illegal", "--date", "2026-03-01")
    capsys.readouterr()
    assert called("lists", "show", "--case", case, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [
        *("name", "kind", "date", "format", "profile", "sha256", "rows", "entries", "refused")
    ]
    assert (told["name"], told["kind"], told["date"]) == ("l", "illegal", "2026-03-01")
    assert (told["entries"], sum(told["refused"].values())) == (1, 1)
    assert called("lists", "show", "--case", case) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "kind", "date", "format", "entries", "not", "taken"]
    assert row.split()[:5] == ["l", "illegal", "2026-03-01", "plain", "1"]


def test_a_list_is_checked_against_itself(case, path, capsys, monkeypatch):
    called("lists", "add", path, "--case", case, "--kind", "illegal")
    assert called("lists", "check", "--case", case) == 0
    assert "files unchanged" in capsys.readouterr().out
    with monkeypatch.context() as patch:
        patch.setattr(ExactIndex, "find", lambda _self, wanted: np.full(len(wanted), -1))
        assert called("lists", "check", "--case", case) == 4
    (keys,) = case.glob("lists/*/md5.keys")
    keys.write_bytes(bytes(16))
    assert called("lists", "check", "--case", case) == 1
    err = capsys.readouterr().err
    assert "does not find its own entries" in err
    assert "was changed" in err


def test_what_is_no_list_ends_with_one(case, tmp_path, capsys):
    (tmp_path / "a.jpg").write_bytes(thumb(1))
    assert called("lists", "add", tmp_path / "a.jpg", "--case", case, "--kind", "illegal") == 1
    assert capsys.readouterr().err.splitlines()[-2].startswith("fanal: ")


def test_a_list_that_holds_what_a_generator_made_is_told_of(case, tmp_path, path, capsys):
    evidence = fill(tmp_path / "desk", {b"a.jpg": thumb(1)})
    called("triage", evidence, "--case", case, "--engine", "inline")
    with writing(case, Settings.from_environment()) as store, store.act("zz", "weigh") as act:
        act.drop(Opinion)
        act.put(
            [Opinion(digests(thumb(1))[0], "generator", "strong", settled=True, real_child=True)]
        )
    capsys.readouterr()
    called("lists", "add", path, "--case", case, "--kind", "illegal", "--name", "zz")
    said = "1 entries are contents that this case holds as generator"
    assert f"look at this list: {said}" in capsys.readouterr().out
    assert called("lists", "check", "zz", "--case", case) == 0
    out = capsys.readouterr().out
    assert said in out
    assert "  entry 0 is " in out
    called("lists", "check", "--case", case, "--json")
    (told,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["state"] for one in told["generated"]] == ["generator"]
    assert called("lists", "check", "other", "--case", case) == 2
