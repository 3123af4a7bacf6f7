"""Callers of the HTTP service: inside the program, and over a socket as a client sends bytes."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fanal.prevention.doors.service import Entry, application
from fanal.prevention.doors.serving import Place, serve
from makers.doors import Answer, asgi, chunks, scope_of

HOST = "localhost:8418"
ENTRY = Entry(frozenset({HOST}))


def ask(
    deterrent: Any,
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    entry: Entry = ENTRY,
) -> Answer:
    """Ask once; headers are added to the host's."""
    scope = scope_of(method, target, {"host": HOST} | (headers or {}))
    return asgi(application(deterrent, entry), scope, chunks(body))


def post(deterrent: Any, target: str, told: Any, **headers: str) -> Answer:
    """Send one object."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"content-type": "application/json"} | more
    return ask(deterrent, "POST", target, sent, json.dumps(told).encode())


@contextmanager
def served(deterrent: Any, place: Place) -> Iterator[str]:
    """Run the service in a thread and lend its address."""
    told: list[Any] = []
    is_ready = threading.Event()

    def ready(where: str, end: Any) -> None:
        told.extend([where, end])
        is_ready.set()

    thread = threading.Thread(target=serve, args=(deterrent, place, ready), daemon=True)
    thread.start()
    assert is_ready.wait(20)
    try:
        yield told[0]
    finally:
        told[1]()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def client(where: str) -> Iterator[socket.socket]:
    """Connect to where a service said it listens."""
    if where.startswith("unix:"):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: Any = str(Path(where.removeprefix("unix:")))
    else:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = ("127.0.0.1", int(where.rpartition(":")[2]))
    with made:
        made.settimeout(20)
        made.connect(target)
        yield made


def request(where: str, path: str, told: Any, **headers: str) -> bytes:
    """Return a request as bytes."""
    body = json.dumps(told).encode()
    host = where.partition("//")[2] or "anything"
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def answered(one: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one answer; (0, {}, b"") where the other side closed."""
    held = b""
    while b"\r\n\r\n" not in held:
        try:
            part = one.recv(65_536)
        except ConnectionError:
            part = b""
        if not part:
            return 0, {}, held
        held += part
    head, _, body = held.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += one.recv(65_536)
    return int(first.split()[1]), headers, body
