from datetime import UTC, datetime

import pytest

from fanal.model.desk import Claim, Who
from fanal.pipeline.case import writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.remarks import Told, remark
from fanal.pipeline.said import Said
from fanal.pipeline.told_item import drawn_of, held_by, settled_by_list, told_item, told_items
from makers.desk_items import content, drawn, match, near, opinion, put, sha, task


@pytest.fixture
def store(bare, settings):
    with writing(bare, settings, run=False) as opened:
        yield opened


def test_items_come_in_the_order_in_which_they_are_asked_for(store):
    put(store, content(1), content(2), content(3))
    told = told_items(store, [sha(3), sha(1)])
    assert [one.facts["sha256"] for one in told] == [sha(3), sha(1)]
    assert all(one.tile.startswith("data:image/bmp;base64,") for one in told)


def test_a_content_with_an_undecided_draw_tells_nothing_of_where_from(store):
    put(store, content(1), opinion(1, "camera"), match(1), drawn(1), near(1, 2), content(2))
    told = told_item(store, sha(1))
    assert (told.is_drawn, told.is_listed, told.linked) == (True, False, ())
    assert told.facts["origin"] is told.facts["matches"] is told.facts["queue"] is None
    assert told.tile
    assert drawn_of(store, [sha(1), sha(2)]) == {sha(1)}
    decide(store, Wanted((sha(1),)), "identified", Said("zz", "Zoe", "zz-zoe"))
    told = told_item(store, sha(1))
    assert (told.is_drawn, told.is_listed, told.tile) == (False, True, "")
    assert told.facts["matches"]


def test_whoever_is_to_say_their_own_opinion_sees_no_other(store):
    put(store, content(1), task(1, reason="waits for a second person"))
    decide(store, Wanted((sha(1),)), "identified", Said("zz", "Zoe", "zz-zoe"))
    who = Who("zz-c", "Cem", ("reviewer",), "zz")
    remark(store, who, Told("second opinion", "zz-unsure", sha(1)))
    remark(store, who, Told("note", "zz-note", sha(1)))
    told = told_item(store, sha(1), frozenset({sha(1)}))
    assert told.is_veiled
    assert told.facts["decisions"] is told.facts["victim_state"] is told.facts["queue"] is None
    assert [one.says for one in told.remarks] == ["zz-note"]
    assert len(told_item(store, sha(1)).remarks) == 2


def test_near_copies_are_told_from_either_end(store):
    put(store, content(1), content(2), near(1, 2))
    for one, other in ((1, 2), (2, 1)):
        (linked,) = told_item(store, sha(one)).linked
        assert (linked.sha256, linked.relation) == (sha(other), "near copy")


@pytest.mark.parametrize(
    ("matches", "settled"),
    [
        ([match(1, "harmless")], True),
        ([match(1, "illegal", identified=True)], True),
        ([match(1, "illegal", identified=False)], False),
        ([match(1, "harmless"), match(1, "unidentified")], False),
        ([], False),
    ],
)
def test_what_a_list_settles(store, matches, settled):
    put(store, content(1), *matches[:1])
    for one in matches[1:]:
        put(store, type(one)(one.sha256, "zz-other", one.kind, one.via, 0, 9))
    assert (settled_by_list(store, [sha(1)]) == {sha(1)}) is settled


def test_who_holds_an_item(store):
    put(store, content(1))
    now = datetime(2030, 1, 1, tzinfo=UTC)
    assert held_by(store, sha(1), "zz-a", now) == ""
    put(store, Claim(sha(1), 50, "zz-b", "2030-01-01T00:10:00+00:00"))
    assert held_by(store, sha(1), "zz-a", now) == "zz-b"
    assert held_by(store, sha(1), "zz-b", now) == ""
    assert held_by(store, sha(1), "zz-a", datetime(2030, 1, 2, tzinfo=UTC)) == ""
    put(store, Claim(sha(1), 51, "zz-b", "2029-12-31T00:00:00+00:00"))
    assert held_by(store, sha(1), "zz-a", now) == ""
