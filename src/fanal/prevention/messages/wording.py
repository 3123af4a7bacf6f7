"""Says what a text may look like: its keys, how long each is, and that it leads nowhere.

A text is sentences and nothing more. It holds no markup, no address, no number to call: what leads
somewhere comes from the directory of helplines alone, where it has a source and an age.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fanal.prevention.nouns import FAMILIES, SUPPORT, Surface

TITLE, PARAGRAPH, PARAGRAPHS, WORD = 120, 500, 8, 400
HEADLINE, LINE = 40, 140
"""Most characters of each part; adverts cut what is longer than these."""
SUPPORTS = tuple(SUPPORT.values())
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c")
"""Joiners and marks of direction, which some scripts cannot be written without."""
_MARKUP = re.compile(r"[<>{}\[\]\\|`^~@#]|&[#\w]+;")
_SCHEME = re.compile(
    r"://|\b(?:https?|ftp|tel|sms|mailto|magnet|data|javascript)\s*:", re.IGNORECASE
)
_HOST = re.compile(
    r"[^\W_][\w-]*\.[^\W\d_]{2,}|[A-Za-z0-9-][。．｡][A-Za-z]{2,}|\bwww\b|\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+\s?\d|\d(?:[\s().\-/]*\d){6,}")


class Fault(StrEnum):
    """The class of what is wrong with a file of texts; never its words."""

    ABSENT = "cannot be read"
    LONG = "is too long"
    UNSIGNED = "has no signature"
    SIGNATURE = "is signed by no configured key, or was changed"
    SPELLING = "is no TOML in UTF-8"
    KEYS = "has keys that are not known, or lacks some"
    VALUE = "has a value of the wrong kind or length"
    MARKUP = "has markup, an address or a number in a text"
    LOCALE = "is for no known language"
    UNREVIEWED = "was not reviewed by a person, or not yet"
    UNLAWFUL = "has no legal check, or not yet"
    EXPIRED = "has expired"
    OLDER = "is an older version of one that is there too"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong with a file of texts."""

    fault: Fault
    where: str = ""
    """A key that fanal itself knows, e.g. `family.help.body`; "" for the whole file."""


@dataclass(frozen=True, slots=True)
class Text:
    """The sentences of one message."""

    title: str
    body: tuple[str, ...]
    headline: str = ""
    line: str = ""


def leads_nowhere(text: str) -> bool:
    """Tell whether a text is sentences only: no markup, no address, no number, nothing unseen."""
    plain = unicodedata.normalize("NFKC", text)  # digits in circles, dots of other kinds
    for found in (_MARKUP, _SCHEME, _HOST, _NUMBER):
        if found.search(text) or found.search(plain):
            return False
    return not any(
        unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        for sign in text
        if sign not in _JOINERS
    )


def wrong_text(value: Any, most: int, where: str) -> Iterator[Wrong]:
    """Yield what is wrong with one sentence or one line."""
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        yield Wrong(Fault.VALUE, where)
    elif not leads_nowhere(value):
        yield Wrong(Fault.MARKUP, where)


def wrong_message(table: Any, where: str, *, advert: bool = False) -> Iterator[Wrong]:
    """Yield what is wrong with one message: a title and a body, for families an advert too."""
    wanted = {"title", "body"} | ({"headline", "line"} if advert else set())
    if not isinstance(table, Mapping) or table.keys() != wanted:
        yield Wrong(Fault.KEYS, where)
        return
    yield from wrong_text(table["title"], TITLE, f"{where}.title")
    body = table["body"]
    if not isinstance(body, list) or not 1 <= len(body) <= PARAGRAPHS:
        yield Wrong(Fault.VALUE, f"{where}.body")
    else:
        for sentence in body:
            yield from wrong_text(sentence, PARAGRAPH, f"{where}.body")
    if advert:
        yield from wrong_text(table["headline"], HEADLINE, f"{where}.headline")
        yield from wrong_text(table["line"], LINE, f"{where}.line")


def wrong_words(table: Any, keys: frozenset[str], where: str) -> Iterator[Wrong]:
    """Yield what is wrong with a table of headings and sentences that must have these keys."""
    if not isinstance(table, Mapping) or table.keys() != keys:
        yield Wrong(Fault.KEYS, where)
        return
    for key in sorted(keys):
        yield from wrong_text(table[key], WORD, f"{where}.{key}")


HAPPENED = frozenset(Surface)


def messages_of(told: Mapping[str, Any]) -> dict[str, Text]:
    """Return the messages of a file that was checked: family, `neutral`, `support.…` → text."""
    found = {one: _text(told["family"][one]) for one in FAMILIES if one in told.get("family", {})}
    if "neutral" in told:
        found["neutral"] = _text(told["neutral"])
    support = told.get("support", {})
    return found | {f"support.{one}": _text(support[one]) for one in SUPPORTS if one in support}


def _text(table: Mapping[str, Any]) -> Text:
    advert = table.get("headline", ""), table.get("line", "")
    return Text(table["title"], tuple(table["body"]), *advert)
