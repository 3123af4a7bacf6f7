import re

import pytest

from fanal.model.desk import AuditRecord
from fanal.model.series import SHEET, Member, Regroup
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.decided import standings
from fanal.pipeline.said import Said
from fanal.web.series import gap
from makers.desk import client, desk_on
from makers.desk_items import (
    HOSTILE,
    camera,
    content,
    drawn,
    match,
    opinion,
    put,
    series,
    sha,
    task,
)
from makers.pages import Page

NAME = "s-zz1"


@pytest.fixture
def desk(bare):
    with desk_on(bare) as made:
        yield made


def filled(desk, count=4, *more):
    """Return the numbers of a case with one series of so many contents."""
    contents = [one for number in range(1, count + 1) for one in content(number)]
    return put(desk.store, contents, series(NAME, range(1, count + 1)), task(1), *more)


def shown(desk, path, login="zz-a"):
    answer = client(desk, login).get(path)
    assert answer.status == 200, answer.text
    return answer.text


def words(page):
    return " ".join(Page(page).text().split())


def changed(desk, told, login="zz-a"):
    return client(desk, login).post("/series/change", told)


def names(desk):
    return dict(desk.store.columns(Member, "sha256", "series"))


def test_a_series_says_why_it_is_one_and_who_stands_for_it(desk):
    known = filled(desk, 4, camera(1, make="Zz", model="ZZ-1"), match(3, "illegal"))
    page = shown(desk, f"/series/{NAME}")
    text = words(page)
    assert ["same session (burst)", "3", "up to 80", "zz link 1"] in Page(page).cells
    assert "Zz, ZZ-1: 1" in text
    assert "1 of 4 on a list (illegal)" in text
    assert f"Item {known.of(sha(1))} stands for it" in text
    assert text.count("1 minute") == 3  # between four that are a minute apart
    refers = Page(page).refers()
    assert all(f"/item/{known.of(sha(number))}" in refers for number in (1, 2, 3, 4))


def test_an_item_leads_to_its_series_and_one_that_is_alone_is_told_of_too(desk):
    known = filled(desk, 3, content(9))
    assert f'data-series="{NAME}"' in shown(desk, f"/series/{known.of(sha(2))}")
    assert "no series" in words(shown(desk, f"/series/{known.of(sha(9))}"))


@pytest.mark.parametrize(
    "name", ["s-none", "s-", "s-" + "a" * 60, "S-ZZ1", "..", sha(1), "0" * 16, "s-zz1;--"]
)
def test_what_is_no_series_is_refused(desk, name):
    filled(desk)
    assert client(desk, "zz-a").get(f"/series/{name}").status in {400, 403, 404, 414}


def test_hostile_names_are_text_and_addresses_say_nothing(desk):
    known = put(desk.store, content(1, *HOSTILE[:1]), content(2, HOSTILE[4]), series(NAME, [1, 2]))
    put(desk.store, content(3, HOSTILE[2]), content(4, HOSTILE[3]), series("s-zz2", [3, 4]))
    for name in (NAME, "s-zz2"):
        page = shown(desk, f"/series/{name}")
        read = Page(page)
        assert all(
            (held["src"] or "")[:8] == "/static/" for tag, held in read.tags if tag == "script"
        )
        assert not any(name.startswith("on") for _, held in read.tags for name in held)
        assert "\u202e" not in page
        held = [value or "" for _, of in read.tags for key, value in of.items() if key != "src"]
        assert not any(sha(number)[:12] in value for value in held for number in (1, 2, 3, 4))
    assert "U+202E" in words(shown(desk, f"/series/{NAME}"))
    assert "characters cut" in words(shown(desk, f"/series/{NAME}"))
    assert known.of(sha(1)) in shown(desk, f"/series/{NAME}")


def test_a_large_series_comes_a_sheet_at_a_time(desk):
    filled(desk, 2 * SHEET + 5)
    first = shown(desk, f"/series/{NAME}")
    assert first.count('name="item-') == SHEET
    assert "Contact sheet 1 of 3" in first
    last = shown(desk, f"/series/{NAME}?page=3")
    assert last.count('name="item-') == 5
    seen = {one for page in (first, last) for one in Page(page).refers() if "/item/" in one}
    assert len(seen) >= SHEET + 5
    assert "I looked at all 3 contact sheets" in first
    assert client(desk, "zz-a").get(f"/series/{NAME}?page=x").status == 400


def test_drawn_and_listed_contents_are_not_given_away(desk):
    filled(
        desk,
        4,
        *(opinion(1, "camera", "strong", "zz-says"), drawn(1)),
        match(1, "harmless"),
        match(2, "harmless"),
    )
    page = shown(desk, f"/series/{NAME}")
    text = words(page)
    assert "told once it is decided" in text
    assert "made by a camera" not in text
    assert "1 of 4 on a list (harmless)" in text  # the drawn one is left out
    assert page.count('class="no-mosaic"') == 2  # the listed one, on its sheet and in the strip
    assert page.count("data:image") == 6


def test_contents_are_taken_out_by_whoever_is_signed_in(desk):
    known = filled(desk)
    told = {"verb": "split", "series": NAME, "items": [known.of(sha(4))], "reason": "zz-why"}
    answer = changed(desk, told | {"by": "Somebody else", "account": "root"})
    assert answer.status == 200, answer.text
    assert sha(4) not in names(desk)
    (event,) = desk.store.find(Regroup)
    assert (event.by, event.account, event.reason) == ("Person zz-a", "zz-a", "zz-why")
    assert event.contents == (sha(4),)
    (record,) = desk.store.find(AuditRecord, action="regroup")
    assert (record.login, record.outcome, record.data["id"]) == ("zz-a", "done", event.id)
    assert "zz-why" in words(shown(desk, f"/series/{NAME}"))


def test_what_follows_in_time_is_split_off_and_taken_back(desk):
    known = filled(desk)
    told = {"verb": "split", "series": NAME, "after": known.of(sha(3)), "reason": "another day"}
    answer = changed(desk, told)
    assert answer.status == 200, answer.text
    (event,) = desk.store.find(Regroup)
    assert (event.contents, event.others) == ((sha(3), sha(4)), (sha(1), sha(2)))
    now = names(desk)
    assert now[sha(1)] == now[sha(2)] != now[sha(3)] == now[sha(4)]
    back = changed(desk, {"verb": "undo", "event": event.id, "reason": "it was one"})
    assert back.status == 200, back.text
    assert len({*names(desk).values()}) == 1


def test_series_are_put_together_by_a_form_without_scripts(desk):
    known = filled(desk, 3, content(9))
    form = {"verb": "merge", "series": NAME, "with": known.of(sha(9)), "reason": "same room"}
    answer = client(desk, "zz-a").form("/series/change", form)
    assert (answer.status, answer.headers["location"]) == (303, f"/series/{names(desk)[sha(9)]}")
    assert len({*names(desk).values()}) == 1
    form = {"verb": "split", "series": NAME, f"item-{known.of(sha(9))}": "1", "reason": "no"}
    assert client(desk, "zz-a").form("/series/change", form).status == 303
    assert sha(9) not in names(desk)


@pytest.mark.parametrize(
    "told",
    [
        {"verb": "purge", "reason": "zz"},
        {"verb": "split", "series": NAME, "items": [], "reason": "zz"},
        {"verb": "split", "series": NAME, "items": "x", "reason": "zz"},
        {"verb": "split", "series": NAME, "items": [{}], "reason": "zz"},
        {"verb": "split", "series": "s-none", "items": [], "reason": "zz"},
        {"verb": "merge", "series": NAME, "with": "../case.db", "reason": "zz"},
        {"verb": "merge", "series": NAME, "with": NAME, "reason": "zz"},
        {"verb": "undo", "event": "r-none", "reason": "zz"},
        {"verb": "undo", "event": ["r"], "reason": "zz"},
        {"verb": "undo", "event": "r-none"},
    ],
)
def test_what_makes_no_sense_changes_nothing(desk, told):
    filled(desk)
    before = names(desk)
    assert changed(desk, told).status in {400, 404}
    assert names(desk) == before
    assert not [*desk.store.find(Regroup)]


def test_who_may_not_decide_may_not_regroup(desk):
    known = filled(desk)
    told = {"verb": "split", "series": NAME, "items": [known.of(sha(4))], "reason": "zz"}
    for roles in [("importer",), ("exporter",), ("auditor",)]:
        assert client(desk, "zz-b", roles).post("/series/change", told).status == 403
    assert client(desk).post("/series/change", told).status == 401
    assert not [*desk.store.find(Regroup)]


def test_a_decision_says_how_many_were_never_shown(desk):
    filled(desk, 3)
    decide(desk.store, Wanted(series=NAME), "identified", Said("zz", "Zoe", "zz-zoe"))
    put(desk.store, _reveal(sha(2)))
    told = words(shown(desk, f"/series/{NAME}", login="zz-zoe"))
    assert "3 of 3; 2 of them never shown clearer" in told


def test_one_decision_for_all_works_without_scripts(desk):
    filled(desk, 3)
    part = shown(desk, f"/series/{NAME}").split('action="/decide"')[1].split("</form>")[0]
    told = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', part))
    told |= {"state": "known_unidentified", "reason": "zz-why"}
    answer = client(desk, "zz-a").form("/decide", told)
    assert (answer.status, answer.headers["location"]) == (303, f"/series/{NAME}")
    assert {at.victim_state for at in standings(desk.store).values()} == {"known_unidentified"}
    assert len(standings(desk.store)) == 3


def _reveal(sha256):
    rest = ("2026-01-01T00:00:00.000+00:00", "zz-a", "reviewer", "zz")
    return AuditRecord("a-zz", *rest, "reveal", sha256, 2, "decide", "done", "zz")


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [
        (None, ""),
        (0, "under a minute"),
        (59_999, "under a minute"),
        (60_000, "1 minute"),
        (3_600_000, "1 hour"),
        (86_400_000 * 9, "9 days"),
    ],
)
def test_gaps_in_words(milliseconds, told):
    assert gap(milliseconds) == told
