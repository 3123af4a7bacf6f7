"""Finds in a request what somebody enters: strictly, all values, or not at all.

An app may read a request in another way than a door does. So every value of a field is taken, names
are compared generously, and whatever can be read in two ways is `Unreadable`: a word that carries
nothing of the request.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import md5, sha1, sha256
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from fanal.prevention.doors.multipart import PLAIN, Ambiguous, Part, parameters
from fanal.prevention.doors.multipart import read as read_multipart
from fanal.prevention.nouns import Signals

MOST_TEXTS = 256
"""Values of one request that are asked about."""
MOST_FIELDS = 1_000
TURNS = 5
"""How often a path may have been percent-encoded until it is read no further."""
_BLANKS = str.maketrans("-_+", "   ")
"""What stands for a blank in the address of a page."""
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class Unreadable(Exception):  # noqa: N818 (what it is)
    """What was sent cannot be read, or can be read in two ways; says nothing of it."""


class Place(StrEnum):
    """Where in a request a text can be."""

    QUERY = "query"
    FORM = "form"
    JSON = "json"
    BODY = "body"
    PATH = "path"


BODIES = frozenset({Place.FORM, Place.JSON, Place.BODY})


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a request."""

    place: Place
    name: str = ""


def in_query(name: str) -> Field:
    """Return a parameter of the address."""
    return Field(Place.QUERY, name)


def in_form(name: str) -> Field:
    """Return a field of a form, sent with files or without."""
    return Field(Place.FORM, name)


def in_json(name: str) -> Field:
    """Return all text below a name: `prompt`, `inputs.*.text` (`*`: any), `**` for all."""
    return Field(Place.JSON, name)


def in_body() -> Field:
    """Return the whole body as text."""
    return Field(Place.BODY)


def in_path() -> Field:
    """Return the path itself."""
    return Field(Place.PATH)


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One request as a door met it; handed to the operator's callables, never kept or printed."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[str, bytes], ...]
    """Names in lower case."""
    body: bytes = b""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The ASGI scope or the WSGI environ."""

    def header(self, name: str) -> str:
        """Return a header that stands there once, "" where it is absent."""
        found = [value for key, value in self.headers if key == name]
        if len(found) > 1:
            raise Unreadable
        return found[0].decode("latin-1") if found else ""

    def cookie(self, name: str) -> str:
        """Return a cookie (RFC 6265, section 5.4), "" where it is absent."""
        for key, value in self.headers:
            for pair in value.decode("latin-1").split(";") if key == "cookie" else ():
                of, _, held = pair.strip().partition("=")
                if of == name:
                    return held
        return ""

    def files(self, name: str) -> list[bytes]:
        """Return the files that a form sends under a name."""
        parts = _form(self)[1]
        return [one.data for one in parts if one.filename is not None and _is(one.name, name)]


def digests_of(name: str) -> Callable[[Asked], list[Signals]]:
    """Return what makes the digests of each file that a form sends under a name."""

    def digests(asked: Asked) -> list[Signals]:
        return [
            Signals(
                sha256=sha256(one).hexdigest(),
                sha1=sha1(one).hexdigest(),
                md5=md5(one).hexdigest(),
            )
            for one in asked.files(name)
        ]

    return digests


def texts(asked: Asked, fields: Iterable[Field]) -> list[str]:
    """Return every value of these fields in their order, or raise `Unreadable`."""
    wanted = [*fields]
    places = {one.place for one in wanted}
    held: dict[Place, Any] = {}
    if Place.QUERY in places:
        held[Place.QUERY] = _pairs(asked.query)
    if BODIES & places:
        _check(asked)
        held |= _bodies(asked, places)
    found: list[str] = []
    for one in wanted:
        for value in _values(asked, one, held):
            found.append(_text(value))
            if len(found) > MOST_TEXTS:
                raise Unreadable
    return found


def _bodies(asked: Asked, places: set[Place]) -> dict[Place, Any]:
    """Read a body as each of the places that may be meant."""
    if not asked.body:
        return {}
    kind, _ = _kind(asked)
    held: dict[Place, Any] = {}
    if Place.BODY in places:
        held[Place.BODY] = asked.body
    is_json = kind == "application/json" or kind.endswith("+json")
    if Place.JSON in places and (is_json or Place.FORM not in places):
        held[Place.JSON] = _json(asked.body)
    elif Place.FORM in places:
        pairs, parts = _form(asked)
        held[Place.FORM] = [*pairs, *((one.name, one.data) for one in parts)]
    return held


def _values(asked: Asked, one: Field, held: Mapping[Place, Any]) -> Iterator[str | bytes]:
    if one.place is Place.PATH:
        yield from dict.fromkeys(_readings(asked.path))
    elif one.place is Place.BODY:
        yield held.get(Place.BODY, b"")
    elif one.place is Place.JSON:
        if Place.JSON in held:
            yield from _below(held[Place.JSON], one.name.split("."))
    else:
        yield from (value for name, value in held.get(one.place, ()) if _is(name, one.name))


def _readings(path: str) -> Iterator[str]:
    """Yield a path, what it was before it was percent-encoded again, and its words by blanks."""
    yield path
    path = unquoted(path)
    yield path
    yield path.translate(_BLANKS)


def unquoted(path: str) -> str:
    """Return a path without percent-encoding, however often it was encoded."""
    for _ in range(TURNS):
        before, path = path, unquote(path, errors="replace")
        if path == before:
            break
    return path


def _text(value: str | bytes) -> str:
    """Return a value as text that any reader reads alike."""
    try:
        text = value.decode("utf-8") if isinstance(value, bytes) else value
        text.encode("utf-8")
    except UnicodeError:
        raise Unreadable from None
    if "\0" in text:
        raise Unreadable
    return text


def _is(name: str, wanted: str) -> bool:
    """Tell whether a framework may take a name for another: case, blanks, `q[]`, `q[0]`."""
    return name.partition("[")[0].strip().casefold() == wanted.casefold() or name == wanted


def _check(asked: Asked) -> None:
    """Refuse a body that is packed, or in another encoding than UTF-8."""
    if asked.header("content-encoding").strip().lower() not in {"", "identity"}:
        raise Unreadable
    if _kind(asked)[1].get("charset", "utf-8").lower() not in PLAIN:
        raise Unreadable


def _kind(asked: Asked) -> tuple[str, dict[str, str]]:
    try:
        return parameters(asked.header("content-type"))
    except Ambiguous:
        raise Unreadable from None


def _form(asked: Asked) -> tuple[list[tuple[str, bytes]], list[Part]]:
    """Return the fields of a form, and the parts of one with files."""
    kind, told = _kind(asked)
    if not asked.body:
        return [], []
    if kind == FORM:
        pairs = _pairs(asked.body)
        if any(_is(name, "_charset_") for name, _ in pairs):
            raise Unreadable
        return pairs, []
    if kind != MULTIPART:
        raise Unreadable
    try:
        parts = read_multipart(asked.body, told.get("boundary", ""))
    except Ambiguous:
        raise Unreadable from None
    if any(_is(one.name, "_charset_") for one in parts):
        raise Unreadable
    return [], parts


def _pairs(told: bytes) -> list[tuple[str, bytes]]:
    """Return the fields of a form or an address; a `;` is read as a part and as a separator."""
    if told.count(b"&") + told.count(b";") >= MOST_FIELDS:
        raise Unreadable
    pieces = told.split(b"&")
    if b";" in told:
        pieces += told.replace(b";", b"&").split(b"&")
    split = (piece.replace(b"+", b" ").partition(b"=") for piece in pieces if piece)
    return [
        (
            unquote_to_bytes(name).decode("utf-8", "ignore").replace("\0", ""),
            unquote_to_bytes(value),
        )
        for name, _, value in split
    ]


def _json(body: bytes) -> Any:
    """Return a JSON document in UTF-8 whose names stand once each; numbers as they are spelt."""
    try:
        return json.loads(
            body.decode("utf-8"),
            parse_int=str,
            parse_float=str,
            parse_constant=_none,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError):
        raise Unreadable from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError
    return told


def _none(_: str) -> Any:
    raise ValueError


def _below(document: Any, steps: list[str]) -> Iterator[str]:
    """Yield all text below the steps in its order, names of fields too."""
    at = [document]
    for step in () if steps == ["**"] else steps:
        at = [inner for one in at for inner in _step(one, step)]
    at.reverse()
    while at:
        one = at.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            at += [*reversed(one.values()), *reversed(one.keys())]
        elif isinstance(one, list):
            at += reversed(one)


def _step(one: Any, step: str) -> list[Any]:
    """Return what is one step below; an app that takes one object may take a list of them too."""
    if isinstance(one, list):
        every = (_step(inner, step) for inner in one if isinstance(inner, dict))
        return one if step == "*" else [value for values in every for value in values]
    if isinstance(one, dict):
        return [value for name, value in one.items() if step == "*" or _is(name, step)]
    return []
