"""A lead: who did what on a seized site, for which country, and what people made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

SUSPECT, CONVICTED, VICTIM, WITNESS, CONTACT, OTHER, UNCATEGORISED = (
    "suspect",
    "convicted",
    "victim",
    "witness",
    "contact",
    "other",
    "uncategorised",
)
CATEGORIES = (SUSPECT, CONVICTED, VICTIM, WITNESS, CONTACT, OTHER, UNCATEGORISED)
"""Of persons, after Directive (EU) 2016/680, article 6."""
STRONG, MODERATE, CONTESTED, UNASSIGNED = "strong", "moderate", "contested", "unassigned"
LEVELS = (STRONG, MODERATE, CONTESTED, UNASSIGNED)
"""How well a lead's countries are supported; never a percentage."""
MADE, PAID, CAME, FETCHED, SENT, KEPT = "made", "paid", "came", "fetched", "sent", "kept"
DEEDS = (MADE, SENT, FETCHED, KEPT, PAID, CAME)
"""What a person did on a site: let generate, uploaded, downloaded or viewed, holds on a seized
device, paid for, logged in."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The row that a value comes from, down to its bytes."""

    site: str
    artefact: str
    """As the mapping calls it."""
    table: str
    ref: int
    """First byte of the row; the row's number in an SQLite table."""
    size: int


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one site that a lead consists of."""

    site: str
    id: str
    username: str
    created_raw: str
    created: str
    """ISO 8601, UTC; "" where it cannot be read."""
    ref: Ref


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value by which a person may be found."""

    kind: str
    """`email`, `phone`, `username`, `wallet`, `bank account`, `card`, `address`, `name`, …"""
    value: str
    """As compared."""
    raw: str
    """As it stands in the site's table."""
    confirmed: bool
    """The site made sure of it: by a code, by a check of a document."""
    of: str
    """`account`, or `payer`: then it may be another person's."""
    shared: int
    """Other accounts that show the same value."""
    ref: Ref


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a country is named: one family of facts, however many rows speak for it."""

    country: str
    """ISO 3166-1 alpha-2."""
    role: str
    """`residence`, `place of act`, `payment`, `victim`, `server`."""
    family: str
    strength: str
    """`strong`, `medium`, `weak`, `none`."""
    first: str
    last: str
    rows: int
    says: str
    """One sentence."""
    refs: tuple[Ref, ...]
    """Some of the rows, the earliest first."""
    dataset: str = ""
    """Table of addresses that it rests on, and its date."""
    caveats: tuple[str, ...] = ()
    """Codes: `carrier network`, `table 120 days away`, …"""


@dataclass(frozen=True, slots=True)
class Country:
    """A country that a lead may belong to."""

    country: str
    possible: bool
    """Contested: others are named as well."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did on the site, or holds on a seized device."""

    kind: str
    """One of `DEEDS`."""
    what: str
    """Series, content (SHA-256) or medium of the site that it is about; "" for none."""
    count: int
    first: str
    last: str
    says: str
    refs: tuple[Ref, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    """Series, origin and victim states, exhibits that hold the same, how it was joined."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that must be known before anybody acts on a lead."""

    code: str
    """`payment only`, `card may be stolen`, `shared address`, `possible minor`, …"""
    says: str
    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Two accounts and what they have in common."""

    a: str
    """`site/account`."""
    b: str
    rule: str
    """`same confirmed phone`, `same wallet`, …; `a person said so`; `proposed`."""
    identity: bool
    """It makes them one person; else it is a link, and no more."""
    says: str
    refs: tuple[Ref, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    """Of a proposal: field → bits for (or against) one person."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Accounts that one person used, as far as facts tell, and what follows from their rows."""

    id: str
    """`L-` and 12 hexadecimal characters; the same for the same accounts of the same case."""
    accounts: tuple[Account, ...]
    identifiers: tuple[Identifier, ...]
    deeds: tuple[Deed, ...]
    level: str
    """One of `LEVELS`."""
    countries: tuple[Country, ...]
    reasons: tuple[Reason, ...]
    category: str
    """What the facts allow: `suspect` or `uncategorised`; people may say otherwise."""
    category_says: str
    """The fact that justifies it."""
    flags: tuple[Flag, ...]
    joins: tuple[Joined, ...]
    """Why its accounts are one person, and links to others."""
    first: str
    last: str
    content: Mapping[str, int] = field(default_factory=dict)
    """Basis of the contents it is about → how many: `known real`, `unknown`, `generator`, …"""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a person made of facts, apart from them; never changed, at most taken back."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    kind: str
    """`same person`, `category`, `fraud`, `answer`, `tier`, `juvenile`, `restriction`, `release`,
    `request`, `outcome`, `note`, …"""
    about: str
    """The lead; the account `site/id`; the content; the package."""
    other: str
    """The other account; the item of a checklist; "" for none."""
    value: str
    grounds: str
    """In words; never empty."""
    source: str
    """`A`, `B`, `C` or `X`: how reliable the source is (Europol's 4×4); "" where not asked."""
    information: str
    """`1` to `4`; "" where not asked."""
    data: Mapping[str, Any]
    login: str
    by: str
    """The person."""
    when: str
    """ISO 8601, UTC."""
    undoes: str = ""
    """The id of the assessment that is taken back."""
