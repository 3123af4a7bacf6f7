import pytest

from fanal.model.series import SHEET
from fanal.pipeline.case import writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.grouped import timeline
from fanal.pipeline.said import Said
from fanal.pipeline.told_series import after, series_of, told_series
from makers.desk_items import camera, content, drawn, match, near, opinion, put, series, sha, task

NAME = "s-zz1"


@pytest.fixture
def store(bare, settings):
    with writing(bare, settings, run=False) as opened:
        yield opened


def fill(store, count, *more):
    put(store, *(content(number) for number in range(1, count + 1)))
    put(store, series(NAME, range(1, count + 1)), *more)


def test_reasons_are_counted_by_how_they_were_found_with_the_strongest(store):
    fill(store, 3, near(1, 3))
    told = told_series(store, NAME)
    assert [(one.kind, one.how, one.count, one.strength) for one in told.reasons] == [
        ("same picture", "pdq", 1, 90),
        ("same session", "burst", 2, 80),
    ]


def test_the_strip_is_in_the_order_of_time_with_gaps(store):
    fill(store, 3, camera(1, taken="2024-01-01T12:00:00"))
    told = told_series(store, NAME)
    assert [card.sha256 for card in told.strip] == [sha(2), sha(3), sha(1)]
    assert [card.gap for card in told.strip] == [None, 60_000, 7_020_000]
    line = timeline(store, [sha(number) for number in (1, 2, 3)])
    assert [sha256 for sha256, _ in line] == [sha(2), sha(3), sha(1)]
    assert after(store, NAME, sha(3)) == [sha(3), sha(1)]
    assert after(store, NAME, sha(9)) == []


def test_pages_are_sheets_and_every_content_is_on_one(store):
    fill(store, SHEET + 2)
    first, second = told_series(store, NAME, 1), told_series(store, NAME, 2)
    assert (first.pages, len(first.sheet), len(second.sheet)) == (2, SHEET, 2)
    shown = {card.sha256 for told in (first, second) for card in told.sheet}
    assert len(shown) == SHEET + 2
    assert second.strip[0].gap == 60_000  # to the last one of the page before
    assert told_series(store, NAME, 99).page == 2


def test_counts_leave_out_what_was_drawn(store):
    fill(store, 3, match(1), match(2), drawn(1), opinion(1, "camera"), camera(1, make="Zz"))
    told = told_series(store, NAME)
    assert told.known == {"harmless": 1}
    assert told.devices == ()
    by = {card.sha256: card for card in told.sheet}
    assert (by[sha(1)].origin, by[sha(1)].is_listed) == ("", False)
    assert by[sha(2)].is_listed
    assert not by[sha(2)].tile


def test_veiled_contents_show_no_decision(store):
    fill(store, 2)
    decide(store, Wanted(series=NAME), "identified", Said("zz", "Zoe", "zz-zoe"))
    told = told_series(store, NAME, 1, frozenset({sha(1)}))
    assert {card.sha256: card.state for card in told.sheet} == {sha(1): "", sha(2): "identified"}
    assert (told.decided, told.saved) == (1, 1)


def test_where_a_drawn_or_veiled_content_is_among_them_no_place_in_the_queue_is_told(store):
    fill(store, 2, task(1, reason="zz-reason"))
    assert told_series(store, NAME).facts["queue"]["reason"] == "zz-reason"
    assert told_series(store, NAME, 1, frozenset({sha(2)})).facts["queue"] is None
    put(store, drawn(1))
    assert told_series(store, NAME).facts["queue"] is None


def test_the_series_of_a_content(store):
    fill(store, 2, content(9))
    assert (series_of(store, sha(1)), series_of(store, sha(9))) == (NAME, "")
    alone = told_series(store, sha(9))
    assert (alone.name, alone.pages, len(alone.sheet)) == ("", 1, 1)
