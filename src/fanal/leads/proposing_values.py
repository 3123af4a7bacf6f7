"""What the values of an unknown column look like: addresses, times, numbers of cards, and so on."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

FITS = 0.95
"""Share of the values that must look like something for the column to be taken for it."""
_EMAIL = re.compile(r"[^@\s,;]{1,64}@[^@\s,;]{1,255}")
_PHONE = re.compile(r"(?:\+|00)?[\d][\d ()/.-]{5,18}\d")
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?"
    r"(?P<zone> ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?"
)
_LOG = re.compile(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}")
_MAIL = re.compile(
    r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UT)(?: \(.*\))?"
)
_DAYS = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,? (\d{1,2}:\d\d)(:\d\d)?(?: ?([AaPp][Mm]))?)?"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_WALLET = re.compile(
    r"(?:bc1|tb1)[a-z0-9]{20,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}"
)
_DIGITS = re.compile(r"(?<![\dA-Za-z])(?:\d[ -]?){12,18}\d(?![\dA-Za-z])")
_FROM, _TO = 946_684_800, 2_082_758_400
"""2000 and 2036, in seconds since 1970."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "email": _EMAIL,
    "with @": re.compile(r"[^@]*@.*"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "md5": re.compile(r"[0-9a-fA-F]{32}"),
    "sha1": re.compile(r"[0-9a-fA-F]{40}"),
    "sha256": re.compile(r"[0-9a-fA-F]{64}"),
    "hash": re.compile(r"\$[\w.-]{1,12}\$.{20,}|[0-9a-fA-F]{32,128}"),
    "iban": _IBAN,
    "wallet": _WALLET,
    "bytes": re.compile(r"0x(?:[0-9a-f]{2})*"),
    "yes or no": re.compile(r"[01]|[tfyn]|true|false|yes|no", re.IGNORECASE),
    "whole": re.compile(r"-?\d{1,18}"),
    "number": re.compile(r"-?\d{1,15}(?:[.,]\d{1,6})?"),
    "country": re.compile(r"[A-Za-z]{2}"),
    "currency": _CURRENCY,
    "language": re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?"),
    "four": re.compile(r"\d{4}"),
    "six": re.compile(r"\d{6}|\d{8}"),
}


@dataclass(frozen=True, slots=True)
class Time:
    """How times are written, as the mapping says it; several forms where nobody can say."""

    forms: tuple[str, ...]
    zone: str = ""
    """`in the text`, `UTC` for counts of seconds, "" where a person has to say it."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What a sample of the values of a column looks like."""

    kinds: frozenset[str]
    filled: int
    distinct: int
    empty: int
    examples: tuple[str, ...]
    """The few values of a column that has few; none of others, they may be persons'."""
    time: Time | None = None
    cards: int = 0
    """Values with a number in them that passes the check of card numbers (ISO/IEC 7812-1)."""
    comma: bool = False
    """Whether numbers have a comma before their fractions."""

    @property
    def unique(self) -> bool:
        """Tell whether no value repeats itself."""
        return self.filled == self.distinct and self.filled > 0


def luhn(digits: str) -> bool:
    """Tell whether a number passes the check of card numbers (ISO/IEC 7812-1, annex B)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def looks(values: Sequence[str | None]) -> Looks:
    """Return what the values of a column look like."""
    filled = [value.strip() for value in values if value is not None and value.strip()]
    distinct = sorted(set(filled))
    few = tuple(distinct) if len(distinct) <= 12 and len(filled) > len(distinct) else ()
    kinds = {name for name, pattern in _PATTERNS.items() if _share(filled, pattern.fullmatch)}
    if _share(filled, _is_address):
        kinds.add("ip")
    if _share(filled, _is_phone):
        kinds.add("phone")
    time = _time(filled)
    if time:
        kinds.add("time")
    cards = sum(1 for value in filled if _has_card(value))
    return Looks(
        frozenset(kinds),
        len(filled),
        len(distinct),
        len(values) - len(filled),
        few,
        time,
        cards,
        any(re.fullmatch(r"-?\d{1,15},\d{1,2}", value) for value in filled),
    )


def _share(values: Sequence[str], test: Callable[[str], object]) -> bool:
    return bool(values) and sum(1 for value in values if test(value)) >= FITS * len(values)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def _is_phone(value: str) -> bool:
    return bool(_PHONE.fullmatch(value)) and (
        value[0] in "+0(" or any(mark in value for mark in " ()/-")
    )


def _has_card(value: str) -> bool:
    for found in _DIGITS.finditer(value[:2000]):
        digits = re.sub(r"\D", "", found[0])
        if digits[0] in "3456" and len(set(digits)) > 2 and luhn(digits):
            return True
    return False


def _time(values: Sequence[str]) -> Time | None:
    """Return how times are written, None where the values are none."""
    for form, scale in (("unix", 1), ("unix ms", 1000), ("unix us", 1_000_000)):
        if _share(values, partial(_counted, scale)):
            return Time((form,), "UTC")
    if _share(values, _ISO.fullmatch):
        found = [match for value in values if (match := _ISO.fullmatch(value))]
        zoned = all(match["zone"] for match in found)
        return Time(("iso",), "in the text" if zoned else "")
    if _share(values, _LOG.fullmatch):
        return Time(("%d/%b/%Y:%H:%M:%S %z",), "in the text")
    if _share(values, _MAIL.fullmatch):
        return Time(("%a, %d %b %Y %H:%M:%S %z",), "in the text")
    if _share(values, _DAYS.fullmatch):
        return _days(values)
    return None


def _counted(scale: int, value: str) -> bool:
    whole = value.partition(".")[0]
    return whole.isascii() and whole.isdigit() and _FROM * scale <= int(whole[:20]) < _TO * scale


def _days(values: Iterable[str]) -> Time:
    """Tell days from months where one of them is above 12; else both forms stay possible."""
    found = [match for value in values if (match := _DAYS.fullmatch(value))]
    first = any(int(match[1]) > 12 for match in found)
    second = any(int(match[3]) > 12 for match in found)
    mark = found[0][2]
    clock = ""
    if found[0][5]:
        half = bool(found[0][7])
        space = " " if half and re.search(r"\d [AaPp]", found[0][0]) else ""
        comma = "," if "," in found[0][0] else ""
        seconds = ":%S" if found[0][6] else ""
        clock = f"{comma} {'%I' if half else '%H'}:%M{seconds}" + (f"{space}%p" if half else "")
    forms = {"d": f"%d{mark}%m{mark}%Y{clock}", "m": f"%m{mark}%d{mark}%Y{clock}"}
    if first and not second:
        return Time((forms["d"],))
    if second and not first:
        return Time((forms["m"],))
    return Time((forms["d"], forms["m"]))
