"""The queue on the server: what a person chooses, what they are told, and what nobody is told."""

import json

import pytest

from fanal.model.desk import Who
from fanal.model.review import Drawn
from fanal.pipeline import desk_index
from fanal.pipeline.choices import choose
from fanal.pipeline.queued import Queue
from fanal.web import queue
from fanal.web.queue_rows import LONGEST, cut
from makers.deciding import says
from makers.ordering import name
from makers.queued import numbers, page, queue_of, reviewer, rows

FIELDS = {
    *("id", "rank", "place", "step", "series", "origin", "known", "kind", "copies", "exhibits"),
    *("when", "reviewer", "marks", "holder", "grade", "title", "waits", "sentence", "rest"),
    *("tile", "label"),
}


@pytest.fixture
def desk(tmp_path):
    with queue_of(tmp_path) as made:
        yield made


@pytest.fixture
def anna(desk):
    return reviewer(desk, "zz-a")


def facet(answer, name_):
    (found,) = [one for one in answer.facts["facets"] if one["name"] == name_]
    return {one["code"]: one["count"] for one in found["values"]}


def test_the_whole_queue_in_its_order(desk, anna):
    told = rows(anna)
    tasks = [task.sha256 for task in Queue(desk.store).tasks()]
    numbers_of = {name(n): one for n, one in enumerate(numbers(desk, *range(14)))}
    assert [row["id"] for row in told] == [numbers_of[sha256] for sha256 in tasks]
    assert [row["rank"] for row in told] == [row["place"] for row in told] == [*range(1, 12)]
    assert all(row.keys() == FIELDS for row in told)


def test_a_row_says_in_words_what_is_known(desk, anna):
    by = {row["id"]: row for row in rows(anna)}
    camera, series = (by[one] for one in numbers(desk, 7, 0))
    assert camera["origin"] == {"state": "camera", "word": "camera", "strength": 2}
    assert (camera["known"], camera["kind"], camera["when"]) == ("New", "image", "2017-03-04")
    assert (camera["copies"], camera["exhibits"], camera["series"]) == (2, 2, None)
    assert camera["label"] == (
        f"Item {camera['rank']}. Step 2, camera or inconclusive, on no list. Origin: camera,"
        " moderate. New. Image. 2 copies on 2 exhibits. Taken 2017-03-04. Not decided"
    )
    assert series["series"] == {"id": series["id"], "size": 3}
    assert camera["tile"].startswith("data:image/bmp;base64,")


def test_what_a_list_settled_gives_no_picture(desk, anna):
    by = {row["id"]: row["tile"] for row in rows(anna)}
    assert [bool(by[one]) for one in numbers(desk, 3, 4, 9, 10, 7)] == [
        *(False, False, True, False, True)
    ]


def test_facets_count_each_other_and_not_themselves(desk, anna):
    every = anna.post("/view")
    assert facet(every, "origin") == {"not_assessed": 7, "camera": 4}
    chosen = anna.post("/view", {"filters": {"origin": {"only": ["camera"]}}})
    assert chosen.facts["total"] == 4
    assert facet(chosen, "origin") == {"not_assessed": 7, "camera": 4}
    assert facet(chosen, "known") == {"new": 2, "generated": 1, "harmless": 1}
    both = anna.post("/view", {"filters": {"origin": ["camera"], "known": {"not": ["new"]}}})
    assert both.facts["total"] == 2
    assert facet(both, "origin") == {"not_assessed": 2, "camera": 2}


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({"known": ["known"]}, 4),
        ({"origin": ["unknown"]}, 7),
        ({"series": ["few"]}, 2),
        ({"when": ["y2017"]}, 1),
        ({"step": ["8", "7"]}, 2),
        ({"step": ["nothing"]}, 0),
        ({"marks": ["lead"]}, 0),
        ({"grade": ["identified"]}, 0),
    ],
)
def test_filters(anna, filters, total):
    assert anna.post("/view", {"filters": filters}).facts["total"] == total


def test_orders(anna):
    newest = [row["when"] for row in rows(anna, sort="newest")]
    assert newest == sorted(newest, reverse=True)
    oldest = [row["when"] for row in rows(anna, sort="oldest") if row["when"]]
    assert oldest == sorted(oldest)
    sizes = [row["series"]["size"] if row["series"] else 1 for row in rows(anna, sort="size")]
    assert sizes == sorted(sizes, reverse=True)


def test_words_of_paths_and_exhibits_are_found_with_their_series(desk, anna):
    assert [row["id"] for row in rows(anna, search="ZZ  7")] == numbers(desk, 7)
    assert [row["id"] for row in rows(anna, search="2.jpg desk-2")] == numbers(desk, 0)
    assert {row["id"] for row in rows(anna, search="phone")} >= {*numbers(desk, 7, 9, 11, 13)}
    assert rows(anna, search="nothing-is-called-so") == []


def test_searching_has_a_pace(anna, monkeypatch):
    monkeypatch.setattr(queue, "SEARCHES", 3)
    assert [anna.post("/view", {"search": "zz"}).status for _ in range(4)] == [200, 200, 200, 429]
    assert anna.post("/view").status == 200


@pytest.mark.parametrize(
    "wish",
    [
        {"filters": []},
        {"filters": {"path": ["x"]}},
        {"filters": {"step": "2"}},
        {"filters": {"step": {"any": ["2"]}}},
        {"filters": {"step": [2]}},
        {"filters": {"step": ["x" * 41]}},
        {"filters": {"step": ["2"] * 101}},
        {"sort": "severity"},
        {"search": "x" * 201},
        {"search": 7},
        {"by": "zz-b"},
        {"near": "../etc/passwd"},
        {"like": ["x"]},
    ],
)
def test_what_says_nothing_plain_is_refused(anna, wish):
    assert anna.post("/view", wish).status in {400, 404}


def test_a_view_belongs_to_one_person(desk, anna):
    number = anna.post("/view").facts["view"]
    bela = reviewer(desk, "zz-b")
    for view in (number, "0" * 16, "../queue", "1"):
        told = bela.get(f"/queue/page?view={view}", accept="application/json")
        assert told.status == 404, view
    assert bela.get(f"/queue?view={number}").headers["location"] == "/queue"
    assert page(anna, number)["total"] == 11


def test_old_views_are_let_go(anna, monkeypatch):
    monkeypatch.setattr("fanal.web.views.MOST", 2)
    first, *others = [anna.post("/view").facts["view"] for _ in range(3)]
    assert anna.get(f"/queue/page?view={first}", accept="application/json").status == 404
    assert all(page(anna, one)["total"] == 11 for one in others)


def test_only_who_reviews_sees_it(desk):
    for role in ("auditor", "importer", "exporter"):
        other = reviewer(desk, "zz-c", role)
        assert other.get("/queue").status == 403
        assert other.post("/view").status == 403
        assert other.get("/queue/page?view=", accept="application/json").status == 403


def test_a_view_stays_as_it_was_and_says_what_changed(desk, anna):
    number = anna.post("/view").facts["view"]
    before = page(anna, number)["rows"]
    says(desk.store, "Béla", "identified", name(7), login="zz-b")
    told = page(anna, number)
    assert [row["id"] for row in told["rows"]] == [row["id"] for row in before]
    assert (told["stale"], told["left"], told["total"]) == (True, 10, 11)
    (gone,) = [row for row in told["rows"] if row["id"] == numbers(desk, 7)[0]]
    assert (gone["rank"], gone["step"]) == (0, 0)
    assert anna.post("/view").facts["total"] == 10


def test_what_was_decided_is_found_by_its_grade_and_by_who(desk, anna):
    says(desk.store, "Anna", "identified", name(7), login="zz-a")
    (row,) = rows(anna, filters={"grade": ["identified"]})
    assert (row["grade"], row["title"], row["reviewer"]) == ("identified", "identified", "Anna")
    assert row["label"].endswith("Decided: identified")
    assert facet(anna.post("/view", {"filters": {"grade": ["identified"]}}), "grade") == {
        "identified": 1,
        "undecided": 10,
    }


def test_who_waits_for_whom_is_for_supervisors(desk, anna):
    says(desk.store, "Béla", "no_real_person_found", name(7), login="zz-b")
    assert "agreement" not in {one["name"] for one in anna.post("/view").facts["facets"]}
    assert anna.post("/view", {"filters": {"agreement": ["second"]}}).status == 403
    assert anna.get("/queue?grade=second").status == 403
    told = json.dumps(rows(anna))
    assert "Béla" not in told
    assert "second person" not in told
    wish = {"filters": {"agreement": ["second"]}}
    assert reviewer(desk, "zz-b", "supervisor").post("/view", wish).facts["total"] == 1
    asked = reviewer(desk, "zz-s", "supervisor")  # it waits for them, so no list tells them why
    assert asked.post("/view", wish).facts["total"] == 0


def test_drawn_contents_tell_nothing_of_where_they_were_drawn_from(tmp_path):
    with queue_of(tmp_path, blind=0.9) as desk:
        anna = reviewer(desk, "zz-a")
        drawn = [one.sha256 for one in desk.store.find(Drawn)]
        ids = {numbers(desk, n)[0] for n in range(14) if name(n) in drawn}
        assert ids
        told = [row for row in rows(anna) if row["id"] in ids]
        hidden = {"known", "origin"}
        assert len({json.dumps([row[one] for one in sorted(hidden)]) for row in told}) == 1
        assert {row["sentence"] for row in told} == {"drawn at random"}
        assert all(row["tile"] for row in told)
        for filters in ({"known": ["known"]}, {"origin": ["camera"]}, {"step": ["7", "8", "6"]}):
            assert not ids & {row["id"] for row in rows(anna, filters=filters)}


def test_while_the_list_is_made_the_queue_of_the_case_is_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(desk_index, "AT_ONCE", 0)
    monkeypatch.setattr(desk_index.DeskIndex, "_build", lambda *_: None)
    with queue_of(tmp_path) as desk:
        anna = reviewer(desk, "zz-a")
        told = anna.post("/view").facts
        assert (told["view"], told["total"], told["facets"]) == ("", 11, [])
        assert told["building"]["done"] == 0
        early = page(anna, "", 3, 4)
        assert [row["place"] for row in early["rows"]] == [4, 5, 6, 7]
        assert early["building"]
        assert anna.get("/queue").status == 200
        assert anna.form("/view", {"search": "zz"}).headers["location"] == "/queue"


def test_names_from_the_evidence_cannot_act(desk, anna):
    told = anna.post("/view").facts
    codes = [one["code"] for each in told["facets"] for one in each["values"]]
    assert all(code.replace("_", "").isalnum() and code.isascii() for code in codes)
    assert "desk-0" in json.dumps(told)
    assert "desk-0" not in json.dumps(codes)


def test_a_form_without_scripts_leads_to_the_page(anna):
    told = {"only-origin-camera": "on", "only-known": "new", "sort": "size", "search": ""}
    answer = anna.form("/view", told)
    assert answer.status == 303
    shown = anna.get(answer.headers["location"])
    assert shown.status == 200
    assert "Places 1 to 2 of 2" in shown.text


def test_addresses_of_other_pages_choose(anna):
    for ask, total in (("known=known", 4), ("origin=camera", 4), ("step=8", 1)):
        answer = anna.get(f"/queue?{ask}")
        number = answer.headers["location"].rpartition("=")[2]
        assert page(anna, number)["total"] == total


def test_parts_are_of_a_size(anna):
    number = anna.post("/view").facts["view"]
    assert len(page(anna, number, 2, 3)["rows"]) == 3
    assert page(anna, number, 500, 3)["rows"] == []
    for told in ("count=401", "count=0", "from=-1", "from=x", "count=1e3"):
        answer = anna.get(f"/queue/page?view={number}&{told}", accept="application/json")
        assert answer.status == 400, told


def test_after_many_grave_ones_only_text_is_shown(desk, anna, monkeypatch):
    monkeypatch.setattr(queue, "limits", lambda _: type("Few", (), {"severe_in_a_row": 1})())
    told = rows(anna, filters={"known": {"only": ["illegal", "unidentified"]}})
    assert [row["rest"] for row in told] == [False, True]
    assert told[1]["tile"] == ""


def test_whoever_does_not_want_to_see_violence_is_not_shown_it(desk, anna):
    (number,) = numbers(desk, 7)
    bela = reviewer(desk, "zz-b")
    assert bela.post("/remark", {"item": number, "kind": "violent", "says": ""}).status == 200
    assert number in {row["id"] for row in rows(anna)}
    who = Who("zz-a", "Person zz-a", ("reviewer",), "s")
    choose(desk.store, who, "violence_opt_out", value=True)
    assert number not in {row["id"] for row in rows(anna)}


def test_near_copies_and_what_is_alike_make_a_view(desk, anna):
    (number,) = numbers(desk, 1)
    told = anna.post("/view", {"like": number}).facts
    assert {row["id"] for row in page(anna, told["view"])["rows"]} == {*numbers(desk, 0, 1, 2)}
    assert anna.post("/view", {"near": number}).facts["total"] == 1


def test_texts_are_spelt_out_and_not_too_long():
    assert cut("a\u202eb\n") == "a\\u202eb\\u000a"
    assert cut("x" * LONGEST) == "x" * LONGEST
    assert cut("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"
