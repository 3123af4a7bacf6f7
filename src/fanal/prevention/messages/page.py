"""Makes the page that people see: HTML without script, form or picture, in their language.

Nothing is loaded from anywhere, and the only links are the contacts of help. The page keeps its
meaning without its style, and its first screen on a telephone shows who hears a crisis.
"""

import base64
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fanal.helplines.record import spoken
from fanal.prevention.messages.builtin import Tongue, english, is_new, locales, tongue
from fanal.prevention.messages.contacts import address, contacts, dialled
from fanal.prevention.messages.contacts import links as links_to
from fanal.prevention.messages.locales import ENGLISH, best
from fanal.prevention.nouns import Action, Content, Decision, Link, Surface

PACKAGE = "fanal.prevention.messages"
STYLE = files(PACKAGE).joinpath("templates/style.css").read_text("utf-8").strip()
_HASH = base64.b64encode(sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What is sent with the page: nothing may be loaded, kept, framed or told to anybody."""


def html(decision: Decision, *, surface: Surface) -> str:
    """Return the whole page that stands in place of what was asked for."""
    return _render("message.html", decision, surface)


def fragment(decision: Decision, *, surface: Surface) -> str:
    """Return the message as a part of an operator's own page, which brings its own style."""
    return _render("fragment.html", decision, surface)


def plain(decision: Decision, *, surface: Surface) -> str:
    """Return the message as text, for terminals and programs."""
    return as_text(shown(decision, surface), is_refused=decision.action is not Action.ALLOW)


def as_text(content: Content, *, is_refused: bool) -> str:
    """Return a message as text."""
    words = content.words
    parts = [content.title, *content.body]
    for heading, links in ((words["help"], content.links), (words["crisis"], content.crisis)):
        lines = [line for link in links for line in _lines(link)]
        parts.append("\n".join([heading, *lines]))
    if not has_emergency(content):
        parts.append(words["emergency_always"])
    if is_refused:
        parts.append(words["no_way_on"])
    return "\n\n".join([*parts, content.notice]) + "\n"


def shown(decision: Decision, surface: Surface) -> Content:
    """Return what a decision shows; where the texts themselves failed, the built-in English."""
    if decision.content is not None:
        return decision.content
    if decision.action is Action.ALLOW:
        raise ValueError("nothing is shown where nothing was found")
    return _last(english(), surface)


def has_emergency(content: Content) -> bool:
    """Tell whether an emergency number is among the contacts of a crisis."""
    return any(one.service == content.words["emergency"] for one in content.crisis)


def _last(told: Tongue, surface: Surface) -> Content:
    text = told.messages["neutral"]
    body = (told.happened[surface], *text.body)
    words = dict(told.words)
    help_: tuple[Link, ...] = ()
    crisis: tuple[Link, ...] = ()
    with suppress(Exception):  # what fails here too leaves the emergency number
        here = contacts("neutral", "", ENGLISH, date.max)  # those that do not age
        help_, crisis = (links_to(one, words, "") for one in here)
    notice = words["notice"]
    return Content(ENGLISH, told.direction, text.title, body, help_, crisis, notice, words)


def _lines(link: Link) -> list[str]:
    phone = link.phone if dialled(link.phone) else ""
    ways = (phone, address(link.chat), address(link.web))
    reached = ", ".join(way for way in ways if way)
    return [f"- {link.service}: {reached}", *([f"  {link.note}"] if link.note else [])]


def _render(template: str, decision: Decision, surface: Surface) -> str:
    content = shown(decision, surface)
    return render(template, content, is_refused=decision.action is not Action.ALLOW)


def render(template: str, content: Content, **told: Any) -> str:
    """Return a page of one of our templates around a message."""
    return (
        environment()
        .get_template(template)
        .render(
            content=content,
            spoken=spoken(content.locale),
            has_emergency=has_emergency(content),
            policy=POLICY,
            style=Markup(STYLE),  # noqa: S704 (our own file)
            **told,
        )
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return how the templates are read: escaping on, nothing undefined passes."""
    made = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"web": address, "tel": dialled, "shown": _shown, "language": _language}
    made.filters["together"] = _together
    return made


def _together(links: Iterable[Link]) -> list[tuple[str, list[Link]]]:
    """Return services with their ways, where several stand under one name."""
    return [(name, list(found)) for name, found in groupby(links, key=lambda one: one.service)]


def _shown(web: str) -> str:
    """Return an address as people read it."""
    return web.removeprefix("https://").removeprefix("www.").removesuffix("/")


def _language(code: str) -> str:
    """Return a language by the name that its speakers give it, or by its code."""
    found = None if is_new(code) else tongue(best(code, locales()))
    return found.name if isinstance(found, Tongue) else code
