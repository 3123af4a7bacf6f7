"""Nearly listed words, only where an entry asks for it."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import ListError
from fanal.prevention.words.fuzzy import Nearly
from makers.terms import books, entry

pytest.importorskip("rapidfuzz", reason="the extra `fuzzy` is not installed")
KNOWN = "lighthouse keeper"


@pytest.mark.parametrize(
    ("text", "far"),
    [
        ("the lighthouse keeper", 0),
        ("the lighthuose keeper", 1),
        ("a lghthouse keeperr here", 2),
        ("lighthouse kepeer", 1),
        ("lighthouse", 3),
    ],
)
def test_letters_that_may_differ_are_counted(text, far):
    for limit in (1, 2):
        assert books(entry(KNOWN, fuzzy=limit)).ask(text).is_hit == (far <= limit)
    assert books(entry(KNOWN)).ask(text).is_hit == (far == 0)


@pytest.mark.parametrize(
    "shape", ["({})", "{}.", "\u00ab{}\u00bb", "l'{}", "a_{}_b", "{}, and more"]
)
def test_signs_beside_a_word_are_no_letters_that_differ(shape):
    near = books(entry("lighthouse", fuzzy=1))
    assert near.ask(shape.format("lighthuose")).is_hit
    assert not near.ask(shape.format("lighthuo")).is_hit
    assert books(entry(KNOWN, fuzzy=1)).ask(shape.format("lighthouse-kepeer")).is_hit


def test_a_pattern_of_signs_is_not_near_everything():
    signs = books(entry("zz ... !!! ???", fuzzy=1))
    assert not signs.ask("zy ... !!! a lamp").is_hit


def test_a_context_holds_off_the_near_ones_too():
    known = books(entry("lighthouse", fuzzy=1), entry("old lighthouse inn", kind="context"))
    assert not known.ask("the old lighthouse inn").is_hit
    assert known.ask("the old lighthuose inn").is_hit


@given(st.integers(0, 9), st.sampled_from("xyz"))
def test_any_one_letter_may_be_another(at, letter):
    word = "lighthouse"
    assert books(entry(word, fuzzy=1)).ask(f"a {word[:at]}{letter}{word[at + 1 :]} b").is_hit


def test_too_many_are_refused_and_so_are_some_without_the_library(monkeypatch):
    many = tuple(entry(f"zz-test-{number:06}", fuzzy=1) for number in range(501))
    with pytest.raises(ListError, match="500"):
        Nearly(many)
    monkeypatch.setitem(sys.modules, "rapidfuzz.process", None)
    with pytest.raises(ListError, match="rapidfuzz"):
        Nearly(many[:1])
    assert not Nearly((entry("zz"),))
