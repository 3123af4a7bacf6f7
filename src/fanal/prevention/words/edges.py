"""Tells where words begin and end, in scripts with and without spaces."""

import unicodedata
from functools import lru_cache

import regex

_unspaced = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Tai_Le}\p{New_Tai_Lue}]"
)
"""Scripts that are written without spaces between words (UAX 14, classes ID and SA)."""
_katakana = regex.compile(r"[\p{Katakana}\u30fc]")
_single = regex.compile(r"[\p{L}\p{N}\p{M}]")


@lru_cache(maxsize=65_536)
def kind(one: str) -> str:
    """Return `w` for a letter, digit or mark, `k` for katakana, `u` for one of an unspaced script.

    Katakana among themselves are one word (UAX 29, WB13); "" stands for what belongs to no word.
    """
    if one.isascii():
        return "w" if one.isalnum() else ""
    if _katakana.match(one):
        return "k"
    if _unspaced.match(one):
        return "u"
    return "w" if _single.match(one) else ""


def joined(text: str, at: int) -> bool:
    """Tell whether the characters on both sides of a place belong to one word.

    An apostrophe and a hyphen part words: what follows an article or precedes an ending is found.
    """
    if at <= 0 or at >= len(text):
        return False
    before, after = kind(text[at - 1]), kind(text[at])
    if after and unicodedata.category(text[at]).startswith("M"):
        return bool(before)
    return before == after and before in {"w", "k"}


def whole(text: str, start: int, end: int) -> bool:
    """Tell whether a span of a text begins and ends where words do; -1 stands for no place."""
    return 0 <= start < end and not joined(text, start) and not joined(text, end)
