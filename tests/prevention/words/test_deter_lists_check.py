"""What lists hold, and whether every entry finds itself."""

import json

from makers.terms import written


def test_check_says_what_lists_hold(run, terms, tmp_path):
    later = written(tmp_path / "b.csv", "zz-later", valid_from="2030-01-01")
    support = written(tmp_path / "s.csv", "zz-help", audience="self")
    asked = (str(terms), str(later), "--support", str(support), "--day", "2026-11-27")
    code, out, _ = run("check", *asked, "--json")
    told = json.loads(out)
    assert code == 0
    assert [one["entries"] for one in told["lists"]] == [2, 1, 1]
    assert told["lists"][0]["langs"] == {"de": 2, "en": 2}
    assert told["lists"][0]["steps_off"] == {"digits": 2}
    assert told["lists"][1]["waiting"] == 1
    assert (told["missed"], told["covered"]) == ([], [])
    assert len(told["version"]) == 64
    code, out, _ = run("check", *asked)
    assert code == 0
    assert "a.csv: 2 entries (phrase 2)" in out
    assert "not valid yet: 1" in out


def test_an_entry_inside_a_context_by_itself_is_told(run, hidden, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"id,pattern,kind\na,{hidden},phrase\nb,zz {hidden},context\n", "utf-8")
    other = tmp_path / "b.csv"
    other.write_text(f"id,pattern,kind\nc,{hidden},context\n", "utf-8")
    assert json.loads(run("check", str(path), "--json")[1])["covered"] == []
    code, out, _ = run("check", str(path), str(other))
    assert code == 0
    assert "inside a harmless context by themselves: a" in out


def test_an_entry_that_does_not_find_itself_stops_everything(run, terms, monkeypatch):
    monkeypatch.setattr("fanal.cli.deter_lists_check.hits", lambda _book, _text: frozenset())
    code, _, err = run("check", str(terms))
    assert code == 4
    assert "2 entries do not find their own pattern: e0, e1" in err
