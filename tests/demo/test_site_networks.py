"""Networks of the made-up world lie apart, and tables of them err as often as is assumed."""

import ipaddress
import itertools

import pytest

from fanal.demo import assumptions
from fanal.demo import site_networks as nets
from fanal.demo.site_lands import BY_CODE, EVERY, LANDS

WORLD = nets.networks(3)


def number(text: str) -> int:
    return int(ipaddress.ip_address(text)) + (":" in text) * 2**128


def holder(rows, address: str):
    return [row for row in rows if number(row[0]) <= number(address) <= number(row[1])]


@pytest.fixture(scope="module")
def tables():
    return [list(nets.country_table(WORLD, 3, later=later)) for later in (False, True)]


def test_no_two_ranges_of_a_table_overlap(tables):
    for rows in (*tables, [row for row in nets.network_table(WORLD) if row[2] != "tor"]):
        bounds = sorted((number(first), number(last)) for first, last, *_ in rows)
        assert all(first <= last for first, last in bounds)
        assert all(a[1] < b[0] for a, b in itertools.pairwise(bounds))


def test_tables_say_what_is_true_but_for_the_share_that_is_wrong(tables):
    for rows, when in zip(tables, ("before", "after"), strict=True):
        told = {row[0]: row[2] for row in rows}
        wrong = sum(told[nets.spelt(one.first)] != getattr(one, when) for one in WORLD.lines)
        assert 0 < wrong / len(WORLD.lines) < 3 * assumptions.TABLE_WRONG
    moved = sum(one.before != one.after for one in WORLD.lines) / len(WORLD.lines)
    assert abs(moved - assumptions.RANGE_MOVED) < 0.01


@pytest.mark.parametrize("land", LANDS, ids=lambda land: land.code)
def test_addresses_of_a_kind_lie_in_networks_of_that_kind(land, tables):
    networks = list(nets.network_table(WORLD))
    for address, kind in (
        (nets.carrier(land), "mobile"),
        (nets.dormitory(land, 7), "residential"),
        (nets.hidden(land, 39), "vpn"),
        (nets.hosted(land, 4999), "hosting"),
        (WORLD.line(land.code, 12345, moved=False).first, "residential"),
    ):
        ((_, _, told, name),) = holder(networks, nets.spelt(address))
        assert told == kind
        if kind != "residential":
            assert name.endswith(f"-{land.code.lower()}")
            ((_, _, country),) = holder(tables[0], nets.spelt(address))
            assert country == land.code
    assert [row[2] for row in holder(tables[0], nets.sixth(land, 4711))] == [land.code]


def test_a_carrier_of_many_countries_and_exits_of_tor_are_marked_as_such():
    networks = list(nets.network_table(WORLD))
    assert [row[2] for row in holder(networks, nets.spelt(nets.roaming(1)))] == ["carrier"]
    for exit_ in WORLD.tor:
        assert {row[2] for row in holder(networks, nets.spelt(exit_))} == {"hosting", "tor"}


def test_every_country_has_lines_before_and_after_ranges_moved():
    for code in BY_CODE:
        for moved in (False, True):
            line = WORLD.line(code, 99, moved=moved)
            assert (line.after if moved else line.before) == code
    assert len({nets.place_of(land) for land in EVERY}) == len(EVERY)
