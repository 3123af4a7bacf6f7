"""A deterrent of plain parts, and callers of ASGI and WSGI apps as servers call them."""

import asyncio
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from fanal.prevention.decide import Rules, closed, decide
from fanal.prevention.messages.texts import read_texts
from fanal.prevention.nouns import Decision, Outcome, Reason, Signals, Surface
from makers.deter import DAY, rules

HIT, CLEAN, SELF = "zz-hit", "zz-clean", "zz-self"
"""What the plain parts refuse, let through, and answer with help."""


def book() -> Any:
    """Return the built-in texts."""
    return read_texts((), (), DAY)


class Plain:
    """Has the shape of a Deterrent; keeps how often it was asked, and of what."""

    def __init__(self, **changed: Any) -> None:
        self.rules: Rules = rules(**({"texts": book()} | changed))
        self.asked: list[Signals] = []
        self.told: list[tuple[str, str, str]] = []
        self.closed = 0
        self.reloads = 0
        self.outcomes: list[tuple[str, str]] = []

    def decide(
        self, surface: Surface | str, signals: Signals, locale: str = "", session: str = ""
    ) -> Decision:
        self.asked.append(signals)
        self.told.append((locale, session, signals.country))
        return decide(Surface(surface), signals, locale, session, self.rules)

    def refuse(
        self,
        surface: Surface | str,
        locale: str = "",
        country: str = "",  # noqa: ARG002 (doors hand it over)
        reason: Reason = Reason.UNREADABLE,
    ) -> Decision:
        self.closed += 1
        return closed(Surface(surface), locale, self.rules, reason)

    def happened(self, session: str, outcome: Outcome | str) -> bool:
        self.outcomes.append((session, str(outcome)))
        return session == "known"

    def health(self) -> Any:
        return SimpleNamespace(
            is_well=True,
            day=DAY.isoformat(),
            list_version=self.rules.version,
            trial_id="",
            registration="",
            counting="off",
            troubles=("words: terms.csv row 3: no pattern",),
        )

    def reload(self) -> bool:
        self.reloads += 1
        return True


@dataclass
class App:
    """An app that keeps what it was given."""

    bodies: list[bytes] = field(default_factory=list)
    given: list[Any] = field(default_factory=list)

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        self.given.append(scope)
        if scope["type"] == "http":
            body, more = b"", True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            self.bodies.append(body)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"made"})

    def wsgi(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.given.append(environ)
        length = environ.get("CONTENT_LENGTH")
        self.bodies.append(environ["wsgi.input"].read(int(length) if length else 0))
        start_response("200 OK", [])
        return [b"made"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def everything(self) -> str:
        told = " ".join(f"{name}: {value}" for name, value in self.headers.items())
        return told + self.body.decode("utf-8")


def chunks(*parts: bytes) -> list[dict[str, Any]]:
    """Return a body in parts, as a server hands it on."""
    last = len(parts) - 1
    return [
        {"type": "http.request", "body": part, "more_body": at < last}
        for at, part in enumerate(parts)
    ]


def scope_of(
    method: str, target: str, headers: dict[str, str] | list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    """Return the scope of a request, its path as uvicorn spells it."""
    raw, _, query = target.partition("?")
    pairs = headers.items() if isinstance(headers, dict) else headers or []
    return {
        "type": "http",
        "method": method,
        "path": unquote(raw),
        "raw_path": raw.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("localhost", 8418),
        "client": ("127.0.0.1", 5),
    }


def asgi(
    app: Any, scope: dict[str, Any], messages: Iterable[Any] = (), wait: float = 0.0
) -> Answer:
    """Call an ASGI app once; what it sends twice or out of order fails."""
    waiting = [*messages] or chunks(b"")
    sent: list[Any] = []

    async def receive() -> Any:
        if waiting:
            return waiting.pop(0)
        await asyncio.sleep(wait)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    if not sent or sent[0]["type"] == "websocket.close":
        return Answer(0, {}, repr(sent).encode())
    start, *rest = sent
    assert start["type"] == "http.response.start"
    assert not any(one.get("more_body") for one in rest[-1:])
    names = [name for name, _ in start["headers"]]
    assert all(name == name.lower() for name in names)
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(one.get("body", b"") for one in rest))


def wsgi(app: Any, environ: dict[str, Any]) -> Answer:
    """Call a WSGI app once."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        started.append((status, headers))

    body = b"".join(app(environ, start_response))
    status, headers = started[0]
    return Answer(int(status[:3]), {name.lower(): value for name, value in headers}, body)


def environ_of(
    method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> dict[str, Any]:
    """Return the environ of a request (PEP 3333)."""
    raw, _, query = target.partition("?")
    made = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        made[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return made


def multipart(
    *parts: tuple[str, bytes], boundary: str = "zzboundary", extra: str = ""
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a form; a name with `@` behind it is a file's."""
    body = b""
    for name, data in parts:
        is_file = name.endswith("@")
        said = f'form-data; name="{name.rstrip("@")}"' + ('; filename="a.bin"' if is_file else "")
        head = f"--{boundary}\r\nContent-Disposition: {said}\r\n{extra}\r\n"
        body += head.encode() + data + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return {"content-type": f"multipart/form-data; boundary={boundary}"}, body


def pieces(text: str, length: int = 4) -> set[str]:
    """Return every piece of a text that is longer than what an answer may share with it."""
    return {text[at : at + length] for at in range(len(text) - length + 1)}
