"""One decision, merge or split moves only what it is about, and nothing is lost by it."""

import itertools

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fanal.model.decision import Decision
from fanal.model.finding import Seen
from fanal.model.review import Drawn, Moved
from fanal.model.series import Member, Regroup, Series
from fanal.pipeline.order import is_current
from fanal.pipeline.order_says import AT_RANDOM
from fanal.pipeline.queued import Queue
from fanal.pipeline.reflect import reflect
from fanal.stores.interface import Server
from makers.cases import opened
from makers.deciding import says, takes_back
from makers.ordering import Scene, anew, name, ordered, placed

FRESH = itertools.count()


@pytest.fixture
def store():
    with_store = memory()
    yield with_store
    with_store.close()


def memory():
    return opened(Server(f"memory://zz-reflect-{next(FRESH)}"), name="memory")


def filled(store, *series, count=6, **told):
    made = Scene()
    for number in range(count):
        made.add(number, f"desk/{number}", **told)
    for at, numbers in enumerate(series):
        made.series(f"s-{at}", *numbers)
    made.write(store)
    return ordered(store)


def now(store):
    return list(Queue(store).tasks())


def shown(tasks):
    return [task.sha256 for task in tasks]


def test_what_is_decided_leaves_and_the_others_keep_their_order(store):
    before = filled(store)
    gone = before[2].sha256
    says(store, "zz-a", "identified", gone)
    assert now(store) == [task for task in before if task.sha256 != gone]
    assert is_current(store)
    assert [moved.step for moved in store.find(Moved)] == [0]


def test_the_next_of_a_series_takes_the_place(store):
    before = filled(store, (0, 1, 2))
    place = next(at for at, task in enumerate(before) if task.sha256 == name(0))
    says(store, "zz-a", "identified", name(0))
    after = now(store)
    assert after[place].sha256 in {name(1), name(2)}
    assert (after[place].step, after[place].turn) == (before[place].step, before[place].turn)
    assert after[place].reason.endswith(f"; takes the place of {name(0)[:12]}; series of 3, 2 open")
    assert after[:place] + after[place + 1 :] == before[:place] + before[place + 1 :]
    assert [Queue(store).rank(task) for task in after] == list(range(1, len(after) + 1))


def test_a_decided_series_leaves_as_a_whole_and_comes_back(store):
    before = filled(store, (0, 1, 2))
    done = says(store, "zz-a", "identified", series="s-0")
    assert shown(now(store)) == [one for one in shown(before) if one != name(0)]
    takes_back(store, "zz-a", done.id)
    assert now(store) == before
    assert placed(anew(store)) == placed(before)


def test_a_vote_that_waits_changes_the_sentence_only(store):
    before = filled(store, (0, 1))
    says(store, "zz-a", "no_real_person_found", name(1), name(5))
    after = {task.sha256: task for task in now(store)}
    assert after[name(0)].reason.endswith("series of 2; 1 of them: waits for a second person")
    assert after[name(5)].reason.endswith("camera; waits for a second person")
    assert [(task.sha256, task.turn) for task in before] == [
        (task.sha256, task.turn) for task in now(store)
    ]
    assert {one.sha256: one.reason for one in anew(store)} == {
        sha256: one.reason for sha256, one in after.items()
    }


def test_what_is_put_together_has_the_first_of_its_places(store):
    before = filled(store)
    one, other = before[1], before[4]
    numbers = {name(number): number for number in range(6)}
    members = [numbers[one.sha256], numbers[other.sha256]]
    regroup(store, "merge", {"s-9": members}, contents=(one.sha256, other.sha256))
    after = now(store)
    assert len(after) == 5
    assert (after[1].sha256, after[1].turn) == (one.sha256, one.turn)
    assert after[1].reason.endswith("series of 2")
    assert is_current(store)


def test_what_is_taken_apart_keeps_the_place_it_had(store):
    before = filled(store, (0, 1, 2, 3))
    place = next(at for at, task in enumerate(before) if task.sha256 == name(0))
    told = {"contents": (name(2), name(3)), "others": (name(0), name(1))}
    regroup(store, "split", {"s-7": [0, 1], "s-8": [2, 3]}, **told)
    after = now(store)
    assert len(after) == len(before) + 1
    assert set(shown(after[place : place + 2])) == {name(0), name(2)}
    assert {task.turn for task in after[place : place + 2]} == {before[place].turn}
    assert [Queue(store).rank(task) for task in after] == list(range(1, len(after) + 1))
    assert placed(anew(store)) == placed(after)


def regroup(store, verb, series, **told):
    """Let a person say so, and make the series anew as the pipeline does."""
    with store.act("zz-a", "regroup") as act:
        act.put([Regroup(f"r-{act.number}", verb, "zz-a", "zz-a", "2026-03-01", "zz", **told)])
        act.drop(Series)
        act.drop(Member)
        made = Scene()
        for label, numbers in series.items():
            made.series(label, *numbers)
        act.put(made.records)
    reflect(store, "zz-a", (*told["contents"], *told.get("others", ())))


def test_other_facts_that_are_newer_leave_the_queue_old(store):
    before = filled(store)
    with store.act("zz", "intake") as act:
        act.put([Seen(name(0), "zz", "1", "spoke")])
    done = says(store, "zz-a", "identified", before[0].sha256)
    assert done.is_ordered is False
    assert not is_current(store)
    assert shown(now(store)) == shown(before)[1:]
    assert shown(anew(store)) == shown(before)[1:]
    assert not list(store.find(Moved))


def test_a_decision_that_was_not_reflected_is_with_the_next(store):
    before = filled(store)
    first, second = before[0].sha256, before[3].sha256
    with store.act("zz-b", "decide") as act:
        act.put([Decision("d", first, "zz-b", "zz-b", "2026-03-01", "identified", "zz")])
    says(store, "zz-a", "identified", second)
    assert is_current(store)
    assert shown(now(store)) == [one for one in shown(before) if one not in {first, second}]


def test_who_takes_the_place_of_what_was_drawn_says_no_more_than_it_did(store):
    filled(store, (0, 1, 2), count=3, kind="harmless")
    tasks = anew(store, 1.0)
    assert [task.reason for task in tasks] == [AT_RANDOM]
    says(store, "zz-a", "identified", tasks[0].sha256)
    (task,) = now(store)
    assert task.reason == AT_RANDOM
    assert {one.sha256 for one in store.find(Drawn)} == {tasks[0].sha256, task.sha256}


WORDS = st.lists(
    st.tuples(
        st.sampled_from(("zz-a", "zz-b")),
        st.sampled_from(("identified", "no_real_person_found", "known_unidentified", "")),
        st.sets(st.integers(0, 7), min_size=1, max_size=4),
    ),
    max_size=5,
)


@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(WORDS, st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_the_same_contents_are_in_the_queue_as_after_a_full_order(words, groups):
    with_store = memory()
    series = [[n for n in range(8) if groups[n] == at] for at in (1, 2)]
    filled(with_store, *(numbers for numbers in series if len(numbers) > 1), count=8)
    last = ()
    for by, state, numbers in words:
        if state:
            last = by, says(with_store, by, state, *(name(number) for number in numbers)).id
        elif last:
            takes_back(with_store, *last)
            last = ()
        assert is_current(with_store)
    moved = now(with_store)
    assert [Queue(with_store).rank(task) for task in moved] == list(range(1, len(moved) + 1))
    of = dict(with_store.columns(Member, "sha256", "series"))
    units = {of.get(task.sha256, task.sha256) for task in moved}
    assert len(units) == len(moved)
    full = anew(with_store)
    assert {of.get(task.sha256, task.sha256) for task in full} == units
    with_store.close()
