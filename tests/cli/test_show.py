"""One item is shown by the beginning of its digest, if only one begins so."""

import json

import pytest

from fanal.model.item import Item
from makers.evidence import digests, fill, found, sha256, table, thumb
from makers.program import called


@pytest.fixture
def filled(case, tmp_path, capsys):
    files = {b"%d.jpg" % n: thumb(n) for n in range(18)} | {b"a\x1b[2J": b"\xff\xd8\xff\xe0zz"}
    path = table(tmp_path / "l.csv", "md5", rows=[(digests(thumb(1))[2],)])
    evidence = fill(tmp_path / "desk", files)
    called("triage", evidence, "--case", case, "--engine", "inline", "--list", f"{path}:illegal")
    capsys.readouterr()
    return case


def test_an_item_is_shown_by_the_beginning_of_its_digest(filled, capsys):
    wanted = sha256(thumb(1))
    assert called("show", wanted[:20].upper(), "--case", filled, "--json") == 0
    item = json.loads(capsys.readouterr().out)
    assert item["sha256"] == wanted
    assert item["matches"][0]["via"] == "md5"
    assert called("show", wanted, "--case", filled) == 0
    out = capsys.readouterr().out
    assert f"sha256        {wanted}" in out
    assert "list=l  kind=illegal  via=md5" in out


def test_hostile_names_are_shown_harmless(filled, capsys):
    assert called("show", sha256(b"\xff\xd8\xff\xe0zz"), "--case", filled) == 0
    out = capsys.readouterr().out
    assert "\\u001b[2J" in out
    assert all(line.isprintable() for line in out.splitlines())


def test_a_beginning_that_fits_several_or_none_is_a_wrong_call(filled, capsys):
    items = [item.sha256 for item in found(filled, Item)]
    shared = next(d for d in "0123456789abcdef" if sum(sha.startswith(d) for sha in items) > 1)
    for prefix, count in ((shared, None), ("", 19), ("zz", 0), ("%", 0), ("_" * 64, 0)):
        assert called("show", prefix, "--case", filled) == 2
        err = capsys.readouterr().err
        wanted = sum(sha.startswith(prefix) for sha in items) if count is None else count
        assert f"{wanted or 'no'} items have a SHA-256 that begins with" in err
        assert ("give more characters" in err) == (wanted > 1)
