"""The checklist on the page of a lead: items first, the proposed tier second, then an officer."""

import re

import pytest

from fanal.model.lead import Assessment
from fanal.pipeline.checklist import set_checklist
from makers.checklists import IDS, signed
from makers.desk import client, desk_on
from makers.lead_desk import resolved

ANALYST = ("analyst",)


@pytest.fixture
def desk(led, tmp_path):
    with desk_on(led) as made:
        set_checklist(made.store, "zz", signed(tmp_path / "list"))
        yield made


@pytest.fixture
def lead(desk):
    return resolved(desk)[3]


def post(desk, lead, verb, login="zz-one", **told):
    return client(desk, login, ANALYST).form(f"/lead/{lead}/{verb}", told)


def seen(desk, lead):
    """The checklist that the page shows."""
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page(desk, lead))[1]


def answered(desk, lead, value="no", items=IDS):
    for item in items:
        told = {"item": str(IDS.index(item)), "value": value, "reason": "zz-grounds"}
        told["seen"] = seen(desk, lead)
        assert post(desk, lead, "answer", **told).status == 303


def page(desk, lead):
    return client(desk, "zz", ANALYST).get(f"/lead/{lead}").text


def test_items_stand_before_the_tier_that_is_proposed(desk, lead):
    text = page(desk, lead)
    assert text.index("current access to a child?") < text.index("Proposed:")
    assert "insufficient information" in text
    answered(desk, lead)
    assert "Proposed: <strong>C</strong>" in page(desk, lead)


def test_a_yes_of_the_screen_lifts_it_at_once_and_nothing_else_can_be_set(desk, lead):
    answered(desk, lead)
    answered(desk, lead, "yes", ["contact"])
    assert "Proposed: <strong>A</strong>" in page(desk, lead)
    refused = post(desk, lead, "tier", tier="C", reason="zz")
    assert refused.status == 400
    assert post(desk, lead, "tier", tier="A", reason="").status == 303


def test_another_tier_than_proposed_needs_a_reason(desk, lead):
    answered(desk, lead)
    assert post(desk, lead, "tier", tier="B", reason="").status == 400
    assert post(desk, lead, "tier", tier="B", reason="zz-because").status == 303
    (word,) = desk.store.find(Assessment, kind="tier")
    assert (word.value, word.data["proposed"], word.data["differs"]) == ("B", "C", True)
    assert (word.login, word.by) == ("zz-one", "Person zz-one")


def test_items_come_first(desk, lead):
    assert post(desk, lead, "tier", tier="C", reason="zz").status == 400
    assert desk.store.count(Assessment, kind="tier") == 0


@pytest.mark.parametrize(
    "told",
    [
        {"item": "99", "value": "no", "reason": "zz"},
        {"item": "0", "value": "perhaps", "reason": "zz"},
        {"item": "0", "value": "no", "reason": ""},
        {"value": "no", "reason": "zz"},
    ],
)
def test_an_answer_that_the_checklist_does_not_know_is_refused(desk, lead, told):
    assert post(desk, lead, "answer", seen=seen(desk, lead), **told).status == 400
    assert desk.store.count(Assessment) == 0


def test_an_answer_to_another_checklist_than_the_one_that_counts_now_is_refused(desk, lead):
    told = {"item": "0", "value": "no", "reason": "zz"}
    assert post(desk, lead, "answer", seen="0" * 64, **told).status == 400
    assert post(desk, lead, "answer", seen=seen(desk, lead), **told).status == 303


def test_without_a_checklist_the_page_says_how_one_is_set(led):
    with desk_on(led) as made:
        name = resolved(made)[3]
        assert "leads checklist add" in page(made, name)
        told = {"item": "0", "value": "no", "reason": "zz"}
        assert post(made, name, "answer", **told).status == 400
