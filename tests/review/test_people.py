"""People are told apart by name and login, however a name is dressed up."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.people import count, listed, login_key, name_key, shown

SAME = [
    "Anna Berg",
    "anna berg",
    " ANNA\u00a0BERG ",
    "Anna\u200b Berg",
    "Anna\u2003Berg",
    "\u202eAnna Berg\u202c",
    "Ａｎｎａ　Ｂｅｒｇ",  # full width
    "A\u0301nna Berg",
    "Ánna-Berg.",
    "Anna\u3164Berg",  # Hangul filler: a letter that shows nothing
    "Anna\u034fBerg",  # combining grapheme joiner
    "Anna\ufe0f Berg",
    "𝐀nna Berg",  # mathematical bold
    "Anna\x1bBerg",
]


@pytest.mark.parametrize("name", SAME)
def test_a_name_dressed_up_is_the_same_name(name):
    assert name_key(name) == "annaberg"


def test_other_names_are_other_names():
    names = ["Anna Berg", "Anna Burg", "Examiner 1", "Examiner 2", "اسم", "Ἀννα", "安娜"]
    assert len({name_key(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["", " ", "\u200b\u2060", "\u3164", "...", "\x00"])
def test_what_shows_no_letter_is_no_name(name):
    assert not name_key(name)


def test_a_login_keeps_its_dots():
    assert login_key("J.Doe") == "j.doe" != login_key("jdoe")
    assert login_key("lab\u200b") == login_key("LAB ") == "lab"


@given(st.text())
def test_a_key_does_not_depend_on_how_letters_are_composed(name):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert name_key(unicodedata.normalize(form, name)) == name_key(name)
    assert name_key(name.upper()) == name_key(name.upper().lower())


def by_walking(votes):
    """Count the groups by walking from vote to vote, the slow way."""
    left, groups = set(votes), 0
    while left:
        groups += 1
        edge = [left.pop()]
        while edge:
            name, login = edge.pop()
            near = {vote for vote in left if vote[0] == name or vote[1] == login}
            left -= near
            edge += near
    return groups


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), max_size=9))
def test_whoever_shares_a_name_or_a_login_is_one_person(votes):
    assert count(votes) == by_walking(votes)


def test_a_sentence_shows_names_that_cannot_act():
    assert shown("a\x1b[2J\u202eb") == "a\\u001b[2J\\u202eb"
    assert shown("Anna Berg", "aberg") == "Anna Berg (login aberg)"
    assert shown("Anna", "ANNA") == "Anna"
    assert shown("") == "somebody without a name"
    assert len(shown("x" * 10_000, "y" * 10_000)) < 150


def test_many_names_are_listed_in_part():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "a"]) == "a and b"
    assert listed(map(str, range(9))) == "0, 1, 2, 3, 4 and 4 more"
