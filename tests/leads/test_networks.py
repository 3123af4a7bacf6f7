"""The as-of join of days with tables and of addresses with ranges, against a plain search."""

import ipaddress
import random
from datetime import date, datetime, timedelta

import pytest

from fanal.leads.addresses import MARKS
from fanal.leads.calculator import Calculator
from fanal.leads.country_rules import rules
from fanal.leads.networks import in_force, look_up
from fanal.leads.opening import open_sites
from makers.addresses import table
from makers.canonical_site import event, login, write_site

BASE = int(ipaddress.IPv4Address("240.0.0.0"))
SIX = int(ipaddress.IPv6Address("2001:db8::"))


def drawn(rng, words):
    """Ranges that do not overlap, of both families, each with a word."""
    told, at = [], 0
    while at < 2_000:
        size = rng.randrange(1, 90)
        family = ipaddress.IPv4Address if rng.random() < 0.7 else ipaddress.IPv6Address
        base = BASE if family is ipaddress.IPv4Address else SIX
        told.append((family(base + at), family(base + at + size - 1), rng.choice(words)))
        at += size + rng.choice([0, 0, 7])
    return told


def naive(tables, word_of, ip, day):
    """The word of the table that was nearest before, found by asking every range."""
    before = [one for one in tables if one[0] <= day]
    if not before:
        return None, ""
    nearest = max(before, key=lambda one: one[0])
    for first, last, word in nearest[1]:
        if first.version == ip.version and first <= ip <= last:
            return nearest[0], word_of(word)
    return nearest[0], ""


@pytest.mark.parametrize("seed", range(2))
def test_every_address_is_looked_up_as_a_search_of_every_row_would(tmp_path, seed):
    rng = random.Random(seed)
    days = [date(2024, 1, 1) + timedelta(days=rng.randrange(300)) for _ in range(4)]
    days = sorted(set(days))
    lands = [(day, drawn(rng, ["DE", "DK", "SE", "NO"])) for day in days]
    nets = [(day + timedelta(days=11), drawn(rng, ["tor", "vpn", "mobile"])) for day in days]
    used = [
        table(tmp_path, kind, day.isoformat(), "".join(f"{a},{b},{c}\n" for a, b, c in rows), kind)
        for kind, each in (("country", lands), ("network", nets))
        for day, rows in each
    ]
    asked = []
    for number in range(250):
        family, base = rng.choice([(ipaddress.IPv4Address, BASE), (ipaddress.IPv6Address, SIX)])
        when = datetime(2023, 12, 1) + timedelta(hours=rng.randrange(24 * 380))  # noqa: DTZ001
        asked.append((f"a{number}", family(base + rng.randrange(2_100)), when))
    make = [rng.choice([login, lambda n, t, ip: event(n, t, ip=ip)]) for _ in asked]
    rows = [made(n, str(when), str(ip)) for made, (n, ip, when) in zip(make, asked, strict=True)]
    write_site(
        tmp_path / "site",
        login=[row for row in rows if "event" not in row],
        media_event=[row for row in rows if "event" in row],
    )
    with Calculator(tmp_path, threads=1) as calculator:
        open_sites(calculator, {"zz": tmp_path / "site"})
        looked = look_up(calculator, used, rules())
        ids = dict(calculator.rows("SELECT ip, id FROM address"))
    spots = looked.spots
    place = {
        (i, d): at
        for at, (i, d) in enumerate(zip(spots.id.tolist(), spots.day.tolist(), strict=True))
    }
    for _, ip, when in asked:
        at = place[ids[str(ip)], (when.date() - date(1970, 1, 1)).days]
        day, country = naive(lands, str, ip, when.date())
        found = looked.countries[spots.country[at]] if spots.country[at] >= 0 else ""
        assert found == country
        told = looked.tables[spots.tab[at]].date if spots.tab[at] >= 0 else None
        assert told == (day.isoformat() if day else None)
        _, mark = naive(nets, str, ip, when.date())
        bits = {name for number, name in enumerate(MARKS) if spots.marks[at] >> number & 1}
        assert bits == ({mark} if mark else set())


def test_each_layer_has_its_own_nearest_table(tmp_path):
    used = [
        table(tmp_path, "both", "2024-01-01", "240.0.0.0/8,tor\n241.0.0.0/8,vpn\n", "network"),
        table(tmp_path, "tor", "2024-03-01", "242.0.0.0/8,tor\n", "network"),
    ]
    found = {(one.layer, one.table.name): (one.first, one.before) for one in in_force(used)}
    assert found == {
        ("tor", "both"): (date(2024, 1, 1), date(2024, 3, 1)),
        ("tor", "tor"): (date(2024, 3, 1), date.max),
        ("vpn", "both"): (date(2024, 1, 1), date.max),
    }


def test_addresses_of_two_families_that_look_alike_are_kept_apart(tmp_path):
    used = [table(tmp_path, "l", "2024-01-01", "240.0.0.1,240.0.0.1,DE\n::f000:1,::f000:1,DK\n")]
    rows = [login("a", "2024-02-01 10:00:00", ip) for ip in ("240.0.0.1", "::f000:1", "no address")]
    write_site(tmp_path / "site", login=rows)
    with Calculator(tmp_path, threads=1) as calculator:
        open_sites(calculator, {"zz": tmp_path / "site"})
        looked = look_up(calculator, used, rules())
        ids = dict(calculator.rows("SELECT ip, id FROM address"))
    told = {
        int(i): looked.countries[c]
        for i, c in zip(looked.spots.id, looked.spots.country, strict=True)
    }
    assert {ip: told[id_] for ip, id_ in ids.items()} == {"240.0.0.1": "DE", "::f000:1": "DK"}
