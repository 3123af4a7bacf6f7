"""Reads the rules by which facts name countries and levels follow: `countries.toml`.

Levels and families are those that the project's requirements on jurisdiction set; no percentages.
"""

import hashlib
import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fanal.content.countries import codes

MEDIUM, NONE, STRONG, WEAK = "medium", "none", "strong", "weak"
RANK = {STRONG: 3, MEDIUM: 2, WEAK: 1, NONE: 0}
"""Strength → its place; those from the medium one on name a country."""
MAPPED = 0xFFFF << 32
"""What stands before the 32 bits of an IPv4 address among 128 (RFC 4291, section 2.5.5.2)."""


@dataclass(frozen=True, slots=True)
class Family:
    """A family of facts that names a country once, however many rows it has."""

    name: str
    role: str
    strength: str
    lesser: str
    """Strength where the full one is not reached."""
    group: str
    """Families of one group are not independent."""


@dataclass(frozen=True, slots=True)
class LevelRule:
    """When a lead has a level."""

    name: str
    countries: int
    """So many countries are named; 0 where exactly one must be."""
    enough: tuple[tuple[str, int], ...]
    """Strength and how many independent families of it, one of which must be reached."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that countries follow from besides the facts."""

    version: str
    sha256: str
    families: Mapping[str, Family]
    levels: tuple[LevelRule, ...]
    doubts: tuple[str, ...]
    """Doubts of a payment that leave its country possible."""
    not_alone: tuple[str, ...]
    """Families whose lesser strength needs another family to name a country."""
    days: int
    few: int
    weightless: tuple[str, ...]
    subscribers: tuple[str, ...]
    needed: tuple[str, ...]
    warn: int
    refs: int
    special: tuple[tuple[str, int, int], ...]
    """Name, first and last address of the parts of the address space without a country."""
    countries: frozenset[str]
    sold_domains: frozenset[str]
    domains: Mapping[str, str]
    currencies: Mapping[str, str]


def parse(data: bytes) -> Rules:
    """Return what a file of rules says."""
    told = tomllib.loads(data.decode())
    access, tables, words = told["access"], told["tables"], told["words"]
    return Rules(
        told["version"],
        hashlib.sha256(data).hexdigest(),
        {one["name"]: _family(one) for one in told["family"]},
        tuple(map(_level, told["level"])),
        tuple(told["possible"]["doubts"]),
        tuple(told["possible"]["not_alone"]),
        access["days"],
        access["few"],
        tuple(access["weightless"]),
        tuple(access["subscribers"]),
        tuple(access["needed"]),
        tables["warn"],
        tables["refs"],
        tuple(
            (one["name"], *span(ipaddress.ip_network(each)))
            for one in told["special"]
            for each in one["ranges"]
        ),
        frozenset(codes()),
        frozenset(words["sold_domains"].split()),
        words["domains"],
        words["currencies"],
    )


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the rules that come with the program."""
    return parse((files("fanal.leads") / "countries.toml").read_bytes())


def span(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> tuple[int, int]:
    """Return the first and last address of a network among 128 bits."""
    before = MAPPED if network.version == 4 else 0
    return before | int(network.network_address), before | int(network.broadcast_address)


def _family(told: Mapping[str, Any]) -> Family:
    return Family(told["name"], told["role"], told["strength"], told["else"], told["group"])


def _level(told: Mapping[str, Any]) -> LevelRule:
    enough = [next(iter(one.items())) for one in told.get("any", ())]
    return LevelRule(told["name"], told.get("countries", 0), tuple(enough))
