"""The worked examples of the documentation, each inside its framework."""

import http.client
import json
import threading

import pytest

from fanal.prevention.words.lists import book
from fanal.prevention.words.terms import Entry
from makers.doors import (
    CLEAN,
    HIT,
    SELF,
    Plain,
    asgi,
    chunks,
    environ_of,
    multipart,
    scope_of,
    wsgi,
)
from makers.examples import example
from makers.program import called

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def django_app():
    return example("django_app")


@pytest.fixture(scope="module")
def fastapi_app():
    return example("fastapi_app")


@pytest.fixture(scope="module")
def comfy_queue():
    return example("comfy_queue")


def wish(prompt, negative=""):
    return chunks(json.dumps({"prompt": prompt, "negative": negative}).encode())


def test_fastapi_draws_what_is_not_listed_and_nothing_else(fastapi_app):
    drawn = []

    def make(told):
        drawn.append(told.prompt)
        return fastapi_app.draw(told)

    app = fastapi_app.guarded(Plain(), make)
    done = asgi(app, scope_of("POST", "/pictures", JSON), wish(CLEAN))
    assert (done.status, done.body[:3]) == (200, b"P5 ")
    for told in ((HIT, ""), (CLEAN, HIT)):
        assert asgi(app, scope_of("POST", "/pictures", JSON), wish(*told)).status == 403
    assert drawn == [CLEAN]


def test_fastapi_shows_help_beside_results_and_a_page_in_their_place(fastapi_app):
    plain = Plain()
    app = fastapi_app.guarded(plain)
    told = {"cookie": "session=zz-session", "accept-language": "en"}
    beside = asgi(app, scope_of("GET", f"/search?q={SELF}", told))
    assert beside.status == 200
    assert b"support.self" not in beside.body
    assert b"It is good that you look for help" in beside.body
    assert b"Nothing was found" in beside.body
    refused = asgi(app, scope_of("GET", f"/search?q={HIT}", told))
    assert refused.status == 403
    assert b"Nothing was found" not in refused.body
    (_, first, _), (_, second, _) = plain.told
    assert first == second
    assert len(first) == 64
    assert "zz-session" not in first


def test_django_searches_and_takes_files(django_app):
    plain = Plain()
    app = django_app.guarded(plain)
    found = wsgi(app, environ_of("GET", f"/search/?q={CLEAN}", {"host": "localhost"}))
    assert (found.status, CLEAN in found.everything) == (200, True)
    beside = wsgi(app, environ_of("GET", f"/search/?q={SELF}", {"host": "dk.site.example"}))
    assert "It is good that you look for help" in beside.everything
    assert plain.told[-1][2] == "DK"
    assert wsgi(app, environ_of("GET", f"/search/?q={HIT}", {"host": "localhost"})).status == 403
    headers, body = multipart(("title", b"a"), ("file@", b"abc"), ("file@", b"de"))
    headers["host"] = "localhost"
    taken = wsgi(app, environ_of("POST", "/upload/", headers, body))
    assert taken.body == b"2 taken, 5 bytes"
    headers, body = multipart(("title", HIT.encode()), ("file@", b"abc"))
    assert wsgi(app, environ_of("POST", "/upload/", headers, body)).status == 403


def graph(*inputs):
    nodes = {str(at): {"class_type": "Text", "inputs": told} for at, told in enumerate(inputs)}
    return json.dumps({"prompt": nodes, "client_id": "zz"}).encode()


@pytest.mark.parametrize(
    "body",
    [
        graph({"text": HIT}),
        graph({"text": CLEAN}, {"anything": HIT}),
        graph({"text": ["a", [HIT]]}),
        graph({"text": {"deep": [{"a": HIT}]}}),
        graph({"text": [HIT, 0]}),
        graph(),
        b"",
        b"[]",
        b'{"prompt":[]}',
        b'{"prompt":{"1":5}}',
        b'{"prompt":{"1":{"inputs":{"text":"a","text":"b"}}}}',
        graph(*({"text": str(at)} for at in range(300))),
    ],
)
def test_a_graph_that_is_refused_is_never_queued(comfy_queue, body):
    waiting = comfy_queue.Queue(Plain(), lambda _: pytest.fail("the model was called"))
    try:
        done = waiting.put(body, comfy_queue.Who("en"))
        assert done.action != "allow"
    finally:
        waiting.close()
    assert waiting.made == []


def test_a_phrase_in_two_nodes_that_a_third_joins_is_found(comfy_queue):
    words = book((Entry("a", "zz test 0001", "phrase"),))
    waiting = comfy_queue.Queue(Plain(words=words))
    try:
        told = graph({"text": "zz test"}, {"text": ["0001", "a lamp"]}, {"a": ["0", 0]})
        assert waiting.put(told, comfy_queue.Who("en")).action == "block_and_intervene"
    finally:
        waiting.close()
    assert waiting.made == []


def test_a_graph_that_is_let_through_is_drawn(comfy_queue):
    waiting = comfy_queue.Queue(Plain())
    server = comfy_queue.serving(waiting, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        for told, status in (
            (graph({"text": CLEAN}, {"clip": ["0", 1], "seed": 5}), 200),
            (graph({"text": HIT}), 403),
            (b"x" * 1_000_001, 403),
        ):
            to = http.client.HTTPConnection(*server.server_address, timeout=20)
            to.request("POST", "/prompt", told[:2_000_000] if status == 200 else told[:100], JSON)
            done = to.getresponse()
            body = done.read()
            assert done.status == status, body
            to.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        waiting.close()
    assert [one[:4] for one in waiting.made] == [b"\x89PNG"]


def test_a_server_begins_with_a_configuration_of_its_own(
    fastapi_app, django_app, tmp_path, monkeypatch
):
    assert called("deter", "new", tmp_path) == 0
    monkeypatch.setenv("FANAL_DETER", str(tmp_path / "deter.toml"))
    for module, ask in (
        (fastapi_app, lambda app: asgi(app, scope_of("GET", "/search?q=zz-test-0001"))),
        (
            django_app,
            lambda app: wsgi(
                app, environ_of("GET", "/search/?q=zz-test-0001", {"host": "localhost"})
            ),
        ),
    ):
        app = module.from_environment()
        try:
            assert ask(app).status == 403
        finally:
            app._deterrent.close()
