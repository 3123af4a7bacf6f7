"""What is counted: a day, a place, a wording, an outcome, how often; nothing of anybody."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fanal.errors import FanalError
from fanal.prevention.nouns import Outcome, Surface

NAME = re.compile(r"[A-Za-z0-9._-]{0,80}")
"""Names of trials and wordings, as the operator registers them."""
UNNAMED = "unnamed"
_COUNTRY = re.compile(r"[A-Z]{2}")


class Total(StrEnum):
    """Plain totals of a surface, counted without a session and never published."""

    ACTS = "acts"
    """Everything that was asked, whatever was answered."""
    FAILED = "failed"
    """What could not be read, or went wrong, and got the closed answer."""
    PUSHED = "pushed_out"
    """Sessions forgotten before their time because the table was full."""


OUTCOMES = frozenset((*Outcome, *Total))
SURFACES = frozenset(Surface)


class CountersDead(FanalError):  # noqa: N818 (what happened, in the house's words)
    """The counters cannot be written or read; nothing that was entered is told."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where and with which wording a session was met; it holds nothing of the session."""

    day: date
    country: str
    """As the operator declares it, ISO 3166-1; "" where none is."""
    surface: str
    trial: str
    """Name of the trial that chose the wording; "" outside one."""
    variant: str

    def cell(self, outcome: str) -> "Cell":
        """Return the cell of an outcome at this place."""
        return Cell(self.day, self.country, self.surface, self.trial, self.variant, outcome)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell of the table of counts, the only thing that leaves memory (PRIV-04)."""

    day: date
    country: str
    surface: str
    trial: str
    variant: str
    outcome: str
    """An `Outcome` or a `Total`."""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A cell and how often it was counted, exactly: for use inside the trust boundary only."""

    day: date
    country: str
    surface: str
    trial: str
    variant: str
    outcome: str
    n: int


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Lists that were asked from a day on, by their digest."""

    day: date
    digest: str


def name(text: str) -> str:
    """Return a name that may be written, or `unnamed`."""
    return text if NAME.fullmatch(text) else UNNAMED


def declared(text: str) -> str:
    """Return a country of two letters, or ""."""
    return text.upper() if _COUNTRY.fullmatch(text.upper()) else ""
