"""Lists of others become lists that `check` takes."""

import json


def test_import_writes_a_list_that_check_takes(run, hidden, tmp_path):
    source, out = tmp_path / "theirs.csv", tmp_path / "ours.jsonl"
    source.write_text(f"Nr,Wort\n1,{hidden}\n2,\n3,{hidden}\n", "utf-8")
    asked = ("import", str(source), "--phrase", "Wort", "--id", "Nr", "--out", str(out))
    code, told, _ = run(*asked)
    assert code == 0
    assert "1 entries written" in told
    assert "1 rows without a phrase, 1 that came twice" in told
    assert run("check", str(out))[0] == 0
    assert run(*asked)[0] == 2
    assert run("import", str(source), "--id", "Nr", "--out", str(tmp_path / "x"))[0] == 2
    plain = ("import", str(source), "--out", str(tmp_path / "y.jsonl"), "--audience", "victim")
    assert json.loads(run(*plain, "--json")[1])["entries"] == 4
    assert run("check", "--support", str(tmp_path / "y.jsonl"))[0] == 0
