"""Second opinions, questions, the log and the settings in a browser: clean, and by keys alone."""

import re

import pytest

from fanal.model.decision import NO_REAL_PERSON, Decision
from fanal.model.desk import Who
from fanal.model.item import Item
from fanal.pipeline.choices import own as own_of
from fanal.pipeline.decided import standings
from fanal.pipeline.remarks import QUESTION, Told, remark
from makers.browser import Served
from makers.deciding import says
from makers.waiting import until

pytestmark = pytest.mark.usefixtures("browser")
ROLES = ("reviewer", "supervisor")


@pytest.fixture
def served(own):
    with Served(own) as made:
        every = made.desk.store.columns(Item, "sha256", "media_type", order=("sha256",))
        made.first = [sha256 for sha256, kind in every if kind == "image/jpeg"][:3]
        says(made.desk.store, "Anna Zz", NO_REAL_PERSON, *made.first, login="zz-anna")
        anna = Who("zz-anna", "Anna Zz", ROLES, "s")
        remark(made.desk.store, anna, Told(QUESTION, "zz <b>lamp</b>?", made.first[0]))
        yield made


def test_pages_are_clean_and_without_barriers(browser, served):
    with served.visitor(browser, "zz-b", ROLES) as seen:
        for path in ("/second", "/second/agreement", "/inbox", "/settings", "/break", "/check-in"):
            seen.open(path)
            seen.see("h1")
            seen.clean(level=1)
    with served.visitor(browser, "zz-c", ("auditor",)) as seen:
        for path in ("/audit", "/audit?view=exposure", "/settings"):
            seen.open(path)
            seen.see("h1")
            seen.clean(level=0, axe="exposure" in path)  # of the others test_pages.py asks it


def test_a_second_opinion_by_keys_alone(browser, served):
    with served.visitor(browser, "zz-b", ROLES) as seen:
        seen.open("/second")
        seen.see("#answer")
        seen.page.locator("main").focus()
        seen.page.keyboard.press("3")
        seen.counts("input[name=state][data-key='3']:checked", 1)
        seen.page.keyboard.type("zz by keys")
        before = seen.page.locator("input[name=items]").get_attribute("value")
        with seen.page.expect_navigation():
            seen.page.keyboard.press("Enter")
        seen.see("h1")
        text = seen.page.content()
        assert before not in text
        for hidden in ("Anna Zz", "zz-anna", "zz-test-0001"):
            assert hidden not in text
        seen.clean(level=1)
    store = served.desk.store
    made = [one for one in store.find(Decision) if one.account == "zz-b"]
    assert {one.reason for one in made} == {"zz by keys"}
    assert all(standings(store)[one.sha256].victim_state != NO_REAL_PERSON for one in made)


def test_keys_are_pressed_into_their_fields(browser, served):
    with served.visitor(browser, "zz-b", ROLES) as seen:
        seen.open("/settings")
        field = seen.see("#key-undo")
        field.focus()
        seen.page.keyboard.press("z")
        until(lambda: field.input_value() == "z")
        seen.page.keyboard.press("n")
        until(lambda: field.input_value() == "n")
        seen.counts("#key-note[aria-invalid]", 1)
        field.focus()
        seen.page.keyboard.press("Shift+Z")
        until(lambda: field.input_value() == "Shift+z")
        with seen.page.expect_navigation():
            seen.page.get_by_role("button", name=re.compile("Keep these keys")).click()
        assert own_of(served.desk.store, "zz-b")["keys"]["undo"] == "Shift+z"
        seen.clean(level=0)
