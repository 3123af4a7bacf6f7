"""Says where the people of a package find help: a package always carries such a block.

People who are contacted for such acts are at a high risk of suicide; help is handed over with the
first contact. The contacts are data with a source and a day (`support.toml`), and age.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import phonenumbers

from fanal.errors import FanalError

FILE = "support.toml"


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
    officers: tuple[str, ...]
    children: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def support(country: str, day: date) -> Support:
    """Return what is told of help in a country on a day; never nothing."""
    book = _book()
    words, rules = book["words"], book["rules"]
    own = [one for one in book["contact"] if one["country"] == country]
    known = tuple(found for one in own if (found := _aged(one, rules, day)))
    contacts = known or tuple(_always(one, rules, day) for one in book["fallback"])
    return Support(
        country,
        bool(known),
        contacts,
        words["crisis"],
        tuple(words["officers"]),
        tuple(words["children"]),
    )


@dataclass(frozen=True, slots=True)
class Age:
    """How old what is known of a service is, and what is told of it."""

    country: str
    """"" for a service of no country."""
    service: str
    checked_on: str
    days: int
    told: str
    """`whole`, `without its number`, `not at all`; a service of no country is always told."""


def ages(day: date) -> tuple[Age, ...]:
    """Return every contact as it is told on a day, the oldest first."""
    book = _book()
    found = [
        Age(
            one.get("country", ""),
            one["service"],
            one["checked_on"].isoformat(),
            _days(one, day),
            _told(one, book["rules"], day),
        )
        for one in (*book["contact"], *book["fallback"])
    ]
    return tuple(sorted(found, key=lambda one: (-one.days, one.country, one.service)))


def _told(one: Mapping[str, Any], rules: Mapping[str, int], day: date) -> str:
    if "country" not in one:
        return "whole"
    contact = _aged(one, rules, day)
    if contact is None:
        return "not at all"
    return "without its number" if contact.note else "whole"


@lru_cache(maxsize=1)
def _book() -> Mapping[str, Any]:
    return tomllib.loads(files("fanal.exchange").joinpath(FILE).read_text("utf-8"))


def _days(one: Mapping[str, Any], day: date) -> int:
    return int((day - one["checked_on"]).days)


def _aged(one: Mapping[str, Any], rules: Mapping[str, int], day: date) -> Contact | None:
    """Return a contact as it may be told, or None where nothing of it may be."""
    days = _days(one, day)
    if days > rules["drop_after_days"]:
        return None
    is_old = days > rules["hide_phone_after_days"]
    phone = "" if is_old else _dialled(one.get("phone", ""))
    if not phone and not one["web"]:
        return None
    hidden = is_old and one.get("phone")
    note = "its telephone number was checked too long ago to be told" if hidden else ""
    return _contact(one, phone, note)


def _always(one: Mapping[str, Any], rules: Mapping[str, int], day: date) -> Contact:
    is_old = _days(one, day) > rules["hide_phone_after_days"]
    return _contact(one, "", f"not checked since {one['checked_on']}" if is_old else "")


def _contact(one: Mapping[str, Any], phone: str, note: str) -> Contact:
    return Contact(
        one["service"],
        tuple(one.get("languages", ())),
        tuple(one["audience"]),
        phone,
        one["web"],
        one["source"],
        one["checked_on"].isoformat(),
        note,
    )


def _dialled(number: str) -> str:
    """Return a number as it is written for people of other countries too."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException as error:
        raise FanalError(f"{FILE} holds {number!r}, which is no number", "correct it") from error
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
