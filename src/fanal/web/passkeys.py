"""Registers passkeys and lets people prove who they are with them (WebAuthn level 2)."""

import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import webauthn
from starlette.responses import Response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fanal.model.desk import Person
from fanal.pipeline.audit_records import Doing
from fanal.pipeline.people import keep
from fanal.pipeline.used import use_passkey
from fanal.review.people import login_key
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.desk import Desk
from fanal.web.door import Door
from fanal.web.sessions import Session, new_secret, short
from fanal.web.sign_in import begin, led, proved, too_often, went_on, who_of

T = TypeVar("T")
SECONDS = 180
"""Seconds for which a challenge may be answered."""
MOST = 500
"""Challenges that wait; the oldest goes where there are more."""
MOST_KEYS = 10
"""Passkeys of one person."""
PURPOSES = ("sign-in", "unlock", "prove", "new")
NOT_RIGHT = "this passkey does not prove who you are here"
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a passkey is to sign, once."""

    purpose: str
    value: bytes
    session: str
    """Short name of the session that asked; "" before anybody is signed in."""
    until: datetime


class Challenges:
    """Challenges of one desk that wait for their answer."""

    def __init__(self, desk: Desk) -> None:
        """Begin without any."""
        self._clock = desk.clock
        self._lock = threading.Lock()
        self._waiting: dict[str, Challenge] = {}

    def make(self, purpose: str, session: str) -> tuple[str, bytes]:
        """Return the name of a new challenge and its value."""
        token, value = secrets.token_urlsafe(16), secrets.token_bytes(32)
        until = self._clock() + timedelta(seconds=SECONDS)
        with self._lock:
            self._waiting[token] = Challenge(purpose, value, session, until)
            while len(self._waiting) > MOST:
                del self._waiting[next(iter(self._waiting))]
        return token, value

    def take(self, token: str, purpose: str, session: str) -> bytes:
        """Return the value of a challenge, which is answered once, by whoever it was made for."""
        with self._lock:
            found = self._waiting.pop(token, None)
        if (
            found is None
            or (found.purpose, found.session) != (purpose, session)
            or found.until < self._clock()
        ):
            raise Refused(400, "this took too long, or was done before", "try again")
        return found.value


def ask(asked: Asked) -> Response:
    """Return what a passkey is asked for: nothing in it tells who there is."""
    purpose = asked.text("purpose", 10)
    if purpose not in PURPOSES:
        raise Refused(400, f"purpose must be one of {', '.join(PURPOSES)}")
    own = None if purpose == "sign-in" else _session(asked)
    if purpose == "new":
        _may_register(asked)
    token, value = asked.desk.of(Challenges).make(purpose, _short(own))
    made = _to_register(asked, value) if purpose == "new" else _to_prove(asked, value, own)
    return as_json({"token": token, "options": json.loads(webauthn.options_to_json(made))})


def _to_prove(asked: Asked, value: bytes, session: Session | None) -> Any:
    allowed = None
    if session is not None:
        allowed = _described(_keys(_person(asked, session)))
    return webauthn.generate_authentication_options(
        rp_id=_host(asked),
        challenge=value,
        timeout=SECONDS * 1000,
        user_verification=_VERIFIED,
        allow_credentials=allowed,
    )


def _to_register(asked: Asked, value: bytes) -> Any:
    person = _person(asked, _session(asked))
    case = asked.desk.store.case_id
    return webauthn.generate_registration_options(
        rp_id=_host(asked),
        rp_name=f"fanal {case[:8]}",
        user_id=hashlib.sha256(f"{case} {login_key(person.login)}".encode()).digest(),
        user_name=f"{person.login} ({case[:8]})",
        user_display_name=person.login,
        challenge=value,
        timeout=SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=_described(_keys(person)),
    )


def sign_in(asked: Asked) -> Response:
    """Begin a session of the person whose passkey this is."""
    value = asked.desk.of(Challenges).take(asked.text("token", 40), "sign-in", "")
    secret = new_secret()
    person = _proved_by(asked, value, "sign in", short(secret))
    return led(asked, "/", begin(asked, person, secret))


def unlock(asked: Asked) -> Response:
    """Let a locked session go on."""
    return _again(asked, "unlock")


def prove(asked: Asked) -> Response:
    """Note that the person of a session proved who they are."""
    return _again(asked, "prove")


def _again(asked: Asked, action: str) -> Response:
    session = _session(asked)
    value = asked.desk.of(Challenges).take(asked.text("token", 40), action, _short(session))
    with too_often(asked, session):
        person = _proved_by(asked, value, action, _short(session))
        if person.login != session.who.login:
            raise Refused(401, NOT_RIGHT, locked=True)
    went_on(asked, session)
    return as_json({"locked": False})


def _proved_by(asked: Asked, value: bytes, action: str, session: str) -> Person:
    """Return the person whom a signed challenge proves; whatever is wrong, the answer is one."""
    given = asked.told.get("credential")
    id_ = given.get("id", "") if isinstance(given, Mapping) else ""
    door = asked.desk.of(Door)
    person, key = _owner(door, str(id_))
    with door.attempt("" if person is None else person.login, "passkey") as refuse:
        if person is None:
            raise refuse
        answer = _checked(
            lambda: webauthn.verify_authentication_response(
                credential=dict(given or {}),
                expected_challenge=value,
                expected_rp_id=_host(asked),
                expected_origin=asked.headers.get("origin", ""),
                credential_public_key=base64url_to_bytes(key["key"]),
                credential_current_sign_count=0,
                require_user_verification=True,
            ),
            refuse,
        )
        doing, who = Doing(action, "with a passkey"), who_of(person, session)
        count, least = answer.new_sign_count, int(key.get("count", 0))
        if not use_passkey(asked.desk.store, who, (key["id"], least), count, doing):
            raise refuse
        return person


def register(asked: Asked) -> Response:
    """Keep a new passkey of the person who is signed in."""
    session = _session(asked)
    value = asked.desk.of(Challenges).take(asked.text("token", 40), "new", _short(session))
    _may_register(asked)
    given = asked.told.get("credential")
    refuse = Refused(400, "this passkey cannot be taken", "try another one")
    answer = _checked(
        lambda: webauthn.verify_registration_response(
            credential=dict(given if isinstance(given, Mapping) else {}),
            expected_challenge=value,
            expected_rp_id=_host(asked),
            expected_origin=asked.headers.get("origin", ""),
            require_user_verification=True,
        ),
        refuse,
    )
    made: dict[str, Any] = {
        "id": bytes_to_base64url(answer.credential_id),
        "key": bytes_to_base64url(answer.credential_public_key),
        "count": answer.sign_count,
        "made": asked.desk.clock().date().isoformat(),
    }
    door, who = asked.desk.of(Door), session.who
    if _owner(door, made["id"])[0] is not None:
        raise refuse
    known = _person(asked, session).passkeys
    passkeys = (*known, json.dumps(made))
    person = keep(asked.desk.store, who, "a passkey was added", passkeys=passkeys)
    if known or person.code:
        return as_json({"to": "/door"})
    asked.desk.sessions.end_all(who.login)
    return led(asked, "/", begin(asked, person))


def _may_register(asked: Asked) -> None:
    """Refuse who is locked out, has too many, or did not just prove who they are."""
    session = _session(asked)
    person = _person(asked, session)
    if session.locked:
        raise Refused(401, "the page is locked", locked=True)
    if len(person.passkeys) >= MOST_KEYS:
        raise Refused(409, f"a person has at most {MOST_KEYS} passkeys", "remove one first")
    proved(asked)


def _checked(check: Callable[[], T], refuse: Refused) -> T:
    """Return what a check of hostile bytes returns; any error in it is a refusal."""
    try:
        return check()
    except Exception:  # noqa: BLE001 (the library parses what anybody may send)
        raise refuse from None


def _owner(door: Door, id_: str) -> tuple[Person | None, dict[str, Any]]:
    for one in door.standings().values():
        if one.now is not None and one.is_active:
            for key in _keys(one.now):
                if key["id"] == id_:
                    return one.now, key
    return None, {}


def _keys(person: Person) -> list[dict[str, Any]]:
    return [json.loads(key) for key in person.passkeys]


def _described(keys: list[dict[str, Any]]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key["id"])) for key in keys]


def _person(asked: Asked, session: Session) -> Person:
    now = asked.desk.of(Door).standing(session.who.login).now
    if now is None:
        raise Refused(401, "nobody is signed in", "sign in", locked=False)
    return now


def _session(asked: Asked) -> Session:
    if asked.session is None:
        raise Refused(401, "nobody is signed in", "sign in", locked=False)
    return asked.session


def _short(session: Session | None) -> str:
    return "" if session is None else session.who.session


def _host(asked: Asked) -> str:
    """Return the name under which the browser reaches the desk: passkeys belong to it."""
    host = asked.headers.get("host", "").lower()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


WAYS = (
    Way("POST", "/passkey/ask", ask),
    Way("POST", "/passkey/sign-in", sign_in),
    Way("POST", "/passkey/unlock", unlock),
    Way("POST", "/passkey/prove", prove),
    Way("POST", "/passkey/new", register),
)
