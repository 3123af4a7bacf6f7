"""Writes what officers read of a package: one page of HTML, and the same as PDF.

Both are made from the documents of its leads, and hold nothing that those do not. Text from
evidence is spelt out in HTML; in the PDF it is data that Typst sets as text, never markup.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import typst
from markupsafe import Markup

from fanal.content.pages import environment
from fanal.content.spelt import LONGEST, TAIL
from fanal.model.package import INFORMATION, SOURCES

ROOM = "fanal.exchange"
MOST_TAGGED = 50
"""Leads up to which the PDF has tags for readers of screens; they take 50 kB a lead, and the page
of HTML has the same structure however many there are."""
FIRST = (
    "No lead says that a person is guilty. Check every fact in your own records before you act.",
    "Facts come from rows of a seized site; assessments come from people. They stand apart.",
    "A payment alone makes nobody a suspect: cards are stolen, and payers may be other people.",
    "An address is not a person: thousands may use one at the same time.",
    "Times are UTC under the time zone that was assumed for the site: have them checked again.",
    "Where a lead is only possible for your country, other countries hold the same.",
    "Treat every picture as one of a real child until people have shown otherwise.",
)
_LAST = 0x0530
"""Latin, Greek and Cyrillic end before it; the fonts of the PDF have no further letters."""
_SIGNS = frozenset("–—‘’‚“”„†•…‰‹›€™×⟨⟩")


def html(told: Mapping[str, Any]) -> bytes:
    """Return the page of a package; it fetches nothing and runs nothing."""
    style = files(ROOM).joinpath("templates/brief.css").read_text("utf-8")
    page = (
        environment(ROOM)
        .get_template("brief.html")
        .render(
            style=Markup(style),  # noqa: S704 (our own file)
            first=FIRST,
            legend=legend(),
            **told,
        )
    )
    return page.encode("utf-8", "replace")


def pdf(told: Mapping[str, Any], moment: datetime) -> bytes:
    """Return the same as PDF, with its handling code on every page."""
    day = moment.astimezone(UTC)
    given = {**told, "first": FIRST, "legend": legend(), "made": [day.year, day.month, day.day]}
    source = files(ROOM).joinpath("templates/brief.typ").read_bytes()
    made: bytes = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,  # so that every machine sets the same pages
        timestamp=int(day.timestamp()),
        pdf_tags=len(told["leads"]) <= MOST_TAGGED,
        sys_inputs={"told": json.dumps(plain(given))},
    )
    return made


def legend() -> list[tuple[str, str]]:
    """Return the codes of the 4×4 system in words."""
    return [*SOURCES.items(), *INFORMATION.items()]


def plain(value: Any) -> Any:
    """Return a value whose texts the fonts of the PDF have: other letters are spelt by number."""
    if isinstance(value, str):
        short = _short(value)
        known = short.isascii() and short.isprintable()
        return short if known else "".join(map(_letter, short))
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    cut = len(text) - LONGEST
    return f"{text[: LONGEST - TAIL]} … {cut:,} characters cut … {text[-TAIL:]}"


def _letter(letter: str) -> str:
    has_form = (letter.isprintable() and ord(letter) < _LAST) or letter in _SIGNS
    return letter if has_form else f"⟨U+{ord(letter):04X}⟩"
