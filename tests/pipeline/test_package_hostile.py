"""Hostile text in every field of a lead passes through every format of a package, breaking none."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.exchange.paths import unfit
from fanal.exchange.seal import media
from fanal.pipeline.package_content import Asked, LeadTerms, content
from makers.handed import MOMENT, Book, case, identifier, lead, link
from makers.pages import Page

PICTURE = "iVBORw0KGgo" + "A" * 300
KNOWN = [
    "=1+1",
    "\t@cmd",
    "a;=1+1",
    '"><script>alert(1)</script>',
    "data:image/png;base64,zz",
    PICTURE,
    "\u202egnp.exe",
    "\x00\x1b[2J",
    "#panic() $x$ \\",
    "{{ 1 }}{% raw %}",
    "a\r\nb,c",
    "\ud800",
    "x" * 5000,
]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet may run (OWASP, CSV injection)."""


def hostile(text):
    one = lead()
    every = tuple(
        replace(each, what=text, says=text, data={text: text, "exhibits": [{"exhibit": text}]})
        for each in one.deeds
    )
    return replace(
        one,
        accounts=(replace(one.accounts[0], username=text, created_raw=text, created=text),),
        identifiers=tuple(
            identifier(kind, text, at, raw=text) for at, kind in enumerate(("email", "phone", text))
        ),
        deeds=every,
        reasons=tuple(
            replace(each, family=text, role=text, says=text, dataset=text, caveats=(text,))
            for each in one.reasons
        ),
        flags=tuple(replace(each, code=text, says=text) for each in one.flags),
        joins=(link(one, one, text, rule=text, identity=True),),
        category_says=text,
        first=text,
        last=text,
        content={text: 1},
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return case(tmp_path_factory.mktemp("hostile") / "case")


def checked(store, text):
    words = text.replace("\ud800", "")
    asked = Asked(
        "p-0123456789ab", 1, "DE", words, {lead().id: LeadTerms("H3", words)}, MOMENT, words, words
    )
    made = content(store, asked, Book(hostile(text)))
    for name, data in made.files.items():
        assert unfit(name) == ""
        assert media(name, data) == "", name
        if name.endswith(("json", "jsonld")):
            json.loads(data)
    page = Page(made.files["brief.html"].decode())
    assert "script" not in page.names()
    assert page.refers() == []
    for name in ("leads.csv", "umf.csv"):
        rows = list(csv.reader(io.StringIO(made.files[name].decode("utf-8-sig"), newline="")))
        assert len(rows[0]) == len(rows[1])
        assert not any(cell.startswith(FORMULA) for row in rows for cell in row)
    assert made == content(store, asked, Book(hostile(text)))
    return made


@pytest.mark.parametrize("text", KNOWN, ids=range(len(KNOWN)))
def test_known_tricks_pass_and_do_nothing(store, text):
    checked(store, text)


def test_what_is_cut_from_a_text_is_told_in_the_lead(store):
    told = json.loads(checked(store, PICTURE).files[f"leads/{lead().id}.json"])
    assert told["facts"]["accounts"][0]["username"] == "[311 bytes like a medium left out]"


@settings(max_examples=12, deadline=None)
@given(st.text(max_size=40))
def test_any_text_passes_and_does_nothing(store, text):
    checked(store, text)
