"""Takes names of files apart: what they share with others of one run, and their number in it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 255
"""Characters of a name that is taken apart; more is no name that a program counted up."""
MOST_DIGITS = 12
"""Digits of a number that counts; longer ones are times in parts of a second, or random."""
_OF_GENERATOR = re.compile(r"(\d{5,7}|\d{3,4}(?=-\d{4}))-\d{1,20}", re.ASCII)
"""Names of the A1111 family: a counter, and behind it the seed."""
_IN_BRACKETS = re.compile(r"\((\d{1,6})\)(?=[^()]*$)", re.ASCII)
_LAST = re.compile(r"(\d+)(?=\D*$)", re.ASCII)
_TIME = re.compile(
    r"((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)[-_ T]([0-2]\d)[-.]?([0-5]\d)[-.]?([0-5]\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A name of a file with its number taken out."""

    pattern: str
    number: int
    is_time: bool = False
    """The number is a time in seconds that the name spells."""


def numbered(name: str) -> Numbered | None:
    """Return what a name counts and how; None where it does not count, or has no ending.

    The number is the one in brackets at the end (`image (3).png`), the counter before a seed
    (`00012-1234567.png`), the time that the name spells (`IMG_20250101_120000.jpg`), or else the
    last one (`IMG-20250101-WA0007.jpg`, `zz_00012_.png`).
    """
    if not 0 < len(name) <= LONGEST:
        return None
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or not 2 <= len(ending) <= 5 or not ending.isalnum():
        return None
    ending = ending.lower()
    if found := _IN_BRACKETS.search(stem):
        return _counted(stem, found.span(1), ending)
    if found := _OF_GENERATOR.fullmatch(stem):
        return Numbered(f"#-#.{ending}", int(found[1]))
    if (found := _TIME.search(stem)) and (when := _seconds(found.groups())) is not None:
        rest = f"{stem[: found.start()]}<time>{stem[found.end() :]}"
        return Numbered(f"{rest}.{ending}", when, is_time=True)
    found = _LAST.search(stem)
    return _counted(stem, found.span(1), ending) if found else None


def _counted(stem: str, span: tuple[int, int], ending: str) -> Numbered | None:
    begin, end = span
    if end - begin > MOST_DIGITS:
        return None
    return Numbered(f"{stem[:begin]}#{stem[end:]}.{ending}", int(stem[begin:end]))


def _seconds(parts: tuple[str, ...]) -> int | None:
    try:
        year, month, day, hour, minute, second = map(int, parts)
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except ValueError:
        return None
