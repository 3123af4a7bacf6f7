"""Lets a person begin: the first one of a case, whoever was added, and a second proof of both."""

from typing import Any

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from fanal.errors import UsageError
from fanal.model.desk import Person
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.people import FIRST_ROLES, New, first, keep
from fanal.pipeline.used import use_code
from fanal.review.passwords import LONGEST, SHORTEST, unfit
from fanal.web.asked import Asked, Refused, Way
from fanal.web.door import Door
from fanal.web.pages import page
from fanal.web.sessions import Session, short
from fanal.web.sign_in import again, begin, led, offer_codes, who_of

LENGTHS = {"shortest": SHORTEST, "longest": LONGEST}


def first_page(asked: Asked) -> Response:
    """Return the page of the first person, while the case has none."""
    _is_first(asked)
    return page(asked, "first.html", **LENGTHS)


def make_first(asked: Asked) -> Response:
    """Write the first person of the case, who was given the code that the program printed."""
    _is_first(asked)
    door = asked.desk.of(Door)
    try:
        door.is_set_up_code(asked.text("set_up", LONGEST))
        login, password = asked.text("login", 200), _password(asked, needed=True)
        new = New(login, asked.text("name", 500), FIRST_ROLES, door.passwords.kept(password))
        person = first(asked.desk.store, new)
    except (Refused, UsageError) as error:
        return again(asked, "first.html", _as_refused(error), **LENGTHS)
    door.set_up_code = ""
    return _set_up_next(asked, person, password)


def join_page(asked: Asked) -> Response:
    """Return the page on which somebody who was added begins."""
    return page(asked, "join.html", **LENGTHS)


def join(asked: Asked) -> Response:
    """Let somebody who was added choose a password, or none where a passkey comes instead."""
    door = asked.desk.of(Door)
    try:
        login, password = asked.text("login", 200), _password(asked, needed=False)
        person = door.proves_once(login, asked.text("once", LONGEST))
        kept = door.passwords.kept(password) if password else ""
        what = "a password was set" if password else "a passkey is to come"
        person = keep(asked.desk.store, who_of(person), what, password=kept)
    except (Refused, UsageError) as error:
        return again(asked, "join.html", _as_refused(error), **LENGTHS)
    if password:
        return _set_up_next(asked, person, password)
    return led(asked, "/set-up", begin(asked, person))


def _set_up_next(asked: Asked, person: Person, password: str) -> Response:
    secret = begin(asked, person)
    who = who_of(person, short(secret))
    enter(asked.desk.store, who, Doing("sign in", "for the first time"))
    offer_codes(asked, secret, password)
    return led(asked, "/set-up", secret)


def set_up_page(asked: Asked) -> Response:
    """Return the page on which a second proof is set up: one-time codes or a passkey."""
    session = _open(asked)
    if "secret" not in session.marks and asked.desk.of(Door).standing(session.who.login).is_proved:
        return RedirectResponse("/door", 303)
    return page(asked, "set_up.html", **_codes(asked, session))


def set_up(asked: Asked) -> Response:
    """Let one-time codes count from now on, since the person typed one of them."""
    session, door = _open(asked), asked.desk.of(Door)
    secret, sealed = session.marks.get("secret", ""), session.marks.get("sealed", "")
    store, who = asked.desk.store, session.who
    if not secret:
        raise Refused(409, "there is no secret to confirm", "sign in anew")
    try:
        with door.attempt(who.login, "session") as refuse:
            step = door.step(secret, asked.text("code", 20))
            doing = Doing("proofs", "a one-time code was confirmed")
            if not step or not use_code(store, who, step, doing):
                raise refuse
    except Refused as refused:
        told = Refused(refused.status, "this is not the code of now", refused.advice)
        return again(asked, "set_up.html", told, **_codes(asked, session))
    person = keep(store, who, "one-time codes were set up", code=sealed)
    asked.desk.sessions.end_all(who.login)
    return led(asked, "/", begin(asked, person))


def _codes(asked: Asked, session: Session) -> dict[str, Any]:
    secret = session.marks.get("secret", "")
    if not secret:
        return {"square": "", "secret": ""}
    address = asked.desk.of(Door).address(secret, session.who.login)
    square = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, dark="#000", light="#fff", svgclass="square", lineclass=None
    )
    parts = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"square": Markup(square), "secret": parts}  # noqa: S704 (drawn here, of our own)


def _open(asked: Asked) -> Session:
    if asked.session is None or asked.session.locked:
        raise Refused(401, "nobody is signed in", "sign in", locked=asked.session is not None)
    return asked.session


def _is_first(asked: Asked) -> None:
    door = asked.desk.of(Door)
    if door.standings() or not door.set_up_code:
        raise Refused(403, "this case has its first person", "sign in, or ask a supervisor")


def _password(asked: Asked, *, needed: bool) -> str:
    password = asked.text("password", LONGEST + 1)
    if (password or needed) and (why := unfit(password, asked.text("login", 200))):
        raise Refused(400, why)
    return password


def _as_refused(error: Refused | UsageError) -> Refused:
    if isinstance(error, Refused):
        return error
    return Refused(400, error.message, error.advice)


WAYS = (
    Way("GET", "/first", first_page),
    Way("POST", "/first", make_first),
    Way("GET", "/join", join_page),
    Way("POST", "/join", join),
    Way("GET", "/set-up", set_up_page),
    Way("POST", "/set-up", set_up),
)
