"""Stands before a WSGI app (PEP 3333): asks about what its routes name before the app is called.

    app = Deterring(app, deterrent, [Route("/search", Surface.SEARCH, text=(in_query("q"),))])

Where an act is refused the app is never called. Where it is let through, the app gets the same
bytes and finds the answer in `environ["fanal.deter"]`.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fanal.prevention.doors.answers import KEY, STATUS, answer
from fanal.prevention.doors.asking import Decides
from fanal.prevention.doors.door import Declared, Met, Verdict, judge, met
from fanal.prevention.doors.requests import Asked
from fanal.prevention.doors.routes import Route
from fanal.prevention.nouns import Action

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]


class Deterring:
    """A WSGI app around another; a server's own timeouts end a body that does not come."""

    def __init__(
        self,
        app: App,
        deterrent: Decides,
        routes: Sequence[Route],
        declared: Declared | None = None,
    ) -> None:
        """Take what it stands before, what it asks, and where."""
        self._app, self._deterrent = app, deterrent
        self._routes, self._declared = tuple(routes), declared or Declared()

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer a request, or hand it on."""
        asked = _asked(environ)
        found = met(self._routes, asked, _paths(environ))
        if not found.routes:
            return self._app(environ, start_response)
        body: bytes | None = None
        try:
            body = _body(environ, found.most) if found.needs_body else None
        except Exception:  # noqa: BLE001 (too long, cut off, no way to tell: closed)
            found = found.unread()
        verdict = judge(self._deterrent, found, asked, body or b"", self._declared)
        if verdict.decision.action is not Action.ALLOW:
            return _refuse(start_response, verdict, asked)
        return self._app(_inner(environ, body, found, verdict), start_response)


def _inner(environ: Environ, body: bytes | None, found: Met, verdict: Verdict) -> Environ:
    """Return what the app gets: the same request, with the answer beside it."""
    inner = {**environ, KEY: verdict.decision}
    if body is not None and not found.is_unread:
        inner["wsgi.input"] = io.BytesIO(body)
        inner["CONTENT_LENGTH"] = str(len(body))
        inner.pop("HTTP_TRANSFER_ENCODING", None)
    return inner


def _asked(environ: Environ) -> Asked:
    headers = [
        (name[5:].lower().replace("_", "-"), str(value).encode("latin-1", "replace"))
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]
    if kind := environ.get("CONTENT_TYPE"):
        headers.append(("content-type", str(kind).encode("latin-1", "replace")))
    path = _decoded(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
    query = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
    return Asked(environ["REQUEST_METHOD"], path, query, tuple(headers), raw=environ)


def _paths(environ: Environ) -> list[str]:
    """Return the path, and the one below where the app is mounted."""
    inner = _decoded(environ.get("PATH_INFO", ""))
    return [_decoded(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")), inner]


def _decoded(path: str) -> str:
    """Return a path, which comes as Latin-1 whatever it is (PEP 3333)."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


def _body(environ: Environ, most: int) -> bytes:
    """Read a body whole; raise where it is too long, too short or of unknown length."""
    told = environ.get("CONTENT_LENGTH") or ""
    stream = environ["wsgi.input"]
    is_chunked = bool(environ.get("HTTP_TRANSFER_ENCODING"))
    if is_chunked or (not told and environ.get("wsgi.input_terminated")):
        if not environ.get("wsgi.input_terminated"):
            raise ValueError  # nobody can say where it ends
        return _read(stream, most, None)
    if not told:
        return b""
    if not told.isascii() or not told.isdigit() or len(told) > 12 or int(told) > most:
        raise ValueError
    return _read(stream, most, int(told))


def _read(stream: Any, most: int, length: int | None) -> bytes:
    held = bytearray()
    left = most + 1 if length is None else length
    while left > 0 and (part := stream.read(min(left, 65_536))):
        held += part
        left -= len(part)
    if len(held) > most or (length is not None and len(held) != length):
        raise ValueError
    return bytes(held)


def _refuse(start_response: Start, verdict: Verdict, asked: Asked) -> Iterable[bytes]:
    headers, body = answer(verdict.decision, verdict.surface, asked)
    told = [*headers.items(), ("Content-Length", str(len(body)))]
    start_response(f"{STATUS} Forbidden", told)
    return [] if asked.method == "HEAD" else [body]
