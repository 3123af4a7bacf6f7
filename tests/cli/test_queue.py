"""The queue comes in its order, as far as asked for, and says when it is old."""

import json

from fanal.model.item import Item
from fanal.pipeline import facts
from fanal.pipeline.case import reading, writing
from makers.evidence import fill, thumb
from makers.program import called


def test_the_queue_comes_in_its_order(case, tmp_path, capsys):
    evidence = fill(tmp_path / "desk", {b"%d.jpg" % n: thumb(n % 9, 40 + n) for n in range(60)})
    called("triage", evidence, "--case", case, "--engine", "inline")
    capsys.readouterr()
    with reading(case) as store:
        wanted = list(facts.queue(store))
    assert [item["queue"]["rank"] for item in wanted] == list(range(1, 61))
    for options, count in ((("--all",), 60), ((), 50), (("--limit", "7"), 7)):
        assert called("queue", "--case", case, "--json", *options) == 0
        out, err = capsys.readouterr()
        assert [json.loads(line) for line in out.splitlines()] == wanted[:count]
        assert err == ""
        assert called("queue", "--case", case, *options) == 0
        assert len(capsys.readouterr().out.splitlines()) == count


def test_an_old_queue_says_that_it_is_old(case, settings, evidence, capsys):
    called("triage", evidence, "--case", case, "--engine", "inline")
    with writing(case, settings) as store, store.act("zz", "intake") as act:
        act.put([Item("0" * 64, "0" * 40, "0" * 32, 1, "image/jpeg")])
    capsys.readouterr()
    assert called("queue", "--case", case) == 0
    assert "older than the facts: run fanal triage again" in capsys.readouterr().err
