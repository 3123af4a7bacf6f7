"""The fields of a pre-registration, one by one: every key known, every value within its range."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fanal.prevention.nouns import Outcome, Surface
from fanal.prevention.trials.claims import ADVICE, is_claim

PRIMARIES = (Outcome.CONTINUED, Outcome.ABANDONED)
"""What people do in the session; contacts chosen are too rare to decide by."""
GUARDS = frozenset({Outcome.MISHIT, Outcome.APPEAL, Outcome.LEFT})
NO_WARNING = frozenset({"none", "nothing", "no_warning", "no_message", "empty", "off", "neutral"})
"""Names that stand for showing nothing, or for the text of faults: never an arm."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_VARIANT = re.compile(r"[a-z][a-z0-9_]{0,31}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_BARE = object()
"""No default: the key must be there."""

Field = tuple[Callable[[Any], Any], Any]


class Wrong(ValueError):  # noqa: N818 (what a field is, told by its name)
    """A field, or several together, are not as they must be; names no value."""


def is_day(value: Any) -> bool:
    """Tell whether a value is a day without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def read(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return every section with its defaults, or raise Wrong."""
    for section in table:
        if section not in SECTIONS:
            raise Wrong(f"no section [{_named(section)}]; known: {', '.join(SECTIONS)}")
    told: dict[str, Any] = {}
    for section, keys in SECTIONS.items():
        if section in MANY:
            told[section] = _each(table.get(section, []), section, keys)
        else:
            told[section] = _section(table.get(section, {}), section, keys)
    return told


def _each(value: Any, name: str, keys: Mapping[str, Field]) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or len(value) > 100:
        raise Wrong(f"[[{name}]] must be there, several times where there are several")
    return [_section(one, name, keys) for one in value]


def _section(value: Any, name: str, keys: Mapping[str, Field]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"{name} must be a section")
    for key in value:
        if key not in keys:
            raise Wrong(f"no {name}.{_named(key)}; known: {', '.join(keys)}")
    told = {}
    for key, (check, default) in keys.items():
        if key not in value and default is _BARE:
            raise Wrong(f"{name}.{key} is missing")
        try:
            told[key] = check(value[key]) if key in value else default
        except ValueError as fault:
            raise Wrong(f"{name}.{key} must be {fault}") from None
    return told


def _named(key: str) -> str:
    """Return a key as it may be told."""
    return key[:40] if key[:40].isprintable() else "…"


def _matching(pattern: re.Pattern[str], told: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(told)
        return value

    return check


def _text(least: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not least <= len(value.strip()) <= 2000:
            raise ValueError(f"a text of {least} to 2,000 characters")
        if any(not (one.isprintable() or one == "\n") for one in value):
            raise ValueError("a text without control characters")
        if is_claim(value):
            raise ValueError(f"without claims that counts of sessions cannot show: {ADVICE}")
        return value.strip()

    return check


def _one_of(*known: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in known:
            raise ValueError(f"one of: {', '.join(known)}")
        return str(value)

    return check


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a whole number from {least:,} to {most:,}")
        return value

    return check


def _between(least: str, most: str) -> Callable[[Any], Decimal]:
    def check(value: Any) -> Decimal:
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        number = Decimal(value) if is_number else Decimal("NaN")
        if number.is_nan() or not Decimal(least) <= number <= Decimal(most):
            raise ValueError(f"a number from {least} to {most}")
        return number

    return check


def _day(value: Any) -> date:
    if not is_day(value):
        raise ValueError("a day such as 2026-12-01, without quotes")
    day: date = value
    return day


def _list_of(check: Callable[[Any], Any], least: int = 0) -> Callable[[Any], tuple[Any, ...]]:
    def checked(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not least <= len(value) <= 400:
            raise ValueError(f"a list of {least} to 400")
        return tuple(check(one) for one in value)

    return checked


def _variant(value: Any) -> str:
    if not isinstance(value, str) or not _VARIANT.fullmatch(value):
        raise ValueError("a family or the name of a variant in a bundle")
    if value in NO_WARNING or value.startswith("support"):
        raise ValueError("a wording that warns: showing nothing is never an arm")
    return value


_SHARE = _between("0.00001", "0.99999")
MANY = frozenset({"arm", "guard"})
SECTIONS: dict[str, dict[str, Field]] = {
    "trial": {
        "name": (_matching(_NAME, "up to 48 of a-z, 0-9, _ and -"), _BARE),
        "hypothesis": (_text(20), _BARE),
        "primary": (_one_of(*PRIMARIES), _BARE),
        "surfaces": (_list_of(_one_of(*Surface), 1), _BARE),
        "reference": (_variant, _BARE),
        "first_day": (_day, _BARE),
        "last_day": (_day, _BARE),
        "registered_by": (_text(2), _BARE),
        "key": (_one_of("day", "trial"), "day"),
    },
    "arm": {"variant": (_variant, _BARE), "weight": (_whole(1, 1000), _BARE)},
    "effect": {"base": (_SHARE, _BARE), "minimum": (_between("0.00001", "0.9"), _BARE)},
    "stopping": {
        "rule": (_one_of("e_value", "fixed"), _BARE),
        "alpha": (_between("0.0001", "0.1"), _BARE),
        "sessions": (_whole(20, 1_000_000_000), _BARE),
        "repeats": (_whole(1, 100), 1),
    },
    "exclusions": {
        "countries": (_list_of(_matching(_COUNTRY, "countries by two letters, as DE")), ()),
        "days": (_list_of(_day), ()),
        "reason": (_text(5), ""),
    },
    "guard": {
        "outcome": (_one_of(*sorted(GUARDS)), _BARE),
        "limit": (_SHARE, _BARE),
        "e_value": (_between("1.5", "100000"), Decimal(20)),
    },
}
"""Section → key → (what it must be, its default)."""
