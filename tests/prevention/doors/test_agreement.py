"""What an app's framework reads of a request, a door has read too, or refused the request."""

import asyncio
import io
from contextlib import suppress
from random import Random
from urllib.parse import parse_qsl

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser as DjangoParser
from django.http.multipartparser import MultiPartParserError
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers, QueryParams
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from fanal.prevention.doors.requests import Asked, Unreadable, in_form, in_query, texts
from fuzz.mutate import mutated
from makers.doors import multipart
from makers.examples import example

PIECES = st.lists(
    st.sampled_from(
        [
            "q",
            "=",
            "&",
            ";",
            "%71",
            "%",
            "+",
            "%00",
            "%ff",
            "%C3%A5",
            "a",
            "[]",
            "x",
            " ",
            "%26",
            "Q",
        ]
    ),
    max_size=14,
).map("".join)
FORM = b"application/x-www-form-urlencoded"


@pytest.fixture(scope="module", autouse=True)
def framework():
    example("django_app").site()


def door(told, kind=b"", of=in_query):
    """Return what a door reads of `q`, None where it refuses."""
    body = b"" if of is in_query else told
    query = told if of is in_query else b""
    headers = (("content-type", kind),) if kind else ()
    try:
        return texts(Asked("POST", "/", query, headers, body), [of("q")])
    except Unreadable:
        return None


@given(PIECES)
@settings(max_examples=300)
def test_parameters_that_a_framework_reads(told):
    found = door(told.encode())
    form = door(told.encode(), FORM, in_form)
    assert found == form
    if found is None:
        return
    starlette = QueryParams(told).getlist("q")
    plain = [value for name, value in parse_qsl(told, keep_blank_values=True) if name == "q"]
    old = [v for n, v in parse_qsl(told, keep_blank_values=True, separator=";") if n == "q"]
    parsed = asyncio.run(_starlette_form(told.encode()))
    for values in (starlette, QueryDict(told).getlist("q"), plain, parsed):
        assert {*values} <= {*found}
    assert {one for one in old if "&" not in told} <= {*found}


async def _stream(body):
    yield body
    yield b""


async def _starlette_form(body):
    form = await FormParser(Headers({"content-type": FORM.decode()}), _stream(body)).parse()
    return [value for name, value in form.multi_items() if name == "q"]


async def _starlette_parts(kind, body):
    form = await MultiPartParser(Headers({"content-type": kind}), _stream(body)).parse()
    found = []
    for name, value in form.multi_items():
        if name == "q":
            found.append(value if isinstance(value, str) else await value.read())
    await form.close()
    return found


def _django_parts(kind, body):
    meta = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
    handlers = [MemoryFileUploadHandler()]
    handlers[0].activated = True
    post, files = DjangoParser(meta, io.BytesIO(body), handlers).parse()
    return [*post.getlist("q"), *(one.read() for one in files.getlist("q"))]


BODIES = [
    multipart(("q", b"abc"), ("x", b"1"))[1],
    multipart(("q", b"one"), ("q", b"two"), ("q@", b"three"))[1],
    multipart(("q", "å".encode()), extra="Content-Type: text/plain; charset=utf-8\r\n")[1],
    multipart(("x@", b"--zz\r\n\r\n"), ("q", b""))[1],
    multipart(("q", b"YWJj"), extra="Content-Transfer-Encoding: base64\r\n")[1],
]


@given(st.sampled_from(BODIES), st.sampled_from(BODIES), st.integers(0, 1 << 32))
@settings(max_examples=400)
def test_forms_with_files_that_a_framework_reads(first, other, chance):
    body = mutated(first, Random(chance), 2_000, other)
    kind = "multipart/form-data; boundary=zzboundary"
    found = door(body, kind.encode(), in_form)
    if found is None:
        return
    seen = []
    with suppress(MultiPartException, UnicodeDecodeError, KeyError):
        seen += asyncio.run(_starlette_parts(kind, body))
    with suppress(MultiPartParserError, SuspiciousOperation):
        seen += _django_parts(kind, body)
    for value in seen:
        text = value.decode("utf-8") if isinstance(value, bytes) else value
        assert text in found
