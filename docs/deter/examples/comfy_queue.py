"""A queue for pictures that takes a graph of nodes, as ComfyUI does, and asks before it queues.

    FANAL_DETER=deterrence/deter.toml python comfy_queue.py     # POST /prompt on 127.0.0.1:8188

A graph is `{"prompt": {"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "…"}}}}`. Which
node holds the prompt is not said anywhere, so every text of every node is asked about; a graph that
cannot be read is refused. The generator is a stand-in: it draws a grey rectangle.
"""

import json
import os
import queue
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from fanal.prevention.config import read_config
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.doors.answers import STATUS, answer, spoken
from fanal.prevention.doors.asking import Decides, Who, ask, shut
from fanal.prevention.doors.requests import Asked, Unreadable
from fanal.prevention.nouns import Action, Decision, Signals, Surface

MOST = 1_000_000
SECONDS = 10.0
Graph = dict[str, Any]


def texts(graph: Any) -> Iterator[str]:
    """Yield every text of every node, also inside lists; a link to another node is no text."""
    if not isinstance(graph, dict) or not graph:
        raise Unreadable
    for node in graph.values():
        if not isinstance(node, dict) or not isinstance(node.get("inputs"), dict):
            raise Unreadable
        for value in node["inputs"].values():
            if not _is_link(value, graph):
                yield from _strings(value)


def _is_link(value: Any, graph: Graph) -> bool:
    """Tell whether a value names the output of another node, `["4", 1]`."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and value[0] in graph
        and type(value[1]) is int
    )


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*reversed(one.values()), *reversed(one)]
        elif isinstance(one, list):
            waiting += reversed(one)


def read(body: bytes) -> Graph:
    """Return the graph of a request, or raise `Unreadable`."""
    try:
        told = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(told, dict) or not isinstance(told.get("prompt"), dict):
        raise Unreadable
    return dict(told["prompt"])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError
    return told


def rectangle(_graph: Graph) -> bytes:
    """Stand for a model: a grey rectangle as PNG (ISO/IEC 15948)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        tail = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + tail

    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * 64) * 64)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Queue:
    """Graphs that wait, and one worker that draws them."""

    def __init__(self, deterrent: Decides, make: Callable[[Graph], bytes] = rectangle) -> None:
        """Begin to work."""
        self._deterrent, self._make = deterrent, make
        self._waiting: queue.Queue[Graph | None] = queue.Queue(100)
        self.made: list[bytes] = []
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def put(self, body: bytes, who: Who) -> Decision:
        """Ask about a graph, and queue it where it is let through."""
        try:
            graph = read(body)
            found = [*texts(graph)]  # nodes may join what stands in others
            acts = [Signals(text=one) for one in dict.fromkeys((*found, " ".join(found)))]
        except Unreadable:
            return shut(self._deterrent, Surface.GENERATE, who)
        done = ask(self._deterrent, Surface.GENERATE, acts, who)
        if done.action is Action.ALLOW:
            self._waiting.put(graph)
        return done

    def close(self) -> None:
        """Draw what waits, and end."""
        self._waiting.put(None)
        self._worker.join()

    def _work(self) -> None:
        while (graph := self._waiting.get()) is not None:
            self.made.append(self._make(graph))


class Handler(BaseHTTPRequestHandler):
    """Takes graphs over HTTP."""

    queue: Queue
    timeout = SECONDS

    def do_POST(self) -> None:
        """Take one graph."""
        headers = tuple(
            (name.lower(), value.encode("latin-1")) for name, value in self.headers.items()
        )
        length = self.headers.get("Content-Length", "")
        fits = length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= MOST
        body = self.rfile.read(int(length)) if fits and self.path == "/prompt" else b""
        asked = Asked("POST", self.path, b"", headers, body)
        who = Who(spoken(asked), self.headers.get("X-Session-Ref", ""))
        done = self.queue.put(body, who)
        if done.action is Action.ALLOW:
            self._send(200, {"Content-Type": "application/json"}, b'{"queued":true}')
        else:
            self._send(STATUS, *answer(done, Surface.GENERATE, asked))

    def _send(self, status: int, told: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing: a line would hold an address."""


def serving(waiting: Queue, port: int = 8188) -> ThreadingHTTPServer:
    """Return the queue's server, on this machine alone."""
    handler = type("Bound", (Handler,), {"queue": waiting})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    told = read_config(Path(os.environ["FANAL_DETER"]))
    serving(Queue(Deterrent.open(told))).serve_forever()
