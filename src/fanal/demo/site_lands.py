"""The countries of the made-up site's members: numbers, banks, money and words of each."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Land:
    """One country, as far as rows of a site tell of it."""

    code: str
    weight: int
    """Of all members, how many live there, beside the weights of the others."""
    money: str
    language: str
    phones: tuple[tuple[str, int], ...]
    """Beginnings of telephone numbers, and digits that follow: reserved for films and books where
    a country reserves any (ACMA, Arcep, Bundesnetzagentur, Ofcom, PTS)."""
    account: int
    """Digits of a bank account after the check digits (ISO 13616); 0 for none of that kind."""
    bank: str = ""
    """Letters that a bank account begins with."""


_AUSTRALIAN = tuple((f"+61{area}{block}", 4) for area in "2378" for block in ("5550", "7010"))
_FRENCH = tuple((f"+33{block}", 4) for block in ("19900", "26191", "35301", "46571", "53649"))
_SWEDISH = tuple((f"+46{block}", 2) for block in ("3139006", "4062804", "8465004"))
_BRITISH = tuple(
    (f"+44{block}", 3)
    for block in ("1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960")
) + tuple((f"+44{block}", 3) for block in ("1314960", "1414960", "1514960", "1614960", "2079460"))
_GERMAN = tuple(
    (f"+49{town}", 3) for town in ("3023125", "6990009", "4066969", "2214710", "8999998")
)

LANDS = (
    Land("AU", 5, "AUD", "en", _AUSTRALIAN, 0),
    Land("AT", 4, "EUR", "de", (("+4366010", 5),), 16),
    Land("BE", 5, "EUR", "nl", (("+3247010", 4),), 12),
    Land("BA", 2, "BAM", "bs", (("+3876110", 4),), 16),
    Land("CZ", 4, "CZK", "cs", (("+42060110", 4),), 20),
    Land("DK", 5, "DKK", "da", (("+452601", 4),), 14),
    Land("FI", 3, "EUR", "fi", (("+3584501", 5),), 14),
    Land("FR", 13, "EUR", "fr", _FRENCH, 23),
    Land("DE", 16, "EUR", "de", _GERMAN, 18),
    Land("HU", 4, "HUF", "hu", (("+362010", 5),), 24),
    Land("IS", 1, "ISK", "is", (("+354611", 4),), 22),
    Land("NL", 7, "EUR", "nl", (("+316101", 5),), 10, "ZZZZ"),
    Land("NZ", 2, "NZD", "en", (("+642110", 5),), 0),
    Land("NO", 3, "NOK", "no", (("+47401", 5),), 11),
    Land("PL", 8, "PLN", "pl", (("+4850101", 4),), 24),
    Land("ES", 7, "EUR", "es", (("+3460101", 4),), 20),
    Land("SE", 5, "SEK", "sv", (*_SWEDISH, ("+4670010", 4)), 20),
    Land("CH", 4, "CHF", "de", (("+417610", 5),), 17),
    Land("GB", 12, "GBP", "en", _BRITISH, 14, "ZZZZ"),
)
"""The 19 countries of Operation Cumberland (Europol, 28 February 2025)."""
ABROAD = (
    Land("US", 1, "USD", "en", (), 0),
    Land("LT", 1, "EUR", "lt", (), 16),
)
"""Where hosting networks and app banks are, and nobody lives."""
EVERY = (*LANDS, *ABROAD)
BY_CODE = {land.code: land for land in EVERY}
VIRTUAL = ("+3390000", 4)
"""Numbers that a service lends: French numbers of telephony over the internet (09)."""
JUNK = ("0000000000", "1111111111", "123456789", "+000000000000", "0123456789")
"""What people type where a telephone number is asked for."""
MAIL = ("zz-mail.example", "zz-post.example", "zz-web.test", "zz-box.test")
"""Mail services that anybody uses anywhere."""
DROP = ("zz-drop.test", "zz-ten-minutes.example")
"""Mail services whose addresses last for minutes."""
SYLLABLES = ("an", "ør", "él", "ísa", "ůt", "ter", "łan", "mö", "vak", "ße", "ur", "or", "čik")
"""What made-up names are put together from, with letters that encodings lose."""
CARD = "9"
"""Cards begin with the digit that ISO/IEC 7812 leaves to national standards bodies."""


def phone(land: Land, number: int) -> str:
    """Return the n-th telephone number of a country; after the last comes the first."""
    number %= sum(10**digits for _, digits in land.phones)
    for start, digits in land.phones:
        if number < 10**digits:
            return f"{start}{number:0{digits}d}"
        number -= 10**digits
    return ""


def virtual(number: int) -> str:
    """Return the n-th number that a service lends."""
    return f"{VIRTUAL[0]}{number % 10 ** VIRTUAL[1]:0{VIRTUAL[1]}d}"


def bank_account(land: Land, number: int) -> str:
    """Return the n-th bank account of a country, with right check digits (ISO 7064, mod 97-10)."""
    if not land.account:
        return f"ZZ-{land.code}-{number:09d}"
    body = f"{land.bank}{number:0{land.account}d}"
    spelt = "".join(str(int(sign, 36)) for sign in f"{body}{land.code}00")
    return f"{land.code}{98 - int(spelt) % 97:02d}{body}"


def card(number: int) -> str:
    """Return the n-th card, 16 digits, the last of which checks the others (ISO/IEC 7812, Luhn)."""
    body = f"{CARD}{number % 97:05d}{number:09d}"
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(body))
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return f"{body}{-total % 10}"


def wallet(random: Random) -> str:
    """Return an address of a wallet of no chain."""
    return f"zz1{random.getrandbits(160):040x}"


def full_name(random: Random) -> str:
    """Return a name that nobody bears."""
    first, last = (
        "Zz" + "".join(random.choice(SYLLABLES) for _ in range(count)) for count in (1, 2)
    )
    return f"{first} {last}"
