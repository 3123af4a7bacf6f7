import re
import string
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.model.opinion import GRADES, PROPOSITIONS, STATES, number_of
from fanal.origin.rules import load_rules
from fanal.origin.statements import LANGUAGES, statement, templates

RULES = [rule for rules in load_rules().by_kind.values() for rule in rules]
OTHERS = [language for language in LANGUAGES if language != "en"]


def keys(told, before=""):
    for name, value in told.items():
        if isinstance(value, Mapping):
            yield from keys(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def holes(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_there_is_to_say(language):
    said = templates(language)
    assert said["findings"].keys() == {rule.id for rule in RULES}
    assert said["states"].keys() == set(STATES)
    assert said["grades"].keys() == set(GRADES)
    assert said["propositions"].keys() == PROPOSITIONS.keys() - {"U"}


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_have_the_same_keys_and_holes(language):
    said, english = templates(language), templates("en")
    assert set(keys(said)) - {f"doubts.{d}" for d in said["doubts"]} == set(keys(english))
    for name, text in english["frame"].items():
        assert holes(said["frame"][name]) == holes(text), name
    assert said["doubts"].keys() == {doubt for rule in RULES for doubt in rule.doubts}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language):
    said, english = templates(language), templates("en")
    for part in ("findings", "states", "propositions"):
        assert not set(said[part].values()) & set(english[part].values())
    for doubt, told in said["doubts"].items():
        assert told != doubt


FINDING = {
    "analyzer": "zz",
    "version": "1",
    "kind": "sensor noise",
    "says": "zz",
    "rule": "sensor-noise",
    "for": ["C1", "C2"],
    "against": ["G1", "G2"],
    "grade": "moderately strong",
    "log10_lr": 2.6,
    "unsigned": False,
    "doubts": ["very dark and very bright pictures err more often", "zz of its own"],
    "data": {"device": "zz-test-0001", "bytes": [{"offset": 5, "length": 7, "sha256": "ab" * 32}]},
}


def facts(state, *findings):
    origin = {"state": state, "settled": False, "rules": "zz", "findings": list(findings)}
    return {"sha256": "12" * 32, "origin": origin}


def test_a_ratio_is_worded_as_courts_accept_it():
    text = statement(facts("camera", FINDING), "en", "1.0")
    assert "The findings are about 400 times more probable if" in text
    assert "7 bytes of the file from offset 5 on (counted from 0;" in text
    assert "zz-test-0001" in text
    assert "zz of its own" in text
    assert "12" * 32 in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_statement_claims_a_probability_of_a_proposition(language):
    text = statement(facts("conflicting", FINDING), language, "1.0")
    assert "%" not in text
    assert not re.search(r"\bAI\b|\bKI\b|\bIA\b", text)
    assert templates(language)["frame"]["conflict"] in text
    assert templates(language)["frame"]["caution"] in text
    assert "zz of its own" in text
    assert "400" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signer_is_named_with_the_list_that_he_was_judged_by(language):
    by = {"list": "zz list", "anchor": "CN=zz anchor", "at": "2026-01-02", "by": "time stamp"}
    data = {"issuer": "", "common_name": "zz signer", "trust": "trusted", "trusted_by": by}
    signed = {**FINDING, "rule": "c2pa-generated", "grade": "very strong", "log10_lr": None}
    text = statement(facts("generator", {**signed, "data": data}), language, "1.0")
    assert "zz signer" in text
    assert "zz list, CN=zz anchor, 2026-01-02" in text
    data = {**data, "trusted_by": {"list": "", "anchor": "", "at": "2026-01-02"}}
    text = statement(facts("generator", {**signed, "data": data}), language, "1.0")
    assert "2026-01-02" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conflict_does_not_deny_a_signature_that_was_verified(language):
    frame = templates(language)["frame"]
    text = statement(facts("conflicting", FINDING), language, "1.0")
    assert frame["open"] not in text
    assert frame["treated"] in text
    assert frame["open"] in statement(facts("inconclusive", FINDING), language, "1.0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_was_found_nothing_is_said_of_the_origin(language):
    text = statement(facts("inconclusive"), language, "1.0")
    assert templates(language)["frame"]["none"] in text


def test_a_language_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="'zz'"):
        templates("zz")


@pytest.mark.parametrize(
    ("log10_lr", "number"),
    [(0, "1"), (0.3010, "2"), (2.6, "400"), (2.99, "1,000"), (-2.6, "400"), (4, "10,000")],
)
def test_one_digit_counts(log10_lr, number):
    assert number_of(log10_lr) == number


@given(st.floats(-12, 12))
def test_a_number_is_never_far_from_its_ratio(log10_lr):
    shown = float(number_of(log10_lr).replace(",", ""))
    assert 0.66 <= shown / 10 ** abs(log10_lr) <= 1.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_of_signatures_where_a_camera_is_all_there_is(language):
    text = statement(facts("camera", FINDING), language, "1.0")
    frame = templates(language)["frame"]
    assert frame["open"] not in text
    assert frame["open"] in statement(facts("inconclusive", FINDING), language, "1.0")
