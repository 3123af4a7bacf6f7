import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.leads.calculator import Calculator, literal
from fanal.leads.ip import IPV4_SQL, Address, address, number, packed


@given(st.ip_addresses())
def test_every_address_is_read_in_its_one_spelling(told):
    read = address(str(told))
    assert isinstance(read, Address)
    whole = read.high << 64 | read.low
    if told.version == 4:
        assert whole == int(ipaddress.IPv6Address(f"::ffff:{told}"))
        assert read.text == str(told)
    else:
        assert whole == int(told)
        mapped = told.ipv4_mapped
        assert read.text == (str(mapped) if mapped else str(told))


@given(st.ip_addresses(v=6))
def test_spellings_of_one_address_are_the_same(told):
    for other in (told.exploded.upper(), f"[{told}]", f" {told} ", f"{told.exploded}"):
        assert address(other) == address(str(told))


@given(st.ip_addresses(v=4), st.integers(0, 65535))
def test_a_port_is_taken_apart(told, port):
    for raw in (f"{told}:{port}", f"[::ffff:{told}]:{port}"):
        read = address(raw)
        assert (read.text, read.port) == (str(told), port)


@given(st.ip_addresses())
def test_bytes_and_numbers_are_the_same_address(told):
    assert packed("0x" + told.packed.hex()) == address(str(told))
    if told.version == 4:
        assert number(str(int(told))) == address(str(told))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("240.01.2.3", "zeros in front of a number"),
        ("010.1.2.3", "zeros in front of a number"),
        ("240.1.2", "no address"),
        ("240.1.2.256", "no address"),
        ("240.1.2.3, 240.1.2.4", "several addresses"),
        ("240.1.2.3:99999", "no address: the port is too high"),
        ("zz", "no address"),
        ("", "no address"),
        ("2001:db8::1::2", "no address"),
    ],
)
def test_what_is_no_address_says_why(raw, why):
    assert address(raw) == why


def test_a_zone_id_is_no_part_of_an_address():
    assert address("fe80::1%eth0").text == "fe80::1"


def test_bytes_of_another_length_are_none():
    assert packed("0x0102") == "not 4 or 16 bytes"
    assert number("4294967296") == "no number of 32 bits"
    assert number("-1") == "no number of 32 bits"


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_reason(text):
    assert isinstance(address(text), Address | str)


@pytest.fixture(scope="module")
def calculator(tmp_path_factory):
    with Calculator(tmp_path_factory.mktemp("calculator")) as opened:
        yield opened


@given(st.lists(st.from_regex(r"[0-9]{1,4}(\.[0-9]{0,3}){3}", fullmatch=True), min_size=1))
def test_sql_takes_the_same_plain_addresses(calculator, raws):
    for raw in raws:
        plain = calculator.value(f"SELECT regexp_full_match({literal(raw)}, {literal(IPV4_SQL)})")
        assert plain == isinstance(address(raw), Address)
