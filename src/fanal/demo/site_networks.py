"""Cuts made-up address space into networks of countries, and tells tables that speak of it."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

from fanal.demo import assumptions as take
from fanal.demo.site_lands import EVERY, Land

FOURTH = 240 << 24
"""First address of 240.0.0.0/4, which nobody uses (RFC 1112, section 4)."""
SIXTH = 0x20010DB8 << 96
"""First address of 2001:db8::/32, which is for documents (RFC 3849)."""
LINES, MOBILE, DORMITORIES = range(40), range(40, 44), range(44, 45)
HOSTING, VPN = range(50, 53), range(54, 56)
"""Which of the 64 networks (/16) of a country are what."""
QUARTERS = 4
"""Ranges that a network is cut into."""
EARLIER, LATER = "2024-02-01", "2024-12-15"
"""Days of the two tables."""
TOR_EXITS = 60
ROAMING = 45
"""The network through which a carrier of several countries lets its customers out."""


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses that belong together, and whose they were before and after the move."""

    first: int
    last: int
    before: str
    after: str


@dataclass(frozen=True)
class Networks:
    """All of it."""

    lines: tuple[Range, ...]
    tor: tuple[int, ...]
    """Exits of Tor, single addresses of hosting networks."""

    @cached_property
    def _of(self) -> Mapping[tuple[str, bool], tuple[Range, ...]]:
        found: dict[tuple[str, bool], list[Range]] = {}
        for one in self.lines:
            found.setdefault((one.before, False), []).append(one)
            found.setdefault((one.after, True), []).append(one)
        return {key: tuple(ranges) for key, ranges in found.items()}

    def line(self, country: str, slot: int, *, moved: bool) -> Range:
        """Return the range in which somebody with that slot has a line, before or after moves."""
        ranges = self._of[country, moved]
        return ranges[slot % len(ranges)]


def networks(seed: int) -> Networks:
    """Return the networks of one made-up world."""
    random = Random(f"fanal site {seed} networks")
    codes = [land.code for land in EVERY]
    lines = []
    for at, land in enumerate(EVERY):
        for number in LINES:
            base = FOURTH + ((at * 64 + number) << 16)
            for quarter in range(QUARTERS):
                first = base + quarter * 0x4000
                after = random.choice(codes) if random.random() < take.RANGE_MOVED else land.code
                lines.append(Range(first, first + 0x3FFF, land.code, after))
    hosting = [_base(at, number) for at in range(len(EVERY)) for number in HOSTING]
    tor = {random.choice(hosting) + random.randrange(1 << 16) for _ in range(TOR_EXITS)}
    return Networks(tuple(lines), tuple(sorted(tor)))


def _base(at: int, number: int) -> int:
    return FOURTH + ((at * 64 + number) << 16)


def place_of(land: Land) -> int:
    """Return the number of a country among all."""
    return EVERY.index(land)


def carrier(land: Land) -> int:
    """Return the one address that a country's telephones come from."""
    return _base(place_of(land), MOBILE[0]) + 1


def roaming(slot: int) -> int:
    """Return one of the addresses that telephones of several countries come from."""
    return _base(len(EVERY) - 1, ROAMING) + 1 + slot % 2


def dormitory(land: Land, slot: int) -> int:
    """Return the one address of a dormitory."""
    return _base(place_of(land), DORMITORIES[0]) + 1 + slot % 200


def hidden(land: Land, slot: int) -> int:
    """Return an address of a network that hides who uses it."""
    return _base(place_of(land), VPN[0]) + 1 + slot % 40


def hosted(land: Land, slot: int) -> int:
    """Return an address of rented machines."""
    return _base(place_of(land), HOSTING[0]) + 1 + slot % 5000


def sixth(land: Land, slot: int) -> str:
    """Return an address of the sixth version on somebody's line."""
    net = (place_of(land) * 64 + slot % 40) << 80
    return str(ipaddress.IPv6Address(SIXTH + net + ((slot % 0xFFFF) << 64) + 1))


def spelt(address: int) -> str:
    """Return an address of the fourth version as it is written."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def country_table(world: Networks, seed: int, *, later: bool) -> Iterator[tuple[str, str, str]]:
    """Yield first and last address and country of each range, as a table of that day has them."""
    random = Random(f"fanal site {seed} table {later}")
    codes = [land.code for land in EVERY]
    for one in world.lines:
        right = one.after if later else one.before
        told = random.choice(codes) if random.random() < take.TABLE_WRONG else right
        yield spelt(one.first), spelt(one.last), told
    for at, land in enumerate(EVERY):
        for kind in (MOBILE, DORMITORIES, HOSTING, VPN):
            yield spelt(_base(at, kind[0])), spelt(_base(at, kind[-1]) + 0xFFFF), land.code
    shared = _base(len(EVERY) - 1, ROAMING)
    yield spelt(shared), spelt(shared + 0xFFFF), EVERY[-1].code
    for at, land in enumerate(EVERY):
        first = SIXTH + ((at * 64) << 80)
        last = SIXTH + ((at * 64 + 64) << 80) - 1
        yield str(ipaddress.IPv6Address(first)), str(ipaddress.IPv6Address(last)), land.code


def network_table(world: Networks) -> Iterator[tuple[str, str, str, str]]:
    """Yield first and last address, kind and name of the networks that say little of a place."""
    kinds = (
        ("residential", LINES),
        ("mobile", MOBILE),
        ("residential", DORMITORIES),
        ("hosting", HOSTING),
        ("vpn", VPN),
    )
    for at, land in enumerate(EVERY):
        for kind, numbers in kinds:
            first, last = _base(at, numbers[0]), _base(at, numbers[-1]) + 0xFFFF
            yield spelt(first), spelt(last), kind, f"zz-{kind}-{land.code.lower()}"
    shared = _base(len(EVERY) - 1, ROAMING)
    yield spelt(shared), spelt(shared + 0xFFFF), "carrier", "zz-roaming"
    for address in world.tor:
        yield spelt(address), spelt(address), "tor", "zz-tor"
