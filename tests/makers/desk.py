"""A review desk on a case, and a client that asks it as a browser would, without a socket."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fanal.engines import ENGINES
from fanal.pipeline.case import writing
from fanal.settings import Settings
from fanal.web.app import COOKIE, application
from fanal.web.desk import Desk

HOST = "localhost:8417"
ORIGIN = f"http://{HOST}"
ALL = ("importer", "reviewer", "analyst", "supervisor", "exporter")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def facts(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """One browser; `secret` is that of its session."""

    app: Any
    secret: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, b"", {"accept": "text/html"} | headers)

    def post(self, path: str, told: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        own = {"origin": ORIGIN, "content-type": "application/json"} | headers
        return self.ask("POST", path, json.dumps(told or {}).encode(), own)

    def form(self, path: str, told: Mapping[str, str], **headers: str) -> Answer:
        kind = "application/x-www-form-urlencoded"
        own = {"origin": ORIGIN, "content-type": kind, "accept": "text/html"} | headers
        return self.ask("POST", path, urlencode(told).encode(), own)

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Ask; a header whose value is "" is not sent, `_` in its name stands for `-`."""
        every = {"host": HOST} | self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
        if self.secret:
            every.setdefault("cookie", f"{COOKIE}={self.secret}")
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": target,
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in every.items() if v],
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 8417),
        }
        return asyncio.run(_answered(self.app, scope, body))


async def _answered(app: Any, scope: dict[str, Any], body: bytes) -> Answer:
    sent: list[dict[str, Any]] = []
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:]))


@contextmanager
def desk_on(case: Path | str, engine: str = "inline", **settings: Any) -> Iterator[Desk]:
    """Lend a desk on a case that is there, the workers in this process."""
    told = Settings.from_environment({}).changed(
        {"home": str(Path(case).parent / "home"), "engine": engine, "actor": "zz"} | settings
    )
    workers = ENGINES.get(engine)(told)
    with writing(case, told, run=False) as store:
        desk = Desk(store, told, workers)
        desk.origins = frozenset({ORIGIN})
        try:
            yield desk
        finally:
            desk.close()
            workers.close()


def client(desk: Desk, login: str = "", roles: tuple[str, ...] = ALL) -> Client:
    """Return a browser, signed in under that login with these roles (nobody for "")."""
    secret = desk.sessions.begin(login, f"Person {login}", roles) if login else ""
    return Client(application(desk), secret)
