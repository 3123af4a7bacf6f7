"""What officers read: the same in both forms, with hostile text spelt out, and nothing fetched."""

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.exchange.brief import html, pdf, plain
from fanal.exchange.seal import media
from makers.briefs import told
from makers.handed import MOMENT, identifier, lead
from makers.pages import Page
from makers.pdf_text import pages

HOSTILE = '"><script>alert(1)</script> #panic("x") $ \\ *b* `r` #eval("1") \u202egnp.exe \x07 مثال'


def squeezed(text):
    return "".join(text.split())


def hostile(text):
    one = lead()
    return replace(
        one,
        accounts=(replace(one.accounts[0], username=text, id=text, site=text),),
        identifiers=(identifier(text, text, 1),),
        flags=(replace(one.flags[0], code=text, says=text),),
        deeds=tuple(replace(each, says=text, what=text) for each in one.deeds),
        reasons=tuple(
            replace(each, says=text, family=text, dataset=text, caveats=(text,))
            for each in one.reasons
        ),
        category_says=text,
    )


def test_the_page_runs_nothing_and_asks_for_nothing():
    page = Page(html(told(hostile(HOSTILE), recipient=HOSTILE)).decode())
    assert page.names().isdisjoint({"script", "img", "link", "iframe", "object", "form", "base"})
    assert page.refers() == []
    policy = next(each["content"] for _, each in page.tags if "http-equiv" in each)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert not any(name.startswith("on") for _, held in page.tags for name in held)


def test_hostile_names_are_spelt_out():
    raw = html(told(hostile(HOSTILE))).decode()
    assert "\u202e" not in raw
    assert "\x07" not in raw
    assert '<span class="code">U+202E</span>' in raw
    assert "<script>" not in raw
    text = squeezed("".join(pages(pdf(told(hostile(HOSTILE)), MOMENT))))
    assert (
        squeezed('<script>alert(1)</script>#panic("x")$\\*b*`r`#eval("1")⟨U+202E⟩gnp.exe') in text
    )
    assert "⟨U+0007⟩⟨U+0645⟩" in squeezed(text)


def test_nothing_of_python_stands_on_the_page():
    assert "built-in" not in html(told()).decode()
    assert "object at 0x" not in html(told()).decode()


def test_every_page_of_the_pdf_has_the_code_and_its_number():
    every = pages(pdf(told(), MOMENT))
    assert len(every) > 2
    for number, text in enumerate(every, 1):
        assert text.count("H2 · p-0123456789ab · version 1 · for Germany") == 2
        assert f"page {number} of {len(every)}" in text


def test_both_forms_tell_the_same_of_a_lead():
    one, facts = lead(), told(lead())
    words = [
        *(each.value for each in one.identifiers),
        *(each.says for each in (*one.deeds, *one.reasons, *one.flags)),
        one.category_says,
        "zz-table 2025-01-01",
        "table 12 days away",
        "Whether the payer used the account",
        "Kein Täter werden",
        "c0" * 32,
        "zz note",
        "X: cannot be judged",
    ]
    paper = squeezed("".join(pages(pdf(facts, MOMENT))))
    screen = squeezed(Page(html(facts).decode()).text())
    for word in words:
        assert squeezed(word) in paper, word
        assert squeezed(word) in screen, word


def test_the_same_is_set_the_same_and_holds_no_picture():
    made = pdf(told(), MOMENT)
    assert made == pdf(told(), MOMENT)
    assert b"/CreationDate(D:20261126000000Z)" in made
    assert media("brief.pdf", made) == ""
    assert media("brief.html", html(told())) == ""
    assert b"FontFile" in made, "the fonts come along"


@pytest.mark.parametrize(
    ("text", "spelt"),
    [("Žluťoučký Ωмир", "Žluťoučký Ωмир"), ("a\u202eb", "a⟨U+202E⟩b"), ("中", "⟨U+4E2D⟩")],
)
def test_letters_that_the_fonts_lack_are_spelt_by_number(text, spelt):
    assert plain({"a": [text]}) == {"a": [spelt]}


def test_a_text_of_a_megabyte_is_cut_and_says_so():
    cut = plain("x" * 1_000_000)
    assert len(cut) < 300
    assert "999,760 characters cut" in cut


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from(string.punctuation), max_size=60))
def test_no_text_breaks_either_form(text):
    facts = json.loads(json.dumps(told(hostile(text), recipient=text, operation=text)))
    assert pdf(facts, MOMENT).startswith(b"%PDF-1.7")
    page = Page(html(facts).decode())
    assert "script" not in page.names()
    assert page.refers() == []
