"""Finds in sentences that people wrote the values of persons who are not in a package.

Whoever gives grounds may name another person's telephone number. What looks like an identifier is
looked up among the leads of the case; that of any lead outside the package is to be left out.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

SHORTEST = 4
_ENDS = "\"'`.,;:!?()[]{}<>«»„“”’"
_PHONE = re.compile(r"\+?\d[\d ()/-]{5,}\d")
_MARKED = re.compile(r"[0-9@_+/.-]")
MOST = 2_000
"""Words of one lead that are looked up: more than the longest grounds of four people hold."""
WALLET = 25
"""Characters of the shortest wallet that is looked up."""


class Known(Protocol):
    """Where leads are found by what they show."""

    def of_account(self, site: str, account: str, /) -> str:
        """Return the id of the lead that an account belongs to; "" for none."""
        ...

    def with_identifier(self, kind: str, value: str, most: int = ..., /) -> Collection[str]:
        """Return leads that show a value."""
        ...


def strangers(known: Known, texts: Iterable[str], inside: Collection[str]) -> frozenset[str]:
    """Return the words of these texts that only leads outside show, as they stand there."""
    found = set()
    for word, kind, value in list(_words(texts))[:MOST]:
        leads = _leads(known, kind, value)
        if leads and not leads & set(inside):
            found.add(word)
    return frozenset(found)


def _leads(known: Known, kind: str, value: str) -> set[str]:
    if kind == "account":
        site, _, account = value.partition("/")
        return {known.of_account(site, account)} - {""}
    return set(known.with_identifier(kind, value, 100))


def _words(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each word that may be an identifier: as it stands, its kind, as it is compared."""
    seen: set[tuple[str, str]] = set()
    for text in texts:
        phones = [found[0] for found in _PHONE.finditer(text)]
        words = [word.strip(_ENDS) for word in text.split()]
        for word in (*phones, *words):
            for kind, value in _kinds(word):
                if (kind, value) not in seen:
                    seen.add((kind, value))
                    yield word, kind, value


def _kinds(word: str) -> Iterator[tuple[str, str]]:
    if len(word) < SHORTEST or not _MARKED.search(word):
        return
    if _PHONE.fullmatch(word):
        yield "phone", "+" + re.sub(r"\D", "", word)
    if "@" in word:
        yield "email", word.lower()
        return
    try:
        yield "address", str(ipaddress.ip_address(word))
    except ValueError:
        if "/" in word:
            yield "account", word
        yield "username", word.lower()
        if len(word) >= WALLET and word.isalnum():
            yield "wallet", word
