"""The page in a real browser: nothing asked for, nothing in the way, nothing off the screen."""

import pytest

from fanal.prevention.messages import dialogue
from fanal.prevention.messages.builtin import locales
from fanal.prevention.messages.locales import direction
from fanal.prevention.messages.page import HEADERS, STYLE, html
from fanal.prevention.messages.texts import read_texts
from fanal.prevention.nouns import Surface
from makers.browser import browsing, watch
from makers.bundles import DAY
from makers.messages import decision

ORIGIN = "https://service.example"
PHONE, OLD_PHONE, DESK = (375, 667), (320, 568), (1280, 800)
ZOOMED = (320, 256)
"""1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
KEYS = {"en": ("combined", "GB"), "de": ("harm", "DE"), "ar": ("illegal", "")}


@pytest.fixture(scope="module")
def seen():
    book = read_texts((), (), DAY)
    pages = {
        locale: html(decision(key, locale, country, book=book), surface=Surface.SEARCH)
        for locale, (key, country) in KEYS.items()
    }
    pages["bare"] = pages["ar"].replace(f"<style>{STYLE}</style>", "")
    pages |= {one: dialogue.page(book, one, "de", "DE", DAY) for one in ("ask", "self")}

    def answer(route):
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        route.fulfill(body=pages[name], headers=dict(HEADERS))

    with browsing() as browser:
        context = browser.new_context()
        context.route("**/*", answer)
        yield watch(context.new_page(), ORIGIN)


def opened(seen, name, size, scheme="light"):
    del seen.requests[:], seen.reports[:]
    seen.page.set_viewport_size({"width": size[0], "height": size[1]})
    seen.page.emulate_media(color_scheme=scheme)
    seen.open(f"/{name}")
    assert (seen.requests, seen.reports) == ([f"{ORIGIN}/{name}"], [])
    return seen.page


def on_screen(page, selector):
    """Return whether all of a part lies on the screen, not scrolled to, under nothing else."""
    return page.evaluate(
        """one => { const part = document.querySelector(one), at = part.getBoundingClientRect();
        const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
        return at.width > 0 && at.top >= 0 && at.bottom <= innerHeight && part.contains(top); }""",
        selector,
    )


def fits(page):
    """Return whether nothing has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", [*KEYS, "ask", "self"])
def test_nothing_is_in_anybodys_way_in_light_and_dark(seen, name):
    dark = [("dark", DESK)] if name == "en" else []
    for scheme, size in (("light", PHONE), *dark):
        opened(seen, name, size, scheme)
        assert seen.barriers() == []
        assert seen.strange_requests() == []
        assert seen.storage() == dict.fromkeys(seen.storage(), 0)


@pytest.mark.parametrize("name", [*KEYS, "ask", "self"])
def test_a_telephone_shows_the_title_and_who_hears_a_crisis_without_scrolling(seen, name):
    for size in (PHONE, OLD_PHONE):
        page = opened(seen, name, size)
        assert on_screen(page, "h1")
        assert on_screen(page, ".fanal-crisis a")
        assert fits(page)
    for one in page.locator("a").all():
        box = one.bounding_box()
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize(("name", "size"), [*((one, ZOOMED) for one in KEYS), ("ask", OLD_PHONE)])
def test_the_page_is_read_at_400_percent_and_nothing_covers_what_is_focused(seen, name, size):
    page = opened(seen, name, size)
    assert fits(page)
    for _ in page.locator("a").all():
        page.keyboard.press("Tab")
        assert page.evaluate(
            """() => { const at = document.activeElement.getBoundingClientRect();
            const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
            return document.activeElement.contains(top); }"""
        )


def test_the_page_reads_the_same_without_its_style(seen):
    page = opened(seen, "bare", PHONE)
    assert page.evaluate("document.styleSheets.length") == 0
    said = page.locator("body").inner_text()
    content = decision("illegal", "ar", "").content
    places = [said.index(one) for one in (content.title, *content.body, content.notice)]
    assert places == sorted(places)
    assert seen.barriers() == []


def test_text_runs_the_way_of_its_language(seen):
    for name in KEYS:
        page = opened(seen, name, DESK)
        way = page.evaluate("getComputedStyle(document.querySelector('h1')).direction")
        assert way == (direction(name) if name in locales() else "ltr")


def test_on_paper_and_in_forced_colours_every_contact_is_to_be_read(seen):
    page = opened(seen, "en", DESK)
    page.emulate_media(media="print")
    assert page.locator(".fanal-crisis").evaluate("one => getComputedStyle(one).position") == (
        "static"
    )
    page.emulate_media(media="screen", forced_colors="active")
    for one in page.locator(".fanal-way").all():
        assert one.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
