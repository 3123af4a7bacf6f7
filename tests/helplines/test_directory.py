"""Nobody is left without help, whatever country, language and day; what is old is not told."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import FanalError, UsageError
from fanal.helplines.directory import (
    RELEASE_SHARE,
    ages,
    book_of,
    built_in,
    has_own,
    look_up,
    may_release,
    read_book,
)
from fanal.helplines.record import KINDS, Helpline, expiry

TODAY = date(2026, 11, 27)
LETTERS = st.text(string.ascii_letters, max_size=3)
UNION = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"
SCOPE = [UNION[at : at + 2] for at in range(0, len(UNION), 2)]
SCOPE += ["IS", "NO", "CH", "GB", "BA", "AU", "NZ", "CA", "US"]


def line(service, **told):
    """One made-up service of help, fresh today."""
    given_ = {"country": "ZZ", "kind": "help", "source": "zz", "checked_on": TODAY}
    return Helpline(service=service, **(given_ | {"web": "zz.example"} | told))


def book(*lines):
    """A directory of these and of one service of no country a kind."""
    free = (line(f"free {kind}", country="", kind=kind) for kind in KINDS)
    return book_of((*lines, *free))


def names(*asked, day=TODAY, of):
    return [one.service for one in look_up("help", *asked, day, of)]


def test_the_country_comes_first_and_in_it_the_language():
    of = book(
        line("nl here", languages=("nl",)),
        line("fr here", languages=("fr",)),
        line("fr there", country="YY", languages=("fr",)),
    )
    assert names("ZZ", "fr", of=of) == ["fr here", "nl here"]
    assert names("zz", "fr-BE", of=of) == ["fr here", "nl here"]
    assert names("ZZ", "en", of=of) == ["nl here", "fr here"]


def test_where_the_country_has_none_the_language_is_next_and_those_of_no_country_stand_behind():
    of = book(line("fr there", country="YY", languages=("fr",)))
    assert names("XX", "fr", of=of) == ["fr there", "free help"]
    assert names("XX", "en", of=of) == ["free help"]
    assert names("", "fr", of=of) == ["fr there", "free help"]


def test_a_number_of_another_country_is_told_only_where_it_can_be_dialled():
    away = {"country": "YY", "languages": ("fr",), "phone": "+33806231063"}
    of = book(line("both", **away), line("phone", **away | {"web": ""}))
    (both, *_) = look_up("help", "XX", "fr", TODAY, of)
    assert (both.service, both.phone, both.web, both.is_hidden) == ("both", "", "zz.example", False)
    assert names("XX", "fr", of=of) == ["both", "free help"]
    wide = book(line("wide", **away, dialable_from=("XX",)), line("all", **away, dialable_from="*"))
    assert {one.phone for one in look_up("help", "XX", "fr", TODAY, wide)[:2]} == {"+33806231063"}
    assert {one.phone for one in look_up("help", "", "fr", TODAY, wide)} == {"", "+33806231063"}


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, "both"), (180, "both"), (181, "web"), (365, "web"), (366, ""), (-30, "web")],
)
def test_a_number_is_hidden_after_180_days_and_its_service_dropped_after_365(days, told):
    checked = TODAY - timedelta(days=days)
    one = line("old", phone="+33806231063", checked_on=checked, expires=expiry(checked, None))
    found = look_up("help", "ZZ", "", TODAY, book(one))
    own = [each for each in found if each.country]
    shown = {"both": [("+33806231063", False)], "web": [("", True)], "": []}[told]
    assert [(each.phone, each.is_hidden) for each in own] == shown
    assert has_own("help", "ZZ", TODAY, book(one)) == bool(told)


def test_a_service_without_a_page_is_gone_with_its_number():
    one = line("only phone", phone="+33806231063", web="", checked_on=TODAY - timedelta(days=181))
    assert names("ZZ", "", of=book(one)) == ["free help"]


@pytest.mark.parametrize(("days", "web"), [(365, "zz.example"), (366, "")])
def test_a_number_that_rests_on_law_stays_and_its_page_ages(days, web):
    one = line("law", phone="116123", basis="law", checked_on=TODAY - timedelta(days=days))
    (told,) = look_up("help", "ZZ", "", TODAY, book(one))
    assert (told.phone, told.web, told.chat) == ("116123", web, "")


def test_an_entry_may_expire_before_the_rule_and_never_after():
    assert expiry(TODAY, TODAY + timedelta(days=9)) == TODAY + timedelta(days=9)
    assert expiry(TODAY, date(2099, 1, 1)) == TODAY + timedelta(days=366)


@given(country=LETTERS, language=LETTERS, kind=st.sampled_from(KINDS), later=st.integers(0, 9999))
def test_no_country_and_no_language_is_without_help_on_any_day(country, language, kind, later):
    found = look_up(kind, country, language, TODAY + timedelta(days=later))
    assert found
    assert all(one.kind == kind and (one.phone or one.web or one.chat) for one in found)


def test_every_code_of_two_letters_has_help_and_a_crisis_contact():
    codes = [one + two for one in string.ascii_uppercase for two in string.ascii_uppercase]
    assert all(look_up(kind, code, "en", TODAY) for kind in KINDS for code in codes)


@pytest.mark.parametrize("country", SCOPE)
def test_the_emergency_number_of_each_country_does_not_age(country):
    late = look_up("crisis", country, "", date(2050, 1, 1))
    assert any(one.is_emergency and one.phone for one in late)


def test_the_numbers_by_which_people_know_these_countries():
    told = {c: [x.phone for x in look_up("crisis", c, "", TODAY) if x.is_emergency] for c in SCOPE}
    assert told["DE"] == ["112"]
    assert told["BA"] == ["124"]  # 112 is not in service there
    assert (told["GB"], told["AU"], told["NZ"], told["US"]) == (["999"], ["000"], ["111"], ["911"])


def test_codes_that_people_write_for_a_country_and_both_forms_of_norwegian_are_understood():
    assert look_up("help", "UK", "en", TODAY) == look_up("help", "gb", "en", TODAY)
    norwegian = look_up("help", "NO", "nb-NO", TODAY)
    assert norwegian[0].service.startswith("Det finnes hjelp")
    assert look_up("help", "ZZ", "nn", TODAY)[0] == look_up("help", "ZZ", "no", TODAY)[0]


def test_numbers_are_told_as_people_dial_them():
    (own,) = look_up("help", "GB", "en", date(2026, 7, 2))
    assert own.dialled("GB").replace(" ", "") == "08081000900"
    assert own.dialled("FR").startswith("+44 ")
    assert own.address == "https://stopitnow.org.uk"
    assert look_up("crisis", "DE", "", TODAY)[-1].dialled("DE") == "112"
    assert look_up("crisis", "PL", "", TODAY)[0].dialled("PL") == "116 123"


def test_an_unknown_kind_is_refused():
    with pytest.raises(UsageError, match="no help of kind"):
        look_up("zz", "DE", "de", TODAY)


def test_a_directory_without_help_of_no_country_is_refused():
    with pytest.raises(FanalError, match="victim, report"):
        book_of((line("a", country=""), line("b", country="", kind="crisis")))


def test_a_release_goes_out_with_at_most_a_tenth_stale_and_law_does_not_water_it_down():
    old = TODAY - timedelta(days=181)
    fresh = [line(f"fresh {at}") for at in range(14)]
    stale = [line(f"stale {at}", checked_on=old) for at in range(3)]
    law = [line(f"law {at}", basis="law", checked_on=old) for at in range(50)]
    assert RELEASE_SHARE == 0.10
    assert may_release(ages(TODAY, book(*fresh, *stale[:2], *law)))  # 2 of 20
    assert not may_release(ages(TODAY, book(*fresh[1:], *stale, *law)))  # 3 of 20
    assert not any(one.is_stale for one in ages(TODAY, book(*law)) if one.rests_on_law)


OWN = """
[[helpline]]
country = "GB"
kind = "help"
service = "Stop It Now UK and Ireland"
languages = ["en"]
phone = "+448081000900"
source = "called"
checked_on = 2027-06-01
checked_by = "zz desk"
confidence = "high"

[[helpline]]
country = "PL"
kind = "help"
service = "Zz Poland"
web = "zz.example/help"
source = "zz"
checked_on = 2027-06-01

[[withdrawn]]
country = "DE"
kind = "help"
service = "Kein Täter werden"
"""


def test_an_operators_own_directory_lies_over_the_built_in_one(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, "utf-8")
    of, day = read_book(path), date(2027, 6, 2)
    (own,) = look_up("help", "GB", "en", day, of)
    assert (own.phone, own.checked_by) == ("+448081000900", "zz desk")
    (hidden,) = look_up("help", "GB", "en", day)
    assert (hidden.phone, hidden.is_hidden) == ("", True)
    assert names("PL", "pl", day=day, of=of) == ["Zz Poland"]
    assert has_own("help", "DE", TODAY)
    assert not has_own("help", "DE", TODAY, of)
    assert len(of.lines) == len(built_in().lines)  # one more, one less


def test_whoever_keeps_it_sees_what_is_told_of_each(tmp_path):
    known = {one.service: one for one in ages(TODAY)}
    assert known["Safe to talk"].told == "not at all"
    assert known["STOP (FFCRIAVS)"].told == "without its number"
    assert known["Kein Täter werden"].told == "whole"
    late = {one.told for one in ages(date(2040, 1, 1)) if one.rests_on_law}
    assert late == {"whole", "without its page"}
    days = [one.days for one in ages(TODAY) if not one.rests_on_law]
    assert days == sorted(days, reverse=True)
    with pytest.raises(UsageError, match="cannot be read"):
        read_book(tmp_path / "none.toml")
