"""Puts the desk together: every part brings its addresses, every request passes the same checks."""

import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fanal.errors import FanalError, UsageError
from fanal.model.desk import NOBODY, Who
from fanal.pipeline.audit_records import REFUSED, Doing
from fanal.review.permits import allowed
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.bodies import body
from fanal.web.desk import Desk
from fanal.web.door import Door
from fanal.web.guard import Guard
from fanal.web.pages import page
from fanal.web.refusals import Refusals
from fanal.web.sessions import COOKIE, Session

PARTS = (
    "fanal.web.overview",
    "fanal.web.item",
    "fanal.web.pixels",
    "fanal.web.series",
    "fanal.web.compare",
    "fanal.web.remarks",
    "fanal.web.second",
    "fanal.web.audit",
    "fanal.web.settings",
    "fanal.web.sign_in",
    "fanal.web.beginning",
    "fanal.web.passkeys",
    "fanal.web.people",
    "fanal.web.proofs",
    "fanal.web.queue",
    "fanal.web.decisions",
    "fanal.web.claims",
    "fanal.web.bulk",
    "fanal.web.leads",
    "fanal.web.lead",
    "fanal.web.lead_checklist",
    "fanal.web.graph",
    "fanal.web.packages",
)
"""Modules that bring addresses (`WAYS`); a new part is one file and one line here."""
STATIC = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PASSIVE = "x-passive"
"""The header of what a page asks by itself: it does not show that the person is there."""
OF = "x-login"
"""The header in which a page's scripts name whom the page was made for, percent-encoded."""


def application(desk: Desk) -> Guard:
    """Return the desk as an ASGI application."""
    routes = [_route(desk, way) for part in PARTS for way in import_module(part).WAYS]
    routes += [_static(name, data) for name, data in _files()]
    none: Any = {404: _nothing, 405: _nothing}
    return Guard(Starlette(routes=routes, exception_handlers=none), desk)


def _route(desk: Desk, way: Way) -> Route:
    async def endpoint(request: Request) -> Response:
        told: dict[str, Any] | Refused = {}
        if way.method == "POST":
            try:
                told = await body(request)
            except Refused as refused:
                told = refused
            except ClientDisconnect:
                return Response(status_code=400)
        return await run_in_threadpool(_answered, desk, way, request, told)

    return Route(way.path, endpoint, methods=[way.method])


def _answered(desk: Desk, way: Way, request: Request, told: dict[str, Any] | Refused) -> Response:
    with desk.answering():
        return _answer(desk, way, request, told)


def _answer(desk: Desk, way: Way, request: Request, told: dict[str, Any] | Refused) -> Response:
    """Return the answer to a request of somebody who may ask; else why there is none."""
    asked = Asked(desk, wants_page=_wants_page(request))
    try:
        asked = _asked(desk, request, {} if isinstance(told, Refused) else told)
        if isinstance(told, Refused):
            return _refusal(asked, way, told)
        _refuse_stale(asked)
        _admit(asked, way)
        return way.handler(asked)
    except FanalError as error:
        return _refusal(asked, way, error)
    except Exception:  # noqa: BLE001 (whatever it is: nothing of it is for the page)
        traceback.print_exc(file=sys.stderr)
        told_so = "this could not be done: something is wrong with the desk itself"
        return _said(asked, 500, told_so, "whoever runs it sees what, where it was started")


def _asked(desk: Desk, request: Request, told: dict[str, Any]) -> Asked:
    """Return the request, with whoever is signed in as they stand now."""
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    secret = request.cookies.get(COOKIE, "")
    session = desk.sessions.find(secret, active=PASSIVE not in headers) if secret else None
    who = NOBODY
    if session is not None and session.number and not _holds(desk, session):
        desk.sessions.end(secret)
        session = None
    if session is not None and not session.locked:
        who = _who(desk, session)
    return Asked(
        *(desk, who, request.path_params, request.query_params, told, _wants_page(request)),
        *(headers, session, secret),
    )


def _holds(desk: Desk, session: Session) -> bool:
    return desk.of(Door).holds(session.who.login, session.number)


def _who(desk: Desk, session: Session) -> Who:
    return desk.of(Door).as_of_now(session.who) if session.number else session.who


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _refuse_stale(asked: Asked) -> None:
    """Refuse what a page of one person asks where its browser holds another's session by now.

    What waits on that page to be sent was decided by whoever it was made for, not by whoever signed
    in after them; where they sign in again themselves, it is sent.
    """
    session, of = asked.session, asked.headers.get(OF, "")
    if session is not None and unquote(of) not in {"", session.who.login}:
        why = "somebody signed in here after this page was opened"
        raise Refused(401, why, "whose page it is signs in again", locked=False)


def _admit(asked: Asked, way: Way) -> None:
    """Refuse whoever may not; a person who has not set up a second proof may nothing yet."""
    if not way.permit:
        return
    if not asked.who.is_somebody:
        locked = asked.session is not None
        why = "the page is locked" if locked else "nobody is signed in"
        advice = "prove who you are; nothing you wrote is lost"
        raise Refused(401, why, advice, locked=locked)
    if asked.session is not None and asked.session.number and not asked.who.roles:
        raise Refused(403, "a second proof of who you are is missing", "set it up", set_up=True)
    if not allowed(asked.who.roles, way.permit):
        raise Refused(403, "your roles do not allow this")


def _refusal(asked: Asked, way: Way, error: FanalError) -> Response:
    """Return why something was not done; what went wrong in here is not told outside."""
    facts = error.facts if isinstance(error, Refused) else {}
    if not isinstance(error, Refused | UsageError):
        print(f"fanal: {error.message}", file=sys.stderr)  # noqa: T201 (for whoever runs it)
        told_so = "the case cannot be read or written just now"
        return _said(asked, 503, told_so, "whoever runs the desk sees why, where it was started")
    status = error.status if isinstance(error, Refused) else 400
    leads = _leads(way, status, facts)
    if (status == 403 and not leads) or (status == 401 and way.method == "POST"):
        _record(asked, f"{way.method} {way.path}: {error.message}")
    if asked.wants_page and leads:
        return RedirectResponse(leads, 303)
    return _said(asked, status, error.message, error.advice, **facts)


def _record(asked: Asked, says: str) -> None:
    """Record that somebody was refused, unless their page asked by itself."""
    if PASSIVE not in asked.headers:
        who = asked.session.who if asked.session is not None else NOBODY
        asked.desk.of(Refusals).enter(who, Doing("request", says, outcome=REFUSED))


def _leads(way: Way, status: int, facts: dict[str, Any]) -> str:
    """Return the page where somebody proves who they are, where that is all there is to do."""
    if status == 401:
        return "/locked" if facts.get("locked") else "/sign-in"
    if facts.get("prove"):  # and from there back to the page on which it was asked for
        return f"/prove?back=/{way.path.split('/')[1]}"
    return "/set-up" if facts.get("set_up") else ""


def _said(asked: Asked, status: int, error: str, advice: str = "", **facts: Any) -> Response:
    if asked.wants_page:
        made = _error_page(asked, status, error, advice)
    else:
        made = as_json({"error": error, "advice": advice} | facts, status)
    if wait := facts.get("wait"):
        made.headers["Retry-After"] = str(wait)
    return made


def _error_page(asked: Asked, status: int, error: str, advice: str) -> Response:
    """Return the page of an error; its words alone where the case itself cannot be read."""
    try:
        return page(asked, "error.html", status, error=error, advice=advice)
    except Exception:  # noqa: BLE001 (the first error is what is told)
        return PlainTextResponse(f"{error}\n{advice}\n", status)


async def _nothing(_request: Request, error: Exception) -> Response:
    return PlainTextResponse("there is nothing here", getattr(error, "status_code", 404))


def _files() -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of our own scripts and styles: no path that is asked for is opened."""
    for file in sorted(files("fanal.web").joinpath("static").iterdir(), key=lambda one: one.name):
        if "." in file.name and f".{file.name.rpartition('.')[2]}" in STATIC:
            yield file.name, file.read_bytes()


def _static(name: str, data: bytes) -> Route:
    kind = STATIC[f".{name.rpartition('.')[2]}"]

    async def endpoint(_request: Request) -> Response:
        return Response(data, media_type=kind)

    return Route(f"/static/{name}", endpoint, methods=["GET"])
