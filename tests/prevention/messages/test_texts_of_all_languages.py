"""The built-in texts of every language: all languages, their letters, the limits of adverts."""

import datetime as dt
import tomllib
import unicodedata
from importlib.resources import files

import pytest
import regex

PACKAGE = "fanal.prevention.texts"
# Council Regulation No 1 of 1958 determining the languages to be used by the European Economic
# Community, article 1 as amended: its 24 languages by their ISO 639-1 codes.
OFFICIAL = {
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
    *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
}
BESIDE = {"ar", "bs", "he", "is", "nb", "tr", "uk"}
SCRIPTS = {"ar": "Arabic", "bg": "Cyrillic", "el": "Greek", "he": "Hebrew", "uk": "Cyrillic"}
# Letters that a language does not write though others of its script do (Unicode CLDR, main sets):
# a text with one of them was put under the wrong name.
FOREIGN = {
    "bg": "ыэёіїєґ",
    "bs": "ěřů",
    "cs": "ľĺŕôľ",
    "da": "äö",
    "es": "çßãõ",
    "fi": "øæ",
    "hr": "ěřů",
    "nb": "äö",
    "pl": "ěřťďßöü",
    "sk": "ěřů",
    "sl": "ćđ",
    "sv": "øæ",
    "tr": "äßøæ",
    "uk": "ыэёъ",
}
HEADLINE, LINE = 30, 90
ENGLISH = regex.compile(
    r"\b(?:the|you|your|with|what|they|that|this|there|children|people|help)\b", regex.IGNORECASE
)


def _told(locale):
    return tomllib.loads(_raw(locale))


def _raw(locale):
    return files(PACKAGE).joinpath(f"{locale}.toml").read_text("utf-8")


def _there():
    names = (one.name for one in files(PACKAGE).iterdir())
    return {name.removesuffix(".toml") for name in names if name.endswith(".toml")}


def _texts(told):
    """Yield the address of each text and the text, without what the file says of itself."""
    for section, table in told.items():
        if section != "about":
            yield from _below(section, table)


def _below(where, value):
    if isinstance(value, str):
        yield where, value
    else:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in pairs:
            yield from _below(f"{where}.{key}", one)


def test_all_official_languages_of_the_union_are_there_and_the_others_promised():
    assert len(OFFICIAL) == 24
    assert _there() >= OFFICIAL | BESIDE


@pytest.fixture(params=sorted(OFFICIAL | BESIDE))
def locale(request):
    return request.param


def test_a_file_has_the_texts_of_the_english_one_and_no_other(locale):
    told = _told(locale)
    assert {where for where, _ in _texts(told)} == {where for where, _ in _texts(_told("en"))}
    assert told["about"].keys() == _told("en")["about"].keys()


def test_adverts_are_not_cut(locale):
    for family, text in _told(locale)["family"].items():
        assert len(text["headline"]) <= HEADLINE, family
        assert len(text["line"]) <= LINE, family


def test_a_file_says_what_it_is_and_who_read_it(locale):
    about = _told(locale)["about"]
    assert about["locale"] == locale
    assert about["direction"] == ("rtl" if locale in {"ar", "he"} else "ltr")
    assert about["drafted_by"]
    assert isinstance(about["drafted_on"], dt.date)
    if about["reviewed_by"]:
        assert isinstance(about["reviewed_on"], dt.date)
    else:
        assert about["reviewed_on"] == ""
        head = _raw(locale).partition("[about]")[0]
        assert "machine" in head
        assert "person who speaks the language" in head


def test_the_letters_fit_the_language(locale):
    script = SCRIPTS.get(locale, "Latin")
    own = regex.compile(rf"[\p{{Script={script}}}\p{{Script=Inherited}}]")
    letters = regex.compile(r"\p{L}")
    for where, text in _texts(_told(locale)):
        alien = [one for one in letters.findall(text) if not own.match(one)]
        assert not alien, where
        assert not set(text.casefold()) & set(FOREIGN.get(locale, "")), where


def test_texts_are_composed_and_hold_no_hidden_or_doubled_signs(locale):
    assert unicodedata.is_normalized("NFC", _raw(locale))
    for where, text in _texts(_told(locale)):
        assert text == text.strip(), where
        assert "  " not in text, where
        assert "'" not in text, where


def test_sentences_end_as_sentences(locale):
    told = _told(locale)
    for where, text in _texts(told):
        if ".body." in where or ".line" in where or where.startswith("happened."):
            assert text.endswith((".", "?", ";", "؟")), where


@pytest.mark.parametrize("locale", sorted((OFFICIAL | BESIDE) - {"en"}))
def test_no_text_was_left_in_english(locale):
    english = dict(_texts(_told("en")))
    for where, text in _texts(_told(locale)):
        assert text != english[where], where
        assert not ENGLISH.search(text), where


def test_the_languages_differ_from_each_other():
    seen = {}
    for locale in sorted(_there()):
        body = tuple(_told(locale)["support"]["victim"]["body"])
        assert body not in seen, (locale, seen[body])
        seen[body] = locale
