"""A series is told with its contents as sheets show them, its links, and what is related."""

import pytest

from fanal.errors import UsageError
from fanal.model.known import Match
from fanal.model.series import MADE_FROM, SAME_DEVICE, SAME_PICTURE, Tie
from fanal.pipeline.grouped import listed, sheets, shown
from fanal.pipeline.order import order
from fanal.pipeline.progress import Silent
from fanal.pipeline.regroup import merge, split
from makers.groups import SAID, add, filled, grouped, link, named, opinion, run, series_of, sha


@pytest.fixture
def store(tmp_path):
    ties = [Tie(sha(at), SAME_DEVICE, "zz-body", "one body") for at in (0, 1, 4, 5, 9)]
    more = [link(0, 9, MADE_FROM, joins=False), link(1, 2, SAME_PICTURE, 95)]
    told = [*(opinion(at, "generator") for at in (0, 1, 2)), opinion(3, "camera")]
    made = filled(tmp_path / "case", 700, run([0, 1, 2, 3]), run([4, 5]), more, ties, told)
    grouped(made)
    order(made, "zz", Silent())
    yield made
    made.close()


def test_a_series_is_told_with_all_that_speaks_for_it(store):
    name = named(series_of(store), [0, 1, 2, 3])
    told = shown(store, name)
    assert (told["name"], told["size"], told["representative"]) == (name, 4, sha(3))
    origins = [(one["sha256"], one["origin"]) for one in told["contents"]]
    assert origins[0] == (sha(3), "camera")
    assert {one["location"]["path"] for one in told["contents"]} == {
        f"zz/{at}.jpg" for at in range(4)
    }
    same = {one["picture"] for one in told["contents"] if one["sha256"] in {sha(1), sha(2)}}
    assert len(same) == 1
    # Of two that show the same, the second comes after all others.
    assert origins[-1][0] in {sha(1), sha(2)}
    assert (told["links"][0]["strength"], told["links"][0]["kind"]) == (95, SAME_PICTURE)
    assert len(told["links"]) == 4
    assert told["linked"] == [
        {
            "sha256": sha(9),
            "series": None,
            "to": sha(0),
            "kind": MADE_FROM,
            "relation": "source of",
            "says": "zz 80",
        }
    ]
    assert told["related"] == [
        {
            "kind": SAME_DEVICE,
            "common": "zz-body",
            "says": "one body",
            "here": 2,
            "contents": 3,
            "in_series": 1,
            "series": [{"name": named(series_of(store), [4, 5]), "contents": 2}],
        }
    ]
    assert told["proposals"] == told["cut_off"] == []
    assert told["queue"]["step"] == 2
    assert shown(store, sha(2)[:12]) == told


def test_a_content_that_is_alone_is_told_with_what_it_is_linked_to(store):
    told = shown(store, sha(9))
    assert (told["name"], told["size"], told["representative"]) == (None, 1, sha(9))
    assert [(one["sha256"], one["relation"]) for one in told["linked"]] == [(sha(0), "made from")]
    with pytest.raises(UsageError):
        shown(store, "s-zz")
    with pytest.raises(UsageError):
        shown(store, "zz")


def test_what_strong_links_would_join_is_proposed_unless_somebody_refused_it(store):
    name = named(series_of(store), [0, 1, 2, 3])
    split(store, name, [sha(2), sha(3)], SAID, Silent())
    add(store, run([1, 10]))
    grouped(store)
    assert [one["sha256"] for one in shown(store, name)["proposals"]] == [sha(10)]
    assert [one["sha256"] for one in shown(store, sha(10))["proposals"]] == [sha(1)]
    other = named(series_of(store), [2, 3])
    assert shown(store, other)["proposals"] == []


def test_what_was_cut_off_is_told_apart_from_proposals(store):
    add(store, run(range(100, 200), kind=SAME_PICTURE))
    grouped(store)
    parts = [one for one in listed(store) if "cut" in one]
    assert len(parts) == 3
    ends = [shown(store, one["name"]) for one in parts]
    assert sorted(len(one["cut_off"]) for one in ends) == [1, 1, 2]
    assert not any(one["proposals"] for one in ends)


def test_series_are_listed_by_size(store):
    merge(store, [sha(20), sha(21), sha(22), sha(23), sha(24)], SAID, Silent())
    told = list(listed(store))
    assert [one["size"] for one in told] == [5, 4, 2]
    assert [one["size"] for one in listed(store, 1)] == [5]
    assert told[0]["held"]
    assert {one["queue"]["step"] for one in told} == {2}
    ranks = [one["queue"]["rank"] for one in told]
    assert len({*ranks}) == 3


def test_what_no_list_knows_is_on_the_first_sheet_of_a_known_series(tmp_path):
    known = [
        Match(sha(at), "zz known", "illegal", "md5", 0, at, victim_identified=True)
        for at in range(100)
        if at != 61
    ]
    made = filled(tmp_path / "case", 2000, run(range(100)), known)
    series = grouped(made)
    name = named(series, range(100))
    assert sheets(made, [sha(at) for at in range(100)]).index(sha(61)) <= 1
    assert [one["sha256"] for one in shown(made, name)["contents"]].index(sha(61)) <= 1
    made.close()
