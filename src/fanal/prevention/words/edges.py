"""Tells where words begin and end, in scripts with and without spaces."""

import unicodedata
from functools import lru_cache

import regex

_unspaced = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
)
"""Scripts that are written without spaces between words (UAX 14, classes ID and SA)."""
_single = regex.compile(r"[\p{L}\p{N}\p{M}]")


@lru_cache(maxsize=65_536)
def kind(one: str) -> str:
    """Return `w` for a letter, digit or mark, `u` for one of an unspaced script, "" for others."""
    if one.isascii():
        return "w" if one.isalnum() else ""
    if _unspaced.match(one):
        return "u"
    return "w" if _single.match(one) else ""


def joined(text: str, at: int) -> bool:
    """Tell whether the characters on both sides of a place belong to one word."""
    if at <= 0 or at >= len(text):
        return False
    before, after = kind(text[at - 1]), kind(text[at])
    if unicodedata.category(text[at])[0] == "M":
        return bool(before)
    return before == after == "w"


def whole(text: str, start: int, end: int) -> bool:
    """Tell whether a span of a text begins and ends where words do."""
    return start < end and not joined(text, start) and not joined(text, end)
