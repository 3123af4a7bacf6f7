"""Account and card numbers: checked, cut, and turned into tokens that only a key can make."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

TOKEN = 16
"""Bytes of a token that are kept."""
DIGITS = 19
"""Of a card number at most."""
PASSES = 8
"""Times that a text is gone through at most."""
SHOWN_FIRST, SHOWN_LAST = 6, 4
"""Digits of a card number that are kept: what PCI DSS 4.0, requirement 3.4.1, lets be shown."""
_RUN = re.compile(r"[0-9]+(?:[ .-][0-9]+)*")
_FOUR = re.compile(r"[0-9]{4}(?:\.[0-9]{4}){3}")
CARD_SQL = (
    r"(^|[^0-9A-Za-z+])[2-6]([^0-9A-Za-z:,+]{0,3}[0-9]){12}"
    r"|[^\P{Nd}0-9]([^0-9A-Za-z:,+]{0,3}\p{Nd}){12}"
)
"""Every text that holds a card number, and some more, for RE2."""
IBAN_SQL = r"(^|[^0-9A-Za-z])[A-Za-z]{2}[0-9]{2}( ?[0-9A-Za-z]){11,30}([^0-9A-Za-z]|$)"
"""Every text that holds an IBAN, and some more."""
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}")
_APART = r"[^0-9A-Za-z:.,+]{1,3}"
_EVEN = re.compile(
    rf"(?<![0-9A-Za-z+])[2-6][0-9]{{3}}(?:(?:{_APART}[0-9]{{4}}){{3}}"
    rf"|{_APART}[0-9]{{6}}{_APART}[0-9]{{4,5}})(?![0-9A-Za-z])"
)
"""Groups as on a card; what parts them is nothing by which lists, times and IPv6 are parted."""
_FOREIGN = re.compile(r"[^\W\x00-\x7f]|[^\S ]|[\u200b-\u200d\u2010-\u2015\u2060\u2212\ufeff]")
MASKED = re.compile(r"([0-9]{0,8})[*xX•.#]{3,}([0-9]{4})")
"""A number that the site had cut, without blanks and hyphens."""
ISSUERS = (
    ("4", (13, 16, 19)),
    ("51-55", (16,)),
    ("2221-2720", (16,)),
    ("34", (15,)),
    ("37", (15,)),
    ("36", (14, 15, 16, 17, 18, 19)),
    ("300-305", (14, 16, 17, 18, 19)),
    ("3095", (14, 16, 17, 18, 19)),
    ("38-39", (14, 16, 17, 18, 19)),
    ("3528-3589", (16, 17, 18, 19)),
    ("50", (13, 14, 15, 16, 17, 18, 19)),
    ("56-58", (13, 14, 15, 16, 17, 18, 19)),
    ("60-69", (13, 14, 15, 16, 17, 18, 19)),
)
"""First digits of payment cards and the lengths they come in (ISO/IEC 7812; issuers' own pages)."""
_SIZES = frozenset(size for _, sizes in ISSUERS for size in sizes)
IBANS = (
    "AD24 4 AE23 3 AL28 3 AT20 5 AZ28 4 BA20 3 BE16 3 BG22 4 BH22 4 BI27 5 BR29 8 BY28 4 CH21 5"
    " CR22 4 CY28 3 CZ24 4 DE22 8 DJ27 5 DK18 4 DO28 4 EE20 2 EG29 4 ES24 4 FI18 3 FK18 2 FO18 4"
    " FR27 5 GB22 4 GE22 2 GI23 4 GL18 4 GR27 3 GT28 4 HN28 4 HR21 7 HU28 3 IE22 4 IL23 3 IQ23 4"
    " IS26 4 IT27 6 JO30 4 KW30 4 KZ20 3 LB28 4 LC32 4 LI21 5 LT20 5 LU20 3 LV21 4 LY25 3 MC27 5"
    " MD24 2 ME22 3 MK19 3 MN20 4 MR27 5 MT31 4 MU30 6 NI28 4 NL18 4 NO15 4 OM23 3 PK24 4 PL28 8"
    " PS29 4 PT25 4 QA29 4 RO24 4 RS22 3 RU33 9 SA24 2 SC31 6 SD18 2 SE24 3 SI19 5 SK24 4 SM27 6"
    " SO23 4 ST25 8 SV28 4 TL23 3 TN24 2 TR26 5 UA29 6 VA22 3 VG24 4 XK20 4 YE30 4"
)
"""Country and length of an IBAN, and how many characters of it name the bank (IBAN registry,
ISO 13616); in Italy and San Marino a check letter stands before the bank's five digits."""
_told = IBANS.split()
LENGTHS = {told[:2]: int(told[2:]) for told in _told[::2]}
BANKS = {told[:2]: int(size) for told, size in zip(_told[::2], _told[1::2], strict=True)}


@dataclass(frozen=True, slots=True)
class Iban:
    """What is kept of an account number."""

    token: str
    country: str
    bank: str
    """Country and bank code: `DE10011001`."""
    shown: str
    """`DE…1234`."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept of a card number."""

    first: str
    """Six digits, at most eight; "" where the site showed fewer."""
    last: str
    token: str
    """"" where the site itself had cut it."""


def token(key: bytes, what: str, value: str) -> str:
    """Return what stands for a value: the same for the same, and nobody without the key makes it.

    Account and card numbers are few enough to try them all, so a hash without a key, or with a
    salt that lies beside it, would hide nothing.
    """
    return hmac.new(key, f"{what}\n{value}".encode(), hashlib.sha256).digest()[:TOKEN].hex()


def iban(raw: str, key: bytes) -> Iban | None:
    """Read an IBAN: length of its country and check digits (ISO 7064, MOD 97-10); else None."""
    text = re.sub(r"[ \-.\u00a0]", "", raw).upper().removeprefix("IBAN").lstrip(":")
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text):
        return None
    country = text[:2]
    if len(text) != LENGTHS.get(country) or not _mod97(text):
        return None
    first = 5 if country in {"IT", "SM"} else 4
    end = 4 + BANKS[country]
    return Iban(
        token(key, "iban", text),
        country,
        country + text[first:end],
        f"{country}…{text[-SHOWN_LAST:]}",
    )


def _mod97(text: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def is_card(digits: str) -> bool:
    """Tell whether digits have an issuer's beginning and length, and pass Luhn's check."""
    if len(digits) not in _SIZES or digits[0] not in "23456":
        return False
    return luhn(digits) and any(
        len(digits) in lengths and _begins(digits, beginning) for beginning, lengths in ISSUERS
    )


def _begins(digits: str, beginning: str) -> bool:
    first, mark, last = beginning.partition("-")
    return first <= digits[: len(first)] <= (last if mark else first)


def luhn(digits: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def card(raw: str, key: bytes) -> Card | None:
    """Read a column of card numbers: whole, or cut by the site itself; else None."""
    text = raw.strip()
    if is_whole(text):
        digits = _digits(text)
        return Card(digits[:SHOWN_FIRST], digits[-SHOWN_LAST:], token(key, "card", digits))
    if found := MASKED.fullmatch(re.sub("[ -]", "", text)):
        return Card(found[1] if len(found[1]) >= SHOWN_FIRST else "", found[2], "")
    return None


def cut(text: str) -> tuple[str, int]:
    """Cut every card number in a text; return the text and how many there were.

    A number is taken with or without groups, between blanks, hyphens or (of four digits) dots;
    letters at its ends or a plus sign before it make it something else. In groups as on a card
    other signs may stand too; digits, blanks and hyphens are those of any script. What is left of
    one may look like another one together with its neighbours, so it is gone through again.
    """
    counted = 0
    for _ in range(PASSES):
        text, found = _cut_once(text)
        counted += found
        if not found:
            break
    return text, counted


def _cut_once(text: str) -> tuple[str, int]:
    plain = _FOREIGN.sub(_own, text)
    parts: list[str] = []
    done = counted = 0
    for first, end in sorted((*_in_runs(plain), *_in_groups(plain))):
        if first >= done:
            parts += text[done:first], _masked(re.sub("[^0-9]", "", plain[first:end]))
            done, counted = end, counted + 1
    return "".join((*parts, text[done:])), counted


def _own(found: re.Match[str]) -> str:
    """Return the digit, blank or hyphen of ASCII that a foreign sign is; others as they are."""
    sign = found[0]
    if unicodedata.category(sign) in {"Pd", "Sm"}:
        return "-"
    is_blank = sign.isspace() or unicodedata.category(sign) == "Cf"
    return " " if is_blank else str(unicodedata.decimal(sign, sign))


def _in_groups(plain: str) -> Iterator[tuple[int, int]]:
    for found in _EVEN.finditer(plain):
        if is_card(re.sub("[^0-9]", "", found[0])):
            yield found.span()


def _in_runs(plain: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(plain):
        groups = [(run.start() + at.start(), run.start() + at.end()) for at in _groups(run[0])]
        at = 0
        while at < len(groups):
            last = _card_from(plain, groups, at)
            if last >= 0:
                yield groups[at][0], groups[last][1]
            at = max(at, last) + 1


def _groups(run: str) -> Iterator[re.Match[str]]:
    return re.finditer("[0-9]+", run)


def _card_from(text: str, groups: Sequence[tuple[int, int]], at: int) -> int:
    """Return the last group of the card number that begins with this group; -1 where none does."""
    first = groups[at][0]
    if text[first] not in "23456" or (first and _sticks(text[first - 1], "+")):
        return -1
    digits, lasts = "", []
    for last in range(at, min(len(groups), at + DIGITS)):
        start, end = groups[last]
        if len(digits) + end - start > DIGITS:
            break
        digits += text[start:end]
        if is_card(digits):
            lasts.append(last)
    for last in reversed(lasts):
        end = groups[last][1]
        between = set(re.sub("[0-9]", "", text[first:end]))
        is_even = "." not in between or (between == {"."} and _FOUR.fullmatch(text[first:end]))
        if is_even and not (end < len(text) and _sticks(text[end])):
            return last
    return -1


def _sticks(letter: str, also: str = "") -> bool:
    return letter in also or (letter.isascii() and letter.isalnum())


def _digits(shown: str) -> str:
    return re.sub(r"[ .-]", "", shown)


def cut_ibans(text: str) -> tuple[str, int]:
    """Cut every IBAN in a text to its country and last digits; return how many there were."""
    parts: list[str] = []
    done = counted = 0
    for found in _IBAN.finditer(text):
        country = found[0][:2].upper()
        if found.start() < done or country not in LENGTHS:
            continue
        rest = _rest(LENGTHS[country] - 4).match(text, found.end())
        if rest is None or not _mod97((found[0] + rest[0]).replace(" ", "").upper()):
            continue
        parts += text[done : found.start()], f"{country}…{rest[0].replace(' ', '')[-SHOWN_LAST:]}"
        done, counted = rest.end(), counted + 1
    return "".join((*parts, text[done:])), counted


@cache
def _rest(length: int) -> re.Pattern[str]:
    return re.compile(rf"(?: ?[0-9A-Za-z]){{{length}}}(?![0-9A-Za-z])")


def is_whole(text: str) -> bool:
    """Tell whether a value is a card number and nothing else."""
    digits = _digits(text.strip())
    return digits.isascii() and digits.isdigit() and is_card(digits)


def cut_key(text: str, key: bytes) -> str:
    """Cut a value by which rows are joined, so that the same stays the same, and others others."""
    if is_whole(text):
        digits = _digits(text.strip())
        return f"{_masked(digits)}#{token(key, 'key', digits)[:16]}"
    if read := iban(text, key):
        return f"{read.shown}#{read.token[:16]}"
    return f"{cut_ibans(cut(text)[0])[0]}#{token(key, 'key', text)[:16]}"


def _masked(digits: str) -> str:
    hidden = "*" * (len(digits) - SHOWN_FIRST - SHOWN_LAST)
    return f"{digits[:SHOWN_FIRST]}{hidden}{digits[-SHOWN_LAST:]}"
