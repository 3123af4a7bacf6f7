"""Lets a person change how they prove who they are: password, one-time codes, passkeys."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from fanal.errors import UsageError
from fanal.model.desk import Person
from fanal.pipeline.people import keep
from fanal.review.passwords import LONGEST, SHORTEST, unfit
from fanal.web.asked import Asked, Refused, Way
from fanal.web.door import Door
from fanal.web.pages import page
from fanal.web.sign_in import LONGEST as LONGEST_TOLD
from fanal.web.sign_in import again, begin, led, offer_codes, proved, too_often

CHANGED = "set a new password"


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey, as the page shows it."""

    number: int
    made: str


def proofs_page(asked: Asked) -> Response:
    """Return the page of one's own proofs."""
    return page(asked, "proofs.html", **_told(asked))


def change_password(asked: Asked) -> Response:
    """Set a new password; other sessions of the person end."""
    person, door = _person(asked), asked.desk.of(Door)
    try:
        secret, new = _old(asked), asked.text("new", LONGEST + 1)
        if why := unfit(new, person.login):
            return again(asked, "proofs.html", Refused(400, why), **_told(asked))
        sealed = door.passwords.sealed(secret, new, person.login) if secret else ""
        proofs = {"password": door.passwords.kept(new), "code": sealed}
        made = keep(asked.desk.store, asked.who, CHANGED, **proofs)
    except Refused as refused:
        return again(asked, "proofs.html", refused, **_told(asked))
    asked.desk.sessions.end_all(person.login)
    return led(asked, "/door", begin(asked, made))


def new_codes(asked: Asked) -> Response:
    """Offer a new secret of one-time codes; the old one counts until it is confirmed."""
    try:
        _old(asked)
    except Refused as refused:
        return again(asked, "proofs.html", refused, **_told(asked))
    offer_codes(asked, asked.secret, asked.text("password", LONGEST_TOLD))
    return RedirectResponse("/set-up", 303)


def remove_passkey(asked: Asked) -> Response:
    """Take a passkey away; something that proves who the person is must be left."""
    proved(asked)
    person = _person(asked)
    at = asked.number("number", 1, len(person.passkeys), 0) - 1
    left = person.passkeys[:at] + person.passkeys[at + 1 :]
    if not left and not person.code:
        told = Refused(409, "this is the only second proof", "set up another one first")
        return again(asked, "proofs.html", told, **_told(asked))
    keep(asked.desk.store, asked.who, "a passkey was removed", passkeys=left)
    return RedirectResponse("/door", 303)


def _old(asked: Asked) -> str:
    """Return the secret of the person's codes, which the password opens."""
    if asked.session is None:
        raise Refused(401, "nobody is signed in", locked=False)
    with too_often(asked, asked.session):
        password = asked.text("password", LONGEST_TOLD)
        return asked.desk.of(Door).proves_password(asked.who.login, password)


def _person(asked: Asked) -> Person:
    now = asked.desk.of(Door).standing(asked.who.login).now
    if now is None:
        raise UsageError("the case knows nobody of that login")
    return now


def _told(asked: Asked) -> dict[str, Any]:
    now = asked.desk.of(Door).standing(asked.who.login).now
    keys = [] if now is None else [json.loads(key) for key in now.passkeys]
    return {
        "keys": [Key(n, key.get("made", "")) for n, key in enumerate(keys, 1)],
        "has_password": now is not None and bool(now.password),
        "has_codes": now is not None and bool(now.code),
        "shortest": SHORTEST,
        "longest": LONGEST,
    }


WAYS = (
    Way("GET", "/door", proofs_page, "own"),
    Way("POST", "/door/password", change_password, "own"),
    Way("POST", "/door/codes", new_codes, "own"),
    Way("POST", "/door/passkeys/remove", remove_passkey, "own"),
)
