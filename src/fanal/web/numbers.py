"""Finds the content that an address or a field names by its number."""

from fanal.pipeline.numbers import Numbers
from fanal.web.asked import Asked, Refused
from fanal.web.desk import Desk


def numbers(desk: Desk) -> Numbers:
    """Return the numbers of the case's contents, to be asked for by `desk.of(numbers)`."""
    return Numbers(desk.store)


def item_of(asked: Asked, number: object) -> str:
    """Return the SHA-256 of the content of that number; refuse what is none of this case."""
    found = asked.desk.of(numbers).sha256(number) if isinstance(number, str) else ""
    if not found:
        raise Refused(404, "there is no such item in this case")
    return found
