import re
import threading
from datetime import UTC, datetime

import pytest
from defusedxml.ElementTree import fromstring

from fanal.model.desk import Remark
from fanal.model.item import Item
from fanal.model.review import Task
from fanal.pipeline.account import account
from fanal.pipeline.case import writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.numbers import Numbers
from fanal.pipeline.overview import Board
from fanal.pipeline.said import Said
from fanal.settings import Settings
from fanal.web.overview import DOORS, _waited, board
from fanal.web.veiled import seconds
from makers.desk import client, desk_on
from makers.overviews import HOSTILE, fill

WAIT = 60.0
PAGES = ("/", "/account", *(f"/{name}" for name in DOORS))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case with hostile names of cameras, exhibits and what people wrote."""
    home = tmp_path_factory.mktemp("overview")
    told = Settings.from_environment({}).changed({"home": str(home / "home"), "engine": "inline"})
    with writing(home / "case", told) as store:
        fill(store, 200)
        with store.act("zz", "remark") as act:
            told = ("m-1", "outcome", "", "", HOSTILE, "", "", "zz", HOSTILE, "2026-01-01T00:00:00")
            act.put([Remark(*told)])
    return home / "case"


def counted(desk):
    """Return the desk with all of its figures counted."""
    assert desk.of(board).now(WAIT).is_whole
    return desk


@pytest.fixture
def desk(own):
    with desk_on(own) as opened:
        yield counted(opened)


def test_the_overview_tells_what_comes_first_and_where_it_is(desk):
    page = client(desk, "zz-a").get("/").text
    for words in ("Victims first", "From the files to the queue", "Progress", "Processing"):
        assert words in page
    told = desk.of(board).now()
    known = Numbers(desk.store)
    cards = (*told.placed.danger, *told.placed.first)
    assert cards
    for card in cards:
        kind = "series" if card.in_series else "item"
        assert f'<a href="/{kind}/{known.of(card.sha256)}">' in page
    assert f"{told.counted.files:,}" in page
    assert "nothing is settled yet" in page


def test_every_link_leads_somewhere(desk):
    seen = client(desk, "zz-a")
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="([^"#]*)"', seen.get("/").text)
    }
    filtered = {link for link in links if link.startswith("/queue?")}
    assert {"/queue?known=new", "/queue?origin=camera", "/queue?grade=second"} < filtered
    for link in sorted(links):
        answer = seen.get(link)
        if link in filtered:
            assert answer.status == 303, link
            assert answer.headers["location"].startswith("/queue"), link
        else:
            assert answer.status == 200, link


def test_it_tells_how_far_people_are(own):
    with desk_on(own) as opened:
        contents = [task.sha256 for task in opened.store.find(Task, limit=2)]
        said = Said("zz-reason", "Zz B", "zz-b")
        decide(opened.store, Wanted((contents[0],)), "identified", said)
        decide(opened.store, Wanted((contents[1],)), "no_real_person_found", said)
        page = client(counted(opened), "zz-a").get("/").text
        waiting = opened.of(seconds).waiting()[2]
    assert "<strong>100 %</strong> of 1" in page
    assert "<dt>identified</dt><dd>1</dd>" in page
    assert waiting
    assert f"<dt>Wait for a second opinion, besides what was drawn</dt><dd>{waiting}</dd>" in page


def test_no_address_on_it_says_anything_of_a_content(desk):
    contents = [sha256 for (sha256,) in desk.store.columns(Item, "sha256")]
    for path in PAGES:
        page = client(desk, "zz-a").get(path).text
        assert not [sha256 for sha256 in contents if sha256[:12] in page], path
        for address in re.findall(r'(?:href|src|action)="([^"]*)"', page):
            assert re.fullmatch(
                r"#\w+|(/[a-z0-9.-]*)+(\?[a-z]+=[a-z0-9]+(&amp;[a-z]+=[a-z0-9]+)*)?", address
            )
            assert not re.search("[0-9a-f]{17}", address)


def test_names_from_evidence_do_nothing(made):
    with desk_on(made) as opened:
        seen = client(counted(opened), "zz-a")
        for path in ("/", "/account"):
            page = seen.get(path).text
            assert "<script>alert" not in page
            assert "\u202e" not in page
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        page = seen.get("/").text
    assert "Germany" in page
    assert "Show as table" in page
    assert " style=" not in page


def test_figures_are_well_formed_and_small(made):
    with desk_on(made) as opened:
        page = client(counted(opened), "zz-a").get("/").text
    drawn = re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL)
    titles = {fromstring(one).find("title").text for one in drawn if "<title" in one}
    assert len(titles) == 4
    assert len(page.encode()) < 150_000


@pytest.mark.parametrize("role", ["auditor", "importer", "exporter"])
def test_whoever_may_not_look_sees_numbers_and_no_way_to_a_picture(desk, role):
    for path in PAGES:
        answer = client(desk, "zz-b", (role,)).get(path)
        assert answer.status == 200
        assert not re.search(r'href="/(item|series|queue)|<img|<canvas|data:image', answer.text)


def test_nobody_sees_it_who_is_not_signed_in(desk):
    for path in PAGES:
        assert client(desk).get(path).status == 303


def test_an_empty_case_has_its_pages(bare):
    with desk_on(bare) as opened:
        seen = client(counted(opened), "zz-a")
        page = seen.get("/").text
        assert "Nothing in this case shows such signs yet" in page
        assert "No picture of this case names a position" in page
        assert "No outcome has been written down yet" in page
        assert "Nothing has been read into this case yet" in seen.get("/account").text


def test_before_the_first_count_it_says_that_it_is_counted(desk):
    go = threading.Event()

    class Slow(Board):
        def now(self, wait=0.01):
            return super().now(min(wait, 0.01))

        def _count(self, name):
            go.wait(WAIT)
            return super()._count(name)

    slow = Slow(desk.store)
    desk._parts[board] = slow
    seen = client(desk, "zz-a")
    assert "counted for the first time" in seen.get("/").text
    assert "counted for the first time" in seen.get("/account").text
    go.set()
    slow._thread.join(WAIT)
    assert "counted for the first time" not in seen.get("/").text


def test_it_works_while_a_run_reads_into_the_case(own):
    with desk_on(own) as opened:
        seen = client(counted(opened), "zz-a")
        assert "A run is reading" not in seen.get("/").text
        with writing(own, opened.settings):
            assert "A run is reading" in seen.get("/").text


def test_the_account_is_that_of_the_command(desk):
    page = client(desk, "zz-a").get("/account").text
    entries = account(desk.store)
    for entry in entries:
        assert entry.exhibit in page
        for why, count in (*entry.not_decoded.items(), *entry.in_part.items()):
            assert re.search(f'{re.escape(why)}</th><td class="num">{count:,}<', page), why


@pytest.mark.parametrize("name", DOORS)
def test_a_section_without_anything_says_what_it_will_hold(desk, name):
    page = client(desk, "zz-a").get(f"/{name}").text
    title, holds, what = DOORS[name]
    assert f"<h1>{title}</h1>" in page
    assert f"{holds} This case has no {what} yet." in page
    assert f'<a href="/{name}" aria-current="page">' in page


def test_the_figures_have_the_rules_of_the_report(desk):
    answer = client(desk).get("/figures.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "figure svg .half" in answer.text
    assert "url(" not in answer.text


def test_how_long_something_waited():
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert _waited("", now) == ""
    assert _waited("2026-03-10T11:30:00+00:00", now) == "less than an hour"
    assert _waited("2026-03-10T11:00:00+00:00", now) == "1 hour"
    assert _waited("2026-03-09T12:00:00+00:00", now) == "24 hours"
    assert _waited("2026-03-05T12:00:00+00:00", now) == "5 days"
