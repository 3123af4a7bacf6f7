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


@dataclass(frozen=True, slots=True)
class CountryRow:
    """What is known of the leads of one country."""

    country: str
    """ISO 3166-1 alpha-2."""
    sure: int
    """Leads that belong to it."""
    possible: int
    """Leads that it is only possible for."""
    levels: Mapping[str, int]
    series: int
    """Different series that their deeds are about."""
    contents: int
    """Different other contents and media that their deeds are about."""
    families: Mapping[str, int]
    """Family of facts → leads that it names the country for."""
