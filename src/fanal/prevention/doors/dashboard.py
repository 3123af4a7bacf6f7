"""The dashboard: one page of exact aggregates, for people inside, on this machine alone.

It reads the service's folder and changes nothing. It answers GET and HEAD of one address, under the
machine's own names only, so that a page from elsewhere cannot read it through a browser.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fanal.prevention.config import Config
from fanal.prevention.counting.cells import Total
from fanal.prevention.doors import figures
from fanal.prevention.doors.board import Board, gather
from fanal.prevention.doors.serving import Place, hosts, listening
from fanal.prevention.nouns import Outcome
from fanal.prevention.rendering import HEADERS, page

PORT = 8770
BACK = 28
"""Days it looks back."""
REFUSED = b"This page is for this machine alone: open it under the address that was printed.\n"


def html(board: Board) -> str:
    """Return the page."""
    return page(
        "fanal.prevention.doors",
        "dashboard.html",
        board=board,
        bars=figures.bars([n for _, n in board.by_day]),
        most=max((n for _, n in board.by_day), default=0),
        figures=figures,
        reach=_reach(board),
        outcomes=[one.value for one in Outcome],
        totals=[one.value for one in Total],
    )


def _reach(board: Board) -> float:
    """Return one axis for all comparisons, so that they can be compared by eye."""
    looks = [one.looks[-1] for one in (board.trial.comparisons if board.trial else ()) if one.looks]
    return figures.reach([end for one in looks for end in (one.low, one.high)])


def application(
    config: Config, today: Callable[[], date], names: frozenset[str] | None, back: int = BACK
) -> Starlette:
    """Return the app; `names` are the hosts it answers to."""

    def seen(request: Request) -> HTMLResponse:  # noqa: ARG001 (nothing of it matters)
        return HTMLResponse(html(gather(config, today(), back)))

    return Starlette(
        routes=[Route("/", seen, methods=["GET"])],
        middleware=[Middleware(_Guarded, names=names)],
    )


def serve(
    config: Config, today: Callable[[], date], port: int, back: int, ready: Callable[[str], Any]
) -> None:
    """Serve until Ctrl-C; `ready` is told the address."""
    place = Place(port=port)
    sockets = listening(place)
    port = sockets[0].getsockname()[1]
    app = application(config, today, hosts(place, port), back)
    told = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="none"
    )
    ready(f"http://localhost:{port}/")
    try:
        uvicorn.Server(told).run(sockets)
    finally:
        for one in sockets:
            one.close()


class _Guarded:
    """Refuses what is asked under another name, and puts the rules of the page on every answer."""

    def __init__(self, app: ASGIApp, names: frozenset[str] | None) -> None:
        """Guard an app; no names: any host."""
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                rules = [(name.lower().encode(), told.encode()) for name, told in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *rules]
            await send(message)

        told = [value for name, value in scope["headers"] if name == b"host"]
        is_here = len(told) == 1 and told[0].decode("latin-1").lower() in (self._names or ())
        if self._names is not None and not is_here:
            head = [(b"content-type", b"text/plain; charset=utf-8")]
            await sent({"type": "http.response.start", "status": 421, "headers": head})
            await sent({"type": "http.response.body", "body": REFUSED})
            return
        await self._app(scope, receive, sent)
