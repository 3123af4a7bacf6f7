"""Serves the queue's own page and scripts over a made-up queue of any size."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from fanal.content.pages import environment
from fanal.model.desk import Who
from fanal.model.finding import Mosaic
from fanal.review.own import DEFAULTS
from fanal.review.tiles import tile
from fanal.web.decisions import states
from fanal.web.frame import made
from fanal.web.guard import HEADERS
from fanal.web.pages import SECTIONS

WORDS = ("Camera", "Altered", "Generator", "Cannot tell")
KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
SIDE = 32
PATTERNS = 64
"""Different mosaics; each tile has one of them."""


@dataclass
class MadeUp:
    """A queue of that many places, and what was asked of it."""

    total: int
    own: dict[str, Any] = field(default_factory=lambda: dict(DEFAULTS))
    asked: list[tuple[str, Any]] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)
    """Decisions of an earlier page."""
    answers: dict[str, Callable[[Any], Response]] = field(default_factory=dict)
    """Address → what answers a POST in place of the default."""
    tiles: list[str] = field(default_factory=lambda: [_tile(n) for n in range(PATTERNS)])

    def rows(self, start: int, count: int) -> list[dict[str, Any]]:
        """Return rows as `GET /queue/page` gives them."""
        return [self.row(place) for place in range(start, min(start + count, self.total))]

    def row(self, place: int) -> dict[str, Any]:
        """Return one row."""
        word, strength, size = WORDS[place % 4], place % 5, 1 + place % 9
        sentence = "a picture that no list knows and that a camera seems to have made"
        return {
            "id": f"{place:016x}",
            "rank": place + 1,
            "place": place + 1,
            "step": 1 + place % 8,
            "series": {"id": f"{place - place % 9:016x}", "size": size} if place % 3 else None,
            "origin": {"state": "camera", "word": word, "strength": strength},
            "known": "Known" if place % 6 == 5 else "New",
            "kind": "image",
            "copies": 1 + place % 12,
            "exhibits": 1,
            "when": "2026-03-04",
            "reviewer": "",
            "marks": {"lead": place % 40 == 1, "note": place % 25 == 1, "second": False},
            "grade": "",
            "title": "",
            "waits": "",
            "rest": False,
            "holder": "",
            "sentence": sentence,
            "label": f"Item {place + 1}. Origin: {word}. New. Not decided",
            "tile": self.tiles[place * 7 % PATTERNS],
        }

    def view(self) -> dict[str, Any]:
        """Return the answer of `POST /view`."""
        values = [{"code": word[:3].lower(), "says": word, "count": self.total} for word in WORDS]
        facets = [
            {"name": name, "says": name.capitalize(), "values": values}
            for name in ("origin", "known")
        ]
        return {"view": "0" * 16, "total": self.total, "building": None, "facets": facets}

    def page(self, *, table: bool, start: int) -> str:
        """Return the queue's page."""
        who = Who("zz-a", "Person zz-a", ("reviewer",), "0" * 12)
        told = self.view() | {
            "rows": self.rows(start, 60),
            "from_": start,
            "as_table": table,
            "count": 60,
            "states": states(),
            "filters": {},
            "sort": "queue",
            "search": "",
            "sorts": [{"code": "queue", "says": "as the queue"}],
        }
        return (
            environment("fanal.web")
            .get_template("queue.html")
            .render(
                who=who,
                frame=made(self.own),
                case="0" * 8,
                version="",
                sections=SECTIONS,
                allowed=lambda _permit: True,
                **told,
            )
        )


def application(queue: MadeUp) -> Starlette:
    """Return the made-up desk as an ASGI application."""
    static = {one.name: one.read_bytes() for one in _static()}

    async def endpoint(request: Request) -> Response:
        told = await request.json() if request.method == "POST" else dict(request.query_params)
        answer = await run_in_threadpool(_answer, queue, static, request.url.path, told)
        answer.headers.update(HEADERS)
        return answer

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "POST"])])


def _answer(queue: MadeUp, static: dict[str, bytes], path: str, told: Any) -> Response:
    if path.startswith("/static/") and (data := static.get(path.removeprefix("/static/"))):
        return Response(data, media_type=KINDS.get(path.rpartition(".")[2], "text/plain"))
    queue.asked.append((path, told))
    if path in queue.answers:
        return queue.answers[path](told)
    if path == "/queue":
        return HTMLResponse(
            queue.page(table=told.get("as") == "table", start=_number(told, "from"))
        )
    facts = _facts(queue, path, told)
    return JSONResponse(facts or {"error": "there is no such page"}, 200 if facts else 404)


def _facts(queue: MadeUp, path: str, told: Any) -> dict[str, Any]:
    if path == "/queue/page":
        start = _number(told, "from")
        rows = queue.rows(start, _number(told, "count"))
        return {"total": queue.total, "from": start, "stale": False, "rows": rows}
    if path == "/view":
        return queue.view()
    if path == "/exposure":
        return {"minutes": 12, "reveals": {"2": 3}, "cap": 5, "says": ""}
    if path == "/decisions/mine":
        return {"decisions": queue.before}
    if path in {"/decide", "/undo", "/redo"}:
        return {"id": f"d{len(queue.asked)}", "says": "Kept", "left": queue.total}
    return {}


def _number(told: Any, name: str) -> int:
    return int(told.get(name, 0))


@contextmanager
def serving(queue: MadeUp, port: int) -> Iterator[str]:
    """Serve it on this machine; lend its address."""
    config = uvicorn.Config(
        application(queue), host="127.0.0.1", port=port, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.02)
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def _static() -> Iterator[Any]:
    for one in files("fanal.web").joinpath("static").iterdir():
        if one.is_file():
            yield one


def _tile(number: int) -> str:
    """Draw a slanted grey pattern, as varied as a picture's mosaic."""
    greys = bytes(
        (((x * (1 + number % 5) + y * (2 + number % 3) + number) // 3) % 16) * 16
        + ((x + y + number) // 2) % 16
        for y in range(SIDE)
        for x in range(0, SIDE, 2)
    )
    return tile(Mosaic("", 0, SIDE, SIDE, greys))
