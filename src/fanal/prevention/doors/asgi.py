"""Stands before an ASGI app: asks about what its routes name before the app is called.

    app = Deterring(app, deterrent, [Route("/search", Surface.SEARCH, text=(in_query("q"),))])

Where an act is refused the app is never called. Where it is let through, the app gets the same
bytes and finds the answer in `scope["fanal.deter"]`: help to show beside results, if somebody
looks for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from fanal.prevention.doors.answers import KEY, STATUS, answer
from fanal.prevention.doors.asking import Decides
from fanal.prevention.doors.door import Declared, Met, Verdict, judge, met
from fanal.prevention.doors.requests import Asked
from fanal.prevention.doors.routes import ANY, Route
from fanal.prevention.nouns import Action

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
SECONDS = 10.0
"""In which a body that is asked about must be here."""


class _Gone(Exception):  # noqa: N818 (what happened)
    """Whoever asked is not there any more."""


class Deterring:
    """An ASGI app around another."""

    def __init__(
        self,
        app: App,
        deterrent: Decides,
        routes: Sequence[Route],
        declared: Declared | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Take what it stands before, what it asks, and where."""
        self._app, self._deterrent = app, deterrent
        self._routes, self._declared = tuple(routes), declared or Declared()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        found = met(self._routes, asked, _paths(scope))
        if not found.routes:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # its messages cannot be read
        else:
            await self._judged(found, asked, (scope, receive, send))

    async def _judged(self, found: Met, asked: Asked, way: tuple[Scope, Receive, Send]) -> None:
        scope, receive, send = way
        body: bytes | None = None
        try:
            if found.needs_body:
                async with asyncio.timeout(self._seconds):
                    body = await _body(receive, found.most)
        except _Gone:
            return
        except Exception:  # noqa: BLE001 (too long, too slow, no way to tell: closed)
            found = found.unread()
        verdict = await self._verdict(found, asked, body)
        if verdict.decision.action is not Action.ALLOW:
            await _send(send, verdict, asked)
            return
        inner = {**scope, KEY: verdict.decision}
        await self._app(inner, receive if body is None else _again(body, receive), send)

    async def _verdict(self, found: Met, asked: Asked, body: bytes | None) -> Verdict:
        work = (self._deterrent, found, asked, body or b"", self._declared)
        if found.is_slow(self._deterrent, body):
            return await asyncio.to_thread(judge, *work)
        return judge(*work)


def _asked(scope: Scope) -> Asked:
    headers = tuple((name.decode("latin-1").lower(), value) for name, value in scope["headers"])
    query = scope.get("query_string") or b""
    return Asked(scope.get("method", ANY), scope["path"], query, headers, raw=scope)


def _paths(scope: Scope) -> list[str]:
    """Return the path, and the one below where the app is mounted."""
    path, root = scope["path"], scope.get("root_path") or ""
    raw = (scope.get("raw_path") or b"").decode("latin-1").partition("?")[0]
    inner = [path[len(root) :]] if root and path.startswith(root) else []
    return [path, *inner, *([raw] if raw else [])]


async def _body(receive: Receive, most: int) -> bytes:
    held = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        held += message.get("body") or b""
        if len(held) > most:
            raise OverflowError
        if not message.get("more_body"):
            return bytes(held)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what hands a body over that was read already."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


async def _send(send: Send, verdict: Verdict, asked: Asked) -> None:
    headers, body = answer(verdict.decision, verdict.surface, asked)
    told = [
        (name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()
    ]
    told.append((b"content-length", str(len(body)).encode("ascii")))
    if verdict.is_unread:
        told.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": STATUS, "headers": told})
    await send({"type": "http.response.body", "body": b"" if asked.method == "HEAD" else body})
