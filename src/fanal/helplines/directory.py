"""Says where people find help: in their country and language, else wherever they are understood.

The country is what an operator declares (site edition, account); it is never looked up. What nobody
checked for 180 days is told without its number, after 365 days not at all; emergency numbers and
others that rest on law stay, and so do the services of no country. So nobody is without help.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fanal.errors import FanalError, UsageError
from fanal.helplines.reading import MOST_BYTES, key, read
from fanal.helplines.record import KINDS, LAW, Helpline, in_language, spoken

FILE = "helplines.toml"
RELEASE_SHARE = 0.10
"""Share of stale entries, of those that age, above which nothing is released."""
SAME = {"UK": "GB", "EL": "GR"}
"""Codes that people write for a country → its code in ISO 3166-1."""


@dataclass(frozen=True, slots=True)
class Book:
    """A directory: all entries, in the order in which they are told."""

    lines: tuple[Helpline, ...]
    by_country: Mapping[tuple[str, str], tuple[Helpline, ...]] = field(default_factory=dict)
    """(kind, country) → its entries."""


@dataclass(frozen=True, slots=True)
class Age:
    """How old what is known of a service is, and what is told of it."""

    country: str
    """"" for a service of no country."""
    kind: str
    service: str
    checked_on: str
    days: int
    told: str
    """`whole`, `without its number`, `without its page`, `not at all`."""
    is_stale: bool
    """Nobody has checked it for 180 days, and it does not rest on law."""
    confidence: str
    rests_on_law: bool


def look_up(
    kind: str, country: str, language: str, day: date, book: Book | None = None
) -> tuple[Helpline, ...]:
    """Return whom to name to somebody, the nearest first; never nothing.

    The country's services, those in the language before others; where the country has none, those
    of other countries in the language as far as they can be reached, then those of no country.
    """
    if kind not in KINDS:
        raise UsageError(f"there is no help of kind {kind!r}", f"known: {', '.join(KINDS)}")
    known = book or built_in()
    here = SAME.get(country.upper(), country.upper())
    if here and (own := _told(known.by_country.get((kind, here), ()), day)):
        near = in_language(own, language)
        return near + tuple(one for one in own if one not in near)
    others = (one for one in known.lines if one.kind == kind and one.country not in {"", here})
    heard = _told(in_language(others, language), day)
    reached = tuple(found for one in heard if (found := one.reached_from(here)))
    free = _told(known.by_country.get((kind, ""), ()), day)
    speaking = tuple(one for one in free if not one.languages or spoken(language) in one.languages)
    rest = tuple(one for one in free if one not in speaking)
    return reached + speaking + rest


def has_own(kind: str, country: str, day: date, book: Book | None = None) -> bool:
    """Tell whether a service of the country itself can be told."""
    known = book or built_in()
    here = SAME.get(country.upper(), country.upper())
    return bool(here and _told(known.by_country.get((kind, here), ()), day))


def ages(day: date, book: Book | None = None) -> tuple[Age, ...]:
    """Return every entry as it is told on a day, the oldest first; what rests on law comes last."""
    found = (_age(one, day) for one in (book or built_in()).lines)
    return tuple(
        sorted(
            found,
            key=lambda one: (one.rests_on_law, -one.days, one.country, one.kind, one.service),
        )
    )


def may_release(known: Iterable[Age]) -> bool:
    """Tell whether few enough of the entries that age are stale."""
    every = [one for one in known if not one.rests_on_law]
    return sum(one.is_stale for one in every) <= RELEASE_SHARE * len(every)


def read_book(path: Path) -> Book:
    """Return the built-in directory with an operator's own laid over it: theirs comes first.

    An entry of the same country, kind and service stands for the built-in one; `[[withdrawn]]`
    takes a built-in one away.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name another file") from None
    own, gone = read(raw, path.name)
    taken = gone | {key(one) for one in own}
    return book_of(own + tuple(one for one in built_in().lines if key(one) not in taken))


@lru_cache(maxsize=1)
def built_in() -> Book:
    """Return the directory that comes with fanal."""
    lines, _ = read(files("fanal.helplines").joinpath(FILE).read_bytes(), FILE)
    return book_of(lines)


def book_of(lines: tuple[Helpline, ...]) -> Book:
    """Return a directory of entries, or say what it lacks."""
    found: dict[tuple[str, str], list[Helpline]] = {}
    for one in lines:
        found.setdefault((one.kind, one.country), []).append(one)
    if lacking := [kind for kind in KINDS if (kind, "") not in found]:
        raise FanalError(
            f"no service of no country is left for {', '.join(lacking)}",
            "keep one, or nobody is told anything where a country has none",
        )
    return Book(lines, {at: tuple(every) for at, every in found.items()})


def _told(lines: Iterable[Helpline], day: date) -> tuple[Helpline, ...]:
    return tuple(told for one in lines if (told := one.told(day)))


def _words(line: Helpline, told: Helpline | None) -> str:
    if told is None:
        return "not at all"
    if told.is_hidden:
        return "without its number"
    return "whole" if (told.web, told.chat) == (line.web, line.chat) else "without its page"


def _age(line: Helpline, day: date) -> Age:
    words = _words(line, line.told(day))
    is_stale = line.basis != LAW and not line.is_fresh(day)
    return Age(
        line.country,
        line.kind,
        line.service,
        line.checked_on.isoformat(),
        line.days(day),
        words,
        is_stale,
        line.confidence,
        line.basis == LAW,
    )
