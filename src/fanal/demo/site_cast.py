"""The nouns of the made-up site: its members, their accounts, stolen cards, what they did."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from fanal.demo.cast import SEIZED_ON
from fanal.demo.site_lands import Land

NAME = "zz-site"
"""What the site is called in a case."""
BEGAN = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp())
ENDED = int(SEIZED_ON.timestamp()) - 3600
"""Seconds between which the site was used."""
MOVED = int(datetime(2024, 7, 15, tzinfo=UTC).timestamp())
"""Second at which ranges of addresses went to other countries."""
DAY = 86400


@dataclass(slots=True)
class Person:
    """One person of the truth."""

    number: int
    kind: str
    """`member`, `operator`, `thief` or `bot`."""
    land: Land
    habit: str
    """One of `assumptions.HABITS`, or `hosting`."""
    slot: int
    """Where the person's line lies among those of the country."""
    household: int = -1
    """Who shares the line; -1 for nobody."""
    lease: int = 90
    """Days for which the line keeps its address."""
    trip: tuple[int, int, Land] | None = None
    """First and last second of a stay abroad, and where."""
    roams: bool = False
    """The telephone's carrier lets its customers of all countries out in one."""
    phone: str = ""
    phone_land: str = ""
    lent: bool = False
    """The telephone number is one that a service lends."""
    wallet: str = ""
    pooled: bool = False
    iban: str = ""
    bank_land: str = ""
    app_bank: bool = False
    card: str = ""
    card_land: str = ""
    prepaid: bool = False
    name: str = ""
    birth: int = 0
    accounts: list["Account"] = field(default_factory=list)
    exhibits: list[str] = field(default_factory=list)
    """What was seized of this person."""
    ties: list[tuple["Account", "Account", str]] = field(default_factory=list)
    """Two accounts, and what the person used for both."""
    came: bool = False
    """Some login succeeded."""


@dataclass(slots=True)
class Account:
    """One account."""

    person: Person
    standing: str
    """`active`, `idle`, `buyer`, `test` or `bot`."""
    created: int
    id: int = 0
    login: str = ""
    email: str = ""
    email_ok: bool = False
    phone: str = ""
    phone_ok: bool = False
    name: str = ""
    birth: str = ""
    language: str = ""
    said: str = ""
    document: str = ""
    checked: str = ""
    recovery: str = ""
    methods: list[str] = field(default_factory=list)
    """How it pays."""
    wallet: str = ""
    payer: "Payer | None" = None
    """Whose card or bank account is used, where it is another person's."""
    lost: bool = False
    """Its row in the dump is cut."""
    shown: set[str] = field(default_factory=set)
    """What its rows truly show of the person's country: `bank account`, `phone`, …"""
    days: set[int] = field(default_factory=set)
    """Days, since 1970, on which it was used from where the person lives."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose money it is: the owner of a stolen card, or somebody of the family."""

    name: str
    email: str
    phone: str
    land: Land
    card: str
    iban: str = ""
    stolen: str = ""
    """One of `assumptions.STOLEN_WAYS`; "" where it is the family's."""
    charged_back: bool = False
    person: int = -1
    """Number of the person, where it is one of the site; -1 for somebody who was never there."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file that some exhibit of the case holds, or that only the site knows."""

    sha256: str
    md5: str
    pdq: str
    """"" where nobody worked it out."""
    series: str
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What of an operation its site knows or was used from."""

    contents: tuple[Content, ...] = ()
    models: tuple[str, ...] = ()
    """SHA-256 of model files that lie on exhibits."""
    exhibits: tuple[str, ...] = ()


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class World:
    """What the site is made from: how many accounts, and the contents that it may know."""

    accounts: int
    seed: int
    contents: tuple[Content, ...]
    models: tuple[str, ...]
    """SHA-256 of model files that lie on exhibits."""
    exhibits: tuple[str, ...] = ()
    """Names of exhibits, each of which is some member's."""

    def random(self, about: str) -> Random:
        """Return the numbers of one part, the same whatever else is made."""
        return Random(f"fanal site {self.seed} {self.accounts} {about}")
