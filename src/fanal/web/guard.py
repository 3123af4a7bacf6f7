"""Stands before every page: refuses other hosts and other sites, and adds the headers."""

import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fanal.model.desk import NOBODY
from fanal.pipeline.audit_records import REFUSED, Doing
from fanal.web.desk import Desk
from fanal.web.refusals import Refusals

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
        " connect-src 'self'; font-src 'self'; media-src blob:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'; object-src 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), display-capture=(), clipboard-read=(), geolocation=()"
    ),
}
"""On every answer; nothing of a page is kept on a disk (OWASP ASVS 5.0, 3.4 and 14.3.2)."""
TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
"""Where there is a certificate (RFC 6797); it says nothing of other names of that host."""
METHODS = frozenset({"GET", "HEAD", "POST"})
PATH = re.compile(rb"/(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*)?")
"""What our own addresses are made of: nothing that is spelt out (`%2f`), no empty part."""
LONGEST_PATH, LONGEST_QUERY = 200, 4_000
AT_ONCE = 64
"""Requests that are answered at the same time."""
_UP = {b".", b".."}


class Guard:
    """An ASGI application around another."""

    def __init__(self, inner: ASGIApp, desk: Desk) -> None:
        """Take what it stands before."""
        self._inner = inner
        self._desk = desk
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._inner(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["scheme"] == "https":
                    headers[TRANSPORT[0]] = TRANSPORT[1]
            await send(message)

        status, why = self._unfit(scope)
        if why:
            told = PlainTextResponse(why, status)
            await told(scope, receive, send_with_headers)
            return
        self._now += 1
        try:
            await self._answered(scope, receive, send_with_headers)
        finally:
            self._now -= 1

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        if why := self.refuses(scope["method"], Headers(scope=scope)):
            doing = Doing("request", why, outcome=REFUSED)
            await run_in_threadpool(self._desk.of(Refusals).enter, NOBODY, doing)
            await PlainTextResponse(why, 403)(scope, receive, send)
            return
        await self._inner(scope, receive, send)

    def _unfit(self, scope: Scope) -> tuple[int, str]:
        """Return why a request is none of ours, whoever asks, and the status that says so."""
        if scope["method"] not in METHODS:
            return 405, "pages are opened and forms are sent, no more"
        path = scope.get("raw_path") or scope["path"].encode()
        if len(path) > LONGEST_PATH or len(scope["query_string"]) > LONGEST_QUERY:
            return 414, "the address is too long"
        if not PATH.fullmatch(path) or _UP & {*path.split(b"/")}:
            return 404, "there is nothing here"
        if self._now >= AT_ONCE:
            return 503, "too much is asked at once; try again"
        return 0, ""

    def refuses(self, method: str, headers: Headers) -> str:
        """Return why a request is refused, "" where it is not.

        A page of another site may know our address; its requests name that site, or another host
        where its name was made to lead here (DNS rebinding). A form of our own pages names no
        origin, since they tell nobody where they are (Fetch, 3.2): there the browser's own word
        counts, which no page can write (Fetch Metadata).
        """
        origins = self._desk.origins
        site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in {
            known.partition("://")[2] for known in origins
        }:
            return "this desk is not reached under that name"
        if site not in {"same-origin", "none", ""}:
            return "requests come from the desk's own pages"
        is_ours = origin in origins or (origin == "null" and site == "same-origin")
        if method not in {"GET", "HEAD"} and not is_ours:
            return "requests that change something come from the desk's own pages"
        return ""
