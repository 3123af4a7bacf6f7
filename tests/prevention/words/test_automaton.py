"""What stands in a text: as a plain search finds it, word by word."""

import re
import time
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fanal.prevention.nouns import Reason
from fanal.prevention.words.automaton import Found, Profile
from fanal.prevention.words.lists import book
from fanal.prevention.words.normalise import normalise
from fanal.prevention.words.terms import Entry
from makers.terms import EVERY, books, entry
from makers.tongues import UNSPACED, WORDS

PLAIN = frozenset({"fold"})
ALPHABET = "ab -"


def naive(patterns: list[str], text: str) -> set[int]:
    """Find patterns one by one, between characters that are neither letters nor digits."""
    text = " ".join(text.lower().split())
    return {
        number
        for number, pattern in enumerate(patterns)
        for form in [" ".join(pattern.lower().split())]
        if form
        for met in re.finditer(f"(?={re.escape(form)})", text)
        if not (form[0].isalnum() and text[: met.start()][-1:].isalnum())
        if not (form[-1].isalnum() and text[met.start() + len(form) :][:1].isalnum())
    }


@given(
    st.lists(st.text(ALPHABET, min_size=1, max_size=5), min_size=1, max_size=6),
    st.text(ALPHABET, max_size=30),
)
@example(["a", "a a"], "a a a")
def test_hits_are_those_of_a_plain_search(patterns, text):
    entries = tuple(entry(one) for one in patterns)
    profile = Profile(PLAIN, [(one, at) for at, one in enumerate(patterns)], entries)
    assert profile.find(normalise(text, PLAIN)).hits == naive(patterns, text)


@pytest.mark.parametrize("language", WORDS)
def test_a_word_of_each_language_is_found_in_every_spelling(language):
    word = WORDS[language]
    known = books(entry(word), entry("zz-test-0001"))
    said = [word, word.upper(), f"zz {word} zz", f"“{word}”!", "\u200b".join(word), f"\n{word}\t"]
    if language in UNSPACED:
        said.append(f"{word}{word}")
    for text in said:
        assert known.ask(text).is_hit, language
    assert known.ask(f"{word} zz").is_hit
    others = [other for name, other in WORDS.items() if name != language]
    assert not known.ask(" · ".join(others)).is_hit
    if language not in UNSPACED:
        assert not known.ask(f"zz{word}zz").is_hit


@pytest.mark.parametrize("step", sorted(EVERY))
def test_a_step_that_is_off_is_not_taken(step):
    spelled = {
        "nfkc": "\uff5azlamp",
        "fold": "ZZLAMP",
        "ignorable": "zz\u200blamp",
        "digits": "zzlamp\u0661",
        "lookalikes": "zzl\u0430mp",
    }[step]
    pattern = "zzlamp1" if step == "digits" else "zzlamp"
    assert books(entry(pattern)).ask(spelled).is_hit
    without = EVERY - ({step, "lookalikes", "nfkc"} if step == "digits" else {step})
    if step == "nfkc":
        without = EVERY - {"nfkc", "lookalikes"}
    if step == "fold":
        without = EVERY - {"fold", "lookalikes"}
    assert not books(entry(pattern, steps=without)).ask(spelled).is_hit


def test_a_context_makes_what_it_holds_harmless_and_nothing_else():
    known = books(entry("lamp"), entry("the lamp museum", kind="context"))
    assert not known.ask("where is The Lamp  Museum?").is_hit
    assert known.ask("where is the lamp museum, and a lamp").is_hit
    assert known.ask("the lamp museums").is_hit
    assert known.ask("the lamp").is_hit


def test_the_longest_context_counts():
    known = books(
        entry("lamp"), entry("a lamp", kind="context"), entry("a lamp shop a", kind="context")
    )
    assert not known.ask("a lamp shop a lamp").is_hit


def test_words_of_help_are_no_hits():
    known = books(entry("zz-self", audience=Reason.SELF), entry("zz-hit"))
    assert known.ask("zz-self") == known.ask("a ZZ-SELF b")
    assert (known.ask("zz-self").is_hit, known.ask("zz-self").support) == (False, Reason.SELF)
    both = known.ask("zz-self zz-hit")
    assert (both.is_hit, both.support) == (True, Reason.SELF)


def test_a_bar_that_looks_like_a_letter_still_ends_a_word():
    assert books(entry("lamp")).ask("|lamp|").is_hit
    assert books(entry("lamp")).ask("1amp").is_hit
    assert not books(entry("lamp")).ask("llamp").is_hit


def test_half_of_a_letter_is_no_word():
    # m looks like rn, so a word that begins within it is none
    assert not books(entry("note")).ask("mote").is_hit


def test_nothing_is_found_in_nothing():
    assert Profile(EVERY, [], ()).find(normalise("lamp")) == Found()
    assert "lamp" not in repr(Profile(EVERY, [("lamp", 0)], (entry("lamp"),)))


def test_patterns_that_hold_each_other_make_no_text_wait():
    every = book(tuple(Entry(f"e{at}", "a" * (at + 1), "token") for at in range(300)))
    began = time.process_time()
    tracemalloc.start()
    assert not every.ask("a" * 20_000).is_readable
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()
    assert time.process_time() - began < 2
    assert every.ask("a aa").is_hit
