"""The lock, the calm page and the cover, in a real Chromium; passkeys by its own authenticator."""

import re

import pyotp
import pytest

from fanal.model.desk import AuditRecord, Remark
from fanal.pipeline.people import standings
from makers.browser import WAIT, Served, cookie, watch
from makers.door import PHRASE, Entrance
from makers.waiting import until

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
REASON = "form[action='/people/add'] [name=reason]"


@pytest.fixture
def served(bare):
    with Served(bare) as made:
        yield made


@pytest.fixture
def at(served):
    return Entrance(served.desk)


@pytest.fixture
def context(browser):
    made = browser.new_context(viewport={"width": 1366, "height": 900})
    made.set_default_timeout(WAIT)
    yield made
    made.close()


@pytest.fixture
def seen(served, at, context):
    """A page of a person whom the case knows, on which the time is the test's."""
    at.person("anna")
    person = at.door.standing("anna").now
    begin = served.desk.sessions.begin
    cookie(context, begin("anna", "Person anna", person.roles, number=person.number))
    made = watch(context.new_page(), served.origin)
    made.ignored = ("Password forms should",)
    made.page.clock.install()
    made.open("/people")
    made.page.fill(REASON, "not saved yet")
    return made


def is_open(seen, name):
    return seen.page.evaluate(f"document.querySelector('dialog.{name}').open")


def fires(seen, name):
    """Count an event of the page from now on; return how it is asked for."""
    seen.page.evaluate(
        f"document.addEventListener('{name}', () => document.body.dataset.seen = 'yes')"
    )
    return lambda: seen.page.evaluate("document.body.dataset.seen") == "yes"


def locks(at):
    return [one.action for one in at.desk.store.find(AuditRecord) if one.action == "lock"]


def test_after_five_idle_minutes_it_locks_and_keeps_what_was_written(seen, at):
    covered = fires(seen, "fanal:cover")
    seen.page.clock.run_for(290_000)
    assert not is_open(seen, "lock")
    seen.page.clock.run_for(20_000)
    seen.see("dialog.lock")
    until(covered)
    until(lambda: locks(at))
    assert locks(at) == ["lock"]
    seen.clean(level=0)
    seen.page.keyboard.press("Escape")
    seen.see("dialog.lock")
    field = "dialog.lock input"
    seen.page.fill(field, "not the phrase at all")
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("the password is not right").wait_for()
    seen.page.fill(field, PHRASE)
    seen.page.keyboard.press("Enter")
    seen.page.locator("dialog.lock").wait_for(state="hidden")
    assert seen.page.input_value(REASON) == "not saved yet"
    until(lambda: seen.page.input_value(field) == "")
    assert locks(at) == ["lock"]
    assert seen.open("/people").status == 200


def test_whoever_is_there_is_not_locked_out(seen, at):
    for _ in range(8):
        seen.page.clock.run_for(60_000)
        seen.page.mouse.move(10, 10)
        seen.page.mouse.move(20, 20)
    assert not is_open(seen, "lock")
    assert locks(at) == []


def test_a_session_that_has_ended_is_begun_anew_in_another_tab(seen, served, at):
    served.desk.sessions.end_all("anna")
    seen.page.evaluate("document.dispatchEvent(new CustomEvent('fanal:lock'))")
    seen.page.fill("dialog.lock input", PHRASE)
    seen.page.keyboard.press("Enter")
    seen.see("dialog.lock a")
    tab = seen.beside().page
    tab.goto(served.origin + "/sign-in")
    for name, value in (("login", "anna"), ("password", PHRASE), ("code", at.code("anna"))):
        tab.fill(f"[name={name}]", value)
    tab.click("form.door button")
    tab.wait_for_url(served.origin + "/")
    tab.close()
    seen.page.get_by_text("I have signed in").click()
    seen.page.locator("dialog.lock").wait_for(state="hidden")
    assert seen.page.input_value(REASON) == "not saved yet"


def test_what_waits_on_a_page_is_never_sent_for_whoever_signed_in_after(seen, served, context):
    begin = served.desk.sessions.begin
    cookie(context, begin("bela", "Person bela", ("reviewer",)))
    told = "{kind: 'note', says: 'zz-of-anna'}"
    script = f"import('/static/ask.js').then((one) => one.ask('/remark', {told})).catch(() => {{}})"
    seen.page.evaluate(script)
    seen.see("dialog.lock a")
    assert served.desk.store.count(Remark) == 0


@pytest.mark.parametrize("how", ["key", "button", "tab"])
def test_it_goes_to_a_calm_page_at_once(seen, how):
    covered = fires(seen, "fanal:cover")
    if how == "key":
        seen.page.locator("main").focus()
        seen.page.keyboard.press("b")
    elif how == "button":
        seen.page.click("#blank")
    else:
        seen.page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    seen.see("dialog.calm")
    until(covered)
    seen.clean(level=0)
    seen.page.keyboard.press("Enter")
    seen.page.locator("dialog.calm").wait_for(state="hidden")
    assert seen.page.input_value(REASON) == "not saved yet"


def test_a_letter_in_a_field_blanks_nothing(seen):
    seen.page.focus(REASON)
    seen.page.keyboard.press("b")
    assert not is_open(seen, "calm")


def test_out_of_focus_it_is_covered_after_half_a_minute(seen):
    covered = fires(seen, "fanal:cover")
    seen.page.evaluate("window.dispatchEvent(new Event('blur'))")
    seen.page.clock.run_for(29_000)
    assert not covered()
    seen.page.clock.run_for(2_000)
    until(covered)
    seen.counts("body.covered", 1)
    seen.page.evaluate("window.dispatchEvent(new Event('focus'))")
    seen.counts("body.covered", 0)


def test_pictures_are_neither_dragged_nor_saved_from_a_menu(seen):
    for event in ("dragstart", "contextmenu"):
        for name, stopped in (("canvas", True), ("img", True), ("p", False)):
            told = seen.page.evaluate(
                "([event, name]) => { const one = document.body.appendChild("
                "document.createElement(name)); const told = new Event(event, {bubbles: true,"
                " cancelable: true}); one.dispatchEvent(told); one.remove();"
                " return told.defaultPrevented; }",
                [event, name],
            )
            assert told is stopped, (event, name)


def typed(page, told, form=""):
    """Fill fields of a form and send it."""
    for name, value in told.items():
        page.fill(f"{form} [name={name}]", value)
    page.click(f"{form or 'form.door'} button")


def first_by_key(seen, at):
    """Become the first person, with a passkey; add another one; return the code of that one."""
    page = seen.page
    seen.open("/")
    assert page.url.endswith("/first")
    seen.clean(level=0, axe=False)
    told = {"set_up": at.door.set_up_code.lower(), "name": "Anna", "login": "anna"}
    typed(page, told | {"password": PHRASE})
    page.wait_for_url("**/set-up")
    seen.clean(level=0)
    page.get_by_text("Set up a passkey").click()
    page.wait_for_url(seen.origin + "/")
    seen.open("/people")
    told = {"login": "berta", "name": "Berta", "reason": "joins"}
    typed(page, told, "form[action='/people/add']")
    once = page.inner_text("code.secret")
    seen.clean(level=0, axe=False)
    seen.open("/door")
    seen.clean(level=0, axe=False)
    return once


def test_the_whole_way_in_by_hand(served, at, context):
    """First person, passkey, another person with a password and codes: as people do it."""
    seen = watch(context.new_page(), served.origin)
    seen.ignored = ("Password forms should",)
    page = seen.page
    tool = context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    once = first_by_key(seen, at)
    page.evaluate("document.dispatchEvent(new CustomEvent('fanal:lock'))")
    page.get_by_text("Go on with a passkey").click()
    page.locator("dialog.lock").wait_for(state="hidden")
    page.get_by_text("Sign out").click()
    page.wait_for_url("**/sign-in")
    seen.clean(level=0)
    assert context.cookies() == []
    page.get_by_text("Sign in with a passkey").click()
    page.wait_for_url(served.origin + "/")
    page.get_by_text("Sign out").click()
    page.get_by_text("Somebody gave me a code").click()
    seen.clean(level=0, axe=False)
    typed(page, {"login": "berta", "once": once, "password": f"{PHRASE}!"})
    page.wait_for_url("**/set-up")
    secret = re.sub(r"\s", "", page.inner_text("code.secret"))
    typed(page, {"code": pyotp.TOTP(secret).at(at.clock.now())})
    page.wait_for_url(served.origin + "/")
    one = standings(at.desk.store)["berta"]
    assert one.is_active
    assert one.is_proved
