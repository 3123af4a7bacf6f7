import base64
import hashlib
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from fanal.prevention.messages.builtin import english, locales
from fanal.prevention.messages.page import HEADERS, fragment, html, plain
from fanal.prevention.nouns import FAMILIES, Action, Content, Decision, Link, Reason, Surface
from makers.messages import HOSTILE, decision, hostile, leads, read, ways

SEARCH = {"surface": Surface.SEARCH}
KEYS = (*FAMILIES, "neutral", "support.self", "support.victim", "support.family")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("country", ["GB", "DE", ""])
def test_every_message_leads_to_its_contacts_and_nowhere_else(key, country):
    told = decision(key, "en", country)
    for text in (html(told, **SEARCH), fragment(told, **SEARCH)):
        assert set(leads(read(text))) == ways(told.content)


@pytest.mark.parametrize("locale", locales())
def test_a_page_is_in_its_language_with_one_heading_and_its_landmarks(locale):
    told = decision(locale=locale, country="")
    page = read(html(told, **SEARCH))
    held = dict(page.tags)
    assert (held["html"]["lang"], held["html"]["dir"]) == (locale, told.content.direction)
    names = [tag for tag, _ in page.tags]
    assert [names.count(one) for one in ("h1", "main", "footer", "title")] == [1] * 4
    assert [one for one in names if re.fullmatch(r"h\d", one)] == ["h1", "h2", "h2"]
    shown = page.text()
    for sentence in (*told.content.body, told.content.notice, told.content.words["no_way_on"]):
        assert sentence in shown
    assert read(fragment(told, **SEARCH)).tags[0][1]["lang"] == locale


def test_the_message_comes_first_then_help_then_crisis_then_the_notice():
    told = decision()
    content = told.content
    text = html(told, **SEARCH).split("</head>")[1]
    order = [
        *(content.title, *content.body, content.words["help"], content.words["crisis"]),
        *(content.words["no_way_on"], content.notice),
    ]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    said = plain(told, **SEARCH)
    places = [said.index(one) for one in order]
    assert places == sorted(places)


def test_the_page_may_load_nothing_but_its_own_style():
    text = html(decision(), **SEARCH)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = HEADERS["Content-Security-Policy"].split("; ")
    assert policy == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    (same,) = (
        held["content"]
        for _, held in read(text).tags
        if held.get("http-equiv") == "Content-Security-Policy"
    )
    assert same.split("; ") == policy[:-1]
    assert (HEADERS["Referrer-Policy"], HEADERS["Cache-Control"]) == ("no-referrer", "no-store")
    assert not re.search(r"url\(|@import|@font-face|expression", style)


def test_texts_do_not_act_and_odd_addresses_are_no_links():
    for surface in Surface:
        told = Decision(Action.INTERVENE, Reason.WORDS, HOSTILE, hostile())
        for text in (html(told, surface=surface), fragment(told, surface=surface)):
            assert set(leads(read(text))) == {"tel:116123", "https://help.example/a"}
            assert "<script" not in text
    said = plain(told, **SEARCH)
    assert 'javascript:zz()"' not in said
    assert "?back" not in said


def test_no_template_has_a_link_of_its_own():
    folder = files("fanal.prevention.messages").joinpath("templates")
    for one in folder.iterdir():
        text = one.read_text("utf-8")
        assert not re.search(r"<form|<script|<img|<iframe|https?://|//\w", text), one.name
        found = set(re.findall(r'href="([^"]*)"', text))
        assert found <= {"tel:{{ link.phone | tel }}", "{{ web }}", "{{ state }}"}, one.name


def test_beside_results_nothing_is_said_to_be_blocked():
    told = decision("support.self", surface=None)
    words = english().words
    for text in (html(told, **SEARCH), fragment(told, **SEARCH), plain(told, **SEARCH)):
        assert words["no_way_on"] not in text
        assert not [one for one in english().happened.values() if one in text]


@pytest.mark.parametrize("surface", Surface)
def test_where_the_texts_failed_something_true_is_shown_all_the_same(surface):
    told = Decision(Action.BLOCK, Reason.FAULT, "neutral", None)
    page = read(html(told, surface=surface))
    for one in (english().happened[surface], english().words["emergency_always"]):
        assert one in page.text()
        assert one in plain(told, surface=surface)
    assert {"https://troubled-desire.com", "https://findahelpline.com"} < {*leads(page)}


def test_nothing_is_shown_where_nothing_was_found():
    for shown in (html, fragment, plain):
        with pytest.raises(ValueError, match="nothing is shown"):
            shown(Decision(Action.ALLOW, Reason.NONE), **SEARCH)


def test_the_general_emergency_sentence_stands_where_no_number_does():
    words = english().words
    there = decision(country="DE").content
    assert words["emergency"] in [one.service for one in there.crisis]
    assert words["emergency_always"] not in html(decision(country="DE"), **SEARCH)
    assert words["emergency_always"] in html(decision(country=""), **SEARCH)
    assert words["emergency_always"] in plain(decision(country=""), **SEARCH)


def test_a_service_in_another_language_says_which():
    links = (Link("Zz", web="https://zz.example", languages=("de", "en", "qq")),)
    other = Content("fr", "ltr", "T", ("B.",), links, links, "N.", dict(english().words))
    text = html(Decision(Action.INTERVENE, Reason.WORDS, "help", other), **SEARCH)
    assert "Languages:" in text
    assert '<bdi lang="en">English</bdi>' in text
    assert '<bdi lang="qq">qq</bdi>' in text
    same = replace(other, locale="de-CH")
    assert "Languages:" not in html(Decision(Action.INTERVENE, Reason.WORDS, "", same), **SEARCH)


def test_norwegian_is_one_language_whichever_way_it_is_written():
    links = (Link("Zz", web="https://zz.example", languages=("no",)),)
    page = Content("nb", "ltr", "T", ("B.",), links, links, "N.", dict(english().words))
    told = Decision(Action.INTERVENE, Reason.WORDS, "help", page)
    assert "Languages:" not in html(told, **SEARCH)
    text = html(replace(told, content=replace(page, locale="fr")), **SEARCH)
    assert '<bdi lang="no">norsk' in text


def test_ways_to_one_service_stand_under_its_name_once():
    links = (Link("Zz emergency", "112"), Link("Zz emergency", "144"), Link("Zz other", "143"))
    told = Content("en", "ltr", "T", ("B.",), links, links[:1], "N.", dict(english().words))
    page = read(html(Decision(Action.INTERVENE, Reason.WORDS, "help", told), **SEARCH))
    assert leads(page) == ["tel:112", "tel:144", "tel:143", "tel:112"]
    assert page.text().count("Zz emergency") == 2


def test_the_same_address_is_not_shown_as_the_text_of_a_link_with_its_scheme():
    assert "https://" not in read(html(decision(), **SEARCH)).text()
