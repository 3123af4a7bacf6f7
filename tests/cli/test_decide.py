"""`fanal decide` and `fanal decisions` say what was recorded and where contents stand."""

import json

import pytest

from fanal.model.decision import NO_REAL_PERSON, Decision
from fanal.model.known import Match
from fanal.model.series import SAME_PICTURE, Link, Member
from fanal.pipeline.case import writing
from makers.cases import digest
from makers.deciding import contents
from makers.evidence import found
from makers.program import called

A, B = digest("sha256", 0), digest("sha256", 1)
WHY = ("--reason", "zz-test-0001")


@pytest.fixture
def filled(case, settings):
    with writing(case, settings) as store, store.act("zz", "write") as act:
        act.put(contents(3))
        act.put([Link(*sorted((A, B)), SAME_PICTURE, "pdq", 90, joins=True, says="2 bits apart")])
    return case


@pytest.fixture
def at(monkeypatch):
    """Sit down under another login."""
    return lambda name: monkeypatch.setattr("fanal.pipeline.said.login", lambda: name)


def decide(case, *arguments):
    return called("decide", "--case", case, *arguments)


def test_two_people_at_two_logins(filled, at, capsys):
    at("anna")
    vote = (A[:16], "--victim-state", NO_REAL_PERSON, *WHY)
    assert decide(filled, *vote, "--by", "Anna Berg") == 0
    out = capsys.readouterr().out
    assert "1 content at 2 places" in out
    assert "it waits for a second person under a login of their own" in out
    assert f"near copy, not decided: {B[:16]}  2 bits apart" in out
    assert decide(filled, *vote, "--by", "Béla Tóth") == 2
    assert "counts as one person" in capsys.readouterr().err
    at("bela")
    assert decide(filled, *vote, "--by", "Béla Tóth") == 0
    said = "Anna Berg (login anna) and Béla Tóth (login bela): no real person found"
    assert said in capsys.readouterr().out
    assert called("show", A, "--case", filled, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["victim_state"] == NO_REAL_PERSON
    assert told["decisions"]["says"] == said
    assert [event["account"] for event in told["decisions"]["events"]] == ["anna", "bela"]
    assert called("show", A, "--case", filled) == 0
    out = capsys.readouterr().out
    assert "victim: no real person found" in out
    assert "Anna Berg (login anna): no real person found" in out


def test_a_decision_is_taken_back_by_its_id(filled, at, capsys):
    at("anna")
    assert decide(filled, A, "--victim-state", "identified", *WHY, "--near", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert [one["sha256"] for one in done["contents"]] == [A, B]
    assert (done["places"], done["near"]) == (4, [])
    assert decide(filled, "--undo", done["id"], *WHY) == 0
    out = capsys.readouterr().out
    assert "nobody's word stands: treated as real" in out
    assert len(found(filled, Decision)) == 4
    assert called("decisions", "--case", filled) == 0
    out = capsys.readouterr().out
    assert f"takes back {done['id']}" in out
    assert "(identified)" in out


def test_what_is_open_is_listed(filled, at, capsys):
    at("anna")
    assert called("decisions", "--case", filled, "--open") == 0
    assert capsys.readouterr().out == "nothing\n"
    decide(filled, A, "--victim-state", NO_REAL_PERSON, *WHY)
    decide(filled, B, "--victim-state", "identified", *WHY)
    capsys.readouterr()
    for more, wanted in (((), {A, B}), (("--open",), {A}), ((B[:20],), {B})):
        assert called("decisions", "--case", filled, "--json", *more) == 0
        lines = capsys.readouterr().out.splitlines()
        assert {json.loads(line)["sha256"] for line in lines} == wanted


@pytest.mark.parametrize(
    "arguments",
    [
        (A,),
        ("--undo", "d-0", A, *WHY),
        ("--undo", "d-0", "--victim-state", "identified", *WHY),
        (A, "--victim-state", "identified"),
        (A, "--victim-state", "closed", *WHY),
        ("--victim-state", "identified", *WHY),
        ("zz", "--victim-state", "identified", *WHY),
        ("--series", "s-9", "--victim-state", "identified", *WHY),
    ],
)
def test_a_wrong_call_writes_nothing(filled, arguments):
    assert decide(filled, *arguments) == 2
    assert found(filled, Decision) == []


def test_hostile_names_of_older_events_are_shown_harmless(filled, settings, capsys):
    with writing(filled, settings) as store, store.act("zz", "write") as act:
        name = "\x1b[2J\u202e" * 3_000
        act.put([Decision(name, A, name, name, name, name, name, "", name)])
        act.put([Decision("2", A, name, name, name, "", name, name)])
    for command in (("decisions",), ("show", A)):
        assert called(*command, "--case", filled) == 0
        out = capsys.readouterr().out
        assert all(line.isprintable() for line in out.splitlines())
    assert decide(filled, A, "--victim-state", "identified", *WHY) == 0
    assert all(line.isprintable() for line in capsys.readouterr().out.splitlines())


def test_it_works_while_a_run_is_on(filled, settings, capsys):
    with writing(filled, settings):
        assert decide(filled, A, "--victim-state", "identified", *WHY) == 0
    assert len(found(filled, Decision)) == 1


def test_items_are_listed_by_where_they_stand(filled, capsys):
    assert decide(filled, A, "--victim-state", "identified", *WHY) == 0
    capsys.readouterr()
    for state, wanted in (("identified", 1), ("treat_as_real", 2), (NO_REAL_PERSON, 0)):
        assert called("items", "--case", filled, "--victim-state", state) == 0
        assert len(capsys.readouterr().out.splitlines()) == wanted


def test_a_decision_on_more_than_a_sheet_of_what_lists_tell_apart_says_so(case, settings, capsys):
    some = [digest("sha256", number) for number in range(60)]
    with writing(case, settings) as store, store.act("zz", "write") as act:
        act.put(contents(60))
        act.put(Member(sha256, "s-1") for sha256 in some)
        act.put([Match(some[0], "zz", "illegal", "md5", 0, 1, victim_identified=True)])
    told = ("--series", "s-1", "--victim-state", "identified", "--many", *WHY)
    assert decide(case, *told) == 0
    out = capsys.readouterr().out
    assert "do not say the same of all of them: 1 known, victim identified, 59 on no list" in out
    assert "a first contact sheet shows 48 of them; all 60 were decided" in out
