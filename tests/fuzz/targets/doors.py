"""Targets: what a person can send to a door of prevention, and a client to its service."""

import json

from fanal.prevention.doors import wire
from fanal.prevention.doors.multipart import Ambiguous, read
from fanal.prevention.doors.requests import (
    Asked,
    Unreadable,
    in_body,
    in_form,
    in_json,
    in_path,
    in_query,
    texts,
)
from fanal.prevention.doors.routes import plain
from fuzz.target import Target, require, watched
from makers.doors import multipart

KINDS = (
    b"application/json",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=zzboundary",
    b'text/plain; charset="utf-8"',
)
FIELDS = (in_query("q"), in_form("q"), in_json("q.*"), in_json("**"), in_body(), in_path())


def requests(data: bytes) -> None:
    """Read a request in every way; what comes out is text that all readers read alike."""
    head, _, body = data.partition(b"\n")
    for kind in (*KINDS, head[:80]):
        asked = Asked("POST", head.decode("latin-1"), head, (("content-type", kind),), body)
        for one in FIELDS:
            with watched():
                try:
                    found = texts(asked, [one])
                except Unreadable as told:
                    require(not told.args, "an error with words")
                    continue
            require(
                all(text.encode() is not None and "\0" not in text for text in found), "no text"
            )
    require(plain(plain(head.decode("latin-1"))).startswith("/"), "no path")


def forms(data: bytes) -> None:
    """Read a form with files; what comes out stands in it."""
    with watched():
        try:
            parts = read(data, "zzboundary")
        except Ambiguous as told:
            require(not told.args, "an error with words")
            return
    require(data.count(b"--zzboundary") == len(parts) + 1, "a part was passed over")
    require(all(one.data in data for one in parts), "a part that was not there")


def service(data: bytes) -> None:
    """Read an object of the service, or refuse it with one of a few sentences."""
    for kind in (wire.Act, wire.Happened):
        with watched():
            try:
                told = wire.read(data, kind)
            except wire.Refused as refused:
                require(refused.status in {400, 422}, "another status")
                require(refused.fault.startswith("the "), "another sentence")
                continue
        require(json.loads(data).keys() <= {*told.__slots__}, "a name that is not known")


def _forms() -> list[bytes]:
    bodies = [multipart(("q", b"a"), ("f@", b"\0\xff")), multipart(("q", b"")), multipart()]
    return [body for _, body in bodies]


TARGETS = (
    Target(
        "door_requests",
        requests,
        lambda: [
            b'q=a&q=%C3%A5;q[]=b\n{"q":["a",{"b":1e400}]}',
            b"/a/../%2e%2e\nq=a&x=b",
            b'\n{"q":"a","q":"b"}',
            *(b"q\n" + one for one in _forms()),
        ],
    ),
    Target("door_forms", forms, _forms),
    Target(
        "door_service",
        service,
        lambda: [
            b'{"surface":"search","text":"a","locale":"en"}',
            b'{"session":"a","outcome":"help"}',
            b'{"surface":"search","surface":"x"}',
            b"[" * 2_000,
        ],
    ),
)
