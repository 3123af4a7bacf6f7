"""The HTTP service: decisions for programs, and the closed answer for everything else."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.doors.service import MOST, Entry
from fanal.prevention.nouns import Action, Surface
from makers.deter import Broken, failing
from makers.doors import CLEAN, HIT, SELF, Plain, asgi, pieces, scope_of
from makers.service import ENTRY, HOST, ask, post


def test_a_decision_is_json():
    plain = Plain()
    act = {"surface": "search", "text": HIT, "locale": "en", "country": "DK", "session": "r1"}
    done = post(plain, "/v1/decide", act)
    told = json.loads(done.body)
    assert (done.status, told["action"], told["reason_class"]) == (
        200,
        "block_and_intervene",
        "listed_words",
    )
    assert told["content"]["links"]
    assert told["content"]["crisis"]
    assert plain.told == [("en", "r1", "DK")]
    assert done.headers["cache-control"] == "no-store"
    assert json.loads(post(plain, "/v1/decide", {"surface": "search"}).body)["action"] == "allow"


def test_a_decision_is_a_page_where_something_is_shown():
    plain = Plain()
    hit = post(plain, "/v1/page", {"surface": "generate", "text": HIT, "locale": "en"})
    assert hit.status == 200
    assert hit.headers["fanal-action"] == "block_and_intervene"
    assert hit.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in hit.headers["content-security-policy"]
    assert b"<html" in hit.body
    beside = post(plain, "/v1/page", {"surface": "search", "text": SELF, "locale": "en"})
    assert (beside.status, beside.headers["fanal-action"]) == (200, "allow")
    nothing = post(plain, "/v1/page", {"surface": "search", "text": CLEAN})
    assert (nothing.status, nothing.body) == (204, b"")
    assert nothing.headers["fanal-action"] == "allow"


def test_an_outcome_is_counted_for_a_session_that_is_known():
    plain = Plain()
    for session, counted in (("known", True), ("other", False)):
        done = post(plain, "/v1/outcome", {"session": session, "outcome": "help"})
        assert json.loads(done.body) == {"counted": counted}
    assert plain.outcomes == [("known", "help"), ("other", "help")]


def test_health_takes_no_input_and_says_no_list():
    told = json.loads(ask(Plain(), "GET", "/v1/health").body)
    assert told["is_well"]
    assert told["list_version"] == "w1+f1"
    assert told["troubles"] == ["words: terms.csv row 3: no pattern"]


def refused(done, status):
    told = json.loads(done.body)
    assert (done.status, told["action"]) == (status, "block")
    assert told["reason_class"] in {"unreadable_input", "fault"}
    assert told["fault"]
    assert done.headers["connection"] == "close"
    assert "access-control-allow-origin" not in done.headers
    assert "location" not in done.headers
    return told


ACT = {"surface": "search", "text": CLEAN}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", "/", {}, 404),
        ("GET", "/v1/decide", {}, 405),
        ("OPTIONS", "/v1/decide", {}, 405),
        ("POST", "/v1/health", JSON, 405),
        ("POST", "/v1/other", JSON, 404),
        ("GET", "/v1/%64ecide", {}, 405),
        ("GET", "//v1/health", {}, 404),
        ("GET", "/dialogue/../v1/health", {}, 404),
        ("GET", "/dialogue/en/nothing", {}, 404),
        ("POST", "/v1/decide", {}, 415),
        ("POST", "/v1/decide", {"content-type": "text/plain"}, 415),
        ("POST", "/v1/decide", JSON | {"content-encoding": "gzip"}, 415),
        ("POST", "/v1/decide", JSON | {"host": "rebound.example"}, 421),
        ("POST", "/v1/decide", JSON | {"host": "localhost"}, 421),
        ("GET", "/v1/health", {"origin": "http://localhost:8418"}, 403),
        ("GET", "/v1/health", {"sec-fetch-site": "cross-site"}, 403),
        ("POST", "/v1/decide", JSON | {"origin": "null"}, 403),
    ],
)
def test_what_is_no_request_of_ours_gets_the_closed_answer(method, target, headers, status):
    refused(ask(Plain(), method, target, headers, json.dumps(ACT).encode()), status)


def test_a_person_may_type_an_address():
    assert ask(Plain(), "GET", "/v1/health", {"sec-fetch-site": "none"}).status == 200
    head = ask(Plain(), "HEAD", "/v1/health")
    assert (head.status, head.body) == (200, b"")


def test_a_host_that_stands_twice_or_nowhere_is_refused():
    from fanal.prevention.doors.service import application  # noqa: PLC0415 (asked here alone)

    for hosts in ([], [("host", HOST), ("host", HOST)]):
        done = asgi(application(Plain(), ENTRY), scope_of("GET", "/v1/health", hosts))
        refused(done, 421)
    no_hosts = ask(Plain(), "GET", "/v1/health", {"host": "any"}, entry=Entry(None))
    assert no_hosts.status == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'{"surface":"x"}', b'{"surface":"search","a":"b"}'])
@pytest.mark.parametrize("path", ["/v1/decide", "/v1/page", "/v1/outcome"])
def test_a_body_that_is_none_gets_the_closed_answer(path, body):
    done = ask(Plain(closed={Surface.SEARCH: Action.ALLOW}), "POST", path, JSON, body)
    assert done.status in {400, 422}
    refused(done, done.status)


def test_a_body_that_is_too_long_or_cut_off_gets_the_closed_answer():
    refused(ask(Plain(), "POST", "/v1/decide", JSON, b" " * (MOST + 1)), 413)


def test_a_body_that_does_not_come_gets_the_closed_answer(monkeypatch):
    monkeypatch.setattr("fanal.prevention.doors.service.SECONDS", 0.01)
    from fanal.prevention.doors.service import application  # noqa: PLC0415 (likewise)

    scope = scope_of("POST", "/v1/decide", {"host": HOST} | JSON)
    part = {"type": "http.request", "body": b"{", "more_body": True}
    refused(asgi(application(Plain(), ENTRY), scope, [part], wait=1), 408)


def test_a_token_is_asked_for_everywhere_but_in_the_dialogue():
    entry = Entry(frozenset({HOST}), b"zz-token-zz-token-zz")
    body = json.dumps(ACT).encode()
    for held in ("", "Bearer zz-token-zz-token-zZ", "Basic zz-token-zz-token-zz", "Bearer"):
        headers = JSON | ({"authorization": held} if held else {})
        for method, target in (("POST", "/v1/decide"), ("GET", "/v1/health")):
            done = ask(Plain(), method, target, headers, body, entry)
            assert "w1" not in done.everything
            assert done.headers["www-authenticate"] == "Bearer"
            refused(done, 401)
    bearing = JSON | {"authorization": "bearer zz-token-zz-token-zz"}
    assert ask(Plain(), "POST", "/v1/decide", bearing, body, entry).status == 200
    assert ask(Plain(), "GET", "/dialogue/en/ask", {}, b"", entry).status == 200


def test_the_dialogue_is_pages_for_people():
    plain = Plain()
    for target in ("/dialogue/ask", "/dialogue/en/self", "/dialogue/en/DE/victim"):
        done = ask(plain, "GET", target, {"sec-fetch-site": "cross-site", "accept-language": "en"})
        assert done.status == 200
        assert done.headers["content-type"] == "text/html; charset=utf-8"
        assert b"I am a program" in done.body
    assert not plain.asked


@pytest.mark.parametrize("deterrent", [Plain(words=Broken()), Plain(classifier=failing)])
def test_a_part_that_fails_is_answered_with_a_closed_decision(deterrent):
    for surface in Surface:
        done = json.loads(post(deterrent, "/v1/decide", {"surface": surface, "text": "a"}).body)
        assert (done["action"], done["reason_class"]) == ("block", "fault")


def test_a_service_that_fails_is_closed():
    class Dead:
        def __getattr__(self, name):
            raise RuntimeError("zz-hit in the words of an error")

    done = ask(Dead(), "GET", "/v1/health")
    refused(done, 500)
    assert "zz-" not in done.everything
    for path in ("/v1/decide", "/v1/page"):
        told = post(Dead(), path, ACT)
        assert b"zz-" not in told.body
        assert told.status == 500


WORDS = st.text(alphabet="qzxjkйѣ%\"<&'/", min_size=4, max_size=30)
NAMES = ("text", "negative", "sha256", "pdq", "locale", "country", "session", "surface", "other")


@given(WORDS, st.sampled_from(NAMES), st.sampled_from(["/v1/decide", "/v1/page", "/v1/outcome"]))
def test_no_piece_of_what_was_asked_is_in_any_answer(word, name, path):
    told = {"surface": "generate", "text": HIT} | {name: word + (HIT if name == "text" else "")}
    done = post(Plain(), path, told)
    assert not {one for one in pieces(word) if one in done.everything}


def test_a_long_text_is_asked_about_beside_the_loop_of_others():
    class Seen(Plain):
        def decide(self, *given):
            self.threads = [*getattr(self, "threads", []), threading.get_ident()]
            return super().decide(*given)

    plain, here = Seen(), threading.get_ident()
    for text in ("a lamp", "a lamp " * 20_000):
        told = json.dumps({"surface": "search", "text": text}).encode()
        assert ask(plain, "POST", "/v1/decide", JSON, told).status == 200
    assert [one == here for one in plain.threads] == [True, False]
