"""A site with a search and an AI image page, behind the ASGI door.

    FANAL_DETER=deterrence/deter.toml uvicorn --factory fastapi_app:from_environment

The generator is a stand-in: it draws a grey rectangle.
"""

import hmac
import os
import secrets
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from fanal.prevention.config import read_config
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.doors.answers import beside
from fanal.prevention.doors.asgi import Deterring
from fanal.prevention.doors.asking import Decides
from fanal.prevention.doors.door import Declared
from fanal.prevention.doors.requests import Asked, in_json, in_query
from fanal.prevention.doors.routes import Route
from fanal.prevention.nouns import Surface

ROUTES = (
    Route("/search", Surface.SEARCH, text=(in_query("q"),)),
    Route(
        "/pictures",
        Surface.GENERATE,
        text=(in_json("prompt"),),
        negative=(in_json("negative"),),
        methods=frozenset({"POST"}),
    ),
)
KEY = secrets.token_bytes(32)
"""Made at each start and kept nowhere: what it makes of a cookie cannot be led back to it."""


class Wish(BaseModel):
    """What somebody wants a picture of."""

    prompt: str
    negative: str = ""


def session(asked: Asked) -> str:
    """Return a name for the visit, from the site's own cookie."""
    cookie = asked.cookie("session")
    return hmac.new(KEY, cookie.encode(), sha256).hexdigest() if cookie else ""


def draw(_wish: Wish) -> bytes:
    """Stand for a model: a grey rectangle as a portable graymap."""
    return b"P5 8 8 255 " + b"\x80" * 64


def site(make: Any = draw) -> FastAPI:
    """Return the site itself, which knows nothing of what stands before it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/search")
    def search(request: Request, q: str = "") -> HTMLResponse:
        found = f"<p>Nothing was found for {escape(q)}.</p>"
        return HTMLResponse(f"<!DOCTYPE html><title>Search</title>{beside(request.scope)}{found}")

    @app.post("/pictures")
    def pictures(wish: Wish) -> Response:
        return Response(make(wish), media_type="image/x-portable-graymap")

    return app


def guarded(deterrent: Decides, make: Any = draw) -> Deterring:
    """Return the site with the door before it."""
    return Deterring(site(make), deterrent, ROUTES, Declared(session=session))


def from_environment() -> Deterring:
    """Return what a server runs: one process, so that a session meets one memory."""
    return guarded(Deterrent.open(read_config(Path(os.environ["FANAL_DETER"]))))
