import copy
import tomllib
from importlib.resources import files

import pytest

from fanal.prevention.messages import builtin
from fanal.prevention.messages.builtin import (
    PACKAGE,
    Tongue,
    english,
    is_new,
    locales,
    tongue,
    wrong,
)
from fanal.prevention.messages.wording import Fault, Wrong
from fanal.prevention.nouns import FAMILIES, SUPPORT, Surface


@pytest.fixture
def told():
    return tomllib.loads(files(PACKAGE).joinpath("en.toml").read_text("utf-8"))


@pytest.mark.parametrize("locale", locales())
def test_every_file_has_the_keys_of_the_english_one_and_leads_nowhere(locale):
    found = tongue(locale)
    assert isinstance(found, Tongue), found
    assert found.messages.keys() == {
        *FAMILIES,
        "neutral",
        *(f"support.{one}" for one in SUPPORT.values()),
    }
    assert found.happened.keys() == set(Surface)
    assert found.words.keys() == english().words.keys()
    assert found.dialogue.keys() == english().dialogue.keys()
    if locale != "en":
        for key, text in found.messages.items():
            assert text.body != english().messages[key].body, key
        assert found.words["notice"] != english().words["notice"]


def test_a_text_is_a_draft_until_a_person_and_a_day_stand_in_it():
    for locale in locales():
        found = tongue(locale)
        assert found.is_reviewed == bool(found.reviewed_by and found.reviewed_on)


@pytest.mark.parametrize(
    ("path", "value", "fault", "where"),
    [
        (("extra",), {}, Fault.KEYS, ""),
        (("neutral",), "text", Fault.KEYS, ""),
        (("family", "other"), {}, Fault.KEYS, "family"),
        (("support", "self", "link"), "x", Fault.KEYS, "support.self"),
        (("words", "call"), "<b>", Fault.MARKUP, "words.call"),
        (("words", "call"), 3, Fault.VALUE, "words.call"),
        (("dialogue", "other"), "x", Fault.KEYS, "dialogue"),
        (("family", "help", "headline"), "x" * 41, Fault.VALUE, "family.help.headline"),
        (("about", "locale"), "de", Fault.LOCALE, "about.locale"),
        (("about", "direction"), "rtl", Fault.VALUE, "about.direction"),
        (("about", "version"), 0, Fault.VALUE, "about.version"),
        (("about", "reviewed_by"), "Zz", Fault.UNREVIEWED, "about.reviewed_by"),
        (("about", "drafted_on"), "x", Fault.VALUE, "about.drafted_on"),
        (("about", "name"), 1, Fault.VALUE, "about.name"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(told, path, value, fault, where):
    assert not wrong(told, "en")
    changed = copy.deepcopy(told)
    *outer, last = path
    table = changed
    for name in outer:
        table = table[name]
    table[last] = value
    assert wrong(changed, "en") == [Wrong(fault, where)]


def test_a_lacking_table_is_told(told):
    del told["words"]
    assert wrong(told, "en") == [Wrong(Fault.KEYS)]


def test_languages_with_texts_are_not_new():
    assert not is_new("en-GB")
    assert is_new("tlh")
    assert is_new("")


def test_a_damaged_file_is_a_fault_and_no_error(monkeypatch):
    def damaged(_locale):
        raise tomllib.TOMLDecodeError("zz")

    monkeypatch.setattr(builtin, "_read", damaged)
    assert tongue.__wrapped__("xx") == Wrong(Fault.SPELLING)
