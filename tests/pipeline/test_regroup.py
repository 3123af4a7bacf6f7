"""What people say of series is kept as events, and series and queue follow at once."""

import dataclasses

import pytest

from fanal.errors import UsageError
from fanal.model.review import Moved, Task
from fanal.model.series import Regroup, Series
from fanal.pipeline.facts import items, queue
from fanal.pipeline.group import is_grouped
from fanal.pipeline.grouped import events
from fanal.pipeline.order import is_current, order
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Queue
from fanal.pipeline.regroup import merge, split, undo
from makers.groups import SAID, add, filled, grouped, named, run, series_of, sha


@pytest.fixture
def store(tmp_path):
    made = filled(tmp_path / "case", 12, run([0, 1, 2, 3]), run([4, 5]), run([6, 7, 8]))
    grouped(made)
    order(made, "zz", Silent())
    yield made
    made.close()


def is_whole(store) -> bool:
    """Whether every series and every content that is alone has exactly one place to be seen."""
    shown = set(Queue(store).of([sha(at) for at in range(12)]))
    series = series_of(store).values()
    seen = [shown & {sha(at) for at in of} for of in series]
    alone = set(range(12)) - set().union(*series)
    return all(len(one) == 1 for one in seen) and all(sha(at) in shown for at in alone)


def test_series_and_contents_are_put_together(store):
    before = series_of(store)
    one, other = named(before, [0, 1, 2, 3]), named(before, [4, 5])
    done = merge(store, [one, other, sha(9)[:12]], SAID, Silent())
    after = series_of(store)
    assert named(after, [0, 1, 2, 3, 4, 5, 9]) == one
    assert named(after, [6, 7, 8])
    assert [series.name for series in done.series] == [one]
    assert done.alone == 0
    (event,) = store.find(Regroup)
    assert event == done.event
    assert (event.by, event.account, event.verb) == ("Zoe", "zz-zoe", "merge")
    leaf = next(leaf for leaf in store.history() if leaf.verb == "regroup")
    assert (leaf.actor, leaf.details["id"], leaf.details["contents"]) == ("Zoe", event.id, 7)
    # The event and what follows from it are one act, and nothing is left to do.
    assert leaf.records.keys() == {"regroup", "series", "member"}
    assert is_grouped(store)
    assert is_current(store)
    assert is_whole(store)


def test_a_content_that_is_put_elsewhere_leaves_its_series(store):
    name = named(series_of(store), [4, 5])
    merge(store, [name, sha(0)], SAID, Silent())
    assert set(series_of(store).values()) == {
        frozenset({0, 4, 5}),
        frozenset({1, 2, 3}),
        frozenset({6, 7, 8}),
    }
    assert is_whole(store)
    assert is_current(store)


def test_contents_are_taken_out_and_no_link_brings_them_back(store):
    name = named(series_of(store), [0, 1, 2, 3])
    done = split(store, name, [sha(2), sha(3)], SAID, Silent())
    after = series_of(store)
    assert named(after, [2, 3]) != named(after, [0, 1]) == name
    assert {series.held for series in done.series} == {True}
    assert is_whole(store)
    add(store, run([1, 2, 10], strength=99))
    assert grouped(store) == after
    # The other that links lead to is proposed; what somebody parted is not proposed again.
    proposed = next(store.find(Series, name=named(after, [2, 3]))).facts["proposed"]
    assert proposed == {"count": 1, "first": [sha(10)]}
    assert "proposed" not in next(store.find(Series, name=name)).facts


def test_one_content_that_was_taken_out_may_join_others_but_not_the_rest(store):
    name = named(series_of(store), [0, 1, 2, 3])
    done = split(store, name, [sha(3)], SAID, Silent())
    assert done.alone == 1
    add(store, [*run([3, 10], strength=99), *run([10, 2], strength=90)])
    after = grouped(store)
    assert named(after, [0, 1, 2]) == name
    assert named(after, [3, 10])


def test_two_that_were_parted_stay_apart_whatever_lies_between(store):
    split(store, named(series_of(store), [4, 5]), [sha(5)], SAID, Silent())
    assert not any({4, 5} & of for of in series_of(store).values())
    add(store, [*run([4, 10], strength=99), *run([10, 5], strength=90)])
    assert named(grouped(store), [4, 10])


def test_an_event_is_taken_back_and_taking_back_too(store):
    before = series_of(store)
    one = split(store, named(before, [0, 1, 2, 3]), [sha(3)], SAID, Silent()).event
    parted = series_of(store)
    back = undo(store, one.id, SAID, Silent()).event
    assert series_of(store) == before
    with pytest.raises(UsageError, match="taken back already"):
        undo(store, one.id, SAID, Silent())
    undo(store, back.id, SAID, Silent())
    assert series_of(store) == parted
    assert is_whole(store)
    told = list(events(store))
    assert [event["verb"] for event in told] == ["split", "undo", "undo"]
    assert [event["undone_by"] for event in told] == [None, told[2]["id"], None]
    assert store.count(Regroup) == 3


def test_a_series_can_be_held_as_it_is(store):
    name = named(series_of(store), [4, 5])
    merge(store, [name], SAID, Silent())
    assert next(store.find(Series, name=name)).held
    with pytest.raises(UsageError, match=f"are the series {name} already"):
        merge(store, [name], SAID, Silent())


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "0 content is no series"),
        ([sha(9)], "1 content is no series"),
        (["s-zz", sha(9)], "there is no series 's-zz'"),
        (["zz", sha(9)], "no items have a SHA-256 that begins with 'zz'"),
        ([sha(0), sha(1)], "these 2 contents are in one series already"),
    ],
)
def test_a_merge_of_nothing_says_what_to_do(store, names, words):
    leaves = len(list(store.history()))
    with pytest.raises(UsageError, match=words) as told:
        merge(store, names, SAID, Silent())
    assert told.value.advice
    assert len(list(store.history())) == leaves


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ([], "nothing was said"),
        ([9], "is not in series"),
        ([4, 5], "nothing would stay"),
    ],
)
def test_a_split_of_nothing_says_what_to_do(store, contents, words):
    name = named(series_of(store), [4, 5])
    with pytest.raises(UsageError, match=words) as told:
        split(store, name, [sha(at) for at in contents], SAID, Silent())
    assert told.value.advice
    assert not store.count(Regroup)


def test_nothing_is_said_without_a_reason_and_a_person(store):
    name = named(series_of(store), [4, 5])
    for missing in ({"reason": " "}, {"by": ""}, {"reason": "a\nb"}):
        with pytest.raises(UsageError):
            merge(store, [name], dataclasses.replace(SAID, **missing), Silent())
    with pytest.raises(UsageError, match="no event 'r-1'"):
        undo(store, "r-1", SAID, Silent())
    assert not store.count(Regroup)


def test_each_item_names_its_series_and_the_queue_has_one_place_for_it(store):
    name = named(series_of(store), [0, 1, 2, 3])
    told = {item["sha256"]: item for item in items(store)}
    first = next(store.find(Series, name=name)).representative
    assert told[sha(3)]["series"] == {"name": name, "size": 4, "representative": first}
    assert told[sha(9)]["series"] is None
    shown = [item["series"]["name"] for item in queue(store) if item["series"]]
    assert sorted(shown) == sorted(series_of(store))
    assert store.count(Task) + store.count(Moved) == 12 - 9 + 3
