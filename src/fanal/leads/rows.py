"""One line of a table of leads, and what somebody wants to see of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from fanal.model.lead import Country


@dataclass(frozen=True, slots=True)
class LeadRow:
    """What a table shows of one lead."""

    id: str
    level: str
    countries: tuple[Country, ...]
    category: str
    """What the facts allow; people may say otherwise."""
    flags: tuple[str, ...]
    """Their codes."""
    deeds: Mapping[str, int]
    """Kind of deed → how many."""
    first: str
    last: str
    accounts: int
    username: str
    """Of its smallest account."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads somebody wants; what is left empty does not matter."""

    country: str = ""
    possible: bool = True
    """With those that the country is only possible for, too."""
    level: str = ""
    category: str = ""
    flag: str = ""
    deed: str = ""
    search: str = ""
    """Part of an id, a username or another identifier, in any case of letters."""
