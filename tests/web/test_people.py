import re

import pytest

from fanal.model.desk import AuditRecord, Person
from fanal.pipeline.people import standings
from fanal.web.door import ONCE_DAYS, STEP
from makers.desk import desk_on
from makers.door import PHRASE, Entrance

BERTA = {"login": "berta", "name": "Berta Example", "role-reviewer": "1", "reason": "joins"}
WEEK = ONCE_DAYS * 86_400


@pytest.fixture
def at(bare):
    with desk_on(bare) as desk:
        made = Entrance(desk)
        made.person("anna")
        yield made


@pytest.fixture
def two(at):
    """A desk of a case with two supervisors."""
    at.person("berta", ("reviewer", "supervisor"), by="anna")
    return at


def shown(answer):
    return re.search(r'<code class="secret">([\w-]+)</code>', answer.text)[1]


def test_whoever_is_added_begins_with_a_code_that_counts_once(at):
    code = shown(at.signed_in("anna").form("/people/add", BERTA))
    told = {"login": "berta", "once": code.lower(), "password": "another benign phrase"}
    assert at.browser().sign_in("berta", code).status == 401  # a code is no password
    browser = at.browser()
    assert browser.form("/join", told).headers["location"] == "/set-up"
    assert browser.get("/queue").headers["location"] == "/set-up"
    at.clock.passed += STEP
    assert at.browser().form("/join", told).status == 401


@pytest.mark.parametrize(
    "wrong",
    [{"once": "AAAAA-AAAAA-AAAAA-AAAAA"}, {"once": ""}, {"login": "anna"}, {"login": "zz"}],
    ids=str,
)
def test_nobody_begins_with_another_code_or_login(at, wrong):
    code = shown(at.signed_in("anna").form("/people/add", BERTA))
    told = {"login": "berta", "once": code, "password": "another benign phrase"} | wrong
    browser = at.browser()
    assert browser.form("/join", told).status == 401
    assert not browser.secret


def test_a_code_to_begin_with_is_void_after_a_week(at):
    code = shown(at.signed_in("anna").form("/people/add", BERTA))
    told = {"login": "berta", "once": code, "password": "another benign phrase"}
    at.clock.passed += WEEK + 1
    assert at.browser().form("/join", told).status == 401


def test_a_code_is_nowhere_in_the_case(at):
    code = shown(at.signed_in("anna").form("/people/add", BERTA))
    kept = [one.password for one in at.desk.store.find(Person, login="berta")]
    plain = code.replace("-", "")
    assert not any(code in one or plain in one for one in kept)
    assert all("$argon2id$" in one for one in kept)


def test_with_two_supervisors_the_other_one_agrees(two):
    anna, berta = two.signed_in("anna"), two.signed_in("berta")
    code = shown(anna.form("/people/add", BERTA | {"login": "carla", "name": "Carla"}))
    told = {"login": "carla", "once": code, "password": "another benign phrase"}
    assert two.browser().form("/join", told).status == 401  # not yet
    number = str(standings(two.desk.store)["carla"].waiting.number)
    asked = {"login": "carla", "number": number}
    assert anna.form("/people/confirm", asked).status == 400
    assert "Agree" not in anna.get("/people").text
    assert "Agree" in berta.get("/people").text
    assert berta.form("/people/confirm", asked | {"number": "1"}).status == 400
    assert berta.form("/people/confirm", asked).status == 303
    two.clock.passed += STEP
    assert two.browser().form("/join", told).headers["location"] == "/set-up"


def test_roles_change_in_sessions_that_run(two):
    two.person("carla", ("reviewer",), by="anna")  # waits
    anna, berta = two.signed_in("anna"), two.signed_in("berta")
    told = {"login": "berta", "role-reviewer": "1", "reason": "less"}
    assert berta.get("/people").status == 200
    assert anna.form("/people/roles", told).status == 303
    assert berta.get("/people").status == 200  # it waits for berta to agree
    number = str(standings(two.desk.store)["berta"].waiting.number)
    assert berta.form("/people/confirm", {"login": "berta", "number": number}).status == 303
    assert berta.get("/people").status == 403


@pytest.mark.parametrize("path", ["add", "roles", "renew", "end", "sessions", "confirm"])
def test_nobody_raises_themselves(at, path):
    at.person("berta", ("reviewer",), by="anna")
    browser = at.signed_in("berta")
    told = {"login": "berta", "name": "B", "reason": "please", "role-supervisor": "1"}
    assert browser.form(f"/people/{path}", told).status == 403
    assert browser.post(f"/people/{path}", told).status == 403
    assert standings(at.desk.store)["berta"].now.roles == ("reviewer",)
    refused = list(at.desk.store.find(AuditRecord, login="berta", outcome="refused"))
    assert [one.says for one in refused] == [
        f"POST /people/{path}: your roles do not allow this"
    ] * 2


@pytest.mark.parametrize(
    "roles",
    [
        *({"role-admin": "1"}, {"role-auditor": "1", "role-reviewer": "1"}, {}),
        *({"role-": "1"}, {"roles": "supervisor"}, {"role-reviewer ": "1"}),
    ],
    ids=str,
)
def test_a_form_gives_no_roles_that_there_are_not(at, roles):
    browser = at.signed_in("anna")
    told = {"login": "berta", "name": "Berta", "reason": "joins"} | roles
    assert browser.form("/people/add", told).status == 400
    assert "berta" not in standings(at.desk.store)


def test_who_writes_is_who_is_signed_in_whatever_a_form_says(two):
    anna = two.signed_in("anna")
    anna.form("/people/add", BERTA | {"login": "carla", "name": "C", "by": "berta", "who": "berta"})
    assert standings(two.desk.store)["carla"].waiting.by == "anna"


def test_a_supervisor_ends_sessions_and_people(at):
    at.person("berta", ("reviewer",), by="anna")
    anna, berta = at.signed_in("anna"), at.signed_in("berta")
    assert anna.form("/people/sessions", {"login": "berta"}).status == 303
    assert berta.get("/").headers["location"] == "/sign-in"
    berta = at.signed_in("berta")
    assert anna.form("/people/end", {"login": "berta", "reason": "left"}).status == 303
    assert berta.get("/").headers["location"] == "/sign-in"
    assert at.browser().sign_in("berta", PHRASE, at.code("berta")).status == 401
    assert anna.form("/people/end", {"login": "anna", "reason": "left"}).status == 400
    assert anna.form("/people/sessions", {"login": "zz"}).status == 400


def test_whoever_begins_anew_has_nothing_of_before(at):
    at.person("berta", ("reviewer",), by="anna")
    anna, berta = at.signed_in("anna"), at.signed_in("berta")
    code = shown(anna.form("/people/renew", {"login": "berta", "reason": "lost the key"}))
    assert berta.get("/").headers["location"] == "/sign-in"
    told = {"login": "berta", "once": code, "password": "another benign phrase"}
    assert at.browser().form("/join", told).status == 303
    assert at.browser().sign_in("berta", PHRASE, at.code("berta")).status == 401
    assert berta.get("/").headers["location"] == "/sign-in"  # the old session stays ended


def test_an_old_session_on_another_desk_ends_though_nobody_asked_meanwhile(at):
    at.person("berta", ("reviewer",), by="anna")
    with desk_on(at.desk.store.folder) as elsewhere:
        other = Entrance(elsewhere)
        other.secrets = at.secrets
        stolen = other.signed_in("berta")
        code = shown(
            at.signed_in("anna").form("/people/renew", {"login": "berta", "reason": "lost"})
        )
        told = {"login": "berta", "once": code, "password": "another benign phrase"}
        assert at.browser().form("/join", told).status == 303
        assert stolen.post("/passkey/ask", {"purpose": "new"}).status == 401
        assert stolen.get("/set-up", accept="application/json").status == 401


def test_names_are_spelt_out_on_the_page(at):
    browser = at.signed_in("anna")
    browser.form("/people/add", BERTA | {"name": "<b>Berta</b> & Co", "reason": "<script>"})
    page = browser.get("/people").text
    assert "<b>Berta" not in page
    assert "&lt;b&gt;Berta" in page
    assert "<script>" not in page.replace('<script type="module"', "")
