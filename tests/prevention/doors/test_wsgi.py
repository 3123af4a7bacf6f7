"""The WSGI door: the app is called with the same bytes, or not at all."""

import io
import json

import pytest

from fanal.prevention.doors.answers import KEY
from fanal.prevention.doors.door import Declared
from fanal.prevention.doors.requests import in_form, in_json, in_query
from fanal.prevention.doors.routes import Route
from fanal.prevention.doors.wsgi import Deterring
from fanal.prevention.nouns import Action, Reason, Surface
from makers.deter import Broken
from makers.doors import CLEAN, HIT, SELF, App, Plain, environ_of, multipart, wsgi

JSON = {"content-type": "application/json"}
ROUTES = (
    Route("/search", Surface.SEARCH, text=(in_query("q"),)),
    Route("/make", Surface.GENERATE, text=(in_json("prompt"), in_form("prompt")), most=2_000),
)


def house(deterrent=None, declared=None):
    app = App()
    return app, Deterring(app.wsgi, deterrent or Plain(), ROUTES, declared)


def test_what_is_not_listed_reaches_the_app_with_the_same_bytes():
    app, door = house()
    told = json.dumps({"prompt": CLEAN}).encode()
    assert wsgi(door, environ_of("POST", "/make", JSON, told)).body == b"made"
    assert app.bodies == [told]
    assert app.given[0][KEY].action is Action.ALLOW
    assert wsgi(door, environ_of("POST", "/other", JSON, b"x")).status == 200
    assert KEY not in app.given[1]


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        (f"/search?q={HIT}", {}, b""),
        (f"/search?q={CLEAN}&q={HIT}", {}, b""),
        ("//search?q=a", {}, b""),
        ("/x/../search?q=a", {}, b""),
        ("/search?q=%ff", {}, b""),
        ("/make", JSON, b'{"prompt":"zz-hit"}'),
        ("/make", JSON, b'{"prompt":"a","prompt":"a"}'),
        ("/make", JSON, b" " * 2_001),
        ("/make", JSON | {"content-encoding": "br"}, b"{}"),
        ("/make", *multipart(("prompt", b"zz-hit"))),
    ],
)
def test_what_is_refused_never_reaches_the_app(target, headers, body):
    app, door = house()
    done = wsgi(door, environ_of("POST", target, headers, body))
    assert done.status == 403
    assert not app.given
    assert not {"location", "refresh", "link"} & done.headers.keys()
    assert done.headers["cache-control"] == "no-store"
    assert done.headers["content-length"] == str(len(done.body))
    assert HIT not in done.everything
    head = wsgi(door, environ_of("HEAD", target, headers, body))
    assert (head.status, head.body) == (403, b"")


@pytest.mark.parametrize("length", ["5", "x", "-1", "2001", "9" * 30])
def test_a_body_of_another_length_than_it_says_is_refused(length):
    app, door = house(Plain(closed={Surface.SEARCH: Action.ALLOW}))
    environ = environ_of("POST", "/make", JSON, b"{}") | {"CONTENT_LENGTH": length}
    assert wsgi(door, environ).status == 403
    assert not app.given


def test_a_body_in_chunks_is_read_where_the_server_says_where_it_ends():
    app, door = house()
    told = b'{"prompt":"a"}'
    environ = environ_of("POST", "/make", JSON | {"transfer-encoding": "chunked"}, told)
    del environ["CONTENT_LENGTH"]
    assert wsgi(door, environ).status == 403
    assert not app.given
    environ |= {"wsgi.input": io.BytesIO(told), "wsgi.input_terminated": True}
    assert wsgi(door, environ).status == 200
    assert app.given[0]["CONTENT_LENGTH"] == str(len(told))
    assert app.bodies == [told]
    assert wsgi(door, environ | {"wsgi.input": io.BytesIO(b" " * 2_001)}).status == 403


def test_an_app_below_a_prefix_and_a_path_beyond_ascii_are_read():
    app, door = house()
    environ = environ_of("GET", f"/search?q={HIT}") | {"SCRIPT_NAME": "/below"}
    assert wsgi(door, environ).status == 403
    assert wsgi(door, environ_of("GET", "/%C3%A5?q=" + HIT)).status == 200
    assert len(app.given) == 1


def test_who_acts_is_what_the_operator_declares_and_help_stands_in_the_environ():
    plain = Plain()
    app, door = house(plain, Declared(lambda _: "r1", lambda _: "DK", lambda _: "da"))
    assert wsgi(door, environ_of("GET", f"/search?q={SELF}")).status == 200
    assert plain.told == [("da", "r1", "DK")]
    assert app.given[0][KEY].reason_class is Reason.SELF


def test_a_matcher_that_fails_closes_as_configured():
    app, door = house(Plain(words=Broken(), closed={Surface.SEARCH: Action.ALLOW}))
    assert wsgi(door, environ_of("POST", "/make", JSON, b'{"prompt":"a"}')).status == 403
    assert not app.given
    assert wsgi(door, environ_of("GET", "/search?q=a")).status == 200
