"""The overview in a real browser, on a case with hostile names: clean, whole, without barriers."""

import pytest

from fanal.pipeline.case import writing
from fanal.settings import Settings
from fanal.web.overview import DOORS, board
from makers.browser import Served
from makers.overviews import fill


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("seen")
    told = Settings.from_environment({}).changed({"home": str(home / "home"), "engine": "inline"})
    with writing(home / "case", told) as store:
        fill(store, 200)
    return home / "case"


def test_the_overview_is_clean_with_its_tables_open(made, browser):
    with Served(made) as served, served.visitor(browser, "zz-a", ("reviewer",)) as seen:
        assert served.desk.of(board).now(60).is_whole
        seen.open("/")
        seen.counts("figure svg[role=img]", 4)
        figures = seen.page.locator("figure svg[role=img]")
        for number in range(4):
            drawn = figures.nth(number).bounding_box()
            assert drawn["width"] > 300
            assert drawn["height"] > 60
        shade = seen.page.locator("figure svg .full").first
        assert shade.evaluate("box => getComputedStyle(box).fill") != "rgb(0, 0, 0)"
        for summary in seen.page.locator("details > summary").all():
            summary.click()
        seen.clean(level=1)


def test_the_pages_beside_it_are_clean(made, browser):
    with Served(made) as served, served.visitor(browser, "zz-b", ("auditor",)) as seen:
        for path in ("/account", *(f"/{name}" for name in DOORS)):
            seen.open(path)
            seen.clean(level=0, axe=False)  # which test_pages.py asks of these
