"""Hits through every step and context, beside a search so plain that it can be believed."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanal.prevention.words.linter import hits, plain
from fanal.prevention.words.lists import book
from fanal.prevention.words.normalise import normalise
from makers.terms import EVERY, books, entry
from makers.tongues import UNSPACED, WORDS
from makers.words import naive, shares

LETTERS = st.text("abmrnß1l|é -\u0301\u0660\u0430\u0406", min_size=1, max_size=8)
STEPS = [EVERY, EVERY - {"lookalikes"}, EVERY - {"nfkc"}, EVERY - {"fold"}]


@settings(max_examples=120)
@given(
    st.lists(st.tuples(LETTERS, st.sampled_from(["token", "context"])), min_size=1, max_size=4),
    st.lists(LETTERS, min_size=1, max_size=5),
    st.sampled_from(STEPS),
)
@example([("l", "phrase")], ["a|"], EVERY)
@example([("m", "phrase"), ("a m a", "context")], ["a m a", "m"], EVERY)
def test_a_list_hits_what_a_plain_search_hits(rows, parts, steps):
    known = tuple(
        replace(entry(pattern, kind=kind), id=f"e{at}", steps=steps)
        for at, (pattern, kind) in enumerate(rows)
        if normalise(pattern, steps).text
    )
    text = " ".join(parts + [row[0] for row in rows[:1]])
    assert hits(book(known), text) == naive(known, text)


@pytest.mark.parametrize("language", WORDS)
def test_two_words_are_found_in_their_order_and_by_themselves(language):
    word = WORDS[language]
    gap = "" if language in UNSPACED else " "
    phrase = f"{word}{gap}{word[::-1]}"
    known = books(entry(phrase))
    written = (
        unicodedata.normalize("NFD", phrase),
        unicodedata.normalize("NFKD", phrase).upper(),
        phrase.replace(" ", " \n\u3000"),
        phrase.replace("a", "\u0430").replace("o", "\u043e"),
        f"({phrase})",
    )
    assert all(known.ask(one).is_hit for one in written)
    assert not known.ask(f"{word[::-1]} {word}").is_hit
    if language not in UNSPACED:
        for one in (word[0] + phrase, phrase + phrase[-1], phrase + "1", phrase.replace(" ", "")):
            assert not known.ask(f"zz {one} zz").is_hit


@pytest.mark.parametrize("text", ["\u0397\u0410R\u0392\u041eUR", "ΗΑRΒΟUR WΑLL", "𝚮arbour"])
def test_capitals_are_met_as_they_look_and_as_they_are(text):
    assert books(entry("harbour")).ask(text).is_hit
    assert not books(entry("harbour", steps=EVERY - {"lookalikes"})).ask(text).is_hit
    assert books(entry("λιμάνι")).ask("ΛΙΜΆΝΙ").is_hit
    known = books(entry("вода"), entry("zz-tabe"), entry("сокр ταβε zz-tabe", kind="context"))
    assert known.ask("ВОДА").is_hit
    assert not known.ask("СОКР ΤΑΒΕ zz-tabe").is_hit
    assert not known.ask("Сокр Ταβε zz-tabe").is_hit


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=())))
@example("\ud800")
@example("\0\u202e\u2066zz-lamp")
def test_any_text_gets_an_answer(text):
    heard = books(entry("zz-lamp")).ask(text)
    assert heard.is_readable == all(not "\ud800" <= one <= "\udfff" for one in text)


def test_a_heap_of_marks_hides_nothing():
    known = books(entry("zz-lamp"), limit=2_000_000)
    assert known.ask("a" + "\u0301\u0323" * 500_000 + " zz-lamp").is_hit


def test_nothing_here_shows_a_word():
    told = books(entry("qvwxzj kpqvfy", fuzzy=1), entry("jjkkqq"))
    text = "qvwxzj kpqvfy jjkkqq"
    shown = " ".join(map(repr, (getattr(told, name) for name in told.__slots__)))
    shown += str(told) + repr(list(plain(told.entries).found(text))) + repr(told.ask(text))
    assert not shares(shown, "qvwxzj kpqvfy")
    assert not shares(shown, "jjkkqq")
