"""The small HTTP service: asks a deterrent for programs in any language, on this machine.

Every answer that is no decision is the closed one: its body says `block`, so that a client which
reads nothing but `action` lets nothing pass. Nothing of a request is kept, told or logged.
"""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from fanal.prevention.doors.answers import JSON_HEADERS, spoken
from fanal.prevention.doors.asgi import Receive, Scope, Send
from fanal.prevention.doors.asking import Decides, ask
from fanal.prevention.doors.door import LONG
from fanal.prevention.doors.openapi import described
from fanal.prevention.doors.requests import Asked
from fanal.prevention.doors.wire import (
    Act,
    Counted,
    Happened,
    Refused,
    State,
    read,
    refusal,
    spelled,
)
from fanal.prevention.messages import dialogue, page
from fanal.prevention.messages.texts import BookOfTexts
from fanal.prevention.nouns import Action, Decision

MOST = 1_000_000
"""Bytes of a body."""
SECONDS = 5.0
"""In which it must be here."""
SITELESS = frozenset({b"none"})
"""What a browser says of its site where a person typed the address (Fetch Metadata)."""
AT_ONCE = 512
"""Requests that are answered at the same time."""
_DIALOGUE = re.compile(
    r"/dialogue/(?:([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})/(?:([A-Z]{2})/)?)?([a-z]+)"
)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """Who may ask, and how the service is called."""

    hosts: frozenset[str] | None = None
    """Names with their ports that a request may give as its host; None: whatever it says, where no
    browser comes (a Unix socket)."""
    token: bytes = b""
    """What a client must bear; empty for none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the service."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    closes: bool = False


def _encoded(headers: Any) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers)


JSON = _encoded(JSON_HEADERS.items())
PAGE = _encoded(page.HEADERS.items())


def application(
    deterrent: Decides, entry: Entry | None = None
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return the service as an ASGI app."""
    return Service(deterrent, entry or Entry())


class Service:
    """An ASGI app that answers for a deterrent."""

    def __init__(self, deterrent: Decides, entry: Entry) -> None:
        """Take whom it answers for, and who may ask."""
        self._deterrent, self._entry, self._now = deterrent, entry, 0
        self._acts: dict[str, Callable[[Asked], Awaitable[Answer]]] = {
            "/v1/decide": self._decide,
            "/v1/outcome": self._outcome,
            "/v1/page": self._page,
        }
        self._pages: dict[str, Callable[[], Answer]] = {
            "/v1/health": self._health,
            "/openapi.json": lambda: Answer(spelled(described()), headers=JSON),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        self._now += 1
        try:
            answer = await self._answered(scope, receive)
        except Refused as refused:
            answer = self._closed(refused)
        except Exception:  # noqa: BLE001 (closed, and not told)
            answer = self._closed(Refused(500, "the service failed"))
        finally:
            self._now -= 1
        await _send(send, answer, is_head=scope["method"] == "HEAD")

    async def _answered(self, scope: Scope, receive: Receive) -> Answer:
        path, method = scope["path"], scope["method"]
        headers = tuple((name.decode("latin-1"), value) for name, value in scope["headers"])
        asked = Asked(method, path, scope.get("query_string") or b"", headers)
        self._enter(asked)
        if act := self._acts.get(path):
            if method != "POST":
                raise Refused(405, "this is asked with POST")
            return await act(await _whole(asked, receive))
        if method not in {"GET", "HEAD"}:
            raise Refused(404 if path not in self._pages else 405, "there is nothing here")
        if shown := self._pages.get(path):
            return shown()
        return self._dialogue(asked)

    def _enter(self, asked: Asked) -> None:
        """Refuse what no client of ours sends: other hosts, web pages, no token, too much."""
        told = [value for name, value in asked.headers if name == "host"]
        hosts = self._entry.hosts
        if hosts is not None and (len(told) != 1 or told[0].decode("latin-1").lower() not in hosts):
            raise Refused(421, "this service is not reached under that name")
        is_dialogue = asked.path.startswith("/dialogue/")
        if not is_dialogue and not SITELESS.issuperset(_sites(asked)):
            raise Refused(403, "this service is not for web pages")
        if not is_dialogue and self._entry.token and not self._bears(asked):
            raise Refused(401, "this service asks for its token")
        if self._now > AT_ONCE:
            raise Refused(503, "too much is asked at once")

    def _bears(self, asked: Asked) -> bool:
        given = [value for name, value in asked.headers if name == "authorization"]
        wanted = b"bearer " + self._entry.token
        if len(given) != 1:
            return False
        kind, _, token = given[0].partition(b" ")
        return hmac.compare_digest(kind.lower() + b" " + token.strip(), wanted)

    async def _decided(self, asked: Asked) -> tuple[Act, Decision]:
        act = read(asked.body, Act)
        told = (self._deterrent, act.surface, [act.signals], act.who)
        is_long = len(asked.body) > LONG
        if is_long or getattr(self._deterrent.rules, "classifier", None) is not None:
            return act, await asyncio.to_thread(ask, *told)
        return act, ask(*told)

    async def _decide(self, asked: Asked) -> Answer:
        _, done = await self._decided(asked)
        return Answer(spelled(done), headers=JSON)

    async def _page(self, asked: Asked) -> Answer:
        act, done = await self._decided(asked)
        said = ((b"fanal-action", done.action.value.encode("ascii")),)
        if done.action is Action.ALLOW and done.content is None:
            return Answer(b"", 204, (*JSON, *said))
        text = page.html(done, surface=act.surface)
        return Answer(text.encode("utf-8"), headers=(*PAGE, *said))

    async def _outcome(self, asked: Asked) -> Answer:
        told = read(asked.body, Happened)
        is_counted = self._deterrent.happened(told.session, told.outcome)
        return Answer(spelled(Counted(is_counted)), headers=JSON)

    def _health(self) -> Answer:
        health = self._deterrent.health()
        return Answer(
            spelled(State(**{one.name: getattr(health, one.name) for one in fields(State)})),
            headers=JSON,
        )

    def _dialogue(self, asked: Asked) -> Answer:
        match, rules = _DIALOGUE.fullmatch(asked.path), self._deterrent.rules
        book, day = rules.texts, rules.day
        if match is None or match[3] not in dialogue.STATES or not isinstance(book, BookOfTexts):
            raise Refused(404, "there is nothing here")
        return _stated(book, match[3], match[1] or spoken(asked), match[2] or "", day)

    def _closed(self, refused: Refused) -> Answer:
        told = ((b"www-authenticate", b"Bearer"),) if refused.status == 401 else ()
        body = spelled(refusal(self._deterrent, refused))
        return Answer(body, refused.status, (*JSON, *told), closes=True)


def _stated(book: BookOfTexts, state: str, locale: str, country: str, day: date) -> Answer:
    text = dialogue.page(book, state, locale, country, day)
    return Answer(text.encode("utf-8"), headers=PAGE)


def _sites(asked: Asked) -> list[bytes]:
    """Return the sites whose pages a request comes from."""
    return [value for name, value in asked.headers if name in {"origin", "sec-fetch-site"}]


async def _whole(asked: Asked, receive: Receive) -> Asked:
    """Return a request with its body."""
    kind = [value for name, value in asked.headers if name == "content-type"]
    if len(kind) != 1 or kind[0].partition(b";")[0].strip().lower() != b"application/json":
        raise Refused(415, "send one object as application/json")
    if any(name == "content-encoding" for name, _ in asked.headers):
        raise Refused(415, "send it as it is, not compressed")
    held = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            more = True
            while more:
                message = await receive()
                held += message.get("body") or b""
                more = bool(message.get("more_body"))
                if message["type"] == "http.disconnect" or len(held) > MOST:
                    raise Refused(413, "the body is too long, or was cut off")
    except TimeoutError:
        raise Refused(408, "the body did not come in time") from None
    return Asked(asked.method, asked.path, asked.query, asked.headers, bytes(held))


async def _send(send: Send, answer: Answer, *, is_head: bool) -> None:
    headers = [*answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode("ascii")))
    if answer.closes:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})
