import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fanal.content.spelt import LONGEST, LONGEST_KEPT, kept, name, output, shown, size


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@given(st.text(st.characters(), max_size=LONGEST))
def test_any_text_is_shown_whole_without_a_character_that_acts(text):
    page = Page(str(name(text)))
    assert {tag for tag, _ in page.tags} <= {"bdi", "span"}
    expected = "".join(
        letter
        if letter == " " or unicodedata.category(letter)[0] not in "CZ"
        else f"U+{ord(letter):04X}"
        for letter in text
    )
    assert page.text == (expected or "\xa0")
    page.text.encode("utf-8")


@pytest.mark.parametrize(
    "mark",
    ["\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\ufeff", "\x1b", "\0"],
)
def test_marks_that_turn_or_hide_text_are_spelt_out(mark):
    text = str(shown(f"a{mark}b"))
    assert mark not in text
    assert f"U+{ord(mark):04X}" in text


def test_a_name_is_kept_apart_from_the_direction_around_it():
    assert str(name("שלום.jpg")) == "<bdi>שלום.jpg</bdi>"


def test_a_long_name_is_cut_in_the_middle_and_says_by_how_much():
    long = "a" * 100_000 + "end.jpg"
    text, cut = kept(long)
    assert len(text) == LONGEST_KEPT
    assert cut == len(long) - LONGEST_KEPT
    page = Page(str(name(text, cut)))
    assert page.text.startswith("aaa")
    assert page.text.endswith("end.jpg")
    assert f"{len(long) - LONGEST:,} characters cut" in page.text
    assert len(page.text) < LONGEST + 40


def test_a_short_name_is_kept_whole():
    assert kept("a" * LONGEST_KEPT) == ("a" * LONGEST_KEPT, 0)
    assert "cut" not in str(shown("a" * LONGEST))


def test_output_spells_what_nobody_thought_of():
    assert str(output("<b>\u202e")) == '&lt;b&gt;<span class="code">U+202E</span>'
    assert output(1234567) == "1,234,567"
    assert output(Markup("<b>")) == "<b>"
    assert output(None) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345_678, "12.3 MB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_sizes(number, words):
    assert size(number) == words
