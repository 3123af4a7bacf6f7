"""The demonstration says how many looks its planted series take and how series were formed."""

import pytest

from fanal.demo.belonging import Belonging
from fanal.demo.compared import compared
from fanal.demo.series_truth import Truth
from fanal.pipeline.case import writing
from makers.series_cases import formed, queue, sha, true

TRUTH = Belonging(
    Truth(
        [
            true("zz-r-001", "real", ["a", "b", "c"], planted=True),
            true("zz-r-002", "real", ["d"], planted=True),
            true("zz-c-003", "clutter", ["e"]),
        ]
    )
)


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def test_looks_and_series_are_told_in_short(store):
    with store.act("zz", "order") as act:
        act.put([*queue("e", "a", "c", "d"), *formed({"s-1": ["a", "b"]})])
    told = compared(store, TRUTH)
    assert (told.planted, told.seen, told.last, told.looks) == (2, 2, 4, 4)
    assert list(told.lines()) == [
        "last of 2 planted series: look 4 of 4; 2 would be the least",
        "series, all: purity 1.00, completeness 0.73, found whole 0 of 1 of two or more",
        "series, planted: purity 1.00, completeness 0.67, found whole 0 of 1 of two or more",
    ]
    assert told.facts()["grouped"]["planted"]["contents"] == 4


def test_a_series_that_no_look_shows_is_named(store):
    with store.act("zz", "order") as act:
        act.put(queue("a", "e"))
    told = compared(store, TRUTH)
    assert (told.seen, told.last, told.whole) == (1, 1, False)
    assert "NEVER SEEN: 1 of 2 planted series" in told.lines()
    assert sha("d") in TRUTH.by_content
