"""Targets: values of a seized site, and the mapping that says what they are."""

from fanal.errors import UsageError
from fanal.leads import money
from fanal.leads.identifiers import Phone, email, phone
from fanal.leads.ip import Address, address, number, packed
from fanal.leads.mapping import read_mapping
from fanal.leads.wallets import wallets
from fuzz.target import Target, require, watched

KEY = b"zz-key"
CARD = "4111111111111111"


def values(data: bytes) -> None:
    """Read any text as every identifier; what is read is read the same again."""
    text = data.decode("utf-8", "replace")
    with watched():
        mail = email(text)
        require(mail is None or email(mail) == mail, "an address changes when it is read again")
        told = phone(text, "DK")
        if isinstance(told, Phone):
            require(told.text.startswith("+"), "a number without a country")
        for found in (address(text), packed(text), number(text)):
            if isinstance(found, Address):
                require(address(found.text) == Address(found.text, found.high, found.low, None), "")
        ((_, chain, checked),) = wallets([text])
        require(bool(chain) or not checked, "a checksum of no chain")
        iban = money.iban(text, KEY)
        require(iban is None or len(iban.shown) == 7, "more than the end of an account number")


def cards(data: bytes) -> None:
    """Cut card numbers out of any text: none is left, and one that stands apart is found."""
    text = data.decode("utf-8", "replace")
    with watched():
        told, count = money.cut(text)
        require(money.cut(told) == (told, 0), "a card number is left")
        require((told == text) == (count == 0), "a count that is wrong")
        require(CARD not in money.cut(f"{text}\n{CARD}\n{text}")[0].splitlines(), "one is missed")
        short, accounts = money.cut_ibans(text)
        require(money.cut_ibans(short) == (short, 0), "an account number is left")
        require((short == text) == (accounts == 0), "a count of accounts that is wrong")
        kept = money.card(text, KEY)
        require(
            kept is None or len(kept.first + kept.last) <= 12, "more than ten digits, or twelve"
        )


def mapping(data: bytes) -> None:
    """Read any file as a mapping: read, or refused with a place."""
    with watched():
        try:
            read = read_mapping(data.decode("utf-8", "replace"))
        except UsageError as error:
            require(error.message.startswith(("mapping, ", "the mapping is")), "no place is named")
            return
        require(bool(read.sources), "a mapping of nothing")


def _values() -> list[bytes]:
    texts = (
        "Zz One <zz+a@mail.example>",
        "zz@münchen.example",
        "+49 30 23125000",
        "[2001:db8::1%zz]:443",
        "::ffff:240.0.0.1",
        "0xf0000001",
        "GB29 NWBK 6016 1331 9268 19",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    )
    return [b"", *(text.encode() for text in texts)]


def _cards() -> list[bytes]:
    return [
        CARD.encode(),
        b"4111 1111-1111 1111 12/27",
        b"a4111111111111111",
        b"411111******1111",
        b"4111.1111.1111.1111 378282246310005",
        b"to DE89 3704 0044 0532 0130 00, GB29NWBK60161331926819",
    ]


def _mappings() -> list[bytes]:
    good = (
        b'[site]\nname = "zz"\nzone = "UTC"\n[[artefact]]\nname = "a"\nfile = "f"\n'
        b'[[login]]\nfrom = "a:t"\nwhere.k = ["1"]\njoin.u = {from = "a:u", on = {x = "y"}}\n'
        b'account = {join = "u", column = "id"}\nip = "ip"\nts = {column = "at", form = "unix"}\n'
    )
    return [good, good[:-1], good.replace(b"unix", b"%d/%m/%Y"), b"[site", b"a = " + b"[" * 2000]


TARGETS = (
    Target("site-values", values, _values, longest=512),
    Target("site-cards", cards, _cards, longest=512),
    Target("site-mapping", mapping, _mappings, longest=2048),
)
