"""Says where the people of a package find help: a package always carries such a block.

People who are contacted for such acts are at a high risk of suicide; help is handed over with the
first contact. The contacts come from the directory of help (`fanal.helplines`), where they have a
source and a day, and age; what officers are told stands in `support.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fanal.helplines import directory
from fanal.helplines.directory import Age
from fanal.helplines.record import CRISIS, HELP, LAW, Helpline

FILE = "support.toml"
TOLD = (HELP, CRISIS)
"""Kinds of help that a package names."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A service that helps, as it may be told on a day."""

    service: str
    languages: tuple[str, ...]
    audience: tuple[str, ...]
    """`self`, `family`."""
    phone: str
    """As people dial it; "" for none, or where it was checked too long ago."""
    web: str
    source: str
    checked_on: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """What is told of help in one country."""

    country: str
    national: bool
    """A service of the country is known; else those of no country stand for it."""
    contacts: tuple[Contact, ...]
    crisis: str
    crisis_contacts: tuple[Contact, ...]
    """Who is called in danger of life; never empty."""
    officers: tuple[str, ...]
    children: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def support(country: str, day: date) -> Support:
    """Return what is told of help in a country on a day; never nothing."""
    words = _words()
    return Support(
        country,
        directory.has_own(HELP, country, day),
        _contacts(HELP, country, day),
        words["crisis"],
        _contacts(CRISIS, country, day),
        tuple(words["officers"]),
        tuple(words["children"]),
    )


def ages(day: date) -> tuple[Age, ...]:
    """Return every contact that packages tell, as it is told on a day, the oldest first."""
    return tuple(one for one in directory.ages(day) if one.kind in TOLD)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    told: Mapping[str, Any] = tomllib.loads(
        files("fanal.exchange").joinpath(FILE).read_text("utf-8")
    )["words"]
    return told


def _contacts(kind: str, country: str, day: date) -> tuple[Contact, ...]:
    found = directory.look_up(kind, country, "", day)
    return tuple(_contact(one, _note(one, day)) for one in found)


def _note(one: Helpline, day: date) -> str:
    if one.basis == LAW:
        return "a public act assigns the number"
    if one.is_hidden:
        return "its telephone number was checked too long ago to be told"
    return "" if one.is_fresh(day) or one.country else f"not checked since {one.checked_on}"


def _contact(one: Helpline, note: str) -> Contact:
    return Contact(
        one.service,
        one.languages,
        one.audience,
        one.dialled(),
        one.web,
        one.source,
        one.checked_on.isoformat(),
        note,
    )
