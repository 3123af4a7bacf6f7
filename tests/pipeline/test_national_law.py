"""LAW-10: a table of law flags what a lead may come to in a country, and drops nothing."""

from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.model import lead as nouns
from fanal.pipeline import national_law
from fanal.pipeline.national_law import flags, law, parse, set_law
from makers.cases import opened
from makers.leads import deed, lead

RULE = """
[[rule]]
country = "DE"
conduct = "view"
material = "real"
in_force = {since}
source = "zz-act 1"
checked_by = "Zz Jurist"
checked_on = 2026-01-01
"""


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    yield with_store
    with_store.close()


def one(**content):
    """A lead of two countries that fetched and only logged in, 2025-01-02 to 2025-02-02."""
    told = lead(1, countries=("DE", "DK"), deeds=(deed(nouns.FETCHED, "s-1"), deed(nouns.CAME)))
    return replace(told, content=content or {"known real": 3})


def test_a_table_is_empty_until_somebody_sets_one_and_the_last_counts(store):
    assert law(store) == ()
    set_law(store, "Anna", RULE.format(since="2015-01-01").encode())
    set_law(store, "Anna", RULE.format(since="2020-01-01").encode())
    (rule,) = law(store)
    assert (rule.country, rule.conduct, rule.in_force) == ("DE", "view", "2020-01-01")
    set_law(store, "Anna", RULE.format(since="2015-01-01").encode())
    assert law(store)[0].in_force == "2015-01-01"
    set_law(store, "Anna", b"")
    assert law(store) == ()


def test_what_the_table_lacks_is_not_known_and_never_lawful():
    found = flags(one(), parse(RULE.format(since="2015-01-01").encode()))
    told = {flag.country: flag.says for flag in found}
    assert [(flag.conduct, flag.material) for flag in found] == [("view", "real")] * 2
    assert told["DE"] == "punishable since 2015-01-01 (zz-act 1; checked by Zz Jurist)"
    assert told["DK"] == "the table of law says nothing of it: not known, look it up"
    assert not any("lawful" in says for says in told.values())


@pytest.mark.parametrize(
    ("since", "words"),
    [
        ("2025-01-02", "checked by Zz Jurist)"),
        ("2025-01-03", "some deeds lie outside of that"),
        ("2025-02-03", "every deed lies outside of that"),
    ],
)
def test_deeds_before_a_law_was_in_force_are_told_of(since, words):
    found = flags(one(), parse(RULE.format(since=since).encode()))
    assert next(flag.says for flag in found if flag.country == "DE").count(words) == 1


def test_contents_of_which_nothing_is_known_may_be_all_kinds_of_material():
    found = flags(one(unknown=1), ())
    assert {flag.material for flag in found} == set(national_law.MATERIALS)
    assert {flag.material for flag in flags(one(generator=1), ())} == {"realistic AI"}


def test_a_lead_that_did_nothing_that_the_table_knows_has_no_flag():
    assert flags(lead(1, deeds=(deed(nouns.CAME),)), ()) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "nothing else"),
        ("[[rule", "no TOML"),
        ('[[rule]]\ncountry = "XX"', "country cannot be 'XX'"),
        (RULE.format(since="2015-01-01").replace('"view"', '"think"'), "conduct cannot be 'think'"),
        (RULE.format(since='"soon"'), "is no day"),
        (RULE.format(since="2015-01-01").replace('source = "zz-act 1"\n', ""), "lacks source"),
        (RULE.format(since="2015-01-01") + "score = 9\n", "field that nobody knows"),
    ],
)
def test_what_is_no_complete_rule_is_refused(text, words):
    with pytest.raises(UsageError, match=words):
        parse(text.encode())
