"""Tells people apart by the names they give and the logins they act under."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Who = tuple[str, str]
"""The key of a name and the key of a login."""
FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters, by their category, that show nothing (Unicode 16, Default_Ignorable_Code_Point)."""
LONGEST_SHOWN = 60
MOST_SHOWN = 5


@lru_cache(maxsize=1024)
def name_key(name: str) -> str:
    """Return what of a name tells people apart: its letters and numbers, without case and marks.

    Spaces of any width, accents, punctuation and whatever shows nothing make no other person.
    """
    return "".join(letter for letter in plain(name) if letter.isalnum())


@lru_cache(maxsize=1024)
def login_key(login: str) -> str:
    """Return what of a login tells accounts apart: all of it that can be seen, without case."""
    return "".join(letter for letter in plain(login) if not letter.isspace())


def count(votes: Iterable[Who]) -> int:
    """Return how many different people these are at least.

    Whoever shares a name or a login, be it through a third one, counts as one person.
    """
    people: list[tuple[set[str], set[str]]] = []
    for name, login in votes:
        names, logins = {name}, {login}
        others = []
        for person in people:
            if name in person[0] or login in person[1]:
                names |= person[0]
                logins |= person[1]
            else:
                others.append(person)
        people = [*others, (names, logins)]
    return len(people)


def shown(name: str, login: str = "") -> str:
    """Return a name for a sentence, and its login where it says more; nothing in it can act."""
    text = _printable(name) or "somebody without a name"
    if login and login_key(login) != login_key(name):
        text += f" (login {_printable(login)})"
    return text


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them, the first few of many."""
    every = list(dict.fromkeys(names))
    if len(every) > MOST_SHOWN:
        every = [*every[:MOST_SHOWN], f"{len(every) - MOST_SHOWN:,} more"]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"


def plain(text: str) -> str:
    """Return text with all spellings of a letter made one; marks and what is invisible gone."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(
        letter
        for letter in decomposed
        if letter not in FILLERS and unicodedata.category(letter)[0] not in "CM"
    )


def _printable(text: str) -> str:
    cut = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in cut)
