"""Countries stand in the groups of the operation, and what a transfer needs is asked for."""

from datetime import date

import pytest

from fanal.exchange.transfer_rules import FREE, GROUND, GROUNDS, ONWARD, group_of, groups, missing

TODAY = date(2026, 11, 26)
WHOLE = {
    "ground": "37(1)(a)",
    "instrument": "agreement zz-test-0001",
    "date": "2026-01-02",
    "justification": "zz-test-0001",
    "consent": "no other state supplied any",
}


@pytest.mark.parametrize(
    ("countries", "rule"),
    [
        ("AT BE CZ FI FR DE HU NL PL ES SE DK IS NO CH EU", FREE),
        ("GB", ONWARD),
        ("AU NZ BA CA US ZZ", GROUND),
    ],
)
def test_the_countries_of_the_operation(countries, rule):
    for country in countries.split():
        assert group_of(country, TODAY).rule == rule, country


def test_no_country_is_in_two_groups():
    every = [country for group in groups() for country in group.countries]
    assert len(every) == len(set(every))


def test_a_decision_that_may_have_ended_counts_no_more():
    assert group_of("GB", date(2031, 11, 30)).rule == ONWARD
    assert group_of("GB", date(2031, 12, 1)).rule == GROUND


def test_where_the_law_asks_for_nothing_nothing_is_missing():
    assert missing("DE", {}, TODAY) == missing("GB", {}, TODAY) == ()
    assert "permission" in group_of("GB", TODAY).note


def test_without_adequacy_everything_is_asked_for():
    told = " ".join(missing("AU", {}, TODAY))
    for option in ("--ground ", "--ground-date", "--justification", "--consent"):
        assert option in told
    assert missing("AU", WHOLE, TODAY) == ()


@pytest.mark.parametrize("name", list(WHOLE))
def test_each_field_is_needed(name):
    told = missing("BA", {key: text for key, text in WHOLE.items() if key != name}, TODAY)
    assert len(told) == 1


@pytest.mark.parametrize("day", ["", "2026", "2026-13-01", "2027-01-01", "20260102"])
def test_the_day_must_be_one_that_has_been(day):
    assert len(missing("NZ", WHOLE | {"date": day}, TODAY)) == 1


def test_a_ground_that_is_none_is_refused():
    assert missing("NZ", WHOLE | {"ground": "39"}, TODAY)
    for ground in GROUNDS:
        assert missing("NZ", WHOLE | {"ground": ground}, TODAY) == ()
