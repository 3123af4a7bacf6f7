"""Decisions are written in one place, checked there, and carried to copies and series."""

import os
import pwd

import pytest

from fanal.errors import CaseError, UsageError
from fanal.model.decision import NO_REAL_PERSON, TREAT_AS_REAL, Decision
from fanal.model.series import SAME_PICTURE, SAME_SESSION, Link, Member
from fanal.pipeline import decide as deciding
from fanal.pipeline import decided
from fanal.pipeline.decide import MOST, Wanted, decide, near_copies
from fanal.pipeline.named import wholes
from fanal.pipeline.said import login
from makers.cases import digest, item, opened
from makers.deciding import REASON, contents, said, says, takes_back

A, B, C, D = (digest("sha256", number) for number in range(4))


@pytest.fixture
def store(tmp_path):
    """Twelve contents at two places each; three are a series, two pairs show the same picture."""
    made = opened(tmp_path / "case")
    with made.act("zz", "write") as act:
        act.put(contents(12))
        act.put(Member(digest("sha256", number), "s-1") for number in (4, 5, 6))
        act.put([link(0, 1), link(1, 2, "pdq turned"), link(3, 7, kind=SAME_SESSION)])
        act.put([link(8, 9, joins=False)])
    yield made
    made.close()


def link(one, other, how="pdq", kind=SAME_PICTURE, *, joins=True):
    a, b = sorted((digest("sha256", one), digest("sha256", other)))
    return Link(a, b, kind, how, 90, joins=joins, says=f"zz {one} and {other}")


def events(store, sha256):
    return next(decided.events(store, [sha256]))


def test_a_decision_is_an_event_with_who_when_and_why(store):
    done = says(store, "Anna Berg", "identified", A[:20].upper(), login="aberg")
    (event,) = store.find(Decision)
    assert event == Decision(
        done.id, A, "Anna Berg", "aberg", event.when, "identified", REASON, "", ""
    )
    assert (done.contents, done.places) == ((A,), 2)
    assert done.standings[A].decided
    (leaf,) = [leaf for leaf in store.history() if leaf.verb == "decide"]
    assert leaf.actor == "Anna Berg"
    assert leaf.details == {"victim_state": "identified", "contents": 1, "account": "aberg"}
    assert leaf.records["decision"]["count"] == 1


def test_the_order_is_that_of_writing_and_no_clock_is_asked(store, monkeypatch):
    says(store, "Anna", "identified", A)
    with store.act("zz", "write") as act:
        act.put([Decision("zz", A, "Anna", "Anna", "1999-01-01", "made_from_real_photo", "zz")])
    assert decided.standings(store, [A])[A].victim_state == "made_from_real_photo"


def test_two_people_and_no_one_login(store):
    assert says(store, "Anna", NO_REAL_PERSON, A).standings[A].waits_for_second
    for name, account in (("Béla", "Anna"), ("ANNA\u00a0", "bela"), ("Anna B", " anna")):
        with pytest.raises(UsageError, match="counts as one person") as refused:
            says(store, name, NO_REAL_PERSON, A, login=account)
        assert "a login of their own" in refused.value.advice
    assert len(events(store, A)) == 1
    assert says(store, "Anna", NO_REAL_PERSON, A).standings[A].waits_for_second
    assert says(store, "Béla", NO_REAL_PERSON, A).standings[A].victim_state == NO_REAL_PERSON


def test_a_word_under_a_wrong_name_can_be_taken_back_first(store):
    first = says(store, "Béla", NO_REAL_PERSON, A, login="anna")
    with pytest.raises(UsageError) as refused:
        says(store, "Béla", NO_REAL_PERSON, A, login="bela")
    assert refused.value.advice.endswith(f"fanal decide --undo {first.id}")
    takes_back(store, "Anna", first.id)
    says(store, "Anna", NO_REAL_PERSON, A)
    assert says(store, "Béla", NO_REAL_PERSON, A).standings[A].victim_state == NO_REAL_PERSON


def test_a_series_is_decided_and_taken_back_in_one_event(store):
    done = says(store, "Anna", "identified", series="s-1")
    members = sorted(digest("sha256", number) for number in (4, 5, 6))
    assert sorted(done.contents) == members
    assert done.places == 6
    assert {event.via for event in store.find(Decision, id=done.id)} == {"s-1"}
    back = takes_back(store, "Béla", done.id)
    assert sorted(back.contents) == members
    assert {one.victim_state for one in back.standings.values()} == {TREAT_AS_REAL}
    assert {one.undoes for one in store.find(Decision, id=back.id)} == {done.id}
    again = takes_back(store, "Cleo", back.id)
    assert {one.victim_state for one in again.standings.values()} == {"identified"}


def test_what_was_looked_at_itself_is_not_said_to_be_decided_with_the_series(store):
    one = digest("sha256", 4)
    done = says(store, "Anna", "identified", one, series="s-1")
    via = {event.sha256: event.via for event in store.find(Decision, id=done.id)}
    assert via.pop(one) == ""
    assert set(via.values()) == {"s-1"}


def test_near_copies_are_named_and_decided_only_when_asked(store):
    done = says(store, "Anna", "identified", A)
    assert [(near.sha256, near.of) for near in done.near] == [(B, A), (C, A)]
    assert done.contents == (A,)
    done = says(store, "Anna", "identified", A, near=True)
    assert set(done.contents) == {A, B, C}
    assert done.near == ()
    assert {event.via for event in store.find(Decision, id=done.id)} == {"", f"near copy of {A}"}


def test_only_strong_links_of_the_same_picture_make_near_copies(store):
    assert near_copies(store, [D]) == []
    assert near_copies(store, [digest("sha256", 8)]) == []
    assert [near.sha256 for near in near_copies(store, [A, C])] == [B]


def test_near_copies_that_go_round_in_a_circle_end(store):
    with store.act("zz", "write") as act:
        act.put([link(0, 2, "features"), link(2, 0, "turned")])
    assert {near.sha256 for near in near_copies(store, [A])} == {B, C}


@pytest.mark.parametrize(
    ("name", "reason", "why"),
    [
        ("Anna", "", "needs a reason"),
        ("Anna", " \t\u200b", "needs a reason"),
        ("Anna", "...", "needs a reason"),
        ("Anna", "x" * 2_001, "2,001 characters"),
        ("Anna", "one\ntwo", "cannot be printed"),
        ("Anna", "one\x1b[2J", "cannot be printed"),
        ("Anna", "one\u202eowt", "cannot be printed"),
        ("Anna", "one\udcff", "cannot be printed"),
        ("", "zz", "the name"),
        ("\u3164", "zz", "the name"),
        ("A\u202enna", "zz", "the name"),
        ("x" * 10_000, "zz", "the name"),
    ],
)
@pytest.mark.parametrize("state", ["identified", NO_REAL_PERSON])
def test_what_says_nothing_or_hides_is_refused(store, name, reason, why, state):
    with pytest.raises(UsageError, match=why):
        decide(store, Wanted((A,)), state, said(name, "anna", reason))
    assert store.count(Decision) == 0


def test_reasons_of_every_script_are_taken(store):
    for number, reason in enumerate(["می\u200cخواهم", "क्\u200dष", "سبب", "x" * 2_000]):
        decide(store, Wanted((digest("sha256", number),)), "identified", said("א", "u", reason))
    assert store.count(Decision) == 4


@pytest.mark.parametrize("state", ["", "zz", "IDENTIFIED", "x" * 10_000])
def test_an_unknown_state_is_refused(store, state):
    with pytest.raises(UsageError, match="there is no victim state"):
        says(store, "Anna", state, A)


@pytest.mark.parametrize("name", ["f" * 64, "g", "", A[:1] + "x", "\x1b" * 10_000])
def test_contents_that_are_not_there_are_refused(store, name):
    with pytest.raises(UsageError, match="items have a SHA-256 that begins"):
        says(store, "Anna", "identified", A, name)
    assert store.count(Decision) == 0


def test_a_series_that_is_gone_is_refused(store):
    says(store, "Anna", "identified", series="s-1")
    with store.act("zz", "group") as act:
        act.put([Member(D, "s-2")])
    for gone in ("s-9", "x" * 10_000):
        with pytest.raises(UsageError, match="there is no series"):
            says(store, "Anna", "identified", series=gone)
    assert decided.standings(store)[digest("sha256", 4)].victim_state == "identified"
    with pytest.raises(UsageError, match="nothing was chosen"):
        says(store, "Anna", "identified")


def test_many_contents_have_to_be_asked_for(store):
    with store.act("zz", "write") as act:
        act.put(item(number) for number in range(100, 101 + MOST))
        act.put(Member(digest("sha256", number), "s-2") for number in range(100, 101 + MOST))
    with pytest.raises(UsageError, match="49 contents") as refused:
        says(store, "Anna", "identified", series="s-2")
    assert "--many" in refused.value.advice
    done = says(store, "Anna", "identified", series="s-2", many=True)
    assert len(done.contents) == len(done.standings) == MOST + 1


def test_undo_of_nothing_and_twice(store):
    done = says(store, "Anna", "identified", A)
    for gone in ("d-0", "", "\x1b" * 10_000):
        with pytest.raises(UsageError, match="there is no event"):
            takes_back(store, "Anna", gone)
    takes_back(store, "Béla", done.id)
    with pytest.raises(UsageError, match="taken back already"):
        takes_back(store, "Béla", done.id)
    assert len(events(store, A)) == 2


def test_nobody_else_restores_a_vote(store):
    says(store, "Anna", NO_REAL_PERSON, A)
    vote = says(store, "Béla", NO_REAL_PERSON, A)
    back = takes_back(store, "Béla", vote.id)
    with pytest.raises(UsageError, match="can be said again by nobody else"):
        takes_back(store, "Anna", back.id)
    assert takes_back(store, "Béla", back.id).standings[A].victim_state == NO_REAL_PERSON


def test_rows_that_make_no_sense_break_nothing(store):
    with store.act("zz", "write") as act:
        act.put([Decision("x", A, "\x1b" * 10_000, "", "", "zz", "")])
        act.put([Decision("y", A, "", "", "", "", "", undoes="y")])
        act.put([Decision("z", "f" * 64, "Anna", "Anna", "", "identified", "zz")])
    standing = says(store, "Anna", NO_REAL_PERSON, A).standings[A]
    assert (standing.victim_state, standing.contradicted) == (TREAT_AS_REAL, True)
    assert len(standing.ignored) == 2
    assert decided.standings(store)["f" * 64].victim_state == "identified"


def test_an_event_that_is_not_written_whole_is_not_written(store, monkeypatch):
    monkeypatch.setattr(deciding, "_id", lambda *_: "d-same")
    says(store, "Anna", "identified", A)
    with pytest.raises(CaseError, match="an event of this id"):
        says(store, "Anna", "identified", A, B)
    assert store.count(Decision) == 1


def test_the_queue_is_told_at_once(store, monkeypatch):
    told = []
    monkeypatch.setattr(deciding, "reflect", lambda *given: bool(told.append(given)))
    assert not says(store, "Anna", "identified", A).is_ordered
    assert told == [(store, "Anna", (A,))]


def test_the_login_is_the_machines_and_not_the_environments(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert login() == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    assert login() == "uid 3999999999"


def test_beginnings_are_found_each_once(store):
    assert wholes(store, [A, A[:30], A.upper()[:12], B]) == [A, B]
    with pytest.raises(UsageError, match="12 items"):
        wholes(store, [""])
