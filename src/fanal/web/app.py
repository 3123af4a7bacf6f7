"""Puts the desk together: every part brings its addresses, every request passes the same checks."""

import json
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fanal.errors import FanalError, UsageError
from fanal.model.desk import NOBODY
from fanal.review.permits import allowed
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.desk import Desk
from fanal.web.guard import Guard
from fanal.web.pages import page

PARTS = ("fanal.web.overview",)
"""Modules that bring addresses (`WAYS`); a new part is one file and one line here."""
COOKIE = "__Host-fanal"
MOST_BODY = 1 << 20
"""Bytes of a request's body."""
STATIC = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def application(desk: Desk) -> Guard:
    """Return the desk as an ASGI application."""
    routes = [_route(desk, way) for part in PARTS for way in import_module(part).WAYS]
    routes += [_static(name, data) for name, data in _files()]
    return Guard(Starlette(routes=routes), desk)


def _route(desk: Desk, way: Way) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            told = await _body(request) if way.method == "POST" else {}
        except Refused as refused:
            return as_json({"error": refused.message}, refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        return await run_in_threadpool(_answer, desk, way, request, told)

    return Route(way.path, endpoint, methods=[way.method])


def _answer(desk: Desk, way: Way, request: Request, told: dict[str, Any]) -> Response:
    """Return the answer to a request of somebody who may ask; else why there is none."""
    wants_page = way.method == "GET" and "text/html" in request.headers.get("accept", "")
    asked = Asked(desk, NOBODY, request.path_params, request.query_params, told, wants_page)
    session = desk.sessions.find(request.cookies.get(COOKIE, ""))
    if session is not None and not session.locked:
        asked = Asked(
            *(desk, session.who, request.path_params, request.query_params, told, wants_page)
        )
    try:
        if way.permit and not asked.who.is_somebody:
            if wants_page:
                return RedirectResponse("/sign-in", 303)
            raise Refused(401, "nobody is signed in", "sign in; nothing you wrote is lost")
        if not allowed(asked.who.roles, way.permit):
            raise Refused(403, "your roles do not allow this")
        return way.handler(asked)
    except FanalError as error:
        return _refusal(asked, error)


def _refusal(asked: Asked, error: FanalError) -> Response:
    status = getattr(error, "status", 400 if isinstance(error, UsageError) else 503)
    facts = {"error": error.message, "advice": error.advice}
    if asked.wants_page:
        return page(asked, "error.html", status, **facts)
    return as_json(facts, status)


async def _body(request: Request) -> dict[str, Any]:
    """Return the fields that were sent, as a form or as one JSON object."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > MOST_BODY:
            raise Refused(413, f"a request may have {MOST_BODY:,} bytes")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            told = json.loads(held)
            if isinstance(told, dict):
                return told
        elif kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(held.decode("ascii"), keep_blank_values=True, max_num_fields=200))
    except (ValueError, RecursionError):
        raise Refused(400, "what was sent cannot be read") from None
    raise Refused(415, "send a form or a JSON object")


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
