import json

import pytest

from fanal.model.desk import AuditRecord
from fanal.pipeline.people import standings
from fanal.review.attempts import WINDOW
from fanal.web.passkeys import MOST, MOST_KEYS, SECONDS, Challenges
from makers.desk import desk_on
from makers.door import PHRASE, Entrance
from makers.passkey import PRESENT, Passkey, b64


@pytest.fixture
def at(bare):
    with desk_on(bare) as desk:
        made = Entrance(desk)
        made.person("anna")
        yield made


def asked(browser, purpose):
    answer = browser.post("/passkey/ask", {"purpose": purpose})
    assert answer.status == 200, answer.text
    return answer.facts["token"], answer.facts["options"]


def registered(at, browser, passkey=None):
    passkey = passkey or Passkey()
    token, options = asked(browser, "new")
    answer = browser.post("/passkey/new", {"token": token, "credential": passkey.made(options)})
    assert answer.status == 200, answer.text
    return passkey


def proves(browser, passkey, purpose="sign-in"):
    token, options = asked(browser, purpose)
    told = {"token": token, "credential": passkey.signed(options)}
    return browser.post(f"/passkey/{purpose}", told)


def test_somebody_registers_a_passkey_and_signs_in_with_it_alone(at):
    passkey = registered(at, at.signed_in("anna"))
    browser = at.browser()
    answer = proves(browser, passkey)
    assert answer.facts == {"to": "/"}
    assert browser.get("/people").status == 200
    last = list(at.desk.store.find(AuditRecord, action="sign in"))[-1]
    assert (last.login, last.outcome, last.says) == ("anna", "done", "with a passkey")


def test_what_is_asked_for_demands_that_the_key_knows_its_person(at):
    _, options = asked(at.browser(), "sign-in")
    assert (options["userVerification"], options["rpId"]) == ("required", "localhost")
    assert not options.get("allowCredentials")  # nothing tells who there is
    _, options = asked(at.signed_in("anna"), "new")
    wanted = options["authenticatorSelection"]
    assert (wanted["userVerification"], wanted["residentKey"]) == ("required", "required")
    assert options["attestation"] == "none"


LIES = {
    "another site": {"origin": "http://evil.example"},
    "another port": {"origin": "http://localhost:1"},
    "another host": {"host": "evil.example"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": 0},
    "another key": {"key": Passkey().key},
    "another id": {"id": b"x" * 20},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_key_that_lies_proves_nobody(at, lie):
    passkey = registered(at, at.signed_in("anna"))
    for name, value in lie.items():
        setattr(passkey, name, value)
    browser = at.browser()
    assert proves(browser, passkey).status == 401
    assert not browser.secret


@pytest.mark.parametrize("lie", list(LIES.values())[:5], ids=list(LIES)[:5])
def test_a_key_that_lies_is_not_registered(at, lie):
    browser, passkey = at.signed_in("anna"), Passkey()
    for name, value in lie.items():
        setattr(passkey, name, value)
    token, options = asked(browser, "new")
    told = {"token": token, "credential": passkey.made(options)}
    assert browser.post("/passkey/new", told).status == 400
    assert standings(at.desk.store)["anna"].now.passkeys == ()


def test_what_was_signed_once_proves_nobody_twice(at):
    passkey = registered(at, at.signed_in("anna"))
    browser = at.browser()
    token, options = asked(browser, "sign-in")
    told = {"token": token, "credential": passkey.signed(options)}
    assert browser.post("/passkey/sign-in", told).status == 200
    assert at.browser().post("/passkey/sign-in", told).status == 400
    fresh, _ = asked(at.browser(), "sign-in")  # another challenge, the old signature
    assert at.browser().post("/passkey/sign-in", told | {"token": fresh}).status == 401


def test_a_challenge_is_for_one_purpose_one_session_and_a_short_time(at):
    browser = at.signed_in("anna")
    passkey = registered(at, browser)
    token, options = asked(browser, "prove")
    told = {"token": token, "credential": passkey.signed(options)}
    assert at.browser().post("/passkey/sign-in", told).status == 400
    assert browser.post("/passkey/prove", told).status == 400  # it was used up by that
    other = at.signed_in("anna")
    token, options = asked(browser, "prove")
    told = {"token": token, "credential": passkey.signed(options)}
    assert other.post("/passkey/prove", told).status == 400
    token, options = asked(browser, "prove")
    at.clock.passed += SECONDS + 1
    told = {"token": token, "credential": passkey.signed(options)}
    assert browser.post("/passkey/prove", told).status == 400


def test_a_copy_of_a_key_that_counts_is_noticed_on_any_desk(at):
    passkey = registered(at, at.signed_in("anna"), Passkey(count=7))
    copy = Passkey(passkey.key, passkey.id, 7)
    assert proves(at.browser(), passkey).status == 200
    assert proves(at.browser(), passkey).status == 200
    with desk_on(at.desk.store.folder) as elsewhere:
        assert proves(Entrance(elsewhere).browser(), copy).status == 401
    said = [one.says for one in at.desk.store.find(AuditRecord, outcome="refused")]
    assert "a passkey counted backwards" in said


def test_a_locked_page_goes_on_with_the_key_of_its_person_only(at):
    at.person("berta", ("reviewer",), by="anna")
    browser, other = at.signed_in("anna"), at.signed_in("berta")
    passkey, foreign = registered(at, browser), registered(at, other)
    browser.post("/lock")
    secret = browser.secret
    token, options = asked(browser, "unlock")
    told = {"token": token, "credential": foreign.signed(options)}
    assert browser.post("/passkey/unlock", told).status == 401
    assert browser.get("/people").headers["location"] == "/locked"
    assert proves(browser, passkey, "unlock").facts == {"locked": False}
    assert browser.secret == secret
    assert browser.get("/people").status == 200


def test_a_key_makes_a_proof_fresh(at):
    browser = at.signed_in("anna")
    passkey = registered(at, browser)
    at.clock.passed += 250
    browser.post("/here")
    at.clock.passed += 100
    told = {"login": "berta", "reason": "x"}
    assert browser.form("/people/end", told).headers["location"] == "/prove?back=/people"
    assert proves(browser, passkey, "prove").status == 200
    assert browser.form("/people/end", told).status == 400  # there is no berta, but it was heard


def test_nobody_registers_a_key_in_a_session_that_is_old_or_locked(at):
    browser = at.signed_in("anna")
    browser.post("/here")
    at.clock.passed += 290
    answer = browser.post("/passkey/ask", {"purpose": "new"})
    assert (answer.status, answer.facts["prove"]) == (403, True)
    browser.post("/lock")
    assert browser.post("/passkey/ask", {"purpose": "new"}).status == 401
    assert at.browser().post("/passkey/ask", {"purpose": "new"}).status == 401


def test_one_key_is_one_person_s_and_a_person_has_so_many(at):
    at.person("berta", ("reviewer",), by="anna")
    browser, other = at.signed_in("anna"), at.signed_in("berta")
    passkey = registered(at, browser)
    token, options = asked(other, "new")
    told = {"token": token, "credential": passkey.made(options)}
    assert other.post("/passkey/new", told).status == 400
    for _ in range(MOST_KEYS - 1):
        registered(at, browser)
    assert browser.post("/passkey/ask", {"purpose": "new"}).status == 409


def test_whoever_was_ended_has_no_key_any_more(at):
    at.person("berta", ("reviewer",), by="anna")
    passkey = registered(at, at.signed_in("berta"))
    at.signed_in("anna").form("/people/end", {"login": "berta", "reason": "left"})
    assert proves(at.browser(), passkey).status == 401


def test_whoever_begins_with_a_key_alone_has_no_password(at):
    at.person("berta", ("reviewer",), by="anna")
    code = at.once_code("berta")
    browser = at.browser()
    told = {"login": "berta", "once": code, "password": ""}
    assert browser.form("/join", told).headers["location"] == "/set-up"
    assert browser.get("/queue").headers["location"] == "/set-up"
    before = browser.secret
    passkey = registered(at, browser)
    assert browser.secret != before
    assert browser.get("/").status == 200
    at.clock.passed += WINDOW
    assert at.browser().sign_in("berta", "").status == 401
    assert at.browser().sign_in("berta", PHRASE, at.code("berta")).status == 401
    assert proves(at.browser(), passkey).status == 200


ODD = (None, 1, "x", [], {}, {"id": 1}, {"id": "x", "response": 1}, {"id": "x" * 10_000})


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:20])
def test_what_is_no_answer_of_a_key_is_refused(at, odd):
    browser = at.signed_in("anna")
    passkey = registered(at, browser)
    for purpose in ("sign-in", "prove", "new"):
        who = at.browser() if purpose == "sign-in" else browser
        token, options = asked(who, purpose)
        told = {"token": token, "credential": odd}
        assert who.post(f"/passkey/{purpose}", told).status in {400, 401, 429}
    token, options = asked(at.browser(), "sign-in")
    broken = passkey.signed(options)
    broken["response"] |= {"authenticatorData": b64(b"\xff" * 37), "signature": odd}
    answer = at.browser().post("/passkey/sign-in", {"token": token, "credential": broken})
    assert answer.status in {400, 401, 429}
    assert "Traceback" not in answer.text


def test_challenges_are_bounded_and_a_purpose_is_one_of_ours(at):
    browser = at.browser()
    assert browser.post("/passkey/ask", {"purpose": "zz"}).status == 400
    made = at.desk.of(Challenges)
    for _ in range(MOST + 10):
        made.make("sign-in", "")
    assert len(made._waiting) == MOST


def test_what_is_kept_of_a_key_is_public(at):
    passkey = registered(at, at.signed_in("anna"))
    (kept,) = standings(at.desk.store)["anna"].now.passkeys
    assert json.loads(kept).keys() == {"id", "key", "count", "made"}
    private = passkey.key.private_numbers().private_value.to_bytes(32)
    assert b64(private) not in kept
