"""Measures how hard a text is to read: LIX, by C. H. Björnsson.

LIX = words / sentences + 100 × words of more than six letters / words. It was compared across
eleven languages, Finnish, German and Russian among them (Björnsson, "Readability of newspapers
in 11 languages", Reading Research Quarterly 18 (4), 1983). It is not measured here in scripts other
than Latin, Cyrillic and Greek, and of a text as short as a message it is a hint.
"""

import re
import unicodedata
from collections.abc import Iterable

LONG = 6
STEPS = ((30, "very easy"), (40, "easy"), (50, "medium"), (60, "hard"))
"""Björnsson's steps: up to a value (not including it) → what it is called; above, "very hard"."""
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END = re.compile(r"[.!?:;…]+(?:\s|$)")


def lix(sentences: Iterable[str]) -> int | None:
    """Return the value, each piece being at least one sentence; None where it is not measured."""
    told = [piece for one in sentences for piece in _END.split(one) if _WORD.search(piece)]
    words = [word for one in told for word in _WORD.findall(one)]
    if not words or not all(map(_is_measured, words)):
        return None
    long = sum(sum(map(str.isalpha, word)) > LONG for word in words)
    return round(len(words) / len(told) + 100 * long / len(words))


def step(value: int | None) -> str:
    """Return what a value is called."""
    if value is None:
        return "not measured"
    return next((name for limit, name in STEPS if value < limit), "very hard")


def _is_measured(word: str) -> bool:
    return unicodedata.name(word[0], "").startswith(SCRIPTS)
