"""Entries that meet too many harmless texts are named and refused."""

import json


def test_lint_names_entries_that_meet_too_many(run, hidden, terms, tmp_path):
    sample = tmp_path / "sample.txt"
    sample.write_text(f"harmless\nanother\n{hidden}\n\n", "utf-8")
    asked = ("lint", str(terms), "--sample", str(sample))
    code, out, err = run(*asked, "--threshold", "1/3")
    assert code == 0
    assert "1 of 2 entries stand in some of 3 texts" in out
    assert "at 0.333333: 9 texts or more" in out
    code, out, err = run(*asked)
    assert code == 1
    assert "refused" in out
    assert "3,000 texts or more" in out
    assert "1 entries meet more than 0.001" in err
    code, out, _ = run(*asked, "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert told[0] == {"id": "e0", "hits": 1, "share": 1 / 3, "is_refused": True}
    assert told[-1] == {"texts": 3, "unread": 0, "needed": 3_000}
    assert run(*asked, "--threshold", "0")[0] == 2
