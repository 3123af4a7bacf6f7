"""What is left out of a document stands in no sentence of it, whatever it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.exchange.left_out import LEFT_OUT, SHORTEST, Values, without


def test_sentences_lose_the_values_of_others_and_keep_the_rest():
    told = {"says": ["240.0.2.2 and 240.0.2.22", {"a": "Zz-Test-0008!"}], "count": 3}
    assert without(told, Values({"240.0.2.2", "zz-test-0008", "3"})) == {
        "says": [f"{LEFT_OUT} and 240.0.2.22", {"a": f"{LEFT_OUT}!"}],
        "count": 3,
    }


@given(st.text(min_size=4, max_size=12), st.text(max_size=20), st.text(max_size=20))
def test_no_value_is_found_again_whatever_it_is(value, before, after):
    told = without({"says": f"{before} {value} {after}"}, Values({value}))
    again = without(told, Values({value}))
    assert again == told


@pytest.mark.parametrize(
    ("value", "text", "left"),
    [
        ("+4930234560001", "rang +4930234560001.", f"rang {LEFT_OUT}."),
        ("ZZ-Test-0008", "zz-tESt-0008's", f"{LEFT_OUT}'s"),
        ("ÄRGER", "ärger und ärgerlich", f"{LEFT_OUT} und ärgerlich"),
        ("!!!!", "well !!!!", f"well {LEFT_OUT}"),
        ("240.0.0.1", "240.0.0.10", "240.0.0.10"),
        ("abc", "abc", "abc"),
        ("2008", "2008-06-04", "2008-06-04"),
        ("20080604", "born 20080604", f"born {LEFT_OUT}"),
    ],
)
def test_a_value_is_found_whole_in_any_case_of_letters(value, text, left):
    assert without([{"says": text}], Values({value})) == [{"says": left}]


def test_words_of_an_evaluation_are_a_sentence_and_other_values_are_none():
    words = {"kind": "evaluation", "grounds": "zz", "value": "knows zz-test-0008"}
    other = {"kind": "category", "grounds": "zz", "value": "suspect"}
    number = {"kind": "phone", "value": "zz-test-0008"}
    told = without([words, other, number], Values({"zz-test-0008", "suspect"}))
    assert told == [words | {"value": f"knows {LEFT_OUT}"}, other, number]


def test_the_longer_of_two_values_is_taken_first():
    given = {"grounds": "zz-site/a1 and zz-site"}
    told = without(given, Values({"zz-site"}), Values({"zz-site/a1"}))
    assert told == {"grounds": f"{LEFT_OUT} and {LEFT_OUT}"}


def test_a_person_who_calls_themselves_like_a_field_changes_no_document():
    names = {"facts", "says", "strong", "data", "email", "contents"}
    told = {
        "facts": [{"kind": "email", "says": "strong facts", "data": {"contents": ["zz"]}}],
        "level": "strong",
    }
    assert without(told, Values(names)) == {
        "facts": [
            {"kind": "email", "says": f"{LEFT_OUT} {LEFT_OUT}", "data": {"contents": ["zz"]}}
        ],
        "level": "strong",
    }


@given(
    st.sets(st.text("ab-./ß1", min_size=1, max_size=7), max_size=8),
    st.text("ab-./ß1 ", max_size=40),
)
def test_the_index_finds_what_a_search_for_each_value_finds(values, text):
    searched = [value for value in values if len(value) >= SHORTEST]
    met = any(
        re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) for value in searched
    )
    told = without({"says": text}, Values(values))["says"]
    assert (told != text) == met
