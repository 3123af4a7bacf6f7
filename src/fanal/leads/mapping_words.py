"""Words of a mapping: what each place may hold, and what is said where it holds something else."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, NoReturn

from fanal.errors import UsageError

MOST_NAMES, MOST_TOLD, LONGEST_NAME = 5_000, 60, 120
"""Names that a misspelt one is compared with, and told, at most; letters of one: a seized file has
as many names, and as long ones, as its author liked."""
FURTHER = ("from", "where", "join")
"""What a source says beside its columns."""


def refuse(place: str, what: str, advice: str = "") -> NoReturn:
    """Refuse the mapping at one place."""
    raise UsageError(f"mapping, {place}: {what}", advice)


def known(place: str, told: Mapping[str, Any], names: Collection[str], what: str = "key") -> None:
    """Refuse a key that nobody knows, and say which one might be meant."""
    for name in told:
        if name not in names:
            some = [each for each in islice(names, MOST_NAMES) if len(each) <= LONGEST_NAME]
            near = difflib.get_close_matches(name[:LONGEST_NAME], some, 1, 0.6)
            more = " …" if len(names) > MOST_TOLD else ""
            listed = ", ".join(_plain(each) for each in islice(names, MOST_TOLD)) + more
            advice = f"did you mean {near[0]!r}?" if near else f"choose from: {listed}"
            refuse(place, f"there is no {what} {name[:LONGEST_NAME]!r}", advice)


def _plain(name: str) -> str:
    """Return a name that a seized file may have given, so that a terminal can show it."""
    short = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
    return short if short.isprintable() else repr(short)


def table(place: str, told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a table that must be there."""
    found = told.get(key)
    if not isinstance(found, dict):
        refuse(place, f"[{key}] is missing", f"add [{key}]")
    return found


def some(told: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each table of a list, and how its place is called."""
    found = told.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        refuse(f"[[{key}]]", "it is no list of tables", f"write [[{key}]] in double brackets")
    for number, each in enumerate(found, 1):
        yield f"[[{key}]] {number}", each


def word(place: str, told: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    """Return a text, "" where it is not there."""
    found = told.get(key, "")
    if not isinstance(found, str):
        refuse(f"{place}, {key}", f"{found!r} is no text", "put it in quotation marks")
    if needed and not found.strip():
        refuse(place, f"its {key} is missing", f'add {key} = "…"')
    return found


def flat(given: Any) -> str:
    """Return a time or text of the mapping as text."""
    return given.isoformat() if isinstance(given, date | datetime) else str(given)


def text(place: str, given: Any) -> str:
    """Return a value that rows are compared with, as it would stand in a file."""
    if isinstance(given, str):
        return given
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    refuse(place, f"{given!r} is neither text nor a whole number", "put it in quotation marks")


def texts(place: str, given: Any) -> tuple[str, ...]:
    """Return one value, or a list of them."""
    several = given if isinstance(given, list) else [given]
    return tuple(text(place, each) for each in several)


def pairs(place: str, given: Any) -> Iterator[tuple[str, str]]:
    """Yield the entries of a table of texts."""
    if not isinstance(given, dict):
        refuse(place, "it is no table", 'write {"one" = "other"}')
    for key, value in given.items():
        yield key, text(f"{place}, {key}", value)
