"""A directory of help is read whole or not at all, and no number is taken that none can dial."""

from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import shortnumberinfo

from fanal.errors import FanalError
from fanal.helplines.directory import built_in
from fanal.helplines.reading import read
from fanal.helplines.record import AUDIENCES, CONFIDENCES, KINDS

NUMBERS = [one for one in built_in().lines if one.phone]
GOOD = {"country": '"FR"', "kind": '"help"', "service": '"Zz"', "source": '"zz"'}
GOOD |= {"checked_on": "2026-07-01", "web": '"zz.example"'}


def toml(**changed):
    row = {name: told for name, told in (GOOD | changed).items() if told}
    return ("[[helpline]]\n" + "\n".join(f"{name} = {told}" for name, told in row.items())).encode()


@pytest.mark.parametrize("line", NUMBERS, ids=lambda one: f"{one.country} {one.phone}")
def test_every_number_is_one_of_its_country(line):
    parsed = phonenumbers.parse(line.phone, line.country)
    if line.phone.startswith("+"):
        assert phonenumbers.is_valid_number(parsed)
        assert line.country in phonenumbers.region_codes_for_country_code(parsed.country_code)
    else:
        assert shortnumberinfo.is_possible_short_number_for_region(parsed, line.country)
    if line.is_emergency:
        assert shortnumberinfo.is_emergency_number(line.phone, line.country)


def test_every_entry_says_where_it_comes_from_and_claims_no_check():
    for one in built_in().lines:
        assert one.source
        assert one.checked_on <= date(2026, 7, 1)
        assert one.checked_by == ""
        assert one.kind in KINDS
        assert one.confidence in CONFIDENCES
        assert set(one.audience) <= set(AUDIENCES)
        assert "?" not in one.address + one.chat_address
        assert one.expires is None or one.expires > one.checked_on


def test_a_good_entry_is_read():
    (line,), gone = read(toml(phone='"+33806231063"', languages='["fr"]'), "zz.toml")
    assert (line.phone, line.languages, line.confidence) == ("+33806231063", ("fr",), "low")
    assert line.expires == date(2027, 7, 2)
    assert not gone


def test_one_entry_may_stand_for_several_countries():
    lines, _ = read(toml(country="", countries='["FR", "BE"]'), "zz.toml")
    assert [one.country for one in lines] == ["FR", "BE"]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"phone": '"+33806231"'}, "phone is no number of this country"),
        ({"phone": '"+442079460000"'}, "phone is no number of this country"),
        ({"phone": '"0806 23 10 63"'}, "phone is no number of this country"),
        ({"phone": '"+33891123456"'}, "phone is no number of this country"),  # premium rate
        ({"service": '"Zz: https://zz.example"'}, "service is a name"),
        ({"service": '"Zz, www.zz.example"'}, "service is a name"),
        ({"web": '"javascript:alert(1)"'}, "web is no bare host"),
        ({"chat": '"data:text/html,zz"'}, "chat is no bare host"),
        ({"web": '"zz@zz.example"'}, "web is no bare host"),
        ({"web": '"127.0.0.1/zz"'}, "web is no bare host"),
        ({"phone": '"9"'}, "phone is no number of this country"),
        ({"web": '"http://zz.example"'}, "web is no bare host"),
        ({"web": '"zz.example/?q=1"'}, "web is no bare host"),
        ({"web": '"zz.example/#top"'}, "web is no bare host"),
        ({"web": ""}, "phone, web and chat are all missing"),
        ({"kind": '"zz"'}, "kind is one of"),
        ({"country": '"fr"'}, "country has two capitals"),
        ({"languages": '["french"]'}, "languages have"),
        ({"audience": '["zz"]'}, "audience is of"),
        ({"confidence": '"sure"'}, "confidence is one of"),
        ({"basis": '"zz"'}, "basis is law"),
        ({"basis": '"law"'}, "a basis in law is that of a phone"),
        ({"dialable_from": '["zz"]'}, "dialable_from has"),
        ({"checked_on": '"2026-07-01"'}, "checked_on is no day"),
        ({"checked_on": ""}, "checked_on is missing"),
        ({"source": ""}, "source is missing"),
        ({"source": '""'}, "must be named"),
        ({"service": '"a\\nb"'}, "service is no text"),
        ({"languages": '"fr"'}, "languages is no list"),
        ({"is_hidden": "true"}, "no field 'is_hidden'"),
        ({"countries": "[]"}, "countries is empty"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changed, fault):
    with pytest.raises(FanalError, match=r"zz\.toml, entry 1 of helpline: ") as told:
        read(toml(**changed), "zz.toml")
    assert fault in told.value.message


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"\xff", "is no TOML"),
        (b"a=" + b"[" * 50_000, "is no TOML"),
        (b"a=" + b"9" * 5_000, "is no TOML"),
        (b"[zz]", "has no part 'zz'"),
        (b"helpline = 1", "is no list of entries"),
        (b"[[emergency]]\nphone = '112'", "entry 1 of emergency"),
        (b"[[withdrawn]]\nzz = 1", "entry 1 of withdrawn"),
        (b"#" * 2_000_001, "too long"),
    ],
)
def test_what_is_no_directory_is_refused(raw, fault):
    with pytest.raises(FanalError, match=fault):
        read(raw, "zz.toml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_bytes_come_the_answer_is_a_directory_or_a_sentence(raw):
    try:
        lines, _ = read(raw, "zz.toml")
    except FanalError as error:
        told = error.message
    else:
        told = "zz.toml" if all(one.service for one in lines) else ""
    assert told.startswith("zz.toml")
