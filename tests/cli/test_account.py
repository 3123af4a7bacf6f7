"""The account is told as a table, line by line or as JSON, and all three agree."""

import json
from collections import Counter

from fanal.pipeline import account
from fanal.pipeline.case import reading
from makers.evidence import fill, small, table
from makers.program import called


def recorded(out):
    """The notes that the account tells, each with its count."""
    (line,) = (line for line in out.splitlines() if ", recorded only: " in line)
    notes = (part.rsplit(" ", 1) for part in line.partition(": ")[2].split(", "))
    return {reason: int(count) for reason, count in notes}


def test_table_lines_and_json_agree(case, tmp_path, capsys):
    evidence = small(tmp_path / "desk\x1b[2J")
    fill(evidence, {b"a\nb.jpg": b"\xff\xd8\xff\xe0zz", b"old.rar": b"Rar!\x1a\x07\x01\x00zz"})
    path = table(tmp_path / "l.csv", "md5", rows=[("zz",), ("0" * 32,)])
    given = ("--engine", "inline", "--list", f"{path}:harmless")
    assert called("triage", evidence, "--case", case, *given) == 3
    capsys.readouterr()
    with reading(case) as store:
        (entry,) = account.account(store)
        guards = list(account.unguarded(store))
        lines = [*account.lines(store), *guards]

    assert called("account", "--case", case) == 0
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.splitlines())
    row = out.splitlines()[1].split()
    assert row[:3] == ["desk\\u001b[2J", str(entry.files), str(entry.contents)]
    told = (entry.decoded, sum(entry.not_decoded.values()), sum(entry.not_read.values()))
    assert row[-3:] == [str(number) for number in told]
    assert "not opened: RAR archive 1" in out
    assert recorded(out) == {**entry.notes, "symbolic link": 1}
    assert "list l, not taken: " in out
    assert "found again in 2 checks" in out
    assert out.count("decoded without a guard: ") == len(guards) == 6

    assert called("account", "--case", case, "--each") == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == len(lines)
    assert all(line.isprintable() for line in out.splitlines())

    assert called("account", "--case", case, "--json") == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(
        list(one) == ["exhibit", "reason", "detail", "gap", "where", "sha256"] for one in objects
    )
    assert Counter(one["reason"] for one in objects) == Counter(line.reason for line in lines)
