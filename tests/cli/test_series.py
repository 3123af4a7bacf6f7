"""The commands of series say why contents belong together, and keep what people say of that."""

import json

import pytest

from fanal.model.series import SAME_DEVICE, Tie
from fanal.pipeline.order import order
from fanal.pipeline.progress import Silent
from makers.groups import add, content, decision, filled, grouped, named, run, series_of, sha
from makers.program import called


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = filled(
        tmp_path / "case",
        12,
        run([0, 1, 2, 3]),
        run([4, 5]),
        [Tie(sha(at), SAME_DEVICE, "zz", "one body\x1b[2J") for at in (0, 4)],
    )
    grouped(made)
    order(made, "zz", Silent())
    monkeypatch.setenv("FANAL_CASE", str(tmp_path / "case"))
    monkeypatch.setenv("FANAL_ACTOR", "Zoe")
    yield made
    made.close()


def said(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_series_are_listed_and_shown(store, capsys):
    name = named(series_of(store), [0, 1, 2, 3])
    assert called("series") == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split() == ["series", "contents", "exhibits", "step", "why"]
    assert rows[1].split()[:4] == [name, "4", "3", "2"]
    assert "same session (3 links)" in rows[1]
    assert called("series", "--limit", 1, "--json") == 0
    (told,) = said(capsys)
    assert (told["name"], told["size"], told["queue"]["step"]) == (name, 4, 2)
    assert called("series", name) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{name}: 4 contents on 3 exhibits: same session (3 links)")
    for words in (
        "contents, as sheets show them (4)",
        "links (3)",
        "zz-0: zz/0.jpg",
        "related (1)",
    ):
        assert words in out
    assert "\x1b" not in out
    assert called("series", sha(2)[:10], "--json") == 0
    assert said(capsys)[0]["name"] == name
    assert called("series", sha(9)) == 0
    assert "in no series" in capsys.readouterr().out


def test_long_series_are_shown_in_part_unless_all_is_asked_for(store, capsys):
    add(store, [record for at in range(100, 170) for record in content(at)])
    add(store, run(range(100, 140)))
    name = named(grouped(store), range(100, 140))
    assert called("series", name) == 0
    assert "… and 19 more: --all shows them" in capsys.readouterr().out
    assert called("series", name, "--all") == 0
    assert "more" not in capsys.readouterr().out


def test_people_put_together_and_apart_and_take_it_back(store, capsys):
    before = series_of(store)
    one, other = named(before, [0, 1, 2, 3]), named(before, [4, 5])
    assert called("series", "merge", one, other, "--reason", "one room", "--by", "Abe") == 0
    out = capsys.readouterr().out
    assert f"{one}: 6 contents on 3 exhibits: put together by Abe" in out
    assert "to take it back: fanal series undo r-" in out
    assert called("series", "split", one, sha(5), "--reason", "another room", "--json") == 0
    (told,) = said(capsys)
    assert (told["alone"], told["series"][0]["size"]) == (1, 5)
    assert called("series", "undo", told["id"], "--reason", "wrong") == 0
    assert "6 contents" in capsys.readouterr().out
    assert called("series", "events", "--json") == 0
    events = said(capsys)
    assert [event["verb"] for event in events] == ["merge", "split", "undo"]
    assert [event["by"] for event in events] == ["Abe", "Zoe", "Zoe"]
    assert {event["account"] for event in events} != {""}
    assert called("series", "events") == 0
    rows = capsys.readouterr().out.splitlines()
    assert "6 contents together" in rows[1]
    assert f"(taken back by {events[2]['id']})" in rows[2]


def test_a_series_in_which_somebody_decided_says_so(store, capsys):
    add(store, decision(0))
    grouped(store)
    assert called("series") == 0
    assert "held  4 contents" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("s-zz",),
        ("merge", "s-zz", "--reason", "zz"),
        ("merge", sha(8), sha(9)),
        ("split", "s-zz", sha(1), "--reason", "zz"),
        ("undo", "r-zz", "--reason", "zz"),
    ],
)
def test_a_wrong_call_says_what_to_type(store, words, capsys):
    assert called("series", *words) == 2
    first, advice = capsys.readouterr().err.splitlines()[-2:]
    assert first.startswith("fanal: ")
    assert advice.strip()


def test_a_case_in_which_nobody_said_anything(store, capsys):
    assert called("series", "events") == 0
    assert "nobody has said anything" in capsys.readouterr().out
    add(store, content(300))
    assert called("series") == 0
    assert "older than the facts" in capsys.readouterr().err
