"""Tells of every package that was sent: to whom, when, on what ground (LED, articles 35 to 39)."""

from collections.abc import Iterator
from dataclasses import dataclass

from fanal.model.package import SENT, Package
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the register of transfers."""

    when: str
    """ISO 8601, UTC."""
    package: str
    version: int
    recipient: str
    country: str
    rule: str
    """Group of countries, and its source."""
    ground: str
    """Instrument or ground; "" where none is needed."""
    instrument: str
    ground_date: str
    justification: str
    consent: str
    reason: str
    """Why this package was made."""
    leads: int
    data: str
    """What kind of data went."""
    file: str
    """SHA-256 of the encrypted file."""
    by: str
    """Who sent it, and who approved it."""


def register(store: CaseStore) -> Iterator[Transfer]:
    """Yield what was sent, the earliest first."""
    yield from (_line(one) for one in sent(store))


def sent(store: CaseStore) -> Iterator[Package]:
    """Yield each version of a package that was sent, the earliest first."""
    yield from store.find(Package, order=("number",), state=SENT)


def _line(one: Package) -> Transfer:
    told = {name: str(value) for name, value in one.data["transfer"].items()}
    approved = one.data["approved"]
    possible = sum(bool(about["possible"]) for about in one.leads.values())
    return Transfer(
        one.when,
        one.id,
        one.version,
        one.recipient,
        one.country,
        f"{told['group']} ({told['source']})",
        told.get("ground", ""),
        told.get("instrument", ""),
        told.get("date", ""),
        told.get("justification", ""),
        told.get("consent", ""),
        one.reason,
        len(one.leads),
        f"leads on persons: accounts, identifiers, deeds, reasons; {possible} only possible",
        one.file,
        f"sent by {one.by} ({one.login}), approved by {approved['by']} ({approved['login']})",
    )
