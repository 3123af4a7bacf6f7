import json
import re

import pyotp
import pytest

from fanal.pipeline.people import keep, standings
from fanal.web.door import STEP
from fanal.web.sign_in import who_of
from makers.desk import desk_on
from makers.door import PHRASE, Entrance

NEW = "another benign phrase"


@pytest.fixture
def at(bare):
    with desk_on(bare) as desk:
        made = Entrance(desk)
        made.person("anna")
        yield made


def test_a_new_password_opens_what_the_old_one_sealed(at):
    here, there = at.signed_in("anna"), at.signed_in("anna")
    answer = here.form("/door/password", {"password": PHRASE, "new": NEW})
    assert answer.headers["location"] == "/door"
    assert here.get("/door").status == 200
    assert there.get("/door").headers["location"] == "/sign-in"  # other sessions end
    assert at.browser().sign_in("anna", PHRASE, at.code("anna")).status == 401
    at.clock.passed += STEP
    assert at.browser().sign_in("anna", NEW, at.code("anna")).status == 303


@pytest.mark.parametrize(
    "told",
    [
        {"password": "not the phrase", "new": NEW},
        {"password": PHRASE, "new": "short"},
        {"password": PHRASE},
        {"new": NEW},
    ],
    ids=str,
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_bad_one(at, told):
    before = standings(at.desk.store)["anna"].now
    answer = at.signed_in("anna").form("/door/password", told)
    assert answer.status in {400, 401}
    assert standings(at.desk.store)["anna"].now == before


def test_new_codes_count_once_confirmed_and_the_old_ones_until_then(at):
    browser = at.signed_in("anna")
    assert browser.form("/door/codes", {"password": PHRASE}).headers["location"] == "/set-up"
    page = browser.get("/set-up").text
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert at.browser().sign_in("anna", PHRASE, at.code("anna")).status == 303
    at.clock.passed += STEP
    now = pyotp.TOTP(secret).at(at.clock.now())
    assert browser.form("/set-up", {"code": now}).status == 303
    at.clock.passed += STEP
    assert at.browser().sign_in("anna", PHRASE, at.code("anna")).status == 401
    now = pyotp.TOTP(secret).at(at.clock.now())
    assert at.browser().sign_in("anna", PHRASE, now).status == 303


def key(n):
    return json.dumps({"id": f"k{n}", "key": "", "count": 0, "made": "2026-05-04"})


def test_the_last_proof_stays(at):
    person = standings(at.desk.store)["anna"].now
    browser = at.signed_in("anna")
    keep(at.desk.store, who_of(person), "keys", passkeys=(key(1), key(2)), code="")
    assert "Passkey 2" in browser.get("/door").text
    assert browser.form("/door/passkeys/remove", {"number": "3"}).status == 400
    assert browser.form("/door/passkeys/remove", {"number": "1"}).status == 303
    assert standings(at.desk.store)["anna"].now.passkeys == (key(2),)
    assert browser.form("/door/passkeys/remove", {"number": "1"}).status == 409
    at.clock.passed += 290
    assert (
        browser.form("/door/passkeys/remove", {"number": "1"}).headers["location"]
        == "/prove?back=/door"
    )


def test_whoever_guesses_at_the_old_password_is_out(at):
    browser = at.signed_in("anna")
    for _ in range(5):
        browser.form("/door/codes", {"password": "a guess of many"})
    assert browser.get("/door").headers["location"] == "/sign-in"
