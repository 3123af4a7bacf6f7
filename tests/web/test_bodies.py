import asyncio
import json
import os
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from fanal.pipeline.case import writing
from fanal.settings import Settings
from fanal.web import bodies
from fanal.web.asked import Refused
from fanal.web.bodies import FORM, JSON, MOST, read
from makers.desk import ORIGIN, client, desk_on

plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\\"), max_size=20)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    case = tmp_path_factory.mktemp("bodies") / "case"
    with writing(case, Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz")):
        pass
    with desk_on(case) as desk:
        yield client(desk, "zz-a")


def sent(seen, body, **headers):
    own = {"origin": ORIGIN, "accept": "application/json"} | headers
    return seen.ask("POST", "/unlock", body, {k: v for k, v in own.items() if v})


@pytest.mark.parametrize(
    "kind",
    [
        *("text/plain", "multipart/form-data; boundary=x", "application/xml", "text/html", ""),
        *("application/json-patch+json", "application/jsonx", "image/svg+xml"),
    ],
)
def test_other_kinds_of_content_are_refused(seen, kind):
    assert sent(seen, b'{"password": "x"}', content_type=kind).status == 415


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 1}}', b"a=1&a=2"])
def test_what_is_said_twice_is_refused(body):
    with pytest.raises(Refused):
        read(body, FORM if body[:1] == b"a" else JSON)


def test_what_is_compressed_is_refused(seen):
    answer = sent(seen, b"\x1f\x8b", content_type=JSON, content_encoding="gzip")
    assert answer.status == 415


@pytest.mark.parametrize("declared", ["", "1", str(MOST + 1), "-1", "abc", "9" * 40, "1_0"])
def test_what_is_too_large_is_refused_whatever_it_says_of_itself(seen, declared):
    body = b'{"password": "' + b"a" * MOST + b'"}'
    status = sent(seen, body, content_type=JSON, content_length=declared).status
    assert status in {400, 413}


def test_what_is_said_to_be_too_large_is_not_even_read(seen):
    assert sent(seen, b"", content_type=JSON, content_length=str(10 * MOST)).status == 413


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch):
    async def receive():
        await asyncio.sleep(0.02)  # a byte now and then
        return {"type": "http.request", "body": b" ", "more_body": True}

    monkeypatch.setattr(bodies, "SECONDS", 0.1)
    scope = {"type": "http", "headers": [(b"content-type", JSON.encode())]}
    with pytest.raises(Refused) as told:
        asyncio.run(bodies.body(Request(scope, receive)))
    assert told.value.status == 408


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"1", b"null", b'"x"', b"\xff", b'{"a": NaN}', b'{"a": Infinity}'),
        *(b'{"a": "\\ud800"}', b'{"a": "\\u0000"}', b'{"\\u0000": 1}', b'{"a": "\xed\xa0\x80"}'),
        *(b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b"{}{}"),
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_json_that_no_case_can_keep_is_refused(body):
    with pytest.raises(Refused) as told:
        read(body, JSON)
    assert told.value.status == 400


@pytest.mark.parametrize(
    "body",
    [
        *(b"a=%ff", b"a=%00", b"a=1&a=2", b"\xff=1", b"a", b"&".join([b"a=1"] * 300)),
        "ä=1".encode(),
    ],
)
def test_forms_that_say_nothing_plain_are_refused(body):
    with pytest.raises(Refused):
        read(body, FORM)


def test_an_empty_form_is_one():
    assert read(b"", FORM) == {}


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(body):
    for kind in (JSON, FORM):
        try:
            told = read(body, kind)
        except Refused:
            continue
        assert isinstance(told, dict)
        json.dumps(told, ensure_ascii=False).encode()


@given(st.dictionaries(plain, plain, max_size=5))
def test_what_is_sent_plainly_is_what_is_read(fields):
    assert read(json.dumps(fields).encode(), JSON) == fields
    assert read(urlencode(fields).encode(), FORM) == fields


@given(st.dictionaries(plain, st.one_of(plain, st.integers(), st.booleans(), st.lists(plain))))
def test_values_of_json_keep_their_types(fields):
    assert read(json.dumps(fields).encode(), JSON) == fields
