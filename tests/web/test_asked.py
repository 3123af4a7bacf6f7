import json

import pytest

from fanal.web.asked import Asked, Refused, as_json


def asked(told=None, query=None):
    return Asked(None, told=told or {}, query=query or {})


def test_text_is_text_of_limited_length():
    assert asked({"a": "x"}).text("a") == "x"
    assert asked().text("a") == ""
    assert asked({"a": "x" * 10}).text("a", 10) == "x" * 10


@pytest.mark.parametrize("value", [1, None, ["x"], {"x": 1}, True, 1.5, "x" * 11])
def test_whatever_is_no_such_text_is_refused(value):
    with pytest.raises(Refused) as told:
        asked({"a": value}).text("a", 10)
    assert told.value.status == 400


@pytest.mark.parametrize(("value", "number"), [(3, 3), ("3", 3), ("-2", -2), (None, 7)])
def test_a_number_comes_from_a_form_or_an_address(value, number):
    given = {} if value is None else {"n": value}
    assert asked(given).number("n", -5, 10, 7) == number
    assert asked(query={k: str(v) for k, v in given.items()}).number("n", -5, 10, 7) == number


@pytest.mark.parametrize(
    "value",
    [
        *("", "1.0", "1e3", "+1", " 1", "--1", "\u0663", "\u00b2", "9" * 5000, "1_0", "0x1"),
        *(True, False, None, 1.0, [1], 11, -6, 10**30),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_whatever_is_no_such_number_is_refused(value):
    with pytest.raises(Refused):
        asked({"n": value}).number("n", -5, 10, 7)


def test_json_is_plain_ascii_whatever_it_says():
    made = as_json({"a": "\u202e\u00e4<", "b": [1]}, 409)
    assert made.status_code == 409
    assert made.media_type == "application/json"
    assert made.body.isascii()
    assert json.loads(made.body) == {"a": "\u202e\u00e4<", "b": [1]}


def test_a_session_s_secret_is_in_no_message():
    assert "zz-secret" not in repr(Asked(None, secret="zz-secret"))  # noqa: S106
