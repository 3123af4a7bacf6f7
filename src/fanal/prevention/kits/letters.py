"""Makes letters of police to persons: help in each of them, nothing on the envelope, nothing kept.

A letter is a draft, and says so, unless its template was read by a person and signed by the legal
office, and its country has somebody to call in danger of life.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fanal.errors import FanalError, UsageError
from fanal.helplines.directory import Book, has_own, look_up
from fanal.helplines.record import CRISIS, HELP, Helpline
from fanal.prevention.kits.letter_template import ROOM, Template, merged

MOST_CONTACTS = 4
PLAIN = ("subject", "salutation", "help", "crisis", "family", "closing", "signed")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
_LAST = 0x0530
"""Latin, Greek and Cyrillic end before it; the fonts of the PDF have no further letters."""
_SIGNS = frozenset("–—‘’‚“”„†•…‰‹›€™")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a letter names."""

    service: str
    phone: str
    web: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter with all that is filled in, and its envelope."""

    locale: str
    direction: str
    is_draft: bool
    template: str
    subject: str
    salutation: str
    body: tuple[str, ...]
    help: str
    contacts: tuple[Contact, ...]
    crisis: str
    crisis_contacts: tuple[Contact, ...]
    family: str
    closing: str
    signed: str
    legal: str
    mark: str
    envelope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What letters are made of, besides the persons."""

    template: Template
    country: str
    day: date
    is_final: bool = False
    book: Book | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    letters: int
    is_draft: bool
    without_pdf: tuple[int, ...]
    """Numbers of letters with signs that the fonts of the PDF lack: they are HTML only."""


def compose(order: Order, record: Mapping[str, str]) -> Letter:
    """Return one letter; help and crisis contacts are always in it."""
    template, told = order.template, order.template.letter
    fields = {**record, "day": order.day.isoformat()}
    contacts, crisis = _support(order)
    texts = {name: merged(told[name], fields) for name in PLAIN}
    legal = template.legal
    return Letter(
        template.locale,
        "rtl" if template.locale.split("-")[0] in RIGHT_TO_LEFT else "ltr",
        not order.is_final,
        template.name,
        body=tuple(merged(one, fields) for one in told["body"]),
        contacts=contacts,
        crisis_contacts=crisis,
        legal=f"{legal['provision']}; {legal['reference']}" if legal["reference"] else "",
        mark=template.envelope["mark"],
        envelope=tuple(line for one in template.envelope["lines"] if (line := merged(one, fields))),
        **texts,
    )


def missing(order: Order) -> tuple[str, ...]:
    """Say what stands between an order and final letters."""
    found = list(order.template.lacks(order.day))
    if order.template.country not in {"", order.country}:
        found.append(f"the template is for {order.template.country}, not for {order.country}")
    if not has_own(CRISIS, order.country, order.day, order.book):
        found.append(f"nobody to call in danger of life is known in {order.country}")
    return tuple(found)


def make(order: Order, records: Iterable[Mapping[str, str]], out: Path) -> Made:
    """Write one letter and one envelope a record into a new folder, and a note for delivery."""
    if order.is_final and (lacks := missing(order)):
        raise UsageError(
            f"no final letter can be made: {'; '.join(lacks)}", "make drafts till then"
        )
    if out.exists():
        raise UsageError(f"{out} is there already", "name a new folder")
    out.mkdir(parents=True)
    _write(out / "delivery.html", delivery_html(order.template))
    without, count = [], 0
    for count, record in enumerate(records, 1):
        letter = compose(order, record)
        for kind in ("letter", "envelope"):
            _write(out / f"{count:04}-{kind}.html", html(letter, kind))
        if not has_form(letter):
            without.append(count)
            continue
        for kind in ("letter", "envelope"):
            (out / f"{count:04}-{kind}.pdf").write_bytes(pdf(letter, kind, order.day))
    return Made(count, not order.is_final, tuple(without))


def html(letter: Letter, kind: str) -> str:
    """Return a letter or an envelope as a page to print; it loads and runs nothing."""
    return _environment().get_template(f"{kind}.html").render(letter=letter, style=_style())


def delivery_html(template: Template) -> str:
    """Return the note for whoever hands letters over."""
    return (
        _environment()
        .get_template("delivery.html")
        .render(delivery=template.delivery, locale=template.locale, style=_style())
    )


def pdf(letter: Letter, kind: str, day: date) -> bytes:
    """Return a letter or an envelope as PDF; all text comes in as data."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    source = files(ROOM).joinpath(f"templates/{kind}.typ").read_bytes()
    made: bytes = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,  # so that every machine sets the same pages
        timestamp=int(moment.timestamp()),
        sys_inputs={"told": json.dumps(asdict(letter))},
    )
    return made


def has_form(letter: Letter) -> bool:
    """Tell whether the fonts of the PDF have every sign of a letter."""
    return all(
        (sign.isprintable() and ord(sign) < _LAST) or sign in _SIGNS
        for text in _texts(asdict(letter))
        for sign in text
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _support(order: Order) -> tuple[tuple[Contact, ...], tuple[Contact, ...]]:
    emergency = order.template.letter["emergency"]
    both = tuple(
        tuple(
            _contact(one, order.country, emergency)
            for one in look_up(kind, order.country, order.template.locale, order.day, order.book)[
                :MOST_CONTACTS
            ]
        )
        for kind in (HELP, CRISIS)
    )
    if not all(both):
        raise FanalError("the directory of help is empty", "no letter goes out without help")
    return both[0], both[1]


def _contact(line: Helpline, country: str, emergency: str) -> Contact:
    name = emergency if line.is_emergency else line.service
    return Contact(name, line.dialled(country), line.web)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def _style() -> Markup:
    style = files(ROOM).joinpath("templates/letter.css").read_text("utf-8")
    return Markup(style)  # noqa: S704 (our own file)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(ROOM),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
