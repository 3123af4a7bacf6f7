"""Commands for an operator's own lists: numbers and names, and no word of them."""

import json

import pytest

from fanal.cli.deter_lists import COMMANDS
from makers.program import called
from makers.terms import written
from makers.words import shares

HIDDEN = "qvwxzj kpqvfy"


def run(capsys, *arguments):
    code = called("deter", "lists", *arguments)
    told = capsys.readouterr()
    assert not shares(told.out + told.err, HIDDEN)
    return code, told.out, told.err


@pytest.fixture
def terms(tmp_path):
    return written(tmp_path / "a.csv", HIDDEN, "zz-lamp", langs="de en", steps_off="digits")


def test_every_command_is_there(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


def test_check_says_what_lists_hold(capsys, terms, tmp_path):
    later = written(tmp_path / "b.csv", "zz-later", valid_from="2030-01-01")
    support = written(tmp_path / "s.csv", "zz-help", audience="self")
    asked = (str(terms), str(later), "--support", str(support), "--day", "2026-11-27")
    code, out, _ = run(capsys, "check", *asked, "--json")
    told = json.loads(out)
    assert code == 0
    assert [one["entries"] for one in told["lists"]] == [2, 1, 1]
    assert told["lists"][0]["langs"] == {"de": 2, "en": 2}
    assert told["lists"][0]["steps_off"] == {"digits": 2}
    assert told["lists"][1]["waiting"] == 1
    assert (told["missed"], told["covered"]) == ([], [])
    assert len(told["version"]) == 64
    code, out, _ = run(capsys, "check", *asked)
    assert code == 0
    assert "a.csv: 2 entries (phrase 2)" in out
    assert "not valid yet: 1" in out


def test_an_entry_inside_a_context_by_itself_is_told(capsys, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"id,pattern,kind\na,{HIDDEN},phrase\nb,zz {HIDDEN},context\n", "utf-8")
    other = tmp_path / "b.csv"
    other.write_text(f"id,pattern,kind\nc,{HIDDEN},context\n", "utf-8")
    assert json.loads(run(capsys, "check", str(path), "--json")[1])["covered"] == []
    code, out, _ = run(capsys, "check", str(path), str(other))
    assert code == 0
    assert "inside a harmless context by themselves: a" in out


def test_an_entry_that_does_not_find_itself_stops_everything(capsys, terms, monkeypatch):
    monkeypatch.setattr("fanal.cli.deter_lists_check.hits", lambda _book, _text: frozenset())
    code, _, err = run(capsys, "check", str(terms))
    assert code == 4
    assert "2 entries do not find their own pattern: e0, e1" in err


def test_lint_names_entries_that_meet_too_many(capsys, terms, tmp_path):
    sample = tmp_path / "sample.txt"
    sample.write_text(f"harmless\nanother\n{HIDDEN}\n\n", "utf-8")
    asked = ("lint", str(terms), "--sample", str(sample))
    code, out, err = run(capsys, *asked, "--threshold", "1/3")
    assert code == 0
    assert "1 of 2 entries stand in some of 3 texts" in out
    assert "at 0.333333: 9 texts or more" in out
    code, out, err = run(capsys, *asked)
    assert code == 1
    assert "refused" in out
    assert "3,000 texts or more" in out
    assert "1 entries meet more than 0.001" in err
    code, out, _ = run(capsys, *asked, "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert told[0] == {"id": "e0", "hits": 1, "share": 1 / 3, "is_refused": True}
    assert told[-1] == {"texts": 3, "unread": 0, "needed": 3_000}
    assert run(capsys, *asked, "--threshold", "0")[0] == 2


def test_lists_are_named_once(capsys, terms, tmp_path):
    config = tmp_path / "deter.toml"
    config.write_text('[words]\nlists = ["a.csv"]\n', "ascii")
    assert run(capsys, "check", "--config", str(config))[0] == 0
    assert run(capsys, "check", "--config", str(config), str(terms))[0] == 2
    assert run(capsys, "check")[0] == 2
    config.write_text("", "ascii")
    assert run(capsys, "check", "--config", str(config))[0] == 2


def test_import_writes_a_list_that_check_takes(capsys, tmp_path):
    source, out = tmp_path / "theirs.csv", tmp_path / "ours.jsonl"
    source.write_text(f"Nr,Wort\n1,{HIDDEN}\n2,\n3,{HIDDEN}\n", "utf-8")
    asked = ("import", str(source), "--phrase", "Wort", "--id", "Nr", "--out", str(out))
    code, told, _ = run(capsys, *asked)
    assert code == 0
    assert "1 entries written" in told
    assert "1 rows without a phrase, 1 that came twice" in told
    assert run(capsys, "check", str(out))[0] == 0
    assert run(capsys, *asked)[0] == 2
    assert run(capsys, "import", str(source), "--id", "Nr", "--out", str(tmp_path / "x"))[0] == 2
    plain = ("import", str(source), "--out", str(tmp_path / "y.jsonl"), "--audience", "victim")
    assert json.loads(run(capsys, *plain, "--json")[1])["entries"] == 4
    assert run(capsys, "check", "--support", str(tmp_path / "y.jsonl"))[0] == 0
