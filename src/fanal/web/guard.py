"""Stands before every page: refuses other hosts and other sites, and adds the headers."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fanal.web.desk import Desk

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


class Guard:
    """An ASGI application around another."""

    def __init__(self, inner: ASGIApp, desk: Desk) -> None:
        """Take what it stands before."""
        self._inner = inner
        self._desk = desk

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
            await send(message)

        if why := self.refuses(scope["method"], Headers(scope=scope)):
            await PlainTextResponse(why, 403)(scope, receive, send_with_headers)
            return
        await self._inner(scope, receive, send_with_headers)

    def refuses(self, method: str, headers: Headers) -> str:
        """Return why a request is refused, "" where it is not.

        A page of another site may know our address; its requests name that site, or another host
        where its name was made to lead here (DNS rebinding).
        """
        origins = self._desk.origins
        if headers.get("host", "") not in {origin.partition("://")[2] for origin in origins}:
            return "this desk is not reached under that name"
        if method not in {"GET", "HEAD"} and headers.get("origin", "") not in origins:
            return "requests that change something come from the desk's own pages"
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            return "requests come from the desk's own pages"
        return ""
