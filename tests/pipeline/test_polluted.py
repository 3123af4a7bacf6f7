"""An entry of a list of real victims that a generator made here is named, and stays what it is."""

import pytest

from fanal.model.known import KnownList, Match
from fanal.model.opinion import Opinion
from fanal.pipeline.polluted import STATES, polluted, sentence
from makers.cases import digest, item, opened


def known(name, kind):
    return KnownList(name, kind, "", "ab" * 32, "plain", name, 9, 9)


def match(number, name, via="sha256", entry=0, distance=0):
    return Match(digest("sha256", number), name, "illegal", via, distance, entry)


def opinion(number, state):
    return Opinion(digest("sha256", number), state, "strong", settled=True, real_child=True)


@pytest.fixture
def store(tmp_path):
    store = opened(tmp_path / "case")
    with store.act("zz", "make") as act:
        act.put(item(number) for number in range(1, 6))
        act.put([known("zz-real", "illegal"), known("zz-made", "generated")])
        act.put([opinion(1, "generator"), opinion(2, "camera"), opinion(3, "altered")])
        act.put([match(1, "zz-real", entry=7), match(2, "zz-real", entry=8)])
        act.put([match(3, "zz-real", "pdq", entry=4, distance=9), match(1, "zz-made", entry=1)])
        act.put([match(4, "zz-real", entry=2)])
    return store


def test_entries_of_lists_of_real_victims_that_no_camera_wrote_are_named(store):
    found = list(polluted(store))
    assert [(one.list, one.entry, one.state, one.same) for one in found] == [
        ("zz-real", 4, "altered", False),
        ("zz-real", 7, "generator", True),
    ]
    assert sentence(found) == (
        "1 entries are contents and 1 entries look like contents that this case holds as generator"
        " or altered; nothing was set aside: whoever keeps the list decides"
    )


def test_only_the_lists_that_are_asked_for_are_told(store):
    assert list(polluted(store, ["zz-made"])) == []
    assert len(list(polluted(store, ["zz-real"]))) == 2


def test_nothing_changes_by_it(store):
    before = store.head().size
    list(polluted(store))
    assert store.head().size == before
    assert store.count(Match) == 5


def test_where_nothing_is_odd_nothing_is_said():
    assert sentence([]) == ""
    assert "camera" not in STATES
    assert "inconclusive" not in STATES
