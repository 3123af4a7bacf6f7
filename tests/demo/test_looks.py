"""A look is one picture or one contact sheet; sheets after the first come after the queue."""

import pytest

from fanal.demo.looks import first_seen, looks, never_shown
from fanal.model.finding import Picture
from fanal.model.review import Drawn
from fanal.model.series import SHEET
from fanal.pipeline.case import writing
from makers.series_cases import formed, item, queue, sha, true


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def put(store, *records):
    with store.act("zz", "order") as act:
        act.put(records)


def test_a_single_content_is_one_look_with_its_step_and_sentence(store):
    put(store, *queue("b", "a"))
    assert [(look.contents, look.step, look.reason) for look in looks(store)] == [
        ((sha("b"),), 2, "zz 1"),
        ((sha("a"),), 2, "zz 2"),
    ]


def test_a_series_is_one_look(store):
    put(store, *queue("c", "f"), *formed({"s-1": ["c", "a", "b"]}))
    first, second = looks(store)
    assert set(first.contents) == {sha("a"), sha("b"), sha("c")}
    assert second.contents == (sha("f"),)


def test_further_sheets_come_after_all_first_sheets_and_what_tells_most_comes_first(store):
    names = [f"{number:04x}" for number in range(2 * SHEET + 3)]
    told = names[2 * SHEET]  # the only one that could be decoded
    put(store, *map(item, names), Picture(sha(told), 640, 480, 1))
    put(store, *queue(told, "f"), *formed({"s-1": [told, *(n for n in names if n != told)]}))
    shown = list(looks(store))
    assert [(len(look.contents), look.sheet) for look in shown] == [
        (SHEET, 1),
        (1, 1),
        (SHEET, 2),
        (3, 3),
    ]
    assert shown[0].contents[0] == sha(told)
    assert {name for look in shown for name in look.contents} == {*map(sha, names), sha("f")}


def test_what_the_blind_sample_drew_is_told_apart(store):
    put(store, *queue("a", "b"), Drawn(sha("b"), 8))
    assert [look.blind for look in looks(store)] == [False, True]


def test_a_series_is_seen_with_its_first_content(store):
    wanted = [true("zz-r-1", "real", ["a", "b"]), true("zz-r-2", "real", ["c"])]
    shown = [(sha("f"),), (sha("e"), sha("b")), (sha("a"),), (sha("c"),)]
    assert first_seen(shown, wanted) == {"zz-r-1": 2, "zz-r-2": 4}
    assert first_seen(shown[:3], wanted) == {"zz-r-1": 2}
    assert first_seen([], wanted) == {}


def test_what_no_look_shows_is_named(store):
    put(store, *queue("a"), *formed({"s-1": ["a", "b"], "s-2": ["c", "d"]}))
    every = [sha(name) for name in "abcd"]
    assert never_shown(looks(store), every) == {sha("c"), sha("d")}
