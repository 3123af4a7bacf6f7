"""E-mail addresses and phone numbers as they are compared, beside what a site wrote."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

PLAIN_EMAIL_SQL = (
    r"[a-z0-9_%+-]+(\.[a-z0-9_%+-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
"""Addresses (in small letters, at most 64 characters) that are compared as they stand."""
PLAIN_LENGTH = 64
_LOCAL = re.compile(r'(?:[^\s"(),:;<>@\[\\\]\x00-\x1f]+|"[^"\\\x00-\x1f]+")')
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SHOWN = re.compile(r"[^<>]*<([^<>]+)>")
PROVIDERS = (
    ("gmail.com", "gmail.com", True),
    ("googlemail.com", "gmail.com", True),
    ("outlook.com", "outlook.com", False),
    ("hotmail.com", "hotmail.com", False),
    ("live.com", "live.com", False),
    ("icloud.com", "icloud.com", False),
    ("me.com", "icloud.com", False),
    ("fastmail.com", "fastmail.com", False),
    ("proton.me", "proton.me", True),
    ("protonmail.com", "proton.me", True),
    ("pm.me", "proton.me", True),
)
"""Domain, the one it is the same as, and whether dots before the @ mean nothing: what providers'
own help pages say. All of these deliver `name+word` to `name`. A hint for linking, no identity."""
KINDS = {
    PhoneNumberType.FIXED_LINE: "fixed line",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed line or mobile",
    PhoneNumberType.TOLL_FREE: "toll free",
    PhoneNumberType.PREMIUM_RATE: "premium rate",
    PhoneNumberType.SHARED_COST: "shared cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal number",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company number",
    PhoneNumberType.VOICEMAIL: "voicemail",
}
NOWHERE = "001"
"""What phonenumbers calls the region of numbers that belong to none."""
IN_NO_PLAN = "in no plan"
"""Kind of a number that its country could have, but has not given to anybody."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as it is compared."""

    text: str
    """E.164."""
    region: str
    """Of the numbering plan, ISO 3166-1 alpha-2; "" for none. It is no residence."""
    kind: str


def email(raw: str) -> str | None:
    """Return an e-mail address as it is compared: small letters, its domain in ASCII; else None.

    RFC 5321 lets a host tell capitals before the @ apart; no provider of note does. Letters of
    domains are spelt in Punycode (RFC 3492, 5891) as they stand: none is replaced by another.
    """
    text = raw.strip()
    if found := _SHOWN.fullmatch(text):
        text = found[1].strip()
    text = unicodedata.normalize("NFC", text.removeprefix("mailto:")).lower()
    local, mark, domain = text.rpartition("@")
    if not mark or len(local) > 64 or not _LOCAL.fullmatch(local):
        return None
    if local[0] == "." or local[-1] == "." or ".." in local:
        return None
    labels = [_ascii(label) for label in domain.removesuffix(".").split(".")]
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        return None
    whole = f"{local}@{'.'.join(labels)}"
    return whole if len(whole) <= 254 else None


def _ascii(label: str) -> str:
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return ""


def phone(raw: str, region: str = "") -> Phone | str:
    """Read a phone number; one without a country code only where the region is told.

    Returns why not where it is none. Valid means that a plan has such numbers, not that it is in
    use.
    """
    text = raw.strip()
    if len(text) > 60:
        return "no phone number"
    if text.startswith("00") and not region:
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException as error:
        needs_region = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        return "no country code" if needs_region and not region else "no phone number"
    if not phonenumbers.is_possible_number(number):
        return "too short or too long for a phone number"
    told = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    plan = phonenumbers.region_code_for_number(number)
    if plan is None:
        return Phone(told, _only_region(number.country_code), IN_NO_PLAN)
    kind = KINDS.get(phonenumbers.number_type(number), IN_NO_PLAN)
    return Phone(told, plan if plan != NOWHERE else "", kind)


def _only_region(code: int | None) -> str:
    """Return the region of a calling code that no other region shares, else ""."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code or 0, ())
    return regions[0] if len(regions) == 1 and regions[0] != NOWHERE else ""
