"""Reads directories of help: the built-in one, and what an operator lays over it.

Every number must be one of its country by its numbering plan (libphonenumber), which does not prove
that anybody answers.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import phonenumbers
from phonenumbers import shortnumberinfo

from fanal.errors import FanalError
from fanal.helplines.record import (
    AUDIENCES,
    CONFIDENCES,
    CRISIS,
    EMERGENCY,
    EVERYWHERE,
    KINDS,
    LAW,
    Helpline,
    expiry,
)

MOST_BYTES = 2_000_000
MOST_TEXT = 300
NEEDED = frozenset({"service", "kind", "source", "checked_on"})
_WEB = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?:/[A-Za-z0-9._~/-]*)?")
_SHORT = re.compile(r"[0-9]{2,6}")
_LEADS = re.compile(r"://|\bwww\.|[<>@]", re.IGNORECASE)
_LISTS = ("languages", "audience", "dialable_from", "countries")
_DAYS = ("checked_on", "expires")
_KNOWN = frozenset(one.name for one in fields(Helpline)) - {"is_hidden"}


class _WrongError(ValueError):
    """What is wrong with an entry; its words name fields and no more than that."""


def read(raw: bytes, name: str) -> tuple[tuple[Helpline, ...], frozenset[tuple[str, str, str]]]:
    """Return the entries of a directory, and the names of those that it withdraws."""
    if len(raw) > MOST_BYTES:
        raise FanalError(f"{name} is too long for a directory of help", "name another file")
    try:
        told = tomllib.loads(raw.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise FanalError(f"{name} is no TOML: {error}", "correct it") from None
    except (ValueError, RecursionError):
        raise FanalError(f"{name} is no TOML in UTF-8", "correct it") from None
    if unknown := told.keys() - {"helpline", "emergency", "withdrawn"}:
        raise FanalError(f"{name} has no part {min(unknown)!r}", "see the guide on help lines")
    lines = [
        line
        for part, read_ in (("helpline", _entry), ("emergency", _emergency))
        for at, one in _numbered(told, part, name)
        for line in _entries(read_, one, f"{name}, entry {at} of {part}")
    ]
    gone = {_name(one, name, at) for at, one in _numbered(told, "withdrawn", name)}
    return tuple(lines), frozenset(gone)


def key(line: Helpline) -> tuple[str, str, str]:
    """Return what an entry is known by: country, kind, service."""
    return line.country, line.kind, line.service


def _numbered(told: Mapping[str, Any], part: str, name: str) -> list[tuple[int, Mapping[str, Any]]]:
    rows = told.get(part, [])
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise FanalError(f"{name}: {part} is no list of entries", f"write [[{part}]]")
    return list(enumerate(rows, 1))


def _entries(
    read_: Callable[[Mapping[str, Any]], list[Helpline]], row: Mapping[str, Any], place: str
) -> list[Helpline]:
    try:
        return read_(row)
    except _WrongError as error:
        raise FanalError(f"{place}: {error}", "correct it") from None


def _entry(row: Mapping[str, Any]) -> list[Helpline]:
    """Return an entry, or one for each of its countries."""
    if "countries" not in row:
        return [_line(row)]
    rest = {one: told for one, told in row.items() if one != "countries"}
    return [_line(rest | {"country": one}) for one in _countries(row)]


def _emergency(row: Mapping[str, Any]) -> list[Helpline]:
    """Return the emergency number of each country of a row; it rests on law and does not age."""
    fixed = {"service": EMERGENCY, "kind": CRISIS, "basis": LAW, "confidence": "high"}
    return _entry({**row, **fixed, "countries": list(_countries(row))})


def _countries(row: Mapping[str, Any]) -> tuple[str, ...]:
    told: tuple[str, ...] = _value("countries", row.get("countries", []))
    if not told:
        raise _WrongError("countries is empty")
    return told


def _name(row: Mapping[str, Any], name: str, at: int) -> tuple[str, str, str]:
    told = tuple(row.get(one, "") for one in ("country", "kind", "service"))
    if row.keys() - {"country", "kind", "service"} or not all(isinstance(x, str) for x in told):
        raise FanalError(
            f"{name}, entry {at} of withdrawn is none", "it names country, kind and service"
        )
    return told


def _line(row: Mapping[str, Any]) -> Helpline:
    if unknown := row.keys() - _KNOWN:
        raise _WrongError(f"there is no field {min(unknown)!r}")
    if missing := NEEDED - row.keys():
        raise _WrongError(f"{min(missing)} is missing")
    taken = {name: _value(name, told) for name, told in row.items()}
    line = Helpline(**({"country": ""} | taken))
    _check(line)
    if line.basis == LAW:
        return line
    return _with_expiry(line)


def _with_expiry(line: Helpline) -> Helpline:
    taken = {one.name: getattr(line, one.name) for one in fields(Helpline)}
    return Helpline(**(taken | {"expires": expiry(line.checked_on, line.expires)}))


def _value(name: str, told: Any) -> Any:
    if name in _LISTS:
        if not isinstance(told, list) or not all(_is_text(one) for one in told):
            raise _WrongError(f"{name} is no list of texts")
        return tuple(told)
    if name in _DAYS:
        if not isinstance(told, date) or isinstance(told, datetime):
            raise _WrongError(f"{name} is no day")
        return told
    if not _is_text(told):
        raise _WrongError(f"{name} is no text of at most {MOST_TEXT} characters")
    return told


def _is_text(told: Any) -> bool:
    return isinstance(told, str) and len(told) <= MOST_TEXT and (told.isprintable() or not told)


def _check(line: Helpline) -> None:
    wrong = next((told for is_wrong, told in _faults(line) if is_wrong), "")
    if wrong:
        raise _WrongError(wrong)


def _faults(line: Helpline) -> list[tuple[bool, str]]:
    return [
        (not line.service or not line.source, "service and source must be named"),
        (bool(_LEADS.search(line.service)), "service is a name, and no address"),
        (line.kind not in KINDS, f"kind is one of {', '.join(KINDS)}"),
        (bool(line.country) and not _is_country(line.country), "country has two capitals"),
        (not set(line.audience) <= set(AUDIENCES), f"audience is of {', '.join(AUDIENCES)}"),
        (line.confidence not in CONFIDENCES, f"confidence is one of {', '.join(CONFIDENCES)}"),
        (line.basis not in {"", LAW}, f"basis is {LAW} or nothing"),
        (line.basis == LAW and not line.phone, "a basis in law is that of a phone"),
        (not all(map(_is_language, line.languages)), "languages have two or three small letters"),
        (not all(map(_is_origin, line.dialable_from)), "dialable_from has countries, or *"),
        (not (line.phone or line.web or line.chat), "phone, web and chat are all missing"),
        (bool(line.web) and not _WEB.fullmatch(line.web), "web is no bare host and path"),
        (bool(line.chat) and not _WEB.fullmatch(line.chat), "chat is no bare host and path"),
        (bool(line.phone) and not _is_dialled(line), "phone is no number of this country"),
    ]


def _is_country(told: str) -> bool:
    return len(told) == 2 and told.isascii() and told.isalpha() and told.isupper()


def _is_origin(told: str) -> bool:
    return told == EVERYWHERE or _is_country(told)


def _is_language(told: str) -> bool:
    return 2 <= len(told) <= 3 and told.isascii() and told.isalpha() and told.islower()


def _is_dialled(line: Helpline) -> bool:
    """Tell whether a number is one of its country by the numbering plan."""
    if _SHORT.fullmatch(line.phone):
        return not line.country or _is_short(line.phone, line.country)
    try:
        number = phonenumbers.parse(line.phone)
    except phonenumbers.NumberParseException:
        return False
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    is_home = not line.country or line.country in regions
    is_dear = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    is_valid = phonenumbers.is_valid_number(number)
    return plain == line.phone and is_home and is_valid and not is_dear


def _is_short(number: str, country: str) -> bool:
    if shortnumberinfo.is_emergency_number(number, country):
        return True
    if country not in shortnumberinfo.SUPPORTED_SHORT_REGIONS:
        return True
    parsed = phonenumbers.parse(number, country)
    return shortnumberinfo.is_possible_short_number_for_region(parsed, country)
