"""Decisions that show a message, and what may stand on a page that shows one."""

from typing import Any

from defusedxml.ElementTree import fromstring

from fanal.prevention.messages.texts import BookOfTexts, read_texts
from fanal.prevention.nouns import Action, Content, Decision, Link, Reason, Surface
from makers.bundles import DAY
from makers.pages import Page

HOSTILE = '"><script>zz()</script><a href="https://zz.example">'
STRANGE = {"script", "form", "img", "iframe", "object", "embed", "link", "input", "button", "svg"}


def decision(
    key: str = "combined",
    locale: str = "en",
    country: str = "GB",
    surface: Surface | None = Surface.SEARCH,
    book: BookOfTexts | None = None,
) -> Decision:
    """Return what a service is told for a text of the built-in book."""
    content = (book or read_texts((), (), DAY)).content(key, surface, locale, country, DAY)
    action = Action.INTERVENE if surface else Action.ALLOW
    return Decision(action, Reason.WORDS, key, content)


def hostile() -> Content:
    """Return a message in which every text tries to act and every way to lead elsewhere."""
    ways: list[dict[str, Any]] = [
        {"web": "javascript:zz()", "chat": "http://zz.example"},
        {"web": "https://zz.example/?back=1", "chat": "https://zz.example/#x"},
        {"phone": 'javascript:zz()"', "web": "//zz.example"},
        {"phone": "116 123", "web": "https://help.example/a"},
    ]
    links = tuple(Link(HOSTILE, note=HOSTILE, languages=(HOSTILE,), **way) for way in ways)
    words = dict(decision().content.words) | {"help": HOSTILE, "call": HOSTILE}
    return Content("en", "ltr", HOSTILE, (HOSTILE,), links, links, HOSTILE, words)


def read(text: str) -> Page:
    """Read a page that must be well-formed XML too, and hold nothing that acts or loads."""
    fromstring(text.removeprefix("<!DOCTYPE html>").strip())
    page = Page(text)
    assert not page.names() & STRANGE
    assert not [name for _, held in page.tags for name in held if name.startswith("on")]
    assert not [held for _, held in page.tags if "style" in held]
    return page


def leads(page: Page) -> list[str]:
    """Return where a page leads; every way out tells nobody where it came from."""
    ways = [held for tag, held in page.tags if tag == "a"]
    for held in ways:
        if str(held["href"]).startswith("https:"):
            assert held["rel"] == "noreferrer nofollow external"
            assert held["referrerpolicy"] == "no-referrer"
            assert "target" not in held
    assert sorted(page.refers()) == sorted(str(held["href"]) for held in ways)
    return [str(held["href"]) for held in ways]


def ways(content: Content) -> set[str]:
    """Return the ways to the contacts of a message, spelt by hand."""
    every = (*content.links, *content.crisis)
    phones = {f"tel:{''.join(s for s in one.phone if s in '+0123456789')}" for one in every}
    return {way for one in every for way in (one.web, one.chat)} - {""} | phones - {"tel:"}
