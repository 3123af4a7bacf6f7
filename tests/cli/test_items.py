"""Items are listed as table or JSON, whatever their names are."""

import json

from fanal.pipeline import facts
from fanal.pipeline.case import reading
from makers.evidence import fill, thumb
from makers.program import called


def test_json_is_the_public_object_line_by_line(case, tmp_path, capsys):
    names = (b"a.jpg", b"caf\xe9.jpg", b"line\nbreak\x1b[2J.jpg", "x\u202ey.jpg".encode())
    evidence = fill(tmp_path / "desk", {name: thumb(n) for n, name in enumerate(names)})
    called("triage", evidence, "--case", case, "--engine", "inline")
    capsys.readouterr()
    assert called("items", "--case", case, "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with reading(case) as store:
        assert told == list(facts.items(store))
    places = [item["locations"][0] for item in told]
    spelt = {
        bytes.fromhex(p["path_hex"]) if "path_hex" in p else p["path"].encode() for p in places
    }
    assert spelt == set(names)
    assert called("items", "--case", case) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)
