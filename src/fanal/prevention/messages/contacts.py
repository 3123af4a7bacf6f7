"""Turns what the directory of helplines knows into the contacts that a page shows."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from fanal.helplines.directory import Book, look_up
from fanal.helplines.record import CRISIS, HELP, VICTIM, Helpline
from fanal.prevention.nouns import Link

MOST = 6
"""Contacts in a list: more would hide the nearest."""
KIND_OF = {"support.victim": VICTIM}
AUDIENCE_OF = {"support.family": "family"}
"""Key of a text → whom it is for; all others are for the person who reads."""
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WEB = re.compile(rf"https://(?:{_LABEL}\.)+[a-z]{{2,63}}(?:/[A-Za-z0-9._~/-]*)?")
"""A host name by RFC 1123, and a path: no query, no fragment, no port, nobody's name."""


def contacts(
    key: str, country: str, language: str, day: date, book: Book | None = None
) -> tuple[tuple[Helpline, ...], tuple[Helpline, ...]]:
    """Return whom to name beside a text: help (for victims, theirs), and who hears a crisis."""
    crisis = look_up(CRISIS, country, language, day, book)
    found = look_up(KIND_OF.get(key, HELP), country, language, day, book)
    audience = AUDIENCE_OF.get(key, "self")
    meant = tuple(one for one in found if not one.audience or audience in one.audience)
    return meant or found or crisis, crisis


def links(lines: Iterable[Helpline], words: Mapping[str, str], country: str) -> tuple[Link, ...]:
    """Return contacts as a page shows them, in the words of its language."""
    return tuple(dict.fromkeys(_link(one, words, country) for one in lines))[:MOST]


def _link(line: Helpline, words: Mapping[str, str], country: str) -> Link:
    chat = line.chat_address if line.chat != line.web else ""
    return Link(
        words["emergency"] if line.is_emergency else line.service,
        line.dialled(country),
        address(line.address),
        words["unchecked"] if line.is_hidden else "",
        line.languages,
        address(chat),
    )


def address(web: str) -> str:
    """Return an address that may be a link: https, a name and a path and nothing more; else ""."""
    return web if _WEB.fullmatch(web) else ""


def dialled(phone: str) -> str:
    """Return a number as a `tel:` link dials it: digits, perhaps after a plus (RFC 3966)."""
    digits = "".join(sign for sign in phone if sign in "0123456789")
    return f"+{digits}" if phone.lstrip().startswith("+") else digits
