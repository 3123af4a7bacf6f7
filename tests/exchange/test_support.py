"""Help is told in every package; what was checked too long ago is not."""

from datetime import date, timedelta

import pytest

from fanal.exchange.support import ages, support

TODAY = date(2026, 11, 26)
OPERATION = [
    "AU",
    "AT",
    "BE",
    "BA",
    "CZ",
    "DK",
    "FI",
    "FR",
    "DE",
    "HU",
    "IS",
    "NL",
    "NZ",
    "NO",
    "PL",
    "ES",
    "SE",
    "CH",
    "GB",
    "EU",
    "ZZ",
]
"""The 19 countries of Operation Cumberland, an agency, and none."""


@pytest.mark.parametrize("country", OPERATION)
@pytest.mark.parametrize("later", [0, 200, 400, 4000])
def test_no_country_is_without_help_on_any_day(country, later):
    told = support(country, TODAY + timedelta(days=later))
    assert all(one.web or one.phone for one in told.contacts)
    assert told.contacts
    assert told.officers
    assert told.children
    assert "emergency number" in told.crisis


def test_a_number_is_told_for_180_days_and_its_service_for_365():
    checked = date(2026, 1, 28)
    (whole,) = support("FR", checked + timedelta(days=180)).contacts
    assert whole.phone == "+33 806 23 10 63"
    (web,) = support("FR", checked + timedelta(days=181)).contacts
    assert (web.phone, web.web) == ("", "dispositifstop.fr")
    assert "too long ago" in web.note
    assert support("FR", checked + timedelta(days=365)).national
    assert not support("FR", checked + timedelta(days=366)).national


def test_where_nothing_is_known_a_service_of_no_country_is_told_with_its_day():
    assert {one.web for one in support("PL", TODAY).contacts} == {
        "troubled-desire.com",
        "redirectionprogram.com",
    }
    late = support("PL", TODAY + timedelta(days=900))
    assert all(one.note == "not checked since 2026-07-01" for one in late.contacts)


def test_whom_to_call_in_danger_of_life_is_always_told():
    for country in OPERATION:
        for later in (0, 400, 4000):
            told = support(country, TODAY + timedelta(days=later)).crisis_contacts
            assert any(one.phone or one.web for one in told), country
    assert "112" in {one.phone for one in support("DE", TODAY).crisis_contacts}


def test_how_old_each_contact_is_is_told_to_whoever_keeps_them():
    known = {one.service: one for one in ages(TODAY)}
    assert known["Safe to talk"].told == "not at all"
    assert known["STOP (FFCRIAVS)"].told == "without its number"
    assert known["Stop It Now UK and Ireland"].told == "whole"
    assert known["STOP (FFCRIAVS)"].days == 302
    assert all(one.told == "whole" for one in ages(date(2027, 12, 1)) if not one.country)
    assert {one.kind for one in ages(TODAY)} == {"help", "crisis"}
    days = [one.days for one in ages(TODAY) if not one.rests_on_law]
    assert days == sorted(days, reverse=True)
