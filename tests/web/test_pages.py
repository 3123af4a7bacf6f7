"""Every page that can be reached, as each role, in a real Chromium: nothing leaks, nothing bars."""

import re
import shutil
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest

from fanal.review.permits import ROLES, allowed
from fanal.web.pages import SECTIONS
from makers.browser import Served
from makers.desk import ALL, desk_on
from makers.lead_desk import drafted

OF_A_KIND = 1
"""Pages of one kind (one item, one series, one filter of the queue, …) that are opened."""
MOST = 60
SEEN_ONCE: set[str] = set()
"""Kinds of pages that axe has looked at: it is the same for all roles but for what is left out."""


@pytest.fixture(scope="module")
def served(reviewed, tmp_path_factory):
    case = shutil.copytree(reviewed, tmp_path_factory.mktemp("crawled") / "case")
    with desk_on(case) as desk:
        drafted(desk)
    with Served(case) as lent:
        yield lent


def kind(address: str) -> str:
    """Return an address without what tells one item, series or view from another."""
    parts = urlsplit(address)
    path = re.sub(r"/(?:[0-9a-f]{16}|s-[^/]+|[Lp]-[0-9a-f]{12}|\d+)(?=/|$)", "/…", parts.path)
    return f"{path}?…" if parts.query else path


def crawl(seen):
    """Open every page that links lead to, from the first one on; return kinds and faults."""
    waiting, opened, count, faults = ["/"], {""}, Counter(), []
    while waiting:
        path = waiting.pop(0)
        if path in opened or count[kind(path)] >= OF_A_KIND:
            continue
        opened.add(path)
        count[kind(path)] += 1
        assert count.total() <= MOST
        try:
            look(seen, path)
        except AssertionError as fault:
            faults.append(f"{path}: {fault}")
        anchors = seen.page.locator("a[href]:not([download])")
        links = anchors.evaluate_all("all => all.map(one => one.href)")
        for address in links:
            parts = urlsplit(urljoin(seen.page.url, address))
            if f"{parts.scheme}://{parts.netloc}" == seen.origin:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return count, faults


def look(seen, path):
    """Open one page and check it; axe looks at a kind of page once."""
    del seen.reports[:], seen.requests[:], seen.answers[:]
    answer = seen.open(path)
    assert answer.status == 200
    assert seen.page.title().endswith(" · fanal")
    assert not re.search(r"[0-9a-f]{32}", seen.page.url + seen.page.title())
    is_new = kind(path) not in SEEN_ONCE
    if is_new:
        seen.page.wait_for_load_state("networkidle")
    seen.clean(1, axe=is_new)
    SEEN_ONCE.add(kind(path))


@pytest.mark.parametrize("roles", [ALL, *((role,) for role in ROLES)], ids="-".join)
def test_every_page_that_is_reached_is_clean(browser, served, roles):
    with served.visitor(browser, f"zz-{roles[0]}", roles) as seen:
        kinds, faults = crawl(seen)
    assert not faults, "\n".join(faults)
    for _, address, _, permit in SECTIONS:
        assert (address in kinds) == allowed(roles, permit), address


def test_what_is_printed_has_words_and_no_picture(browser, served):
    with served.visitor(browser) as seen:
        for path in ("/", "/queue", "/leads", "/packages", item_page(seen)):
            seen.open(path)
            seen.page.wait_for_load_state("networkidle")
            seen.page.emulate_media(media="print")
            assert seen.page.locator("main h1").is_visible()
            shown = seen.page.locator("img, canvas, video, svg image").evaluate_all(
                "all => all.filter(one => one.checkVisibility({visibilityProperty: true}) &&"
                " one.getClientRects().length && !one.matches('.icon')).length"
            )
            assert shown == 0, path
            seen.page.emulate_media(media="screen")


def item_page(seen) -> str:
    """Return the address of the first item of the queue."""
    seen.open("/queue?as=table")
    found = seen.page.locator("main a[href^='/item/']").first.get_attribute("href")
    assert found
    return str(found)
