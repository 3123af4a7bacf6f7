"""The ASGI door: the app is called with the same bytes, or not at all."""

import asyncio
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.doors.answers import KEY
from fanal.prevention.doors.asgi import Deterring
from fanal.prevention.doors.door import Declared
from fanal.prevention.doors.requests import digests_of, in_form, in_json, in_path, in_query
from fanal.prevention.doors.routes import Route
from fanal.prevention.nouns import Action, Reason, Surface
from makers.deter import Broken, failing, saying
from makers.doors import CLEAN, HIT, SELF, App, Plain, asgi, chunks, multipart, pieces, scope_of

JSON = {"content-type": "application/json"}
ROUTES = (
    Route("/search", Surface.SEARCH, text=(in_query("q"),)),
    Route(
        "/make",
        Surface.GENERATE,
        text=(in_json("prompt"), in_form("prompt")),
        negative=(in_json("negative"),),
        methods=frozenset({"POST"}),
        most=2_000,
    ),
    Route("/send", Surface.UPLOAD, text=(in_form("title"),), digests=digests_of("file")),
    Route("/wiki/**", Surface.BROWSE, text=(in_path(),)),
)


class House:
    """An app behind the door."""

    def __init__(self, deterrent=None, declared=None, seconds=5.0):
        self.app, self.deterrent = App(), deterrent or Plain()
        self.door = Deterring(self.app.asgi, self.deterrent, ROUTES, declared, seconds)

    def get(self, target, **headers):
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return asgi(self.door, scope_of("GET", target, told))

    def post(self, target, headers, *parts, wait=0.0):
        return asgi(self.door, scope_of("POST", target, headers), chunks(*parts), wait)

    @property
    def was_called(self):
        return bool(self.app.given)


def test_what_is_not_listed_reaches_the_app_with_the_same_bytes():
    house = House()
    told = json.dumps({"prompt": CLEAN, "seed": 1}).encode()
    done = house.post("/make", JSON, told[:5], b"", told[5:])
    assert (done.status, done.body) == (200, b"made")
    assert house.app.bodies == [told]
    assert house.app.given[0][KEY].action is Action.ALLOW


def test_other_requests_are_handed_on_untouched():
    house = House()
    assert house.get("/other?q=" + HIT).status == 200
    assert house.post("/search?x=1", {}, b"stream").status == 200
    assert house.app.bodies[-1] == b"stream"
    assert house.get("/make").status == 200  # the page with the form: GET is no route
    asyncio.run(house.door({"type": "lifespan"}, None, None))
    assert house.app.given[-1]["type"] == "lifespan"
    assert len(house.deterrent.asked) == 1


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        (f"/search?q={HIT}", {}, b""),
        (f"/search?q={CLEAN}&q={HIT}", {}, b""),
        (f"/search?q={HIT}&q={CLEAN}", {}, b""),
        ("/search?q=%ff", {}, b""),
        ("//search?q=a", {}, b""),
        ("/%73earch/?q=zz%2Dhit", {}, b""),
        ("/make", JSON, b'{"prompt":"zz-hit"}'),
        ("/make", JSON, b'{"prompt":"a","negative":"zz-hit"}'),
        ("/make", JSON, b'{"prompt":"a","prompt":"b"}'),
        ("/make", JSON, b'{"prompt":"a"'),
        ("/make", JSON | {"content-encoding": "gzip"}, b'{"prompt":"a"}'),
        ("/make", {"content-type": "text/plain"}, b'{"prompt":"a"}'),
        ("/make", JSON, b'{"prompt":"' + b"a" * 2_000 + b'"}'),
        ("/make", *multipart(("prompt", b"zz-hit"))),
        ("/send", *multipart(("title", b"zz-hit"), ("file@", b"a"))),
        ("/wiki/about/zz-hit", {}, b""),
        ("/wiki/%7A%7A-hit", {}, b""),
    ],
)
def test_what_is_refused_never_reaches_the_app(target, headers, body):
    house = House()
    done = house.post(target, headers, body)
    assert done.status == 403
    assert not house.was_called
    assert "location" not in done.headers
    assert "refresh" not in done.headers
    assert "link" not in done.headers
    assert done.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in done.headers["content-security-policy"]
    assert done.headers["content-length"] == str(len(done.body))


def test_head_is_refused_without_a_body():
    house = House()
    done = asgi(house.door, scope_of("HEAD", f"/search?q={HIT}"))
    assert (done.status, done.body) == (403, b"")
    assert not house.was_called


def test_files_are_asked_about_by_their_digests():
    known = Plain(files=Known("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
    house = House(known)
    assert house.post("/send", *multipart(("title", b"a"), ("file@", b"abc"))).status == 403
    assert house.post("/send", *multipart(("file@", b"x"), ("file@", b"abc"))).status == 403
    assert not house.was_called
    assert house.post("/send", *multipart(("title", b"a"), ("file@", b"abd"))).status == 200


class Known:
    version = "f1"

    def __init__(self, sha256):
        self.sha256 = sha256

    def ask(self, signals):
        return Reason.FILE if signals.sha256 == self.sha256 else Reason.NONE


def test_who_acts_is_what_the_operator_declares():
    declared = Declared(lambda asked: asked.cookie("ref"), lambda asked: asked.raw["edition"])
    house = House(declared=declared)
    scope = scope_of("GET", f"/search?q={HIT}", {"accept-language": "de-AT", "cookie": "ref=r1"})
    asgi(house.door, scope | {"edition": "DK"})
    asgi(house.door, scope)  # no edition is declared: it fails, and the country stays unknown
    assert house.deterrent.told == [("de", "r1", "DK"), ("de", "r1", "")]


def test_help_is_handed_to_the_app_beside_results():
    house = House()
    done = house.get(f"/search?q={SELF}")
    assert done.status == 200
    found = house.app.given[0][KEY]
    assert (found.action, found.reason_class) == (Action.ALLOW, Reason.SELF)
    assert found.content.links


@pytest.mark.parametrize("classifier", [failing, saying(answer=True)])
def test_an_operators_classifier_is_asked_in_a_thread_and_closes_where_it_fails(classifier):
    house = House(Plain(classifier=classifier))
    assert house.post("/make", JSON, b'{"prompt":"a"}').status == 403
    assert not house.was_called


def test_a_long_body_is_asked_about_too():
    app, plain = App(), Plain()
    door = Deterring(app.asgi, plain, [Route("/s", Surface.SEARCH, text=(in_json("q"),))])
    told = json.dumps({"q": "a" * 70_000 + HIT}).encode()
    assert asgi(door, scope_of("POST", "/s", JSON), chunks(told)).status == 403
    assert not app.given


def test_a_matcher_that_fails_closes_as_configured():
    broken = Plain(words=Broken(), closed={Surface.SEARCH: Action.ALLOW})
    house = House(broken)
    assert house.post("/make", JSON, b'{"prompt":"a"}').status == 403
    assert house.post("/send", *multipart(("title", b"a"))).status == 403
    assert house.get("/wiki/a").status == 403
    assert not house.was_called
    assert house.get("/search?q=a").status == 200


def test_a_deterrent_of_which_everything_fails_is_closed():
    house = House(Broken())
    assert house.post("/make", JSON, b'{"prompt":"a"}').status == 403
    done = house.get("/search?q=a", accept="application/json")
    assert done.status == 403
    assert json.loads(done.body)["content"]["title"]
    assert not house.was_called


def test_a_body_that_does_not_come_is_refused_even_where_faults_are_let_through():
    route = Route("/s", Surface.SEARCH, text=(in_json("q"),), most=50)
    plain = Plain(closed={Surface.SEARCH: Action.ALLOW})
    app = App()
    door = Deterring(app.asgi, plain, [route], seconds=0.01)

    async def never():
        await asyncio.sleep(1)

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(door(scope_of("POST", "/s", JSON), never, send))
    assert sent[0]["status"] == 403
    assert (b"connection", b"close") in sent[0]["headers"]
    long = asgi(door, scope_of("POST", "/s", JSON), chunks(b" " * 51))
    assert long.status == 403
    assert not app.given


def test_who_is_gone_is_not_answered_and_the_app_is_not_called():
    house = House()
    scope = scope_of("POST", "/make", JSON)
    part = {"type": "http.request", "body": b'{"prom', "more_body": True}
    done = asgi(house.door, scope, [part])
    assert done.status == 0
    assert not house.was_called


def test_the_app_hears_that_who_asked_is_gone():
    heard = []

    async def app(_scope, receive, send):
        heard.extend([await receive(), await receive()])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    door = Deterring(app, Plain(), ROUTES)
    asgi(door, scope_of("POST", "/make", JSON), chunks(b'{"prompt":"a"}'))
    assert [one["type"] for one in heard] == ["http.request", "http.disconnect"]


def test_an_open_channel_to_a_route_is_refused():
    house = House()
    scope = scope_of("GET", "/make") | {"type": "websocket"}
    del scope["method"]
    assert asgi(house.door, scope | {"path": "/other", "raw_path": b"/other"}).status == 0
    assert house.app.given.pop()["path"] == "/other"
    done = asgi(house.door, scope)
    assert b"websocket.close" in done.body
    assert not house.was_called


def test_an_app_below_a_prefix_is_guarded():
    house = House()
    for path in ("/search", "/below/search"):
        scope = scope_of("GET", f"{path}?q={HIT}") | {"root_path": "/below"}
        assert asgi(house.door, scope).status == 403
    assert not house.was_called


WORDS = st.text(alphabet="qzxjkйѣ0%\"<&'", min_size=4, max_size=40)


@given(WORDS, st.sampled_from(["search", "wiki", "json", "form", "broken", "header"]))
def test_no_piece_of_what_was_entered_is_in_any_answer_or_log(word, way):
    heard = []
    handler = logging.Handler(0)
    handler.emit = lambda record: heard.append(handler.format(record))
    logging.getLogger().addHandler(handler)
    try:
        done = _refused(word, way)
    finally:
        logging.getLogger().removeHandler(handler)
    assert done.status == 403
    told = done.everything + "".join(heard)
    assert not {one for one in pieces(word) if one in told}


def _refused(word, way):
    house = House()
    told = {"accept": "application/json"} if len(word) % 2 else {}
    encoded = "".join(f"%{one:02x}" for one in word.encode())
    if way == "search":
        return house.get(f"/search?q={encoded}{HIT}", **told)
    if way == "wiki":
        return house.get(f"/wiki/{encoded}/{HIT}", **told)
    if way == "header":
        return house.get(f"/search?q={HIT}", accept_language=word[:9].encode().hex(), **told)
    if way == "broken":
        return House(Plain(words=Broken())).get(f"/search?q={encoded}", **told)
    if way == "form":
        headers, body = multipart(("prompt", word.encode() + HIT.encode()))
        return house.post("/make", headers | told, body)
    return house.post("/make", JSON, json.dumps({"prompt": word + HIT}).encode())
