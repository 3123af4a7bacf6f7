"""Tables of addresses: what is read, what is refused, and what lies where."""

import ipaddress
import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.leads.address_check import planted_missed
from fanal.leads.address_files import RowError, address, read_csv
from fanal.leads.addresses import (
    APP_BANK,
    CONFLICT,
    COUNTRY,
    ISSUER,
    NETWORK,
    Read,
    disjoint,
    is_app_bank,
    ranges_sql,
)
from fanal.leads.calculator import Calculator
from fanal.leads.country_rules import rules
from makers.addresses import table

MAPPED = 0xFFFF << 32


def read(tmp_path, text, kind=COUNTRY):
    file = tmp_path / "zz.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_csv(file, kind, rules().countries)


def spans(layer):
    ends = zip(*layer.start, *layer.end, layer.says, strict=True)
    return [(int(a) << 64 | int(b), int(c) << 64 | int(d), says) for a, b, c, d, says in ends]


def v4(text):
    return MAPPED | int(ipaddress.IPv4Address(text))


def v6(text):
    return int(ipaddress.IPv6Address(text))


def test_ranges_and_networks_of_both_families_are_read_with_and_without_a_head_line(tmp_path):
    expected = [
        (v4("240.1.0.0"), v4("240.1.255.255"), "DE"),
        (v6("2001:db8::"), v6("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), "NO"),
    ]
    last = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"
    numbers = f"{0xF0010000},{0xF001FFFF},DE\n{v6('2001:db8::')},{v6(last)},NO\n"
    quoted = f'"240.1.0.0","240.1.255.255","DE"\n"2001:db8::","{last}","NO"\n'
    texts = (
        f"start,end,country\n240.1.0.0,240.1.255.255,DE\n2001:db8::,{last},no\n",
        "cidr;cc\n240.1.0.0/16;DE\n\n# zz\n2001:db8::/32;NO\n",
        "240.1.0.0/16\tDE\n2001:db8::/32\tNO\n",
        b"\xef\xbb\xbf" + quoted.encode(),
        numbers,
        "Network,Country Code,asn\n240.1.0.0/16,DE,AS1\n2001:db8::/32,NO,AS2\n",
    )
    for text in texts:
        found = read(tmp_path, text)
        assert spans(found.layers[COUNTRY]) == expected, text
        assert not found.refused


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("240.9.0.0,240.8.0.0,DE", "last address before the first"),
        ("240.9.0.0,2001:db8::1,DE", "first and last address are of two families"),
        ("240.9.0.0,240.9.0.1,XX", "no country code of ISO 3166-1"),
        ("240.9.0.0,240.9.0.1,", "no country code of ISO 3166-1"),
        ("240.9.0.0,240.9.0.1,EU", "no country code of ISO 3166-1"),
        ("240.9.0.300,240.9.0.1,DE", "no address"),
        ("240.9.0,240.9.0.1,DE", "no address"),
        ("x" * 70_000, "longer than a row can be"),
        ('"zz"\rzz,"', "cannot be taken apart"),
    ],
)
def test_rows_that_cannot_be_are_refused_and_counted_with_their_line(tmp_path, row, reason):
    found = read(tmp_path, f"start,end,country\n240.1.0.0,240.1.0.9,DK\n{row}\n{row}\n")
    assert dict(found.refused) == {reason: 2}
    assert found.first == {reason: 3}
    assert [each[2] for each in spans(found.layers[COUNTRY])] == ["DK"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("240.9.0.1/24,DE", "an address inside of a network instead of the network"),
        ("240.9.0.0/33,DE", "no length of a network"),
        ("240.9.0.0/x,DE", "no length of a network"),
        ("2001:db8::/129,DE", "no length of a network"),
    ],
)
def test_networks_that_cannot_be_are_refused(tmp_path, row, reason):
    assert dict(read(tmp_path, f"cidr,country\n{row}\n").refused) == {reason: 1}


def test_of_rows_that_contradict_each_other_none_is_believed_in_whatever_order(tmp_path):
    rows = ["240.2.0.0,240.2.255.255,DK", "240.2.5.0,240.2.6.255,SE", "240.3.0.0,240.3.0.9,DE"]
    for order in itertools.permutations(rows):
        found = read(tmp_path, "\n".join(order) + "\n")
        assert spans(found.layers[COUNTRY]) == [(v4("240.3.0.0"), v4("240.3.0.9"), "DE")]
        assert dict(found.refused) == {CONFLICT: 2}


def test_rows_that_say_the_same_twice_are_joined_and_counted(tmp_path):
    found = read(
        tmp_path, "240.2.0.0,240.2.0.9,DK\n240.2.0.0,240.2.0.9,DK\n240.2.0.5,240.2.0.20,DK\n"
    )
    assert spans(found.layers[COUNTRY]) == [(v4("240.2.0.0"), v4("240.2.0.20"), "DK")]
    assert (found.joined, dict(found.refused)) == (2, {})


ROWS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from(["DE", "DK", "SE"])),
    max_size=12,
)


@given(ROWS)
def test_what_is_kept_of_ranges_is_what_no_row_contradicts(rows):
    told = Read()
    given_rows = [(a, a + size, says, 0, line) for line, (a, size, says) in enumerate(rows)]
    layer = disjoint(given_rows, told)
    sound = [
        row
        for row in given_rows
        if not any(
            row[0] <= other[1] and other[0] <= row[1] and row[2] != other[2] for other in given_rows
        )
    ]
    expected = {at: row[2] for row in sound for at in range(row[0], row[1] + 1)}
    kept = spans(layer)
    assert {at: says for first, last, says in kept for at in range(first, last + 1)} == expected
    assert told.refused[CONFLICT] == len(given_rows) - len(sound)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(kept))


def test_a_network_row_is_a_mark_an_operator_or_both_and_systems_are_marked_whole(tmp_path):
    text = (
        "start,end,mark,asn,name\n240.1.0.0,240.1.0.9,tor|vpn,,\n240.2.0.0,240.2.0.9,,AS64500,ZZ\n"
        ",,hosting,64501,ZZ-H\n,,hosting,,\n240.3.0.0,240.3.0.9,,,\n240.3.0.0,240.3.0.9,zz,,\n"
        "240.4.0.0,240.4.0.9,,AS99999999999,\n"
    )
    found = read(tmp_path, text, NETWORK)
    assert sorted(found.layers) == ["operator", "tor", "vpn"]
    assert spans(found.layers["operator"]) == [(v4("240.2.0.0"), v4("240.2.0.9"), "ZZ")]
    assert found.layers["operator"].asn.tolist() == [64_500]
    assert found.systems == {(64_501, "hosting"): "ZZ-H"}
    assert dict(found.refused) == {
        "no range and no marked system": 1,
        "says nothing of the network": 1,
        "unknown mark": 1,
        "no number of an autonomous system": 1,
    }


def test_the_name_of_a_service_is_not_who_runs_the_network_around_it(tmp_path):
    text = "240.1.0.0/24,hosting,ZZ Host\n240.1.0.7/32,tor,ZZ exit\n240.1.0.8/32,vpn,ZZ VPN\n"
    found = read(tmp_path, text, NETWORK)
    assert spans(found.layers["operator"]) == [(v4("240.1.0.0"), v4("240.1.0.255"), "ZZ Host")]
    assert spans(found.layers["tor"]) == [(v4("240.1.0.7"), v4("240.1.0.7"), "tor")]
    assert not found.refused


def test_banks_and_issuers(tmp_path):
    banks = read(tmp_path, "country,code,name\nLT,32500,Zz Bank\nXX,1,\nDE,,\n", APP_BANK)
    assert banks.banks == {("LT", "32500"): "Zz Bank"}
    assert banks.refused.total() == 2
    assert is_app_bank("LT12 3250 0123 4567 8901", banks.banks)
    assert not is_app_bank("LT12 3251 0123 4567 8901", banks.banks)
    assert not is_app_bank("LV32 3250 0123 4567 8901", banks.banks)
    cards = read(tmp_path, "400000,DE\n400001,DK,prepaid\n40000,DE\n400001,SE,\n", ISSUER)
    assert cards.issuers == {"400000": ("DE", False), "400001": ("", True)}
    assert cards.refused.total() == 2


@given(st.text(max_size=60))
def test_an_address_is_read_like_the_standard_library_reads_it_or_refused(text):
    try:
        number = address(text)
    except RowError:
        return
    if "." in text and ":" not in text:
        assert number == v4(text)
    elif ":" in text:
        assert number == v6(text)
    else:
        assert number in {int(text), int(text) | MAPPED}


def test_files_say_what_was_read_find_their_own_ranges_and_are_the_same_again(tmp_path):
    rng = random.Random(7)
    starts = sorted(rng.sample(range(0, 1 << 20, 16), 500))
    rows = [
        f"{ipaddress.IPv4Address(0xF0000000 + at)},{ipaddress.IPv4Address(0xF0000000 + at + 15)},"
        f"{rng.choice(['DE', 'DK'])}"
        for at in starts
    ]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = table(tmp_path / "a", "zz", "2024-01-01", "\n".join(rows))
    rng.shuffle(rows)
    second = table(tmp_path / "b", "zz", "2024-01-01", "\n".join(rows))
    assert planted_missed(first) == (251, 0)  # every second one of 500, and the last
    bytes_ = [(one.folder / "country.parquet").read_bytes() for one in (first, second)]
    assert bytes_[0] == bytes_[1]
    with Calculator(tmp_path, first.folder) as calculator:
        told = list(calculator.rows(f"{ranges_sql(first, COUNTRY)} ORDER BY 1"))
    assert [row[0] for row in told] == [MAPPED | 0xF0000000 + at for at in starts]
    assert np.diff([row[0] for row in told]).min() >= 16
