"""Events of people count in their order, later ones first, and those taken back not at all."""

from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import Regroup
from fanal.series.events import MERGE, SPLIT, UNDO, Event, Formed, in_effect, replay
from makers.clusters import events


def told(number: int, verb: str, undoes: int | None = None) -> Regroup:
    taken = "" if undoes is None else f"r-{undoes}"
    return Regroup(f"r-{number}", verb, "zz", "zz", "2026-03-01", "zz", ("a",), ("b",), taken)


def test_what_was_taken_back_does_not_count_and_taking_back_can_be_taken_back():
    merge, split = told(0, MERGE), told(1, SPLIT)
    assert in_effect([merge, split]) == [merge, split]
    assert in_effect([merge, split, told(2, UNDO, 0)]) == [split]
    assert in_effect([merge, split, told(2, UNDO, 0), told(3, UNDO, 2)]) == [merge, split]
    assert in_effect([merge, told(2, UNDO, 0), told(3, UNDO, 0)]) == []


def test_a_merge_is_closed_and_of_a_split_each_side_of_several():
    said = replay([Event("r-0", MERGE, (1, 2, 3)), Event("r-1", SPLIT, (4,), (5, 6))])
    assert said.block == {1: 0, 2: 0, 3: 0, 5: 3, 6: 3}
    assert said.formed == {0: Formed("r-0"), 3: Formed("r-1")}
    assert said.apart == {}  # what 4 is apart from is closed


def test_two_that_a_split_left_alone_stay_apart():
    said = replay([Event("r-0", SPLIT, (4,), (5,))])
    assert said.block == {}
    assert said.apart == {4: frozenset({0}), 5: frozenset({1})}


def test_the_later_of_two_events_counts_and_names_the_one_it_contradicts():
    split, merge = Event("r-0", SPLIT, (1,), (2, 3)), Event("r-1", MERGE, (1, 2, 3))
    assert replay([split, merge]).formed == {2: Formed("r-1", "r-0")}
    assert replay([merge, split]).formed == {3: Formed("r-0", "r-1")}
    elsewhere = Event("r-1", MERGE, (2, 3, 9))
    assert replay([split, elsewhere]).formed == {2: Formed("r-1")}


def test_what_is_moved_leaves_the_group_it_was_in():
    said = replay([Event("r-0", MERGE, (1, 2, 3)), Event("r-1", MERGE, (3, 4))])
    assert said.block == {1: 0, 2: 0, 3: 2, 4: 2}


@given(events())
def test_two_in_one_group_were_last_named_on_the_same_side_of_the_same_event(told):
    said = replay(told)
    for one, group in said.block.items():
        for other, their in said.block.items():
            last = [
                max(at for at, event in enumerate(told) if content in event.contents + event.others)
                for content in (one, other)
            ]
            side = [
                content in told[at].contents for content, at in zip((one, other), last, strict=True)
            ]
            assert (group == their) == (last[0] == last[1] and side[0] == side[1])


@given(events(), st.integers(0, 4))
def test_an_event_that_is_named_twice_says_no_more(told, at):
    if told:
        again = told[at % len(told)]
        here = told.index(again)
        assert replay([*told[: here + 1], again, *told[here + 1 :]]).block.keys() == (
            replay(told).block.keys()
        )
