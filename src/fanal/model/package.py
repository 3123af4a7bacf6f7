"""What leaves the case, and what its format could not say."""

from dataclasses import dataclass


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
