"""`fanal doctor` prints lines for people and objects for programs."""

import json

from makers.program import called


def test_a_table_with_a_verdict(tmp_path, capsys):
    assert called("doctor", "--folder", tmp_path) == 0
    *rows, verdict = capsys.readouterr().out.splitlines()
    marked = sum(row.startswith("!") for row in rows)
    assert verdict == (f"{marked} to mend" if marked else "nothing to mend")
    assert any("seccomp" in row for row in rows)


def test_objects(tmp_path, capsys):
    assert called("doctor", "--folder", tmp_path, "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"machine", "guard", "attempt", "library", "room", "engine"} == {
        line["part"] for line in told
    }
    assert all(line.keys() == {"part", "name", "state", "says"} for line in told)
