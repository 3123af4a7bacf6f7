import hashlib
import hmac

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.leads import money

KEY = b"zz-key"
CARDS = (
    "4111111111111111",  # test numbers that issuers and processors publish
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "30569309025904",
)
IBANS = (  # the examples of the IBAN registry
    ("GB29NWBK60161331926819", "GB", "GBNWBK"),
    ("DE89370400440532013000", "DE", "DE37040044"),
    ("IT60X0542811101000000123456", "IT", "IT05428"),
    ("NO9386011117947", "NO", "NO8601"),
    ("DK5000400440116243", "DK", "DK0040"),
    ("FR1420041010050500013M02606", "FR", "FR20041"),
    ("NL91ABNA0417164300", "NL", "NLABNA"),
    ("CH9300762011623852957", "CH", "CH00762"),
    ("PL61109010140000071219812874", "PL", "PL10901014"),
    ("LT121000011101001000", "LT", "LT10000"),
    ("MT84MALT011000012345MTLCAST001S", "MT", "MTMALT"),
)


@pytest.mark.parametrize(("number", "country", "bank"), IBANS)
def test_ibans_of_the_registry_are_read(number, country, bank):
    read = money.iban(number, KEY)
    assert read is not None
    assert (read.country, read.bank) == (country, bank)
    assert read.shown == f"{country}…{number[-4:]}"
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4)).lower()
    assert money.iban(spaced, KEY) == read


@pytest.mark.parametrize(("number", "_country", "_bank"), IBANS)
def test_one_wrong_sign_makes_it_no_iban(number, _country, _bank):
    for at in range(len(number)):
        other = "7" if number[at] != "7" else "8"
        assert money.iban(number[:at] + other + number[at + 1 :], KEY) is None


@given(st.text(max_size=60))
def test_any_text_is_an_iban_or_none(text):
    read = money.iban(text, KEY)
    assert read is None or text.upper().replace(" ", "").find(read.country) >= 0


def test_a_token_needs_the_key():
    number = IBANS[0][0]
    read = money.iban(number, KEY)
    wanted = hmac.new(KEY, f"iban\n{number}".encode(), hashlib.sha256).hexdigest()[:32]
    assert read.token == wanted
    assert money.iban(number, b"other").token != read.token
    assert number[10:18] not in repr(read)


@pytest.mark.parametrize("number", CARDS)
def test_published_test_cards_are_cards(number):
    assert money.is_card(number)
    assert not money.is_card(number[:-1] + str((int(number[-1]) + 1) % 10))


@given(st.integers(10**11, 10**18 - 1))
def test_luhn_takes_one_last_digit_of_ten(number):
    assert sum(money.luhn(f"{number}{digit}") for digit in range(10)) == 1


@given(
    st.sampled_from(CARDS),
    st.sampled_from(["", " ", "-"]),
    st.text(alphabet="abc ,;:/()\n", max_size=12),
    st.text(alphabet="abc ,;:/()\n", max_size=12),
)
def test_a_card_number_is_cut_wherever_it_stands(number, between, before, after):
    shown = between.join(number[at : at + 4] for at in range(0, len(number), 4))
    text = f"{before} {shown}. {after}"
    told, count = money.cut(text)
    assert count == 1
    assert number not in told.replace(between or "|", "")
    assert f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" in told
    assert told.startswith(before)
    assert told.endswith(after)
    assert money.cut(told) == (told, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4111111111111111 12/27", "411111******1111 12/27"),
        ("4111111111111111 123 4567", "411111******1111 123 4567"),
        ("22 4111111111111111", "22 411111******1111"),
        ("2024 4111 1111 1111 1111", "2024 411111******1111"),
        ("4111.1111.1111.1111", "411111******1111"),
        ("a=4111111111111111&b=5555555555554444", "a=411111******1111&b=555555******4444"),
    ],
)
def test_a_card_number_is_found_beside_other_numbers(text, wanted):
    assert money.cut(text)[0] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "+4111111111111111",
        "x4111111111111111",
        "4111111111111111z",
        "4111111111111112",
        "1700000000000",
        "9111111111111111",
        "240.100.200.250",
        "41111111111111111111",
        "4000-01-01 00:00:00",
        "",
    ],
)
def test_other_numbers_stay(text):
    assert money.cut(text) == (text, 0)


@given(st.text(alphabet="0123456789 -.+ab", max_size=60))
def test_no_card_number_is_left_after_cutting(text):
    told, count = money.cut(text)
    assert money.cut(told) == (told, 0)
    assert (told == text) == (count == 0)


@given(
    st.sampled_from(IBANS),
    st.booleans(),
    st.sampled_from(["", "to ", "(", "zz:"]),
    st.sampled_from(["", " thanks for all", ")", ", then 7"]),
)
def test_an_iban_is_cut_wherever_it_stands(one, spaced, before, after):
    number = one[0]
    shown = " ".join(number[at : at + 4] for at in range(0, len(number), 4)) if spaced else number
    told = money.cut_ibans(f"{before}{shown.lower()}{after}")
    assert told == (f"{before}{one[1]}…{number[-4:].lower()}{after}", 1)


@pytest.mark.parametrize(
    "text",
    ["xGB29NWBK60161331926819", "GB29NWBK60161331926819x", "GB28NWBK60161331926819", "DE89", ""],
)
def test_what_is_no_iban_stays(text):
    assert money.cut_ibans(text) == (text, 0)


@given(st.text(alphabet="DEGB0123456789 x", max_size=80))
def test_no_iban_is_left_after_cutting(text):
    told, count = money.cut_ibans(text)
    assert money.cut_ibans(told) == (told, 0)
    assert (told == text) == (count == 0)


def test_a_column_of_cards_keeps_first_and_last_digits():
    whole = money.card("4111 1111 1111 1111", KEY)
    assert (whole.first, whole.last) == ("411111", "1111")
    assert whole.token == hmac.new(KEY, b"card\n4111111111111111", hashlib.sha256).hexdigest()[:32]
    cut = money.card("411111******1111", KEY)
    assert (cut.first, cut.last, cut.token) == ("411111", "1111", "")
    grouped = money.card("4111 11** **** 1111", KEY)
    assert (grouped.first, grouped.last) == ("411111", "1111")
    few = money.card("XXXX-XXXX-XXXX-1111", KEY)
    assert (few.first, few.last) == ("", "1111")
    assert money.card("zz-nothing", KEY) is None
    assert money.card("4111111111111112", KEY) is None


def test_keys_that_are_cards_stay_apart_and_the_same():
    one = money.cut_key("4111111111111111", KEY)
    assert one == money.cut_key(" 4111 1111 1111 1111", KEY)
    assert one.startswith("411111******1111#")
    other = money.cut_key("4111110000001111", KEY)
    assert other != one
    account = money.cut_key("DE89 3704 0044 0532 0130 00", KEY)
    assert account == money.cut_key("DE89370400440532013000", KEY)
    assert account.startswith("DE…3000#")
    beside = money.cut_key("zz 4111111111111111", KEY)
    assert beside.startswith("zz 411111******1111#")
    assert beside != money.cut_key("zz 4111110000001111", KEY)


@pytest.mark.parametrize(
    "number",
    [
        "4111  1111  1111  1111",
        "4111\t1111\t1111\t1111",
        "4111\n1111\r\n1111\n1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111\u200b1111\u200b1111\u200b1111",
        "4111\u20131111\u20131111\u20131111",
        "4111_1111_1111_1111",
        "4111/1111/1111/1111",
        "4111 - 1111 - 1111 - 1111",
        "3782 | 822463 | 10005",
        "\uff14\uff11\uff11\uff11" + "\uff11" * 12,
        "\u0664" + "\u0661" * 15,
    ],
)
def test_a_number_is_cut_whatever_blanks_hyphens_and_digits_it_is_written_with(number):
    """Card numbers that issuers publish for tests, as people type them around a search."""
    with duckdb.connect() as connection:
        held = connection.execute("SELECT regexp_matches(?, ?)", [number, money.CARD_SQL])
        assert held.fetchone() == (True,)
    text, count = money.cut(f"({number})")
    assert count == 1
    shown = text.strip("()")
    assert shown in {"411111******1111", "378282*****0005"}


@pytest.mark.parametrize(
    "text",
    [
        "4111:1111:1111:1111::1",
        "4111, 1111, 1111, 1111",
        "+4111 1111 1111 1111",
        "4111\u00b2 caf\u00e9 \u4e00 1111",
    ],
)
def test_addresses_lists_and_phones_are_no_cards(text):
    assert money.cut(text) == (text, 0)
