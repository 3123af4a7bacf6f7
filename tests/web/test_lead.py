"""One lead at the desk: facts with their rows, people's words apart from them, and the guard."""

import re

import pytest

from fanal.model.desk import AuditRecord
from fanal.model.lead import Assessment
from fanal.pipeline.leads import book, resolve_in
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers.canonical_site import account, add_site, login, payment
from makers.desk import client, desk_on
from makers.lead_desk import resolved

ANALYST = ("analyst",)


@pytest.fixture
def desk(led):
    with desk_on(led) as made:
        yield made


@pytest.fixture
def leads(desk):
    return resolved(desk)


def browser(desk, login="zz-one", roles=ANALYST):
    return client(desk, login, roles)


def facts(desk, name):
    return browser(desk).get(f"/lead/{name}", accept="application/json").facts


def say(desk, name, kind, value, login="zz-one", **more):
    told = {"kind": kind, "value": value, "reason": "zz-grounds", **more}
    return browser(desk, login).form(f"/lead/{name}/assess", told)


def test_opening_a_lead_is_in_the_log_before_it_is_shown(desk, leads):
    text = browser(desk).get(f"/lead/{leads[0]}").text
    (line,) = desk.store.find(AuditRecord, action="consult")
    assert (line.login, line.data["lead"]) == ("zz-one", leads[0])
    assert leads[0] in text
    assert "raw_account" in text  # the row that the account was read from
    assert re.search(r"bytes [\d,]+ to [\d,]+", text)


def test_facts_and_assessments_are_apart(desk, leads):
    assert say(desk, leads[0], "category", "witness", source="B", information="3").status == 303
    told = facts(desk, leads[0])
    assert told["category"] == "witness"
    assert told["lead"]["category"] != "witness"
    (word,) = told["assessments"]
    assert (word["login"], word["grounds"], word["source"]) == ("zz-one", "zz-grounds", "B")
    text = browser(desk).get(f"/lead/{leads[0]}").text
    assert text.index('id="facts"') < text.index('id="words"')
    assert "Person zz-one" in text.split('id="words"')[1]


def test_what_was_said_can_be_taken_back_and_stays_readable(desk, leads):
    say(desk, leads[0], "note", "zz-words of a note")
    (word,) = desk.store.find(Assessment, kind="note")
    back = browser(desk).form(f"/lead/{leads[0]}/take-back", {"id": word.id, "reason": "zz"})
    assert back.status == 303
    text = browser(desk).get(f"/lead/{leads[0]}").text
    assert "<s><strong>note</strong>" in text
    other = browser(desk).form(f"/lead/{leads[2]}/take-back", {"id": word.id, "reason": "zz"})
    assert other.status == 404


def test_a_payment_alone_does_not_leave_the_case_whatever_anybody_says(desk, leads):
    payer = leads[2]
    assert facts(desk, payer)["lead"]["category"] == "uncategorised"
    say(desk, payer, "category", "suspect")
    keeps = facts(desk, payer)["keeps"]
    assert any("payment alone" in one for one in keeps)
    assert "May leave the case</dt><dd>no" in browser(desk).get(f"/lead/{payer}").text


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        ("category", "zz", {}),
        ("tier", "1", {}),
        ("outcome", "arrested", {}),
        ("same person", "same", {}),
        ("release", "zz", {}),
        ("fraud", "cleared", {"other": "0"}),
        ("category", "suspect", {"source": "Q"}),
        ("category", "suspect", {"reason": ""}),
    ],
)
def test_only_what_the_page_offers_can_be_said(desk, leads, kind, value, more):
    before = desk.store.count(Assessment)
    assert say(desk, leads[0], kind, value, **more).status == 400
    assert desk.store.count(Assessment) == before


def flagged(desk):
    """A lead with two flags of fraud: charged back, and refunded."""
    days = [f"2024-03-0{day} 10:00:00" for day in (1, 2, 5)]
    paid = [payment("9", days[0], chargeback=True), payment("9", days[1], status="refunded")]
    logins = [login("9", day, "240.0.0.9") for day in days]
    add_site(desk.store, "zz-site", account=[account("9")], login=logins, payment=paid)
    resolve_in(desk.store, Settings(), Silent())
    with book(desk.store) as known:
        return known.of_account("zz-site", "9")


def test_a_flag_is_cleared_by_what_was_seen_of_it_and_not_by_its_place(desk):
    name = flagged(desk)
    text = browser(desk).get(f"/lead/{name}").text
    marks = re.findall(r'value="([0-9a-f]{16})">(chargeback|refunded)<', text)
    assert [code for _, code in marks] == ["chargeback", "refunded"]
    for login_ in ("zz-one", "zz-two"):
        told = {"other": marks[0][0]}
        assert say(desk, name, "fraud", "cleared", login_, **told).status == 303
    # The first flag is closed now: whoever still has the old page means that one and no other.
    assert say(desk, name, "fraud", "cleared", "zz-three", other=marks[0][0]).status == 400
    assert say(desk, name, "fraud", "cleared", "zz-three", other="0").status == 400
    assert {one.other for one in desk.store.find(Assessment, kind="fraud")} == {"chargeback"}


def test_who_speaks_is_who_signed_in(desk, leads):
    say(desk, leads[0], "note", "zz", by="Person zz-two", login="zz-one")
    (word,) = desk.store.find(Assessment, kind="note")
    assert (word.by, word.login) == ("Person zz-one", "zz-one")


@pytest.mark.parametrize("name", ["L-000000000000", "L-zz", "..%2f..%2fetc", "L-0000000000000"])
def test_an_address_that_names_no_lead_shows_nothing(desk, leads, name):
    assert browser(desk).get(f"/lead/{name}").status == 404
    assert browser(desk).form(f"/lead/{name}/assess", {"kind": "note"}).status == 404


@pytest.mark.parametrize("roles", [("exporter",), ("reviewer",)])
def test_who_may_not_assess_says_nothing(desk, leads, roles):
    answer = browser(desk, "zz", roles).form(f"/lead/{leads[0]}/assess", {"kind": "note"})
    assert answer.status == 403
    text = client(desk, "zz", ("exporter",)).get(f"/lead/{leads[0]}").text
    assert "/assess" not in text
