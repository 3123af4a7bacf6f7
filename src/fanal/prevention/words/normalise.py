"""Brings a text into the one form in which it is compared: published steps only.

NFKC and case folding (Unicode Standard, 3.13 and UAX 15), removal of default-ignorable code points,
digits of any script as ASCII ones, and look-alike letters as one of them (after UTS 39; the pairs
are those of `confusable_homoglyphs`). Each step can be left out, because each adds false hits.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex
from confusable_homoglyphs import confusables

STEPS = ("nfkc", "fold", "ignorable", "digits", "lookalikes")
"""Every step, in their order."""
EVERY = frozenset(STEPS)
MOST_MARKS = 30
"""Combining marks in a row that are kept (UAX 15, Stream-Safe Text Format): sorting more of them
takes time by the square of their number."""
LAST = 0x20000
"""Digits and composed letters lie below, but for ideographs that NFKC replaces."""

_marks = regex.compile(rf"(\p{{M}}{{{MOST_MARKS}}})\p{{M}}+")
_ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_hangul = regex.compile(r"[\uac00-\ud7a3]")
_direction = str.maketrans("", "", "\u200e\u200f")
Table = dict[int, str]


@dataclass(frozen=True, slots=True, repr=False)
class Normal:
    """A text in the form in which it is compared."""

    text: str
    folded: str
    """After the steps on whole texts, before those on single characters."""
    steps: frozenset[str]

    def letters(self) -> "Letters":
        """Return the form whose letters tell words apart, and the way back to it from `text`.

        A bar that looks like a letter is no letter here. Asked only where something was found.
        """
        text = self.folded.translate(_row(self.steps - {"lookalikes"}))
        if "lookalikes" not in self.steps:
            return Letters(text)
        wide = _wide(self.steps)
        starts: list[int] = []
        ends: list[int] = []
        after: list[int] = []
        more = 0
        for at, one in enumerate(text):
            if one in wide:
                starts.append(at + more)
                more += wide[one] - 1
                ends.append(at + more + 1)
                after.append(at + 1)
        return Letters(text, starts, ends, after)


@dataclass(frozen=True, slots=True, repr=False)
class Letters:
    """A text before look-alikes were replaced, and where longer replacements stand in the form."""

    text: str
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    after: Sequence[int] = ()
    """The letter behind each of them."""

    def at(self, place: int) -> int:
        """Return which letter begins at a place of the form; -1 where none does."""
        before = bisect_left(self.starts, place)
        if not before:
            return place
        beyond = place - self.ends[before - 1]
        return -1 if beyond < 0 else self.after[before - 1] + beyond


def normalise(text: str, steps: frozenset[str] = EVERY) -> Normal:
    """Return a text after some of the steps; takes time in proportion to its length."""
    folded = " ".join(_whole(text, steps).split())
    return Normal(_single(folded, steps), folded, steps)


def form(text: str, steps: frozenset[str]) -> str:
    """Return the same form alone, for patterns."""
    return _single(" ".join(_whole(text, steps).split()), steps)


def capitals(text: str) -> str:
    """Return a text in which words of capitals that look like ASCII ones are such words.

    A Greek or Cyrillic capital may look like a Latin one while its small letter looks like another,
    and folding leaves the small one alone: such a text is asked about in both readings. Words of
    which a letter looks like none of ASCII stay as they are, as most Greek and Cyrillic ones do.
    """
    if text.isascii() or _with_capitals().isdisjoint(text):
        return text
    seen = _whole(text, EVERY - {"fold"})
    told = seen.translate(_capitals())
    if told == seen:
        return text
    forms = told.casefold().translate(_row(EVERY))
    words = zip(seen.split(" "), told.split(" "), forms.split(" "), strict=True)
    return " ".join(other if compared.isascii() else one for one, other, compared in words)


def is_text(text: str) -> bool:
    """Tell whether a text is valid Unicode: no half of a surrogate pair in it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _single(folded: str, steps: frozenset[str]) -> str:
    """Take the steps that look at one character at a time."""
    if not folded.isascii():
        return folded.translate(_row(steps))
    longer, single = _ascii(steps)
    told = folded.translate(single)
    for one, to in longer:
        told = told.replace(one, to)
    return told


def _whole(text: str, steps: frozenset[str]) -> str:
    """Take the steps that look at more than one character; for ASCII that is folding alone."""
    if text.isascii():
        return text.lower() if "fold" in steps else text
    if "ignorable" in steps and _ignorable.search(text):
        text = _ignorable.sub("", text)
    if "nfkc" not in steps:
        return _fold(text) if "fold" in steps else text
    text = unicodedata.normalize("NFKC", _marks.sub(r"\1", text))
    if "fold" not in steps:
        return text
    return unicodedata.normalize("NFKC", _marks.sub(r"\1", _fold(text)))


def _fold(text: str) -> str:
    """Fold case; the dotted capital I of Turkish becomes i alone (CaseFolding.txt, status T)."""
    return text.casefold().replace("i\u0307", "i")


@lru_cache(maxsize=64)
def table(steps: frozenset[str]) -> Table:
    """Return what becomes of single characters by some of the steps."""
    known: Table = dict(digits()) if "digits" in steps else {}
    if "lookalikes" in steps:
        like = lookalikes()
        known = {one: to.translate(like) for one, to in known.items()} | {
            one: to for one, to in like.items() if one not in known
        }
    return known


@lru_cache(maxsize=64)
def _wide(steps: frozenset[str]) -> dict[str, int]:
    """Return the letters that are replaced by several, and by how many."""
    return {chr(code): len(to) for code, to in table(steps).items() if len(to) > 1}


@lru_cache(maxsize=64)
def _row(steps: frozenset[str]) -> list[int | str]:
    """Return the same as a list by code point: a miss in a dictionary costs an exception."""
    known = table(steps)
    row: list[int | str] = list(range(max(known, default=0) + 1))
    for code, to in known.items():
        row[code] = to
    return row


@lru_cache(maxsize=64)
def _ascii(steps: frozenset[str]) -> tuple[tuple[tuple[str, str], ...], Table]:
    """Return what becomes of ASCII characters: those that become more than one, and the others."""
    known = {code: to for code, to in table(steps).items() if code < 0x80}
    longer = {chr(code): to for code, to in known.items() if len(to) > 1}
    return tuple(longer.items()), {code: to for code, to in known.items() if len(to) == 1}


@lru_cache(maxsize=1)
def digits() -> Table:
    """Return the table from decimal digits of any script to ASCII ones."""
    found = {}
    for code in range(0x80, LAST):
        value = unicodedata.decimal(chr(code), None)
        if value is not None:
            found[code] = str(value)
    return found


@lru_cache(maxsize=1)
def lookalikes() -> Table:
    """Return the table from a folded character to the prototype of all that look like it (UTS 39).

    `confusable_homoglyphs` keeps each pair of the standard's table both ways: what has one partner
    only is the source of its pair, and its partner the prototype. A prototype is folded again, as
    texts are. ASCII signs that are neither letter nor digit stay what they are; a composed letter
    is its parts.
    """
    told = {}
    for one in list(_partners()):
        to = _prototype(one)
        if len(one) == 1 and to != one and (not one.isascii() or one.isalnum()):
            told[one] = to
    for code in range(0x80, LAST):
        letter = chr(code)
        parts = unicodedata.normalize("NFD", letter)
        if letter not in told and len(parts) > 1 and not _hangul.match(letter):
            told[letter] = parts
    like = {ord(one): to for one, to in told.items()}
    for _ in range(4):
        like = {code: _apart(to).translate(like) for code, to in like.items()}
    return {
        code: to
        for code, to in like.items()
        if chr(code) == chr(code).casefold() and to != chr(code)
    }


def _apart(text: str) -> str:
    """Return a text with letters and marks apart, as skeletons are; Hangul syllables stay."""
    return "".join(one if _hangul.match(one) else unicodedata.normalize("NFD", one) for one in text)


@lru_cache(maxsize=1)
def _with_capitals() -> frozenset[str]:
    """Return the characters that are, or by NFKC become, one of these capitals."""
    known = _capitals()
    return frozenset(
        one
        for one in (*_partners(), *map(chr, known))
        if len(one) == 1 and any(ord(part) in known for part in unicodedata.normalize("NFKC", one))
    )


@lru_cache(maxsize=1)
def _capitals() -> Table:
    """Return capitals that look like ASCII letters before they are folded, and not after it."""
    found = {}
    for one in _partners():
        if len(one) == 1 and not one.isascii() and one != one.casefold():
            to = _target(one)
            if to.isascii() and to.isalpha() and form(one, EVERY) not in {form(to, EVERY), "i"}:
                found[ord(one)] = to
    return found


@lru_cache(maxsize=1)
def _partners() -> dict[str, list[str]]:
    return {
        one.translate(_direction): [other["c"].translate(_direction) for other in others]
        for one, others in confusables.confusables_data.items()
    }


def _prototype(one: str) -> str:
    """Return what a character is written as: folded, and what that looks like in turn."""
    for _ in range(3):
        after = "".join(_target(part) for part in one).casefold()
        if after == one:
            break
        one = after
    return one


def _target(one: str) -> str:
    """Return the prototype of a source, and anything else as it is."""
    partners = _partners().get(one, [])
    if len(partners) != 1:
        return one
    (other,) = partners
    if len(other) > 1 or len(_partners().get(other, [])) > 1:
        return other
    return min(one, other, key=_rank)


def _rank(one: str) -> tuple[bool, bool, str]:
    return not (one.isascii() and one.isalpha()), not one.isascii(), one
