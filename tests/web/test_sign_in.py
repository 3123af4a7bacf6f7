import re
from datetime import timedelta

import pyotp
import pytest

from fanal.model.desk import AuditRecord
from fanal.pipeline.people import end
from fanal.review.attempts import MOST, WINDOW
from fanal.web.door import STEP
from fanal.web.sessions import IDLE, WHOLE
from fanal.web.sign_in import CLEARED, TRIES, who_of
from makers.desk import ORIGIN, desk_on
from makers.door import PHRASE, Entrance, files_of

JSON = {"accept": "application/json"}


@pytest.fixture
def at(bare):
    with desk_on(bare) as desk:
        made = Entrance(desk)
        made.person("anna")
        yield made


def records(at, action):
    return [one for one in at.desk.store.find(AuditRecord) if one.action == action]


# Signing in ----------------------------------------------------------------------------------


def test_a_person_signs_in_with_a_password_and_a_code(at):
    browser = at.browser()
    answer = browser.sign_in("Anna", PHRASE, at.code("anna"))  # case makes no other login
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(
        r"__Host-fanal=[\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict", cookie
    )
    assert browser.get("/people").status == 200
    (line,) = records(at, "sign in")
    assert (line.outcome, line.login) == ("done", "anna")
    assert line.session == at.desk.sessions.find(browser.secret).who.session


@pytest.mark.parametrize("what", ["login", "password", "code", "no code", "late code"])
def test_whatever_is_wrong_the_answer_is_the_same(at, what):
    told = {"login": "anna", "password": PHRASE, "code": at.code("anna")}
    late = pyotp.TOTP(at.secrets["anna"]).at(at.clock.now() - timedelta(seconds=2 * STEP))
    wrong = {"login": "zz-nobody", "password": "another long phrase", "code": "000000"}
    told |= {"no code": {"code": ""}, "late code": {"code": late}}.get(
        what, {what: wrong.get(what, "")}
    )
    browser = at.browser()
    answer = browser.form("/sign-in", told)
    assert answer.status == 401
    assert "the login, the password or the code is not right" in answer.text
    assert not browser.secret
    assert "set-cookie" not in answer.headers


def test_an_unknown_login_costs_the_same_work(at, monkeypatch):
    """Of a login that is there and one that is not, as many passwords are hashed."""
    counted = []
    for login in ("anna", "zz-nobody"):
        done = []
        monkeypatch.setattr(
            "fanal.review.passwords.hash_secret_raw",
            lambda *_, done=done, **__: done.append("key") or bytes(32),
        )
        inner = type(at.door.passwords)._hasher
        monkeypatch.setattr(
            type(at.door.passwords),
            "_hasher",
            lambda self, done=done, inner=inner: done.append("hash") or inner(self),
        )
        at.browser().sign_in(login, "another long phrase", "000000")
        monkeypatch.undo()
        counted.append(sorted(done))
    assert counted == [["hash", "key"], ["hash", "key"]]


def test_a_code_counts_once_on_every_desk_of_the_case(at, tmp_path):
    code = at.code("anna")
    assert at.browser().sign_in("anna", PHRASE, code).status == 303
    assert at.browser().sign_in("anna", PHRASE, code).status == 401
    with desk_on(at.desk.store.folder) as again:  # as after a restart, or on another machine
        other = Entrance(again)
        other.secrets = at.secrets
        assert other.browser().sign_in("anna", PHRASE, code).status == 401
        other.clock.passed = STEP
        assert other.browser().sign_in("anna", PHRASE, other.code("anna")).status == 303
        assert at.browser().sign_in("anna", PHRASE, code).status == 401
    said = [one.says for one in records(at, "sign in") if one.outcome == "refused"]
    assert "a one-time code was used again" in said


def test_an_older_code_counts_no_more_once_a_later_one_did(at):
    before = at.code("anna")
    at.clock.passed += STEP
    assert at.browser().sign_in("anna", PHRASE, at.code("anna")).status == 303
    assert at.browser().sign_in("anna", PHRASE, before).status == 401


def test_neither_password_nor_secret_lies_in_the_case(at):
    at.signed_in("anna")
    at.browser().sign_in("anna", "zz-guess-of-somebody", "000000")
    held = files_of(at.desk.store.folder)
    for secret in (PHRASE, at.secrets["anna"], "zz-guess-of-somebody"):
        assert secret.encode() not in held
    assert b"$argon2id$" in held


# Guessing ------------------------------------------------------------------------------------


def test_guessing_is_slowed_and_stops_being_heard(at):
    heard = 0
    for _ in range(40):
        answer = at.browser().sign_in("anna", "a guess of many", "000000")
        heard += answer.status == 401
        at.clock.passed += 10
    assert heard == MOST
    good = at.browser().sign_in("anna", PHRASE, at.code("anna"))
    assert good.status == 429
    assert int(good.headers["retry-after"]) > 0
    at.clock.passed += WINDOW
    assert at.browser().sign_in("anna", PHRASE, at.code("anna")).status == 303


def test_whoever_is_locked_out_locks_out_nobody_else(at):
    at.person("berta", ("reviewer",), by="anna")
    for _ in range(MOST + 3):
        at.browser().sign_in("anna", "a guess of many", "000000")
        at.clock.passed += 20
    assert at.browser().sign_in("berta", PHRASE, at.code("berta")).status == 303


def test_whoever_guesses_from_outside_keeps_nobody_from_a_page_of_their_own(at):
    browser = at.signed_in("anna")
    for _ in range(MOST + 3):
        at.browser().sign_in("anna", "a guess of many", "000000")
        at.clock.passed += 20
    browser.post("/lock")
    assert browser.post("/unlock", {"password": PHRASE}).facts == {"locked": False}


def test_guesses_at_many_logins_are_few_all_the_same(at):
    answers = [
        at.browser().sign_in(f"zz-{n}", "a guess of many", "000000").status for n in range(60)
    ]
    assert answers.count(401) == 30
    assert set(answers[30:]) == {429}
    at.clock.passed += 61  # one a minute is heard: the case is not locked for ever
    assert at.browser().sign_in("anna", PHRASE, at.code("anna")).status == 303


def test_refused_attempts_are_recorded_but_cannot_fill_the_case(at):
    browser = at.browser()
    for n in range(120):
        browser.sign_in(f"zz-{n % 50}", "a guess of many", "000000")
    refused = [one for one in records(at, "sign in") if one.outcome == "refused"]
    assert len(refused) == 20
    at.clock.passed += 61
    at.browser().sign_in("anna", "a guess of many", "000000")
    last = [one for one in records(at, "sign in") if one.outcome == "refused"][-1]
    assert last.data == {"counted": 100}
    assert last.login == "anna"


# Sessions ------------------------------------------------------------------------------------


def test_a_secret_that_somebody_chose_begins_nothing(at):
    browser = at.browser()
    browser.secret = chosen = "A" * 43
    assert browser.get("/").headers["location"] == "/sign-in"
    browser.sign_in("anna", PHRASE, at.code("anna"))
    assert browser.secret != chosen
    browser.secret = chosen
    assert browser.get("/people").status == 303


def test_a_new_sign_in_ends_the_session_before(at):
    browser = at.signed_in("anna")
    before = browser.secret
    browser.sign_in("anna", PHRASE, at.code("anna"))
    assert browser.secret != before
    browser.secret = before
    assert browser.get("/people").status == 303


def test_the_cookie_of_another_case_opens_nothing(at, tmp_path, bare):
    browser = at.signed_in("anna")
    with desk_on(at.desk.store.folder) as other:
        stranger = Entrance(other).browser()
        stranger.secret = browser.secret
        assert stranger.get("/people").headers["location"] == "/sign-in"


def test_a_session_ends_after_ten_hours(at):
    browser = at.signed_in("anna")
    for _ in range(int(WHOLE // 200)):
        at.clock.passed += 200
        browser.post("/here")
    assert browser.post("/here", **JSON).status == 401
    assert browser.post("/here", **JSON).facts["locked"] is False
    assert browser.get("/people").headers["location"] == "/sign-in"


def test_what_a_page_asks_by_itself_does_not_keep_a_session_open(at):
    browser = at.signed_in("anna")
    browser.post("/here")
    at.clock.passed += IDLE - 1
    assert browser.post("/here", x_passive="1").status == 200
    at.clock.passed += 2
    answer = browser.post("/here", x_passive="1")
    assert (answer.status, answer.facts["locked"]) == (401, True)


def test_a_locked_session_shows_nothing_until_its_person_is_back(at):
    browser = at.signed_in("anna")
    browser.post("/lock")
    assert browser.get("/people").headers["location"] == "/locked"
    assert browser.post("/people/add", {"login": "zz"}, **JSON).status == 401
    assert "Person anna" not in browser.get("/locked").text
    before = browser.secret
    assert browser.post("/unlock", {"password": PHRASE}).facts == {"locked": False}
    assert browser.secret == before  # the page that lies under the lock goes on
    assert browser.get("/people").status == 200


def test_a_stolen_locked_session_ends_when_it_is_guessed_at(at):
    browser = at.signed_in("anna")
    browser.post("/lock")
    answers = [browser.post("/unlock", {"password": f"guess number {n}"}) for n in range(TRIES)]
    assert [one.facts["locked"] for one in answers] == [True] * (TRIES - 1) + [False]
    at.clock.passed += WINDOW
    assert browser.post("/unlock", {"password": PHRASE}).status == 401
    assert browser.get("/people").headers["location"] == "/sign-in"


def test_the_password_of_another_person_unlocks_nothing(at):
    at.person("berta", ("reviewer",), by="anna")
    browser = at.signed_in("anna")
    browser.post("/lock")
    answer = browser.post("/unlock", {"password": "another long phrase", "login": "berta"})
    assert answer.status == 401


def test_signing_out_ends_the_session_and_clears_the_browser(at):
    browser = at.signed_in("anna")
    secret = browser.secret
    answer = browser.form("/sign-out", {})
    assert answer.headers["clear-site-data"] == CLEARED
    assert "Max-Age=0" in answer.headers["set-cookie"]
    browser.secret = secret
    assert browser.get("/people").headers["location"] == "/sign-in"


def test_whoever_was_ended_is_out_at_once_on_every_desk(at):
    at.person("berta", ("reviewer",), by="anna")
    browser = at.signed_in("berta")
    assert browser.get("/").status == 200
    with desk_on(at.desk.store.folder) as other:  # a supervisor on another machine
        anna = Entrance(other).door.standing("anna").now
        end(other.store, who_of(anna), "berta", "left")
    assert browser.get("/").headers["location"] == "/sign-in"
    at.clock.passed += 60
    assert at.browser().sign_in("berta", PHRASE, at.code("berta")).status == 401


# Sites ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example", "sec_fetch_site": "cross-site"},
        {"origin": "null", "sec_fetch_site": "cross-site"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": ORIGIN, "sec_fetch_site": "same-site"},
        {"origin": ORIGIN, "host": "rebound.example:8417"},
    ],
    ids=str,
)
def test_no_other_site_signs_anybody_in(at, headers):
    browser = at.browser()
    answer = browser.sign_in("anna", PHRASE, at.code("anna"), **headers)
    assert answer.status == 403
    assert not browser.secret


def test_a_form_of_our_own_pages_that_names_no_origin_is_taken(at):
    answer = at.browser().sign_in(
        "anna", PHRASE, at.code("anna"), origin="null", sec_fetch_site="same-origin"
    )
    assert answer.status == 303


def test_a_proof_is_fresh_for_five_minutes(at):
    browser = at.signed_in("anna")
    told = {"login": "berta", "name": "Berta", "role-reviewer": "1", "reason": "joins"}
    at.clock.passed += 200
    browser.post("/here")
    at.clock.passed += 101
    assert browser.form("/people/add", told).headers["location"] == "/prove?back=/people"
    assert browser.form("/prove", {"password": "not the phrase"}).status == 401
    assert (
        browser.form("/prove", {"password": PHRASE, "back": "/people"}).headers["location"]
        == "/people"
    )
    assert browser.form("/people/add", told).status == 200


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", "", "/a/b"])
def test_proving_leads_to_no_other_site(at, back):
    browser = at.signed_in("anna")
    answer = browser.form("/prove", {"password": PHRASE, "back": back})
    assert answer.headers["location"] == "/"
    assert "evil" not in browser.get(f"/prove?back={back}").text
