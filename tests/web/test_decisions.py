"""Decisions at the desk: each once, by whoever is signed in, under every kind of bad luck."""

import re
import threading

import pytest

from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord, Claim
from fanal.model.review import Task
from fanal.model.series import Member
from fanal.pipeline import bulk, decide
from fanal.pipeline.decided import standings
from fanal.pipeline.queued import Queue
from fanal.review import checks
from fanal.web import decisions
from fanal.web.bulk import jobs
from makers.deciding import says
from makers.desk import desk_on
from makers.ordering import name
from makers.queued import filled, numbers, page, queue_of, reviewer, rows

SEEN = {"state": "identified", "reason": "zz-test-0001, seen"}


@pytest.fixture
def desk(tmp_path):
    with queue_of(tmp_path) as made:
        yield made


@pytest.fixture
def anna(desk):
    return reviewer(desk, "zz-a")


def one(desk, number=7, **told):
    return {"token": f"zz-{number}", "items": numbers(desk, number)} | SEEN | told


def test_a_decision_is_written_under_the_login_of_the_session(desk, anna):
    told = one(desk) | {"by": "Somebody", "account": "zz-b", "login": "zz-b", "name": "Eva"}
    answer = anna.post("/decide", told)
    assert answer.status == 200, answer.text
    (event,) = desk.store.find(Decision)
    assert (event.by, event.account, event.sha256) == ("Person zz-a", "zz-a", name(7))
    assert (event.victim_state, event.reason) == ("identified", "zz-test-0001, seen")
    assert answer.facts["id"] == event.id
    assert (answer.facts["contents"], answer.facts["left"]) == (1, 10)
    assert answer.facts["says"] == "Identified"
    assert answer.facts["next"] in {row["id"] for row in rows(anna)}


def test_its_line_of_the_log_is_in_the_same_act(desk, anna):
    anna.post("/decide", one(desk))
    (line,) = desk.store.find(AuditRecord, action="decide")
    assert (line.login, line.sha256, line.outcome) == ("zz-a", name(7), "done")
    assert line.data["before"] == {"not decided": 1}
    assert (line.data["after"], line.data["reason"]) == ("identified", "zz-test-0001, seen")
    ((act,),) = desk.store.columns(AuditRecord, "act", id=line.id)
    assert list(desk.store.columns(Decision, "act", id=line.data["id"])) == [(act,)]


def test_told_again_it_gives_the_first_answer(desk, anna):
    first = anna.post("/decide", one(desk)).facts
    before = desk.store.head().size
    assert anna.post("/decide", one(desk)).facts == first
    assert desk.store.head().size == before
    assert anna.get("/decisions/mine", accept="application/json").facts["decisions"] == [
        {"id": first["id"], "says": "Identified", "items": numbers(desk, 7)}
    ]


def test_a_server_that_starts_anew_knows_what_was_told(tmp_path):
    case = filled(tmp_path)
    answers = []
    for _ in range(2):
        with desk_on(case) as desk:
            answers.append(reviewer(desk, "zz-a").post("/decide", one(desk)).facts)
            assert desk.store.count(Decision) == 1
    assert answers[0]["id"] == answers[1]["id"]


def test_taken_back_and_done_again_as_often_as_one_likes(desk, anna):
    event = anna.post("/decide", one(desk)).facts["id"]
    for turn in range(3):
        back = anna.post("/undo", {"token": f"u{turn}", "id": event, "reason": "zz"}).facts
        assert (back["left"], back["says"]) == (11, "Taken back")
        again = anna.post("/redo", {"token": f"r{turn}", "id": back["id"], "reason": "zz"}).facts
        assert (again["left"], again["says"]) == (10, "Done again")
        event = again["id"]
    assert desk.store.count(Decision) == 7
    assert {line.action for line in desk.store.find(AuditRecord)} == {"decide", "undo", "redo"}


def test_what_others_said_supervisors_take_back(desk, anna):
    event = anna.post("/decide", one(desk)).facts["id"]
    told = {"token": "zz-u", "id": event, "reason": "zz"}
    assert reviewer(desk, "zz-b").post("/undo", told).status == 403
    assert anna.post("/undo", told | {"id": "d-000000000000"}).status == 404
    assert reviewer(desk, "zz-s", "supervisor").post("/undo", told).status == 200
    assert not standings(desk.store)[name(7)].decided


def test_whoever_is_a_party_takes_back_nothing_of_the_other(desk, anna):
    sara = reviewer(desk, "zz-s", "reviewer", "supervisor")
    mine = sara.post("/decide", one(desk)).facts["id"]
    other = anna.post("/decide", one(desk, state="treat_as_real")).facts["id"]
    told = {"id": other, "token": "zz-u", "reason": "zz"}
    assert sara.post("/undo", told).status == 403
    assert standings(desk.store)[name(7)].victim_state == "treat_as_real"
    assert sara.post("/undo", told | {"id": mine}).status == 200
    assert sara.post("/undo", told | {"token": "zz-v"}).status == 403
    tess = reviewer(desk, "zz-t", "supervisor")
    assert tess.post("/undo", told).status == 200
    assert tess.post("/decide", one(desk) | {"token": "zz-w"}).status == 200


def test_a_series_is_one_decision_and_what_was_decided_there_stays(desk, anna):
    anna.post("/decide", one(desk, 1, state="known_unidentified"))
    told = {"token": "zz-s", "series": "s-1"} | SEEN
    answer = anna.post("/decide", told)
    assert (answer.facts["contents"], answer.facts["says"]) == (2, "Identified: 2 contents")
    said = standings(desk.store)
    assert [said[name(n)].victim_state for n in range(3)] == [
        *("identified", "known_unidentified", "identified")
    ]
    by_number = {"token": "zz-t", "series": numbers(desk, 5)[0]} | SEEN
    assert anna.post("/decide", by_number).facts["contents"] == 2
    assert anna.post("/decide", told | {"token": "zz-x"}).status == 400  # nothing is left of it
    alone = {"token": "zz-y", "series": numbers(desk, 7)[0]} | SEEN
    assert anna.post("/decide", alone).status == 404


def test_that_nobody_was_found_waits_for_a_second_person(desk, anna):
    told = one(desk, state="no_real_person_found")
    first = anna.post("/decide", told)
    assert first.facts["says"] == "No real person found; it waits for a second person"
    assert first.facts["left"] == 11
    bela = reviewer(desk, "zz-b")
    assert bela.post("/decide", told | {"token": "zz-b"}).facts["left"] == 10


def test_that_nobody_was_found_needs_words(desk, anna):
    told = one(desk, state="no_real_person_found", reason=" ")
    assert anna.post("/decide", told).status == 400
    assert anna.post("/decide", one(desk, reason="")).status == 200
    (event,) = desk.store.find(Decision)
    assert event.reason == decisions.LOOKED


MUST_FAIL = {
    "no token": {"token": ""},
    "a token that is none": {"token": 7},
    "no items": {"items": []},
    "no state": {"state": ""},
    "another state": {"state": "harmless"},
    "a number of another case": {"items": ["0" * 16]},
    "a digest": {"items": [name(7)]},
    "a path": {"items": ["../../etc/passwd"]},
    "a number": {"items": [7]},
    "an object": {"items": {"id": "0"}},
    "too many": {"items": ["0" * 16] * 5_001},
    "another series": {"series": "s-nowhere"},
    "a path as series": {"series": "../s-1"},
    "lines in the reason": {"reason": "a\nb"},
    "a long reason": {"reason": "a" * 2_001},
    "a long token": {"token": "a" * 201},
}


@pytest.mark.parametrize("wrong", MUST_FAIL.values(), ids=MUST_FAIL)
def test_nothing_is_written_of_what_makes_no_sense(desk, anna, wrong):
    assert anna.post("/decide", one(desk) | wrong).status in {400, 404}
    assert desk.store.count(Decision) == 0


def test_whoever_may_not_decide_does_not(desk):
    for role in ("auditor", "importer", "exporter"):
        other = reviewer(desk, "zz-c", role)
        for path in ("/decide", "/undo", "/redo", "/claim", "/give-back", "/bulk", "/bulk/sample"):
            assert other.post(path, one(desk)).status == 403, (role, path)
    assert reviewer(desk, "").post("/decide", one(desk)).status == 401
    assert desk.store.count(Decision) == desk.store.count(Claim) == 0


def test_more_than_a_sheet_is_decided_after_a_sample_only(tmp_path):
    with queue_of(tmp_path, count=60) as desk:
        anna = reviewer(desk, "zz-a")
        told = {"token": "zz", "items": numbers(desk, *range(11, 60))} | SEEN
        assert anna.post("/decide", told).status == 400
        assert anna.post("/decide", told | {"many": True}).status == 400
        assert desk.store.count(Decision) == 0
        assert anna.post("/decide", told | {"items": told["items"][1:]}).facts["contents"] == 48


def test_a_form_without_scripts_leads_back_to_the_item(desk, anna):
    (number,) = numbers(desk, 7)
    told = {"token": "zz", "items": number, "near": "", "back": f"/item/{number}"} | SEEN
    answer = anna.form("/decide", told)
    assert (answer.status, answer.headers["location"]) == (303, f"/item/{number}")
    away = anna.form("/decide", told | {"back": "https://zz.example/item/0"})
    assert "location" not in away.headers


def test_what_somebody_works_on_is_not_given_to_others(desk, anna):
    bela = reviewer(desk, "zz-b")
    (number,) = numbers(desk, 7)
    first = rows(anna)[0]["id"]
    assert anna.post("/claim", {"item": number}).facts["item"] == number
    assert anna.post("/claim", {"item": first}).status == 200
    held = bela.post("/claim", {"item": number})
    assert (held.status, held.facts["holder"]) == (409, "zz-a")
    assert held.facts["next"] not in {"", number, first}
    refused = bela.post("/decide", one(desk))
    assert (refused.status, refused.facts["holder"]) == (409, "zz-a")
    assert desk.store.count(Decision) == 0
    assert [line.action for line in desk.store.find(AuditRecord, outcome="refused")] == [
        *("claim", "decide")
    ]
    (row,) = [row for row in rows(bela) if row["id"] == number]
    assert (row["holder"], row["marks"]["claimed"]) == ("zz-a", True)
    assert bela.post("/next").facts["item"] == rows(bela)[1]["id"]
    assert anna.post("/give-back", {"item": number}).facts == {"given": True}
    assert bela.post("/decide", one(desk)).status == 200


def test_a_series_that_changed_since_its_page_was_made_is_not_decided(desk, anna):
    told = {"token": "zz-s", "series": "s-1"} | SEEN
    size = desk.store.count(Member, series="s-1")
    form = re.search(r'name="contents" value="(\d+)"', anna.get("/series/s-1").text)
    assert int(form.group(1)) == size
    refused = anna.post("/decide", told | {"contents": size - 1})
    assert (refused.status, desk.store.count(Decision)) == (409, 0)
    assert anna.post("/decide", told | {"contents": size}).facts["contents"] == size


def test_nobody_keeps_the_queue_from_all_others(desk, anna, monkeypatch):
    monkeypatch.setattr("fanal.web.claims.MOST", 2)
    for row in rows(anna)[:4]:
        assert anna.post("/claim", {"item": row["id"]}).status == 200
    every = [row["id"] for row in rows(anna)]
    held = anna.get("/claims", accept="application/json").facts["claims"]
    assert {one["item"] for one in held} == {*every[2:4]}
    bela = reviewer(desk, "zz-b")
    found = [bela.post("/claim", {"item": item}).status for item in every[:4]]
    assert found == [200, 200, 409, 409]


def test_whoever_leaves_violence_to_others_is_not_led_to_it(desk, anna):
    first, second, third = [row["id"] for row in rows(anna)][:3]
    assert anna.post("/remark", {"item": first, "kind": "violent"}).status == 200
    assert anna.post("/remark", {"item": third, "kind": "violent"}).status == 200
    assert anna.post("/next", {}).facts["item"] == first
    anna.post("/settings", {"name": "violence_opt_out", "value": True})
    assert anna.post("/next", {}).facts["item"] == second
    told = {"token": "zz-1", "items": [second]} | SEEN
    assert anna.post("/decide", told).facts["next"] not in {first, third, ""}


@pytest.mark.parametrize("odd", [[], {}, 2, None])
def test_an_odd_wish_is_none(desk, anna, odd):
    answer = anna.post("/decide", one(desk, near=odd, many=odd))
    assert (answer.status, answer.facts["contents"]) == (200, 1)


def test_a_decision_ends_the_claim(desk, anna):
    anna.post("/claim", {"item": numbers(desk, 0)[0]})
    assert len(anna.get("/claims", accept="application/json").facts["claims"]) == 1
    anna.post("/decide", {"token": "zz", "series": "s-1"} | SEEN)
    assert anna.get("/claims", accept="application/json").facts == {"claims": []}


def test_the_next_place_is_that_of_the_view(desk, anna):
    view = anna.post("/view", {"sort": "newest"}).facts["view"]
    told = page(anna, view)["rows"]
    ask = {"view": view, "after": told[0]["id"]}
    assert anna.post("/next", ask).facts["item"] == told[1]["id"]
    assert anna.post("/next", {"after": "0" * 16}).status == 404


def test_many_windows_at_once_lose_nothing_and_write_nothing_twice(desk):
    people = [reviewer(desk, f"zz-{n}") for n in range(3)]
    wishes = [one(desk, number) for number in (7, 8, 11, 12)]
    gate, answers = threading.Barrier(len(people) * 2), []

    def window(who):
        gate.wait()
        answers.extend((who.secret, wish["token"], who.post("/decide", wish)) for wish in wishes)

    threads = [threading.Thread(target=window, args=(who,)) for who in people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for _, _, answer in answers} == {200}
    by = {}
    for secret, token, answer in answers:
        by.setdefault((secret, token), set()).add(answer.facts["id"])
    assert all(len(ids) == 1 for ids in by.values())
    assert desk.store.count(Decision) == len(people) * len(wishes)
    assert desk.store.count(AuditRecord, action="decide") == len(people) * len(wishes)
    left = {task.sha256 for task in Queue(desk.store).tasks()}
    assert not left & {name(number) for number in (7, 8, 11, 12)}


def test_an_answer_that_was_lost_is_asked_for_again(desk, anna, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(decide, "reflect", lambda *_: 1 / 0)
        assert anna.post("/decide", one(desk)).status >= 500
    assert desk.store.count(Decision) == 1
    assert anna.post("/decide", one(desk)).facts["left"] == 10
    assert desk.store.count(Decision) == 1


def sampled(who, **told):
    answer = who.post("/bulk/sample", {"state": "identified"} | told)
    assert answer.status == 200, answer.text
    return answer.facts


def finished(desk, who, told):
    answer = who.post("/bulk", told)
    assert answer.status == 200, answer.text
    desk.of(jobs).close()
    return who.post("/bulk/job", {"job": answer.facts["job"]}).facts


def test_many_are_decided_after_a_sample_in_one_event_with_one_undo(desk, anna):
    view = anna.post("/view", {"filters": {"known": ["new"]}}).facts["view"]
    told = sampled(anna, view=view)
    assert told["says"].startswith("Identified: 10 contents: 2 series and 5 alone;")
    assert (told["contents"], told["rule"]) == (10, "This is all of it: 10.")
    assert len(told["check"]) == 10
    ask = {"token": "zz-b", "sample": told["sample"]} | SEEN
    job = finished(desk, anna, ask)
    assert (job["done"], job["of"], job["finished"], job["results"]) == (10, 10, True, [])
    assert finished(desk, anna, ask) == job
    assert len({event.id for event in desk.store.find(Decision)}) == 1
    assert desk.store.count(AuditRecord, action="bulk") == 1
    back = anna.post("/undo", {"token": "zz-u", "id": job["id"], "reason": "zz"})
    assert (back.facts["contents"], back.facts["left"]) == (10, 11)


def test_the_sample_is_recorded_so_that_it_can_be_drawn_again(tmp_path):
    with queue_of(tmp_path, count=110) as desk:
        anna = reviewer(desk, "zz-a")
        view = anna.post("/view", {}).facts["view"]
        told = sampled(anna, view=view)
        (line,) = desk.store.find(AuditRecord, action="bulk sample")
        assert (len(told["check"]), line.data["checked"]) == (59, 59)
        assert "fewer than 5 in 100" in told["rule"]
        contents = [name(n) for n in range(110)]
        again = checks.drawn(contents, 59, line.data["seed"])
        spelt = dict(zip(contents, numbers(desk, *range(110)), strict=True))
        assert [spelt[one] for one in again] == [row["id"] for row in told["check"]]


def test_without_the_sample_nothing_is_decided(desk, anna):
    told = sampled(anna, items=numbers(desk, 7, 8))
    ask = {"token": "zz-b", "sample": told["sample"]} | SEEN
    bela, other = reviewer(desk, "zz-b"), reviewer(desk, "zz-a")
    for who, wrong in (
        (anna, {"sample": "b-0000000000000000"}),
        (anna, {"sample": ""}),
        (anna, {"state": "known_unidentified"}),
        (bela, {}),
        (other, {}),  # another session of the same person
    ):
        assert who.post("/bulk", ask | wrong).status == 409, wrong
    assert desk.store.count(Decision) == 0
    assert anna.post("/bulk/job", {"job": "zz-b"}).status == 404
    assert anna.post("/bulk/sample", {"state": "identified", "view": "0" * 16}).status == 404
    assert anna.post("/bulk/sample", {"state": "identified", "error": 3}).status == 400


def test_what_changed_meanwhile_is_told_one_by_one(desk, anna):
    told = sampled(anna, items=numbers(desk, 7, 8, 11))
    says(desk.store, "Béla", "known_unidentified", name(7), login="zz-b")
    reviewer(desk, "zz-c").post("/claim", {"item": numbers(desk, 8)[0]})
    job = finished(desk, anna, {"token": "zz-b", "sample": told["sample"]} | SEEN)
    assert (job["done"], job["of"], job["refused"]) == (1, 3, 2)
    assert {row["item"]: row["says"] for row in job["results"]} == dict(
        zip(numbers(desk, 7, 8), ("decided meanwhile", "zz-c works on it"), strict=True)
    )


def test_too_many_are_refused_and_very_many_are_checked_finely(desk, anna, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    told = {"state": "identified", "items": numbers(desk, 7, 8, 11)}
    assert anna.post("/bulk/sample", told).status == 400
    assert desk.store.count(Task) == 11
