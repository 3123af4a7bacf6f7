"""What a person gets in place of the app."""

import json

import pytest

from fanal.prevention.doors.answers import KEY, NOTHING, answer, beside, spoken, wants_json
from fanal.prevention.doors.requests import Asked
from fanal.prevention.nouns import Action, Content, Decision, Reason, Signals, Surface
from makers.doors import HIT, SELF, Plain


def asked(**headers):
    told = tuple((name.replace("_", "-"), value.encode()) for name, value in headers.items())
    return Asked("GET", "/", b"", told)


@pytest.mark.parametrize(
    ("headers", "is_json"),
    [
        ({}, False),
        ({"accept": "*/*"}, False),
        ({"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, False),
        ({"accept": "application/json"}, True),
        ({"accept": "application/problem+json, text/html;q=0.5"}, True),
        ({"accept": "text/html;q=0.5, application/json;q=0.4"}, False),
        ({"accept": "application/json;q=0"}, False),
        ({"accept": "*/*", "content_type": "application/json; charset=utf-8"}, True),
        ({"accept": "text/html", "content_type": "application/json"}, False),
        ({"accept": ",;=q" * 9_000}, False),
    ],
)
def test_a_client_gets_what_it_prefers(headers, is_json):
    assert wants_json(asked(**headers)) is is_json


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", ""),
        ("de-AT,en;q=0.5", "de"),
        ("en;q=0.3, fr-BE;q=0.8", "fr"),
        ("en-GB,de", "en"),
        ("xx, de;q=0.1", "de"),
        ("xx", "xx"),
        ("zh-TW", "zh-Hant"),
        ("sr-Latn-RS;q=1", "sr-Latn"),
        ("*, de;q=0", ""),
        ("/../..", ""),
    ],
)
def test_the_language_is_the_browsers_and_no_country_is(header, locale, monkeypatch):
    monkeypatch.setattr(
        "fanal.prevention.doors.answers.locales", lambda: ("de", "en", "fr", "sr", "zh")
    )
    from fanal.prevention.doors import answers  # noqa: PLC0415 (its memory is cleared)

    answers._known.cache_clear()
    try:
        assert spoken(asked(accept_language=header)) == locale
    finally:
        answers._known.cache_clear()


def test_json_for_a_person_names_no_list_and_no_reason():
    done = Plain().decide("search", Signals(HIT), "en")
    headers, body = answer(done, Surface.SEARCH, asked(accept="application/json"))
    told = json.loads(body)
    assert told.keys() == {"action", "content"}
    assert told["content"]["links"]
    assert told["content"]["crisis"]
    assert headers["Cache-Control"] == "no-store"


def test_a_fault_of_the_page_is_still_a_refusal():
    broken = Content("en", "ltr", "t", ("b",), (), (), "n", {})  # lacks every word of the page
    done = Decision(Action.BLOCK, Reason.FAULT, "neutral", broken)
    headers, body = answer(done, Surface.SEARCH, asked())
    assert body == NOTHING
    assert b"emergency number" in NOTHING
    assert headers["Content-Type"].startswith("text/plain")


def test_help_beside_results_is_a_piece_of_a_page():
    plain = Plain()
    found = plain.decide("search", Signals(SELF), "en")
    assert found.action is Action.ALLOW
    told = beside({KEY: found})
    assert "<html" not in told
    assert found.content.title in told
    for raw in ({}, {KEY: None}, {KEY: plain.decide("search", Signals("other"))}):
        assert not beside(raw)
    assert not beside({KEY: plain.decide("search", Signals(HIT))})
