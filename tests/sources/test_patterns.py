import re

import pytest

from fanal.sources.server.patterns import atomic, compiled


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("(?:a|ab)*+c", "(?>(?:a|ab)*)c"),
        ("((?:a)++b)?+", "(?>((?>(?:a)+)b)?)"),
        (r"(?:\)|[)*+])*+", r"(?>(?:\)|[)*+])*)"),
        ("(?:a){0,3}+", "(?>(?:a){0,3})"),
        ("(?:a)+b*+[(]", "(?:a)+b*+[(]"),
        (r"[]()*+](?P<n>x)", r"[]()*+](?P<n>x)"),
    ],
)
def test_a_group_repeated_for_good_becomes_an_atomic_one(given, wanted):
    assert atomic(given) == wanted
    re.compile(atomic(given))


def test_it_is_right_where_the_inside_of_a_group_goes_back():
    # The example of python/cpython issue 106052.
    assert compiled("(?:ab?c)?+").fullmatch("ac")
    assert compiled(b"(?:ab?c)*+").fullmatch(b"acabcac")
    assert compiled("(?:ab?c)++x").fullmatch("acacx")


def test_nothing_is_given_back():
    assert compiled("(?:a)*+a").fullmatch("aaa") is None
