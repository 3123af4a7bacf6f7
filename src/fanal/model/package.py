"""What leaves the case, to whom, and what its format could not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

HANDLING = {
    "H0": "only to prevent and fight crime, under the law that applies",
    "H1": "not in court without the provider's permission",
    "H2": "no onward sharing without permission",
    "H3": "other restriction, in words",
}
"""Handling codes of Europol's 4×4 system; H2 where nobody says otherwise."""
SOURCES = {
    "A": "no doubt about the source, or always reliable",
    "B": "mostly reliable",
    "C": "mostly unreliable",
    "X": "cannot be judged",
}
INFORMATION = {
    "1": "not in doubt",
    "2": "known personally to the source, not to the officer",
    "3": "not known personally, but corroborated by recorded information",
    "4": "not known personally and cannot be corroborated",
}
DRAFT, APPROVED, SENT, RECALLED, REFUSED = "draft", "approved", "sent", "recalled", "refused"
OUTCOMES = ("accepted", "known", "arrested", "child safeguarded", "no action", "refused")
"""What a receiver may answer of a lead."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One of our fields that an export format has no home for."""

    field: str
    items: int
    """How many items had a value in that field."""
    note: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One item as an exporter sees it."""

    facts: dict[str, object]
    """The object of `fanal items --json`."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An authority that packages are made for; the highest number counts."""

    KEY: ClassVar[tuple[str, ...]] = ("name", "number")

    name: str
    """The authority."""
    number: int
    """Act that wrote it."""
    country: str
    """ISO 3166-1 alpha-2; `EU` for an agency of the Union."""
    age_key: str
    """Public key that packages are encrypted to (age, `age1…`)."""
    signing_key: str
    """Ed25519 public key, hexadecimal, that its replies are signed with; "" for none."""
    transfer: Mapping[str, Any]
    """Ground of a transfer to a country without an adequacy decision: instrument or ground,
    date, justification, consent (Directive (EU) 2016/680, articles 35 to 38)."""
    state: str
    """`active` or `ended`."""
    by: str
    login: str
    when: str
    """ISO 8601, UTC."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A package as it stood after one event; the highest number counts."""

    KEY: ClassVar[tuple[str, ...]] = ("id", "number")

    id: str
    """`p-` and 12 hexadecimal characters."""
    number: int
    """Act that wrote it."""
    version: int
    """From 1; a correction is a new version of the same package."""
    country: str
    recipient: str
    state: str
    handling: str
    """`H0` to `H3`."""
    terms: str
    """Further restriction in words; needed where the code is H3."""
    leads: Mapping[str, Any]
    """Lead → its handling code, evaluation and whether it is only possible for this country."""
    manifest: str
    """SHA-256 of the manifest; "" for a draft."""
    file: str
    """SHA-256 of the encrypted file; "" until it is written."""
    losses: tuple[Mapping[str, Any], ...]
    reason: str
    """Why it was made, corrected, recalled or refused."""
    by: str
    login: str
    when: str
    """ISO 8601, UTC."""
    data: Mapping[str, Any] = field(default_factory=dict)
