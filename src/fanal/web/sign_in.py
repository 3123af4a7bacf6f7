"""Signs people in and out, locks and unlocks; what proves who somebody is, is in the door."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import RedirectResponse, Response

from fanal.model.desk import Person, Who
from fanal.pipeline.audit_records import Doing, enter
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.door import Door
from fanal.web.pages import page
from fanal.web.sessions import COOKIE, Session, new_secret, short

TRIES = 5
"""Wrong proofs at a locked page, after which the session ends."""
CLEARED = '"cache", "cookies", "storage"'
"""What a browser forgets when somebody signs out (W3C Clear Site Data)."""
OWN = re.compile(r"/[a-z-]{1,30}")
LONGEST = 500
"""Characters of a field in which somebody proves who they are."""


def sign_in_page(asked: Asked) -> Response:
    """Return the page on which somebody signs in; the first person of a case is asked for once."""
    door = asked.desk.of(Door)
    if not door.standings() and door.set_up_code:
        return RedirectResponse("/first", 303)
    if asked.session is not None:
        return RedirectResponse("/locked" if asked.session.locked else "/", 303)
    return page(asked, "sign_in.html")


def sign_in(asked: Asked) -> Response:
    """Begin a session of whoever proves who they are."""
    login, password, code = (asked.text(name, LONGEST) for name in ("login", "password", "code"))
    door, secret = asked.desk.of(Door), new_secret()
    try:
        person = door.proves(login, password, code, short(secret))
    except Refused as refused:
        return again(asked, "sign_in.html", refused)
    begin(asked, person, secret)
    if door.standing(person.login).is_proved:
        return led(asked, "/", secret)
    doing = Doing("sign in", "with a password, to set up a second proof")
    enter(asked.desk.store, who_of(person, short(secret)), doing)
    offer_codes(asked, secret, password)
    return led(asked, "/set-up", secret)


def again(asked: Asked, template: str, refused: Refused, **told: object) -> Response:
    """Return the page once more, with what was wrong; a script is told the same."""
    if not asked.wants_page:
        raise Refused(refused.status, refused.message, refused.advice, **refused.facts)
    said = {"error": refused.message, "advice": refused.advice}
    made = page(asked, template, refused.status, **said, **told)
    if wait := refused.facts.get("wait"):
        made.headers["Retry-After"] = str(wait)
    return made


def begin(asked: Asked, person: Person, secret: str = "") -> str:
    """Return the secret of a new session, in place of whatever the browser had before."""
    if asked.secret:
        asked.desk.sessions.end(asked.secret)
    return asked.desk.sessions.begin(
        person.login, person.name, person.roles, number=person.number, secret=secret
    )


def led(asked: Asked, to: str, secret: str) -> Response:
    """Return the way to a page, and the session's secret for the browser."""
    made = RedirectResponse(to, 303) if asked.wants_page else as_json({"to": to})
    made.headers["Set-Cookie"] = f"{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Strict"
    return made


def offer_codes(asked: Asked, secret: str, password: str) -> None:
    """Put the secret of one-time codes into a session: it counts once a code of it was typed."""
    session = asked.desk.sessions.find(secret)
    if session is not None:
        door = asked.desk.of(Door)
        made = door.new_secret()
        sealed = door.passwords.sealed(made, password, session.who.login)
        session.marks.update(secret=made, sealed=sealed)


def who_of(person: Person, session: str = "") -> Who:
    """Return a person as the log names them."""
    return Who(person.login, person.name, person.roles, session)


def sign_out(asked: Asked) -> Response:
    """End the session, and let the browser forget all that it has of the desk."""
    if asked.session is not None:
        asked.desk.sessions.end(asked.secret)
        enter(asked.desk.store, asked.session.who, Doing("sign out", "signed out"))
    made = RedirectResponse("/sign-in", 303) if asked.wants_page else as_json({"to": "/sign-in"})
    made.headers["Clear-Site-Data"] = CLEARED
    made.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return made


def lock(asked: Asked) -> Response:
    """Lock the session until its person proves who they are."""
    if asked.session is not None and not asked.session.locked:
        asked.desk.sessions.lock(asked.session)
        enter(asked.desk.store, asked.session.who, Doing("lock", "the page was locked"))
    return RedirectResponse("/locked", 303) if asked.wants_page else as_json({"locked": True})


def locked_page(asked: Asked) -> Response:
    """Return the page on which a locked session goes on."""
    if asked.session is None or not asked.session.locked:
        return RedirectResponse("/", 303)
    return page(asked, "locked.html", **_proofs(asked, asked.session))


def unlock(asked: Asked) -> Response:
    """Let a locked session go on: its page, and what was not saved on it, are as they were."""
    session = _session(asked)
    try:
        _prove(asked, session, "unlock")
    except Refused as refused:
        return again(asked, "locked.html", refused, **_proofs(asked, session))
    return RedirectResponse("/", 303) if asked.wants_page else as_json({"locked": False})


def prove_page(asked: Asked) -> Response:
    """Return the page on which somebody proves who they are before something that matters."""
    return page(asked, "prove.html", back=_back(asked), **_proofs(asked, _session(asked)))


def prove(asked: Asked) -> Response:
    """Note that the person proved who they are."""
    session = _session(asked)
    if session.locked:
        raise Refused(401, "the page is locked", locked=True)
    try:
        _prove(asked, session, "prove")
    except Refused as refused:
        return again(asked, "prove.html", refused, back=_back(asked), **_proofs(asked, session))
    to = _back(asked)
    return RedirectResponse(to, 303) if asked.wants_page else as_json({"proved": True})


def _back(asked: Asked) -> str:
    """Return the page to go back to: one of ours, whatever the address says."""
    back = asked.told.get("back", asked.query.get("back", ""))
    return back if isinstance(back, str) and OWN.fullmatch(back) else "/"


def proved(asked: Asked) -> None:
    """Refuse whoever did not prove who they are in the last five minutes (ASVS 5.0, 7.5.3)."""
    if asked.session is None or not asked.desk.sessions.is_fresh(asked.session):
        raise Refused(*(403, "prove who you are first", "it holds for five minutes"), prove=True)


def _session(asked: Asked) -> Session:
    if asked.session is None:
        raise Refused(401, "nobody is signed in", "sign in", locked=False)
    return asked.session


def _prove(asked: Asked, session: Session, action: str) -> None:
    """Check a password in a session."""
    with too_often(asked, session):
        try:
            asked.desk.of(Door).proves_password(session.who.login, asked.text("password", LONGEST))
        except Refused as refused:
            why = "the password is not right" if refused.status == 401 else refused.message
            told = {"locked": True} | refused.facts
            raise Refused(refused.status, why, refused.advice, **told) from None
    enter(asked.desk.store, session.who, Doing(action, "with a password"))
    went_on(asked, session)


@contextmanager
def too_often(asked: Asked, session: Session) -> Iterator[None]:
    """Count what fails in a session; one that is guessed at ends."""
    try:
        yield
    except Refused:
        session.marks["tries"] = str(int(session.marks.get("tries", "0")) + 1)
        if int(session.marks["tries"]) >= TRIES:
            asked.desk.sessions.end(asked.secret)
            raise Refused(401, "there were too many attempts", "sign in", locked=False) from None
        raise


def went_on(asked: Asked, session: Session) -> None:
    """Note that the person of a session proved who they are."""
    session.marks.pop("tries", None)
    asked.desk.sessions.prove(session)


def here(asked: Asked) -> Response:
    """Return whose session this is; a page asks while its person moves or types."""
    return as_json({"login": asked.who.login, "session": asked.who.session})


def _proofs(asked: Asked, session: Session) -> dict[str, bool]:
    """Return by what the person of a session can prove who they are."""
    now = asked.desk.of(Door).standing(session.who.login).now
    return {
        "has_password": now is None or bool(now.password),
        "has_passkey": now is not None and bool(now.passkeys),
    }


WAYS = (
    Way("GET", "/sign-in", sign_in_page),
    Way("POST", "/sign-in", sign_in),
    Way("POST", "/sign-out", sign_out),
    Way("POST", "/lock", lock),
    Way("GET", "/locked", locked_page),
    Way("POST", "/unlock", unlock),
    Way("GET", "/prove", prove_page),
    Way("POST", "/prove", prove),
    Way("POST", "/here", here, "own"),
)
