"""Who looks a second and a third time, and why: nobody at their own, and nobody can steer it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.decision import (
    IDENTIFIED,
    KNOWN_UNIDENTIFIED,
    LIKENESS,
    NO_REAL_PERSON,
    TREAT_AS_REAL,
    VICTIM_STATES,
)
from fanal.model.opinion import STATES
from fanal.review import people
from fanal.review.decisions import fold, key_of
from fanal.review.limits import Limits
from fanal.review.second import (
    BULK,
    CONFLICTING,
    DISAGREE,
    DRAWN,
    FLAGGED,
    OVERRIDDEN,
    TWO_PEOPLE,
    UNIDENTIFIED,
    Need,
    Said,
    Unresolved,
    is_drawn,
    losing,
    may,
    need,
    place,
    units,
)
from makers.deciding import event

KEY = b"zz-test"
NONE = Limits(second_share=0.0)


def said(*words: tuple[str, str], **told: object) -> Said:
    events = tuple(event(n, by, state) for n, (by, state) in enumerate(words))
    return replace(Said("zz", events), **told)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (said(("A", TREAT_AS_REAL)), None),
        (said(("A", NO_REAL_PERSON)), TWO_PEOPLE),
        (said(("A", TREAT_AS_REAL), origin="generator"), UNIDENTIFIED),
        (said(("A", LIKENESS), origin="made_from_picture"), UNIDENTIFIED),
        (said(("A", IDENTIFIED), origin="generator"), None),
        (said(("A", IDENTIFIED), origin="conflicting"), CONFLICTING),
        (said(("A", IDENTIFIED), overridden=True), OVERRIDDEN),
        (said(("A", IDENTIFIED), flagged=True), FLAGGED),
        (said(("A", IDENTIFIED), together=500), None),
        (said(("A", IDENTIFIED), together=501), BULK),
        (said(("A", IDENTIFIED), ("B", IDENTIFIED), origin="conflicting"), None),
        (said(("A", IDENTIFIED), ("B", LIKENESS)), DISAGREE),
        (said(("A", NO_REAL_PERSON), ("B", NO_REAL_PERSON), flagged=True), None),
        (said(flagged=True), None),
    ],
)
def test_what_is_seen_again_and_why(one, why):
    found = need(one, NONE, KEY)
    assert found is None if why is None else isinstance(found, Need) and found.why == (why,)
    if isinstance(found, Need):
        assert found.turn == (3 if why == DISAGREE else 2)


def test_of_all_others_a_share_is_drawn():
    everything = replace(NONE, second_share=1.0)
    found = need(said(("A", TREAT_AS_REAL)), everything, KEY)
    assert isinstance(found, Need)
    assert found.why == (DRAWN,)
    drawn = sum(is_drawn(f"{number}", 0.1, KEY) for number in range(5000))
    assert 400 < drawn < 600  # 500 expected, 21 standard deviation
    other = [is_drawn(f"{number}", 0.1, b"zz-other") for number in range(5000)]
    both = sum(is_drawn(f"{n}", 0.1, KEY) and other[n] for n in range(5000))
    assert both < 100  # another key draws others: 50 expected


def test_three_who_disagree_are_asked_to_talk():
    words = [("A", TREAT_AS_REAL), ("B", LIKENESS), ("C", IDENTIFIED)]
    found = need(said(*words), NONE, KEY)
    assert isinstance(found, Unresolved)
    assert found.says == fold(said(*words).events).says


WHO = st.sampled_from(["A", "B", "C", "a", "B "])
HISTORY = st.lists(st.tuples(WHO, st.sampled_from(VICTIM_STATES)), min_size=1, max_size=6)


@given(HISTORY, st.sampled_from(["", *STATES]), st.booleans(), WHO)
def test_nobody_judges_what_they_decided(history, origin, flagged, me):
    found = need(said(*history, origin=origin, flagged=flagged), Limits(second_share=1.0), KEY)
    key = people.name_key(me), people.login_key(me)
    if isinstance(found, Need):
        assert may(key, found) == (key not in {key_of(one) for one in found.words})
        assert len({key_of(one) for one in found.words}) == found.turn - 1
    assert not isinstance(found, Need) or not may(("", "zz"), found)


def test_whoever_took_a_word_back_is_not_asked_about_it():
    one = Said(
        "zz", (event(1, "A", TREAT_AS_REAL), event(2, "B", LIKENESS), event(3, "B", undoes=2))
    )
    found = need(replace(one, flagged=True), NONE, KEY)
    assert isinstance(found, Need)
    assert not may(("b", "b"), found)
    assert may(("c", "c"), found)
    assert not may(("c", "a"), found)
    assert not may(("a", "c"), found)


def test_only_what_a_second_voice_speaks_against_loses():
    words = need(said(("A", LIKENESS), ("B", IDENTIFIED)), NONE, KEY).words
    assert [one.by for one in losing(words, LIKENESS)] == ["B"]
    assert [one.by for one in losing(words, IDENTIFIED)] == ["A"]
    assert losing(words, KNOWN_UNIDENTIFIED) == []


def test_units_are_of_one_series_and_one_decision_and_their_order_says_nothing():
    def one(sha256: str, first: str) -> Need:
        words = (replace(event(first, "A", IDENTIFIED), sha256=sha256),)
        return Need(sha256, 2, (DRAWN,), first, words, (("a", "a"),))

    needs = [one(f"zz{number}", "d1") for number in range(7)] + [one("zz7", "d2"), one("zz8", "d2")]
    series = {f"zz{number}": "s-1" for number in range(5)} | {"zz7": "s-1"}
    found = units(needs, series, KEY, 3)
    sizes = sorted(len(part) for part in found)
    assert sizes == [1, 1, 1, 1, 2, 3]
    assert units(needs[::-1], series, KEY, 3) == found
    firsts = [place(KEY, part[0].sha256) for part in found]
    assert firsts == sorted(firsts)
    assert [part[0].sha256 for part in units(needs, series, b"zz-other", 3)] != [
        part[0].sha256 for part in found
    ]
