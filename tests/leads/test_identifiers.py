import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.leads.calculator import Calculator, literal
from fanal.leads.identifiers import (
    IN_NO_PLAN,
    PLAIN_EMAIL_SQL,
    PLAIN_LENGTH,
    Phone,
    email,
    phone,
)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("Zz.One@Mail.Example", "zz.one@mail.example"),
        (" zz@mail.example. ", "zz@mail.example"),
        ("Zz One <zz@mail.example>", "zz@mail.example"),
        ("mailto:zz@mail.example", "zz@mail.example"),
        ('"zz one"@mail.example', '"zz one"@mail.example'),
        ("zz+tag@mail.example", "zz+tag@mail.example"),
        ("zz@münchen.example", "zz@xn--mnchen-3ya.example"),  # RFC 5891's way, by IDNA's example
        ("zz@xn--mnchen-3ya.example", "zz@xn--mnchen-3ya.example"),
    ],
)
def test_addresses_are_spelt_in_one_way(raw, told):
    assert email(raw) == told


def test_sharp_s_is_another_letter_than_two():
    assert email("zz@straße.example") != email("zz@strasse.example")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "zz",
        "zz@",
        "@mail.example",
        "zz@mail",
        "zz..one@mail.example",
        ".zz@mail.example",
        "zz@-mail.example",
        "zz@mail..example",
        "zz@240.0.0.1",
        "zz one@mail.example",
        f"{'z' * 65}@mail.example",
        f"zz@{'z' * 64}.example",
        f"zz@{'.'.join(['z' * 60] * 5)}.example",
    ],
)
def test_what_is_no_address_is_none(raw):
    assert email(raw) is None


@given(st.emails())
def test_addresses_of_the_standard_are_read_and_stay(raw):
    read = email(raw)
    assert read is not None
    assert email(read) == read
    assert email(raw.upper()) == read


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text):
    read = email(text)
    assert read is None or email(read) == read
    assert read is None or unicodedata.is_normalized("NFC", read)


@pytest.fixture(scope="module")
def calculator(tmp_path_factory):
    with Calculator(tmp_path_factory.mktemp("calculator")) as opened:
        yield opened


@given(st.lists(st.from_regex(r"[A-Za-z0-9.+_@-]{1,80}", fullmatch=True), min_size=1, max_size=5))
def test_sql_spells_plain_addresses_as_python_does(calculator, raws):
    for raw in (*raws, "a@b.cd", "A.B@c-d.ef", "a.@b.cd"):
        lower = f"lower(trim({literal(raw)}))"
        is_plain = calculator.value(
            f"SELECT length({lower}) <= {PLAIN_LENGTH}"
            f" AND regexp_full_match({lower}, {literal(PLAIN_EMAIL_SQL)})"
        )
        if is_plain:
            assert email(raw) == raw.strip().lower()


@pytest.mark.parametrize(
    ("raw", "region", "told"),
    [
        ("+1 202-555-0123", "", Phone("+12025550123", "US", "fixed line or mobile")),
        ("(030) 23125 000", "DE", Phone("+493023125000", "DE", "fixed line")),
        ("0049 30 23125000", "", Phone("+493023125000", "DE", "fixed line")),
        ("00 49 30 23125000", "DK", Phone("+493023125000", "DE", "fixed line")),
    ],
)
def test_numbers_are_spelt_in_one_way(raw, region, told):
    assert phone(raw, region) == told


def test_a_number_without_a_country_is_not_guessed():
    assert phone("030 23125000") == "no country code"


def test_a_number_in_no_plan_keeps_its_spelling_and_says_so():
    read = phone("+44 7700 900123")  # kept for films, so given to nobody
    assert read == Phone("+447700900123", "", IN_NO_PLAN)


@pytest.mark.parametrize("raw", ["", "zz", "+", "+45 1", "0" * 100, "+45 1234 1234 1234 1234 12"])
def test_what_is_no_number_says_why(raw):
    assert isinstance(phone(raw, "DK"), str)


@given(st.text(max_size=70), st.sampled_from(["", "DK", "US"]))
def test_any_text_is_a_number_or_a_reason(text, region):
    read = phone(text, region)
    if isinstance(read, Phone):
        assert phone(read.text).text == read.text
