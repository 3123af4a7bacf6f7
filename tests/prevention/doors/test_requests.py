"""Reading requests: every value of a field, or a word that carries nothing."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.doors.requests import (
    MOST_TEXTS,
    Asked,
    Unreadable,
    digests_of,
    in_body,
    in_form,
    in_json,
    in_path,
    in_query,
    texts,
)
from makers.doors import multipart

JSON = (("content-type", b"application/json"),)
FORM = (("content-type", b"application/x-www-form-urlencoded"),)


def query(told, *fields):
    return texts(Asked("GET", "/s", told, ()), fields or [in_query("q")])


def body(told, headers, *fields):
    return texts(Asked("POST", "/s", b"", tuple(headers), told), fields)


def form(parts, *fields, extra=""):
    headers, told = multipart(*parts, extra=extra)
    pairs = [(name, value.encode()) for name, value in headers.items()]
    return body(told, pairs, *(fields or [in_form("prompt")]))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (b"q=a+b", ["a b"]),
        (b"q=%C3%A5", ["å"]),
        (b"q=first&x=no&q=last", ["first", "last"]),
        (b"q=a&q=a", ["a", "a"]),
        (b"Q=a&q%5B%5D=b&q%5B0%5D=c&+q=d&%71=e", ["a", "b", "c", "d", "e"]),
        (b"q%00=a&q%FF=b", ["a", "b"]),
        (b"x=1;q=a", ["a"]),
        (b"q=a;b", ["a;b", "a"]),
        (b"q", [""]),
        (b"", []),
        (b"&&=&q=%zz", ["%zz"]),
    ],
)
def test_every_value_of_a_parameter_is_found(told, found):
    assert query(told) == found


@pytest.mark.parametrize("told", [b"q=%FF", b"q=%ED%A0%80", b"q=%C0%AE", b"q=a%00b", b"q=\xe5"])
def test_what_is_no_utf8_or_holds_nothing_as_a_character_is_unreadable(told):
    with pytest.raises(Unreadable):
        query(told)


def test_too_many_values_are_unreadable():
    assert len(query(b"&".join(b"q=%d" % at for at in range(MOST_TEXTS)))) == MOST_TEXTS
    with pytest.raises(Unreadable):
        query(b"&".join(b"q=%d" % at for at in range(MOST_TEXTS + 1)))
    with pytest.raises(Unreadable):
        query(b"a=1&" * 1_001)


@pytest.mark.parametrize(
    ("told", "name", "found"),
    [
        ({"prompt": "a"}, "prompt", {"a"}),
        ({"prompt": ["a", {"b": "c"}]}, "prompt", {"a", "b", "c"}),
        ({"Prompt": "a", "other": "b"}, "prompt", {"a"}),
        ({"1": {"inputs": {"text": "a"}}, "2": {"inputs": {"seed": 5}}}, "*.inputs.text", {"a"}),
        ([{"t": "a"}, {"t": "b"}], "*.t", {"a", "b"}),
        ({"a": [1.50, True, None, "b"]}, "**", {"a", "1.5", "b"}),
        ({"other": "a"}, "prompt", set()),
        ("a", "prompt", set()),
    ],
)
def test_all_text_below_a_name_is_found_in_json(told, name, found):
    assert {*body(json.dumps(told).encode(), JSON, in_json(name))} == found


@pytest.mark.parametrize(
    "told",
    [
        b'{"prompt":"a","prompt":"b"}',
        b'{"prompt":"a"',
        b"\xef\xbb\xbf{}",
        '{"prompt":"a"}'.encode("utf-16"),
        b'{"prompt":"\\ud800"}',
        b'{"prompt":"a\\u0000"}',
        b'{"prompt":NaN}',
        b'{"prompt":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=["twice", "cut", "bom", "utf-16", "surrogate", "nul", "nan", "deep"],
)
def test_json_that_two_readers_read_differently_is_unreadable(told):
    with pytest.raises(Unreadable):
        body(told, JSON, in_json("prompt"))


@pytest.mark.parametrize("name", ["m", "m.*.text", "**"])
def test_texts_of_json_come_in_the_order_in_which_an_app_joins_them(name):
    told = json.dumps({"m": [{"text": ["aa", "bb"]}, {"text": "aa"}]}).encode()
    found = body(told, JSON, in_json(name))
    assert [one for one in found if one in {"aa", "bb"}] == ["aa", "bb", "aa"]


def test_a_list_of_objects_is_read_where_one_object_is_meant():
    told = json.dumps([{"prompt": "a"}, {"prompt": ["b"]}, "c", [{"prompt": "d"}]]).encode()
    assert body(told, JSON, in_json("prompt")) == ["a", "b"]
    assert body(b'{"x": [{"prompt": "a"}]}', JSON, in_json("x.prompt")) == ["a"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/wiki/a lamp", ["/wiki/a lamp"]),
        ("/wiki/zz_test+0001", ["/wiki/zz_test+0001", "/wiki/zz test 0001"]),
        ("/wiki/zz%252Dtest", ["/wiki/zz%252Dtest", "/wiki/zz-test", "/wiki/zz test"]),
    ],
)
def test_a_path_is_read_as_it_stands_as_it_was_meant_and_by_its_words(path, found):
    assert texts(Asked("GET", path, b"", ()), [in_path()]) == found


def test_a_form_of_nothing_but_delimiters_is_refused_before_it_is_split():
    with pytest.raises(Unreadable):
        body(b"a=b&" * 1_000_000, FORM, in_form("prompt"))
    headers = [("content-type", b"multipart/form-data; boundary=x")]
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            body(b"--x\r\n" * 200_000, headers, in_form("prompt"))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_huge_numbers_are_text_as_they_are_spelt():
    digits = "9" * 50_000
    assert body(f'{{"prompt":{digits}}}'.encode(), JSON, in_json("prompt")) == [digits]


def test_json_is_read_whatever_the_header_says():
    told = b'{"prompt":"a"}'
    assert body(told, [("content-type", b"text/plain")], in_json("prompt")) == ["a"]
    assert body(told, [], in_json("prompt")) == ["a"]


@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", b"application/json; charset=utf-16")],
        [("content-type", b"application/json"), ("content-type", b"text/plain")],
        [("content-type", b"application/json; charset=utf-8; charset=latin-1")],
        [("content-type", b"application/json"), ("content-encoding", b"gzip")],
        [("content-type", b"application/json; charset=utf-8 x")],
    ],
)
def test_a_body_in_another_form_than_it_seems_is_unreadable(headers):
    with pytest.raises(Unreadable):
        body(b'{"prompt":"a"}', headers, in_json("prompt"))


def test_a_form_is_read_with_files_and_without():
    assert body(b"prompt=a&prompt=b", FORM, in_form("prompt")) == ["a", "b"]
    assert form([("prompt", b"a"), ("other", b"b"), ("prompt[]", b"c")]) == ["a", "c"]
    assert form([("prompt@", b"a")]) == ["a"]  # an app may take a file for a field


@pytest.mark.parametrize(
    ("told", "headers"),
    [
        (b"prompt=a", [("content-type", b"text/plain")]),
        (b"prompt=a", []),
        (b"_charset_=latin-1&prompt=a", FORM),
        (b"prompt=a", [("content-type", b"multipart/form-data")]),
        (b"prompt=a", [("content-type", b"multipart/form-data; boundary=zz")]),
    ],
)
def test_what_may_be_a_form_or_not_is_unreadable(told, headers):
    with pytest.raises(Unreadable):
        body(told, headers, in_form("prompt"))


def test_a_form_in_another_charset_is_unreadable():
    with pytest.raises(Unreadable):
        form([("prompt", b"a"), ("_charset_", b"latin-1")])
    with pytest.raises(Unreadable):
        form([("prompt", b"a")], extra="Content-Type: text/plain; charset=utf-16\r\n")


def test_an_app_that_takes_both_is_asked_by_what_was_sent():
    both = (in_form("prompt"), in_json("prompt"))
    assert body(b'{"prompt":"a"}', JSON, *both) == ["a"]
    assert body(b"prompt=b", FORM, *both) == ["b"]
    with pytest.raises(Unreadable):
        body(b"prompt=b", [("content-type", b"text/plain")], *both)


def test_a_body_and_a_path_are_texts_too():
    assert body("å".encode(), [], in_body()) == ["å"]
    assert texts(Asked("GET", "/wiki/å", b"", ()), [in_path()]) == ["/wiki/å"]
    with pytest.raises(Unreadable):
        body(b"\xff", [], in_body())


def test_files_get_their_digests():
    headers, told = multipart(("file@", b"abc"), ("file@", b""), ("file", b"no file"))
    asked = Asked("POST", "/u", b"", (("content-type", headers["content-type"].encode()),), told)
    first, second = digests_of("file")(asked)
    # FIPS 180-2, appendix B.1 and A.1; RFC 1321, appendix A.5
    assert first.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert first.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert first.md5 == "900150983cd24fb0d6963f7d28e17f72"
    assert second.md5 == "d41d8cd98f00b204e9800998ecf8427e"


def test_a_cookie_is_found_by_its_name():
    asked = Asked("GET", "/", b"", (("cookie", b"a=1; session=zz=2;b"),))
    assert asked.cookie("session") == "zz=2"
    assert not asked.cookie("c")


def test_a_request_is_not_printed():
    asked = Asked("POST", "/zz-path", b"q=zz-query", (("cookie", b"zz-cookie"),), b"zz-body")
    assert "zz-" not in repr(asked)


ANYTHING = st.binary(max_size=200)


@given(ANYTHING, ANYTHING, st.sampled_from([JSON, FORM, (), (("content-type", b"a/b;c=\xff"),)]))
def test_whatever_is_sent_is_text_or_unreadable(address, told, headers):
    asked = Asked("POST", "/", address, headers, told)
    for fields in ([in_query("q")], [in_json("**")], [in_form("q")], [in_body()]):
        try:
            found = texts(asked, fields)
        except Unreadable:
            continue
        else:
            assert all("\0" not in one and one.encode() is not None for one in found)
