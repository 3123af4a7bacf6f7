"""The blind queue at the desk: no answer tells the first word, whose it was, or when."""

import hashlib
import re

import pytest

from fanal.model.decision import (
    IDENTIFIED,
    LIKENESS,
    NO_REAL_PERSON,
    TREAT_AS_REAL,
    VICTIM_STATES,
    Decision,
)
from fanal.model.desk import AuditRecord, Remark, SecondOpinion, Who
from fanal.model.item import Item
from fanal.model.review import Task
from fanal.model.series import Member
from fanal.pipeline.decided import standings
from fanal.pipeline.remarks import OUTCOMES, Told, remark
from fanal.web.numbers import numbers
from makers.deciding import says
from makers.desk import ALL, client, desk_on

REVIEWER = ("reviewer",)


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


@pytest.fixture
def contents(desk):
    """Two contents that are pictures, one flagged for a second opinion by a word of its own."""
    every = desk.store.columns(Item, "sha256", "media_type", order=("sha256",))
    return [sha256 for sha256, kind in every if kind == "image/jpeg"][:2]


@pytest.fixture
def first(desk, contents):
    """A first word of somebody called Anna, under the login zz-anna."""
    says(desk.store, "Anna Zz", NO_REAL_PERSON, contents[0], login="zz-anna")
    return contents[0]


def items_of(text: str) -> str:
    return re.search(r'name="items" value="([0-9a-f,]+)"', text).group(1)


def test_nothing_that_is_answered_tells_the_first_word(desk, first):
    number = desk.of(numbers).of(first)
    (event,) = desk.store.find(Decision)
    anna = Who("zz-anna", "Anna Zz", REVIEWER, "s")
    remark(desk.store, anna, Told("note", "zz-note", first))
    person = client(desk, "zz-b", REVIEWER)
    assert "zz-note" in person.get(f"/item/{number}").text
    answers = [person.get("/second"), person.get(f"/item/{number}"), person.get("/inbox")]
    answers.append(person.get("/second", accept="application/json"))
    answers.append(person.get("/second/agreement"))
    hidden = (event.by, event.account, event.id, event.when, event.when[:16].replace("T", " "))
    for answer in answers:
        assert answer.status == 200
        for text in (*hidden, event.reason, "zz-test-0001"):
            assert text not in answer.text
    chosen = re.findall(r'<input type="radio" name="state"[^>]*>', answers[0].text)
    assert len(chosen) == 6
    assert not [one for one in chosen if "checked" in one]
    assert "waits for a second" not in answers[0].text
    assert items_of(answers[0].text) == number


def test_no_filter_tells_the_first_word(desk):
    """Of two places of the queue: one waits for two people, one was decided and is asked about."""
    together = {sha256 for (sha256,) in desk.store.columns(Member, "sha256")}
    every = (task.sha256 for task in desk.store.find(Task, order=("step", "turn")))
    places = [sha256 for sha256 in every if sha256 not in together][:2]
    for sha256, state in zip(places, (NO_REAL_PERSON, IDENTIFIED), strict=True):
        says(desk.store, "Anna Zz", state, sha256, login="zz-anna")
        remark(desk.store, Who("zz-anna", "Anna Zz", REVIEWER, "s"), Told("lead", sha256=sha256))
    flag = Who("zz-c", "Person zz-c", REVIEWER, "s")
    remark(desk.store, flag, Told("second opinion", sha256=places[1]))
    codes = {
        "grade": VICTIM_STATES,
        "reviewer": [f"x{hashlib.sha256(b'Anna Zz').hexdigest()[:10]}"],
        "agreement": ["second", "disagree"],
    }
    for login, roles, listed in (
        ("zz-b", REVIEWER, set()),
        ("zz-s", ("reviewer", "supervisor"), set()),
        ("zz-anna", ("reviewer", "supervisor"), set(places)),
    ):
        found = set()
        person = client(desk, login, roles)
        facets = person.post("/view", {}, accept="*/*").facts["facets"]
        assert listed or "Anna Zz" not in str(facets)
        for name, code in ((name, code) for name, every in codes.items() for code in every):
            answer = person.post("/view", {"filters": {name: [code]}}, accept="*/*")
            if answer.status != 403:
                address = f"/queue/page?view={answer.facts['view']}&from=0&count=100"
                rows = person.get(address, accept="*/*").facts["rows"]
                found |= {desk.of(numbers).sha256(row["id"]) for row in rows}
        assert found == listed


def test_the_second_word_is_told_nothing_of_the_first(desk, first):
    number = desk.of(numbers).of(first)
    person = client(desk, "zz-b", REVIEWER)
    told = {"items": [number], "state": LIKENESS, "reason": "zz-second", "token": "zz-1"}
    answer = person.post("/second", told, accept="application/json")
    assert answer.facts == {"done": True, "left": 0}
    assert person.post("/second", told, accept="application/json").facts == answer.facts
    (made,) = desk.store.find(SecondOpinion)
    assert (made.login, made.turn, made.agrees) == ("zz-b", 2, False)
    assert standings(desk.store)[first].victim_state == LIKENESS


def test_agreeing_and_disagreeing_are_answered_alike(desk, contents):
    answers = []
    for sha256, state in zip(contents, (NO_REAL_PERSON, LIKENESS), strict=True):
        says(desk.store, "Anna Zz", NO_REAL_PERSON, sha256, login="zz-anna")
        person = client(desk, "zz-b", REVIEWER)
        told = {"items": [desk.of(numbers).of(sha256)], "state": state, "reason": "zz"}
        answers.append(person.post("/second", told, accept="application/json").body)
    assert answers[0] == answers[1]


def test_a_form_does_it_without_scripts(desk, first):
    person = client(desk, "zz-b", REVIEWER)
    text = person.get("/second").text
    token = re.search(r'name="token" value="([0-9a-f]+)"', text).group(1)
    told = {"items": items_of(text), "state": NO_REAL_PERSON, "reason": "zz", "token": token}
    answer = person.form("/second", told)
    assert (answer.status, answer.headers["location"]) == (303, "/second")
    assert "Nothing waits for you" in person.get("/second").text
    assert standings(desk.store)[first].victim_state == NO_REAL_PERSON


def test_a_third_person_reads_reasons_and_no_names(desk, first):
    number = desk.of(numbers).of(first)
    client(desk, "zz-b", REVIEWER).post(
        "/second", {"items": [number], "state": LIKENESS, "reason": "zz-second"}
    )
    for login in ("zz-anna", "zz-b"):
        assert "Nothing waits for you" in client(desk, login, REVIEWER).get("/second").text
    text = client(desk, "zz-c", REVIEWER).get("/second").text
    assert "zz-second" in text
    assert "zz-test-0001, seen" in text
    for name in ("Anna", "zz-anna", "zz-b"):
        assert name not in text
    told = {"items": [number], "state": LIKENESS, "reason": "zz-third"}
    assert client(desk, "zz-c", REVIEWER).post("/second", told).status in {200, 303}
    assert standings(desk.store)[first].decided


def test_nobody_judges_their_own_and_only_who_may(desk, first):
    number = desk.of(numbers).of(first)
    told = {"items": [number], "state": NO_REAL_PERSON, "reason": "zz"}
    assert client(desk, "zz-anna", REVIEWER).post("/second", told).status == 400
    for roles in (("auditor",), ("exporter",), ("importer",)):
        assert client(desk, "zz-x", roles).post("/second", told).status == 403
        assert client(desk, "zz-x", roles).get("/second").status == 403
    assert standings(desk.store)[first].victim_state == TREAT_AS_REAL
    for wrong in ({"items": []}, {"items": "zz"}, {"items": [number, 1]}, {"state": "zz"}):
        assert client(desk, "zz-b", REVIEWER).post("/second", told | wrong).status in {400, 404}
    assert desk.store.count(Decision) == 1


def test_how_far_people_agree_is_told_with_counts(desk, first):
    number = desk.of(numbers).of(first)
    client(desk, "zz-b", REVIEWER).post(
        "/second", {"items": [number], "state": LIKENESS, "reason": "zz-second"}
    )
    facts = client(desk, "zz-d", ("auditor",)).get("/second/agreement", accept="*/*").facts
    assert (facts["all"]["pairs"], facts["all"]["agree"], facts["all"]["few"]) == (1, 0, True)
    assert facts["waiting"] == {"3": 1}
    assert not {"login", "by", "person"} & set(str(facts))
    text = client(desk, "zz-d", ("auditor",)).get("/second/agreement").text
    assert "ikeness of a real child" in text
    assert "zz-b" not in text


def test_remarks_are_written_and_taken_back(desk, contents):
    number = desk.of(numbers).of(contents[0])
    person, other = client(desk, "zz-a", REVIEWER), client(desk, "zz-b", REVIEWER)
    told = {"item": number, "kind": "question", "says": "this\nlamp?", "to": "zz-b"}
    made = person.post("/remark", told, accept="application/json")
    assert made.status == 200
    text = other.get("/inbox").text
    assert "this lamp?" in text
    assert f"/item/{number}" in text
    assert "<img" not in text
    assert "this lamp?" not in client(desk, "zz-c", REVIEWER).get("/inbox").text
    assert client(desk, "zz-c", REVIEWER).post("/remark/undo", made.facts).status == 400
    assert other.post("/remark/undo", made.facts, accept="application/json").status == 200
    assert "this lamp?" not in other.get("/inbox").text
    assert desk.store.count(Remark) == 2
    assert {one.action for one in desk.store.find(AuditRecord)} >= {"remark"}


def test_a_form_leads_back_to_pages_of_ours_only(desk, contents):
    number = desk.of(numbers).of(contents[0])
    person = client(desk, "zz-a", REVIEWER)
    told = {"item": number, "kind": "note", "says": "zz", "back": f"/item/{number}"}
    assert person.form("/remark", told).headers["location"] == f"/item/{number}"
    for back in ("//evil.example", "https://evil.example", "/item/../x", ""):
        assert person.form("/remark", told | {"back": back}).headers["location"] == "/inbox"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "zz"},
        {"kind": "note", "says": ""},
        {"kind": "compared", "says": "same scene"},
        {"kind": "origin", "says": "camera"},
        {"kind": "origin", "says": "zz", "reason": "zz"},
        {"kind": "outcome", "says": OUTCOMES[0]},
        {"kind": "note", "says": "zz\u202e"},
        {"kind": "note", "says": "z" * 2001},
        {"kind": "lead", "item": "0" * 16},
        {"kind": "lead", "item": ""},
    ],
)
def test_what_is_no_remark_is_refused(desk, contents, wrong):
    told = {"item": desk.of(numbers).of(contents[0]), "says": "zz"} | wrong
    assert client(desk, "zz-a", REVIEWER).post("/remark", told).status in {400, 404}
    assert desk.store.count(Remark) == 0


def test_supervisors_tell_how_it_went_on(desk):
    told = {"kind": "outcome", "says": OUTCOMES[1], "reason": "zz news"}
    assert client(desk, "zz-a", ALL).form("/remark", told).status == 303
    assert "zz news" in client(desk, "zz-b", REVIEWER).get("/inbox").text
