"""Targets: an operator's bundle of texts, and the page that shows what it says."""

from fanal.prevention.messages.bundles import Bundle, Trouble, read
from fanal.prevention.messages.page import fragment, html, plain
from fanal.prevention.messages.texts import BookOfTexts
from fanal.prevention.nouns import Action, Decision, Reason, Surface
from fuzz.target import Target, require, watched
from makers.bundles import DAY, HELP, spelt, told
from makers.messages import leads, ways
from makers.messages import read as read_page


def bundle(data: bytes) -> None:
    """Read a bundle that somebody signed: whatever it says, its page leads to help alone."""
    with watched():
        found, faults = read(data, DAY)
    require((found is None) == bool(faults), "neither taken nor faulty")
    for one in faults:
        known = Trouble("own.toml", one.fault, one.where)
        require(str(known).isascii() and len(str(known)) < 120, "a trouble that repeats its file")
    if found is not None:
        _shown(found)


def _shown(found: Bundle) -> None:
    book = BookOfTexts((found,))
    for key in found.messages:
        content = book.content(key, Surface.SEARCH, found.locale, "", DAY)
        decision = Decision(Action.INTERVENE, Reason.WORDS, key, content)
        for shown in (html, fragment):
            page = read_page(shown(decision, surface=Surface.SEARCH))
            require(set(leads(page)) == ways(content), "a link that is no contact of help")
        require(
            "://" not in plain(decision, surface=Surface.SEARCH).split(content.words["help"])[0],
            "an address",
        )


def seeds() -> list[bytes]:
    """Return bundles that are taken, and some that try to lead elsewhere."""
    variant = {"soft": HELP | {"family": "help"}}
    changed = (
        {},
        {"variant": variant, "support": {"self": HELP}, "image": {"alt": "A lighthouse"}},
        {"happened": {"search": "See zz.example"}},
        {"neutral": {"title": "<b>", "body": ["[a](https://zz.example)"]}},
        {"head": {"locale": "../en", "expires": "x"}},
    )
    return [spelt(told(**one)).encode() for one in changed]


TARGETS = [Target("bundle_of_texts", bundle, seeds)]
