"""Spells text from an enemy so that it can neither act, nor hide, nor turn a page around."""

from typing import Any

from markupsafe import Markup, escape

LONGEST = 240
"""Characters of one text that a page shows; what is cut is counted."""
TAIL = 60
"""Of these, taken from the end: a file's own name and its ending stand there."""
LONGEST_KEPT = 2_000
"""Characters of one text that are kept at all: a member's name may be as long as its archive."""


def kept(text: str) -> tuple[str, int]:
    """Return as much of a text as is kept, and how many characters were cut out of its middle."""
    if len(text) <= LONGEST_KEPT:
        return text, 0
    head = LONGEST_KEPT - TAIL
    return text[:head] + text[-TAIL:], len(text) - LONGEST_KEPT


def shown(text: str, cut: int = 0) -> Markup:
    """Return text for the page: escaped, what is invisible spelt out, a long middle cut.

    `cut` characters are already missing from its middle.
    """
    if len(text) <= LONGEST and not cut:
        return _spelt(text)
    head, tail = text[: LONGEST - TAIL], text[-TAIL:]
    missing = max(0, len(text) - LONGEST) + cut
    mark = Markup('<span class="cut"> … {} characters cut … </span>').format(f"{missing:,}")
    return _spelt(head) + mark + _spelt(tail)


def name(text: str, cut: int = 0) -> Markup:
    """Return a name from evidence for the page, apart from the direction of the text around."""
    return Markup("<bdi>{}</bdi>").format(shown(text, cut) if text else Markup("&nbsp;"))


def output(value: Any) -> Any:
    """Return what a template may write: markup as it is, numbers with commas, text spelt out."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return value


def size(number: int) -> str:
    """Return a number of bytes for people."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:,.1f} TB"


def _spelt(text: str) -> Markup:
    """Spell characters of the Unicode categories C and Z, but the space, by their number.

    Among them are those that turn text around (UAX #9), move the cursor or take no room.
    """
    if text.isprintable():
        return escape(text)
    return Markup("").join(
        escape(letter)
        if letter.isprintable()
        else Markup('<span class="code">U+{}</span>').format(f"{ord(letter):04X}")
        for letter in text
    )
