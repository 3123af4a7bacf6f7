import re

import pytest

from fanal.model.decision import Decision
from fanal.model.desk import Claim
from fanal.model.finding import Seen
from fanal.model.item import Item
from fanal.pipeline.case import writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.remarks import Told, remark
from fanal.pipeline.said import Said
from fanal.review.panel_facts import CAUTION
from makers.desk import client, desk_on
from makers.desk_items import (
    HOSTILE,
    camera,
    content,
    drawn,
    match,
    near,
    opinion,
    put,
    series,
    sha,
    task,
)
from makers.pages import Page

LONG = "zz-long " * 1250


@pytest.fixture
def desk(bare):
    with desk_on(bare) as made:
        yield made


def shown(desk, number, login="zz-a", **more):
    answer = client(desk, login, **more).get(f"/item/{number}")
    assert answer.status == 200, answer.text
    return answer.text


def words(page):
    return " ".join(Page(page).text().split())


TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "a", "header", "span", "svg"),
    *("rect", "button", "form", "nav", "ul", "li", "main", "article", "h1", "h2", "h3", "p"),
    *("section", "dl", "dt", "dd", "code", "bdi", "div", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "strong", "br", "img", "ol", "label", "select", "option", "input"),
    *("fieldset", "legend", "kbd", "details", "summary", "footer", "figure", "figcaption"),
}


def assert_tame(page):
    """Nothing of the evidence acts: no element but ours, no letter that turns or moves."""
    read = Page(page)
    assert read.names() <= TAGS, read.names() - TAGS
    for tag, held in read.tags:
        assert not any(name.startswith("on") or name == "style" for name in held), (tag, held)
        assert tag != "script" or (held["src"] or "").startswith("/static/")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", page)
    assert not any(len(value or "") > 4000 for _, held in read.tags for value in held.values())


def test_hostile_names_and_words_are_text_and_spelt_out(desk):
    says = ["<b>zz</b> \u202e turned", LONG, "\x1b]0;zz\x07 and {{ 7*7 }}"]
    put(
        desk.store,
        content(1, *HOSTILE, b"zz\xff\xfe.jpg", exhibit="<zz>\u202e"),
        camera(1, make="<i>zz</i>", model="\u202ezz", serial='"onmouseover="x', taken="2024-01-02"),
        opinion(1, "generator", "strong", *says),
        task(1, reason="<u>zz</u>\u202e " + LONG),
    )
    known = put(desk.store, [])
    page = shown(desk, known.of(sha(1)))
    assert_tame(page)
    text = words(page)
    for told in ("U+202E", "U+0007", "U+001B", "U+200B", "U+2066", "<script>alert(1)</script>"):
        assert told in text
    assert "9,764 characters cut" in text  # of 10,004: what a page shows of one text is 240
    assert "7a7aff" in text  # a name that is no UTF-8 comes with its bytes
    assert "{{ 7*7 }}" in text
    assert "49" not in re.findall(r"\b49\b", text)
    assert "odd character" in text


def test_addresses_and_titles_say_nothing(desk):
    known = put(
        desk.store, content(1, "zz-test-0001.jpg"), content(2), near(1, 2), series("s-zz1", [1, 2])
    )
    page = Page(shown(desk, known.of(sha(1))))
    told = [
        value or "" for _, held in page.tags for name, value in held.items() if name != "src"
    ] + [text for tag, text in page.texts if tag == "title"]
    for one in told:
        assert sha(1)[:12] not in one
        assert sha(2)[:12] not in one
        assert "zz-test-0001" not in one
    assert f"/item/{known.of(sha(2))}" in page.refers()


def test_words_come_before_pixels(desk):
    known = put(desk.store, content(1), opinion(1, "generator", "strong", "zz-says"), task(1))
    page = shown(desk, known.of(sha(1)))
    at = page.index("data:image/bmp")
    for told in ("zz-says", "zz-reason", sha(1), "What would change this"):
        assert page.index(told) < at
    assert page.count("data:image") == 1
    assert "%" not in words(page)


def test_the_panel_says_what_a_line_weighs_and_keeps_the_caution(desk):
    known = put(desk.store, content(1), opinion(1, "generator", "strong", "zz-says"))
    text = words(shown(desk, known.of(sha(1))))
    assert CAUTION in text
    assert "Pushes towards AI · strong (G1 over C1) · about 400 times more probable" in text
    assert "Could be wrong: zz doubt" in text
    assert "no camera metadata" in text or "not looked at; neutral" in text


def test_conflict_has_a_banner(desk):
    known = put(desk.store, content(1), opinion(1, "conflicting", "strong", "zz-says"))
    assert "CONFLICT: strong lines disagree" in words(shown(desk, known.of(sha(1))))


def test_of_what_was_drawn_nothing_tells_where_from(desk):
    known = put(
        desk.store,
        content(1),
        opinion(1, "camera", "strong", "zz-says"),
        match(1, "illegal", identified=True),
        camera(1, make="zz-make"),
        task(1, step=1, reason="zz-reason"),
        drawn(1),
    )
    number = known.of(sha(1))
    text = words(shown(desk, number))
    assert "looked at blind" in text
    for told in ("zz-says", "zz-list", "zz-reason", "zz-make", "step 1"):
        assert told not in text
    assert "data:image/bmp" in shown(desk, number)  # like any other: no sign of a list either
    decide(desk.store, Wanted((sha(1),)), "identified", Said("seen", "Zoe", "zz-zoe"))
    assert "zz-list" in words(shown(desk, number))


@pytest.mark.parametrize(
    ("kind", "identified", "is_shown"),
    [
        ("harmless", None, False),
        ("generated", None, False),
        ("illegal", True, False),
        ("illegal", False, True),
        ("unidentified", None, True),
    ],
)
def test_what_a_list_settles_is_not_shown(desk, kind, identified, is_shown):
    known = put(desk.store, content(1), match(1, kind, identified=identified))
    page = shown(desk, known.of(sha(1)))
    assert ("data:image" in page) is is_shown
    assert ("A list settled this content" in page) is not is_shown
    assert ('id="show"' in page) is is_shown


@pytest.mark.parametrize(
    "number", ["zz", "0" * 16, "..", "%2e%2e%2fcase.db", sha(1), sha(1)[:16], "1" * 300]
)
def test_addresses_of_nothing_and_of_tricks_are_refused(desk, number):
    put(desk.store, content(1))
    assert client(desk, "zz-a").get(f"/item/{number}").status in {400, 403, 404, 414}


def test_an_item_of_another_case_is_none_of_this(desk, tmp_path, settings):
    with writing(tmp_path / "other", settings) as store:
        other = put(store, content(1)).of(sha(1))
    here = put(desk.store, content(1)).of(sha(1))
    assert other != here
    assert client(desk, "zz-a").get(f"/item/{other}").status == 404


@pytest.mark.parametrize("role", ["importer", "exporter", "auditor"])
def test_only_who_reviews_opens_it(desk, role):
    known = put(desk.store, content(1))
    assert client(desk, "zz-a", (role,)).get(f"/item/{known.of(sha(1))}").status == 403


def test_who_holds_it_is_told_and_it_cannot_be_decided(desk):
    known = put(desk.store, content(1))
    number = known.of(sha(1))
    put(desk.store, Claim(sha(1), 99, "zz-b", "2999-01-01T00:00:00+00:00"))
    page = shown(desk, number)
    assert "zz-b works on this now" in words(page)
    assert re.search(r"<fieldset[^>]* disabled", page)
    assert not re.search(r"<fieldset[^>]* disabled", shown(desk, number, login="zz-b"))


def test_what_people_said_is_told_with_name_login_and_words(desk):
    known = put(desk.store, content(1), content(2))
    decide(desk.store, Wanted((sha(1),)), "identified", Said("zz-why", "Zoe", "zz-zoe"))
    who = desk.sessions.find(desk.sessions.begin("zz-c", "Cem", ("reviewer",))).who
    remark(desk.store, who, Told("note", "<b>zz-note</b>", sha(1)))
    remark(desk.store, who, Told("compared", "same scene", sha(1), other=sha(2)))
    page = shown(desk, known.of(sha(1)), login="zz-zoe")  # whoever decided is asked for no other
    text = words(page)
    assert_tame(page)
    assert "Zoe (login zz-zoe): identified" in text
    assert "zz-why" in text
    assert "<b>zz-note</b>" in text
    assert f"/item/{known.of(sha(2))}" in Page(page).refers()


def test_what_cannot_be_shown_can_be_decided(desk):
    item = Item(sha(3), sha(3)[:40], sha(3)[:32], 5, "image/jpeg")
    known = put(desk.store, item, Seen(sha(3), "perceptual", "1", "failed", "damaged", "zz"))
    page = shown(desk, known.of(sha(3)))
    assert "No picture could be made of this file (damaged). It can be decided" in words(page)
    assert 'action="/decide"' in page


def test_dates_come_with_their_origin_and_conflicts(desk):
    known = put(desk.store, content(1), camera(1, taken="2025-06-01T10:00:00"))
    text = words(shown(desk, known.of(sha(1))))
    assert "2025-06-01T10:00:00" in text
    assert "by the camera's own clock" in text
    assert "Conflict: before the picture was taken, as EXIF says" in text


def form_of(page, action):
    """Return what the hidden fields of a form of the page say."""
    part = page.split(f'action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', part))


def test_without_scripts_forms_decide_and_override(desk):
    known = put(desk.store, content(1))
    number = known.of(sha(1))
    page = shown(desk, number)
    asks = client(desk, "zz-a")
    told = form_of(page, "/decide") | {"state": "identified", "reason": "zz-why"}
    answer = asks.form("/decide", told)
    assert (answer.status, answer.headers["location"]) == (303, f"/item/{number}")
    assert "Person zz-a (login zz-a): identified" in words(shown(desk, number))
    again = asks.form("/decide", told)  # sent twice: the first answer, no second decision
    assert again.status == 303
    assert desk.store.count(Decision) == 1
    told = form_of(page, "/remark") | {"says": "camera", "reason": "zz-sensor"}
    answer = asks.form("/remark", told)
    assert (answer.status, answer.headers["location"]) == (303, f"/item/{number}")
    assert "zz-sensor" in words(shown(desk, number))


def test_a_remark_is_taken_back_on_the_page_by_whoever_wrote_it(desk):
    number = put(desk.store, content(1)).of(sha(1))
    anna = client(desk, "zz-a", ("reviewer",))
    assert 'data-remark="violent"' in shown(desk, number, "zz-a", roles=("reviewer",))
    told = {"item": number, "kind": "violent"}
    id_ = anna.post("/remark", told, accept="application/json").facts["id"]
    for login, roles, found in (
        ("zz-a", ("reviewer",), 1),
        ("zz-b", ("reviewer",), 0),
        ("zz-s", ("supervisor",), 1),
    ):
        assert shown(desk, number, login, roles=roles).count(f'value="{id_}"') == found
    answer = anna.form("/remark/undo", {"id": id_, "back": f"/item/{number}"})
    assert (answer.status, answer.headers["location"]) == (303, f"/item/{number}")
    assert id_ not in shown(desk, number, "zz-a", roles=("reviewer",))
