import re

import pyotp
import pytest

from fanal.model.desk import Person
from fanal.review.attempts import MOST
from fanal.web.door import STEP
from makers.desk import desk_on
from makers.door import PHRASE, Entrance


@pytest.fixture
def empty(bare):
    with desk_on(bare) as desk:
        yield Entrance(desk)


FIRST = {"name": "Anna Example", "login": "anna", "password": PHRASE}


def test_the_first_person_needs_the_code_that_was_printed(empty):
    browser, code = empty.browser(), empty.door.set_up_code
    assert browser.get("/").headers["location"] == "/sign-in"
    assert browser.get("/sign-in").headers["location"] == "/first"
    wrong = browser.form("/first", FIRST | {"set_up": "AAAAA-AAAAA-AAAAA-AAAAA"})
    assert wrong.status == 401
    assert not list(empty.desk.store.find(Person))
    answer = browser.form("/first", FIRST | {"set_up": code.lower().replace("-", " ")})
    assert answer.headers["location"] == "/set-up"
    assert [one.login for one in empty.desk.store.find(Person)] == ["anna"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short"},
        {"password": "anna-anna-anna", "login": "anna-anna-anna"},
        {"password": "ANNA-anna-anna", "login": "anna-anna-anna"},
        {"password": "a" * 201},
        {"login": ""},
        {"login": "an na"},
        {"login": "ann\u0430"},
        {"login": "../anna"},
        {"name": "\u202egnorw"},
        {"name": " "},
    ],
    ids=str,
)
def test_what_cannot_be_a_person_is_not_written(empty, wrong):
    told = FIRST | {"set_up": empty.door.set_up_code} | wrong
    answer = empty.browser().form("/first", told)
    assert answer.status == 400
    assert not list(empty.desk.store.find(Person))


def test_the_set_up_code_is_guessed_at_few_times(empty):
    statuses = []
    for _ in range(20):
        statuses.append(empty.browser().form("/first", FIRST | {"set_up": "A" * 20}).status)
        empty.clock.passed += 20
    assert statuses.count(401) == MOST
    assert set(statuses[MOST:]) == {429}


def test_there_is_one_first_person(empty):
    code = empty.door.set_up_code
    told = FIRST | {"set_up": code}
    assert empty.browser().form("/first", told).status == 303
    again = empty.browser().form("/first", told | {"login": "berta", "name": "Berta"})
    assert again.status == 403
    assert empty.browser().get("/first").status == 403
    with desk_on(empty.desk.store.folder) as other:  # started anew, it prints no code
        late = Entrance(other)
        assert late.door.set_up_code == ""
        assert late.browser().form("/first", told | {"set_up": ""}).status == 403
    assert [one.login for one in empty.desk.store.find(Person)] == ["anna"]


def test_a_desk_that_was_first_asked_second_makes_no_second_first_person(empty):
    with desk_on(empty.desk.store.folder) as other:
        twin = Entrance(other)
        told = FIRST | {"set_up": empty.door.set_up_code}
        assert empty.browser().form("/first", told).status == 303
        late = twin.browser().form("/first", told | {"set_up": twin.door.set_up_code})
        assert late.status == 403


def test_codes_count_once_one_of_them_was_typed(empty):
    browser = empty.browser()
    browser.form("/first", FIRST | {"set_up": empty.door.set_up_code})
    assert browser.get("/people").headers["location"] == "/set-up"  # nothing is allowed before
    page = browser.get("/set-up").text
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "<svg" in page
    assert "style=" not in page
    first_secret = browser.secret
    assert browser.form("/set-up", {"code": "000000"}).status == 401
    assert not next(iter(empty.desk.store.find(Person))).code
    code = pyotp.TOTP(secret).at(empty.clock.now())
    assert browser.form("/set-up", {"code": code}).headers["location"] == "/"
    assert browser.secret != first_secret
    assert browser.get("/people").status == 200
    assert empty.browser().sign_in("anna", PHRASE, code).status == 401  # it was used for that
    empty.clock.passed += STEP
    after = pyotp.TOTP(secret).at(empty.clock.now())
    assert empty.browser().sign_in("anna", PHRASE, after).status == 303
    assert empty.browser().sign_in("anna", PHRASE).status == 401  # and now a code is needed


def test_what_is_sealed_opens_with_the_password_only(empty):
    at = empty
    at.person("anna")
    person = at.door.standing("anna").now
    assert at.door.passwords.opened(person.code, PHRASE, "anna") == at.secrets["anna"]
    assert at.door.passwords.opened(person.code, PHRASE + " ", "anna") == ""
    assert at.door.passwords.opened(person.code, PHRASE, "berta") == ""
