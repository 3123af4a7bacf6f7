"""Shows supervisors who may sign in, and lets them change it: with a second one, where there is."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from fanal.errors import UsageError
from fanal.model.desk import Person
from fanal.pipeline import people as writing
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.people import ACTIVE, ENDED, ONCE, New, Standing
from fanal.review.permits import ROLES
from fanal.web.asked import Asked, Refused, Way
from fanal.web.door import ONCE_DAYS, Door, new_code, once, plain_code
from fanal.web.pages import page
from fanal.web.sign_in import proved

WORDS = {
    "importer": "reads evidence in",
    "reviewer": "looks and decides",
    "supervisor": "changes people and limits, and does what reviewers do",
    "analyst": "works on leads",
    "exporter": "hands packages over",
    "auditor": "reads the log, and nothing else; sees no picture",
}
"""Role → what it does, on the page."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person, as the page shows them."""

    person: Person
    """As they stand, or as they are to stand where nothing holds yet."""
    says: str
    """Where they stand, in words."""
    sessions: int
    waiting: Person | None
    what: str
    """What waits, in words."""
    is_own: bool
    """The supervisor who looks asked for what waits."""
    is_active: bool


def people_page(asked: Asked) -> Response:
    """Return the page of everybody who may sign in, or may no more."""
    return _page(asked)


def add(asked: Asked) -> Response:
    """Add a person, who begins with a code that is shown once."""

    def do(_login: str) -> dict[str, str]:
        code = new_code()
        new = New(asked.text("login", 200), asked.text("name", 500), _roles(asked), "")
        made = writing.add(asked.desk.store, asked.who, _with(asked, new, code), _reason(asked))
        return {"login": made.login, "code": code, "waits": "yes" if made.state != ACTIVE else ""}

    return _done(asked, do)


def change_roles(asked: Asked) -> Response:
    """Change what a person may do."""

    def do(login: str) -> None:
        roles, reason = _roles(asked), _reason(asked)
        writing.change_roles(asked.desk.store, asked.who, login, roles, reason)

    return _done(asked, do)


def renew(asked: Asked) -> Response:
    """Let a person begin anew, with a code that is shown once."""

    def do(login: str) -> dict[str, str]:
        code = new_code()
        kept = _kept(asked, code)
        made = writing.renew(asked.desk.store, asked.who, login, kept, _reason(asked))
        return {"login": login, "code": code, "waits": "yes" if made.state != ACTIVE else ""}

    return _done(asked, do)


def end(asked: Asked) -> Response:
    """End a person: they sign in no more, and their sessions end."""

    def do(login: str) -> None:
        writing.end(asked.desk.store, asked.who, login, _reason(asked))
        asked.desk.sessions.end_all(login)

    return _done(asked, do)


def end_sessions(asked: Asked) -> Response:
    """End the sessions of a person on this desk; they may sign in again."""

    def do(login: str) -> None:
        ended = asked.desk.sessions.end_all(login, but=asked.who.session)
        says = f"{ended:,} session{'s' * (ended != 1)} of {_known(asked, login)} ended"
        enter(asked.desk.store, asked.who, Doing("end sessions", says))

    return _done(asked, do)


def confirm(asked: Asked) -> Response:
    """Agree to what another supervisor asked for."""

    def do(login: str) -> None:
        writing.confirm(asked.desk.store, asked.who, login, asked.number("number", 0, 1 << 53, 0))

    return _done(asked, do)


def turn_down(asked: Asked) -> Response:
    """Let what waits be no more."""

    def do(login: str) -> None:
        number, reason = asked.number("number", 0, 1 << 53, 0), _reason(asked)
        writing.turn_down(asked.desk.store, asked.who, login, number, reason)

    return _done(asked, do)


def _done(asked: Asked, do: Any) -> Response:
    """Do it for somebody who just proved who they are (S12), and show the page again."""
    proved(asked)
    try:
        given = do(_login(asked))
    except UsageError as error:
        return _page(asked, 400, error=error.message, advice=error.advice)
    if given:
        return _page(asked, given=given)
    return RedirectResponse("/people", 303)


def _page(asked: Asked, status: int = 200, **told: Any) -> Response:
    known = asked.desk.of(Door).standings()
    rows = [_row(asked, one) for one in known.values()]
    fresh = asked.session is not None and asked.desk.sessions.is_fresh(asked.session)
    said = {"error": "", "advice": "", "given": None} | told
    said |= {"rows": rows, "roles": [(role, WORDS[role]) for role in ROLES], "fresh": fresh}
    said |= {"seconds": len(writing.supervisors(known)) > 1, "days": ONCE_DAYS}
    return page(asked, "people.html", status, **said)


def _row(asked: Asked, one: Standing) -> Row:
    person = one.now or one.waiting
    if person is None:
        raise UsageError("nobody stands nowhere")
    waiting = one.waiting
    return Row(
        *(person, _says(one), asked.desk.sessions.of(person.login), waiting, _what(one)),
        *(waiting is not None and waiting.by == asked.who.login, one.is_active),
    )


def _says(one: Standing) -> str:
    if one.now is None:
        return "waits for a second supervisor"
    if one.now.state == ENDED:
        return "ended"
    if one.begins:
        return "has a code to begin with"
    return "active" if one.is_proved else "has no second proof yet"


def _what(one: Standing) -> str:
    """Return what waits, in words."""
    if one.waiting is None:
        return ""
    if one.now is None:
        return "to be added"
    if one.waiting.password.startswith(ONCE):
        return "to begin anew with a code"
    return f"to become {', '.join(one.waiting.roles)}"


def _with(asked: Asked, new: New, code: str) -> New:
    return New(new.login, new.name, new.roles, _kept(asked, code))


def _kept(asked: Asked, code: str) -> str:
    kept = asked.desk.of(Door).passwords.kept(plain_code(code))
    return once(kept, asked.desk.clock())


def _known(asked: Asked, login: str) -> str:
    if login not in asked.desk.of(Door).standings():
        raise UsageError("there is no such person")
    return login


def _login(asked: Asked) -> str:
    return asked.text("login", 200)


def _reason(asked: Asked) -> str:
    return asked.text("reason")


def _roles(asked: Asked) -> tuple[str, ...]:
    """Return the roles that are ticked; a name that is no role is refused, not left out."""
    ticked = [name.removeprefix("role-") for name in asked.told if name.startswith("role-")]
    if not {*ticked} <= {*ROLES}:
        raise Refused(400, "there is no such role")
    return tuple(role for role in ROLES if role in ticked)


WAYS = (
    Way("GET", "/people", people_page, "people"),
    Way("POST", "/people/add", add, "people"),
    Way("POST", "/people/roles", change_roles, "people"),
    Way("POST", "/people/renew", renew, "people"),
    Way("POST", "/people/end", end, "people"),
    Way("POST", "/people/sessions", end_sessions, "people"),
    Way("POST", "/people/confirm", confirm, "people"),
    Way("POST", "/people/turn-down", turn_down, "people"),
)
