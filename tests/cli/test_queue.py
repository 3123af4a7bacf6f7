"""The queue comes in its order, as far as asked for, and says when it is old."""

import json

import pytest

from fanal.model.item import Item
from fanal.pipeline import facts
from fanal.pipeline.case import reading, writing
from makers.cases import opened
from makers.ordering import Scene, name, ordered
from makers.program import called

COUNT = 60


@pytest.fixture
def filled(case, settings):
    """A case of single contents, a series of three, and pictures on a list."""
    made = Scene()
    for number in range(COUNT):
        made.add(number, ("desk/a", "phone/b")[number % 2], kind="harmless" if number > 50 else "")
    made.series("s-1", 1, 2, 3)
    with writing(case, settings) as store:
        made.write(store)
        ordered(store, 0.2)
    return case


def test_the_queue_comes_in_its_order(filled, capsys):
    with reading(filled) as store:
        wanted = list(facts.queue(store))
    assert [item["queue"]["rank"] for item in wanted] == list(range(1, 59))
    for options, count in ((("--all",), 58), ((), 50), (("--limit", "7"), 7)):
        assert called("queue", "--case", filled, "--json", *options) == 0
        out, err = capsys.readouterr()
        assert [json.loads(line) for line in out.splitlines()] == wanted[:count]
        assert err == ""
        assert called("queue", "--case", filled, *options) == 0
        out, err = capsys.readouterr()
        lines = out.splitlines()[1:]
        assert [line.split()[2] for line in lines] == [
            item["sha256"][:16] for item in wanted[:count]
        ]
        part = f"the first {count} of 58: --all shows them\n" if count < len(wanted) else ""
        assert err == part + (
            "58 series and single contents to look at (step 2: 51, step 8: 7); 0 contents decided\n"
        )


def test_a_line_names_step_rank_series_exhibit_and_sentence(filled, capsys):
    assert called("queue", "--case", filled, "--limit", "1") == 0
    words = capsys.readouterr().out.splitlines()[1].split()
    assert words[:6] == ["2", "1", name(1)[:16], "s-1", "3", "phone"]
    assert " ".join(words[6:]).endswith("on 2 exhibits; series of 3")


def test_one_step_alone_keeps_its_ranks(filled, capsys):
    assert called("queue", "--case", filled, "--step", "8", "--json") == 0
    told = [json.loads(line)["queue"] for line in capsys.readouterr().out.splitlines()]
    assert [(one["step"], one["rank"]) for one in told] == [(8, rank) for rank in range(52, 59)]


def test_what_was_drawn_says_nothing_of_itself_until_it_is_decided(filled, capsys):
    with reading(filled) as store:
        drawn = [
            item for item in facts.queue(store) if item["queue"]["reason"] == "drawn at random"
        ]
    assert len(drawn) == 2
    for item in drawn:
        assert item["queue"]["step"] == 2
        assert item["matches"] is None
        assert item["origin"] is None
        words = (*("decide", item["sha256"]), "--victim-state", "identified", "--reason", "zz seen")
        assert called(*words, "--case", filled) == 0
    capsys.readouterr()
    assert called("queue", "--case", filled, "--decided", "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {item["sha256"] for item in told} == {item["sha256"] for item in drawn}
    assert {match["kind"] for item in told for match in item["matches"]} == {"harmless"}
    assert called("queue", "--case", filled, "--decided") == 0
    out, err = capsys.readouterr()
    assert [line.split()[1] for line in out.splitlines()] == ["identified"] * 2
    assert err == "2 contents decided (identified 2)\n"


def test_an_old_queue_says_that_it_is_old(filled, settings, capsys):
    with writing(filled, settings) as store, store.act("zz", "intake") as act:
        act.put([Item("0" * 64, "0" * 40, "0" * 32, 1, "image/jpeg")])
    capsys.readouterr()
    assert called("queue", "--case", filled) == 0
    assert "older than the facts: run fanal triage again" in capsys.readouterr().err


def test_an_empty_case_has_nothing_to_look_at(case, capsys):
    opened(case).close()
    assert called("queue", "--case", case) == 0
    assert "0 series and single contents to look at (none)" in capsys.readouterr().err
