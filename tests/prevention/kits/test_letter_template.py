"""No template has a fault, and none with a fault is taken: that is the lint of letters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.prevention.kits.letter_template import (
    Template,
    built_in,
    examine,
    examine_file,
    is_discreet,
    merged,
    read_template,
    text_of,
)
from makers.kits import changed, signed

TODAY = date(2026, 11, 27)


def says(raw):
    found = examine(raw)
    assert isinstance(found, tuple)
    return [f"{one.where} {one.says}" for one in found]


def test_there_are_letters_in_the_languages_that_were_asked_for():
    assert set(built_in()) >= {"en", "de", "fr", "nl", "es", "pl", "sv"}


@pytest.mark.parametrize("locale", built_in())
def test_every_built_in_letter_is_good_and_only_a_draft(locale):
    found = examine(text_of(locale))
    assert isinstance(found, Template)
    assert found.locale == locale
    assert found.drafted_by == "machine"
    assert len(found.lacks(TODAY)) == 4
    assert len(set(found.delivery.values())) == 4


@pytest.mark.parametrize("locale", built_in())
def test_every_letter_was_translated(locale):
    english, other = examine(text_of("en")), examine(text_of(locale))
    if locale != "en":
        same = {
            name
            for name in english.letter
            if english.letter[name] == other.letter[name] and name != "signed"
        }
        assert not same
    assert len(english.letter["body"]) == len(other.letter["body"])


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("delivery.children", None, "delivery.children is missing"),
        ("delivery.children", " ", "delivery.children is no text"),
        ("delivery.children", "{name}", "delivery.children names a field that may not stand there"),
        ("letter.help", None, "letter.help is missing"),
        ("letter.crisis", "", "letter.crisis is no text"),
        ("letter.body", [], "letter.body, paragraph 1 is no text"),
        ("letter.body", ["zz"] * 13, "letter.body, paragraph 1 is no text"),
        ("letter.body", ["zz {authority} {zz}"], "paragraph 1 has a field that is not known"),
        ("letter.subject", "zz {address}", "names a field that may not stand there"),
        ("letter.subject", "zz {", "letter.subject has a brace"),
        ("letter.subject", "<b>zz</b>", "letter.subject has markup"),
        ("letter.subject", "zz\u202ezz", "letter.subject has markup"),
        ("letter.subject", "call 0800 1110111", "has an address or a number"),
        ("letter.subject", "call 112", "has an address or a number"),
        ("letter.subject", "zz.example", "has an address or a number"),
        ("letter.subject", "https://zz", "has an address or a number"),
        ("letter.closing", "zz", "[letter] does not name {reference}"),
        ("letter.zz", "zz", "letter.zz is not known"),
        ("envelope.mark", "Police", "envelope.mark has a word of offences"),
        ("envelope.mark", "Verdacht", "envelope.mark has a word of offences"),
        ("envelope.lines", ["{name}", "zz"], "envelope.lines, line 2 may be"),
        ("envelope.lines", ["{name}", "{reference}"], "envelope.lines, line 2 may be"),
        ("envelope.lines", ["{address}"], "envelope.lines does not name {name}"),
        ("about.version", 0, "about.version is no number"),
        ("about.country", "de", "about.country is neither"),
        ("about.locale", "../zz", "about.locale has other signs"),
        ("about.reviewed_on", "soon", "about.reviewed_on is neither a day"),
        ("legal.signed_on", "soon", "legal.signed_on is neither a day"),
    ],
)
def test_what_is_wrong_is_named(path, value, fault):
    assert any(fault in one for one in says(changed(path, value)))


def test_a_fault_never_repeats_what_stands_there():
    told = says(
        changed("letter.subject", "zz-secret-0001 <b> https://zz-secret.example {zz-field}")
    )
    assert told
    assert "zz-" not in " ".join(told)


@pytest.mark.parametrize("raw", [b"\xff", b"zz", b"", b"[zz]", b"about = 1"])
def test_what_is_no_letter_is_no_template(raw):
    assert says(raw)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_answer_is_a_fault_or_a_template(raw):
    assert examine(raw)


def test_a_letter_that_was_read_and_signed_lacks_nothing(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(signed("de"), "utf-8")
    found = examine_file(path)
    assert found.lacks(TODAY) == ()
    assert found.lacks(date(2026, 10, 1)) == (
        "about.reviewed_on lies in the future",
        "legal.signed_on lies in the future",
    )
    assert read_template(str(path)) == found


def test_what_has_faults_cannot_be_used(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(changed("delivery.children", ""))
    with pytest.raises(UsageError, match=r"delivery\.children"):
        read_template(str(path))
    with pytest.raises(UsageError, match="no letter in 'zz'"):
        read_template("zz")
    with pytest.raises(UsageError, match="cannot be read"):
        read_template(str(tmp_path / "none.toml"))
    path.write_bytes(b"#" * 100_001)
    with pytest.raises(UsageError, match="too long"):
        read_template(str(path))


def test_a_value_of_a_field_is_not_read_again():
    assert merged("{name}, {day}", {"name": "{day}", "day": "today"}) == "{day}, today"


def test_street_names_are_discreet_and_accusations_are_not():
    assert is_discreet("Kinderstraße 1, Offenbach; Barnsgatan 2; Strafford Road")
    assert not is_discreet("Zz, suspect")
    assert not is_discreet("Verdächtiger Zz")
    assert is_discreet("Pornthip Zz, Kriminstraße 1")
    for line in ("\uff30olice Zz", "Landeskriminalamt", "Crimes desk", "Zz, accused"):
        assert not is_discreet(line)


@pytest.mark.parametrize("raw", [b"a=" + b"[" * 50_000, b"a=" + b"9" * 5_000], ids=["deep", "long"])
def test_what_the_reader_of_toml_stumbles_over_is_a_fault_like_others(raw):
    assert [one.says for one in examine(raw)] == ["is no TOML in UTF-8"]
