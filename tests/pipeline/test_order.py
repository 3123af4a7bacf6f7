"""The queue: one place a series, in the earliest step, by rungs, made anew only where due."""

import itertools
import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.review import Drawn, Task
from fanal.model.series import Member, Series
from fanal.pipeline.case import writing
from fanal.pipeline.order import is_current, order
from fanal.pipeline.order_says import AT_RANDOM
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Queue
from fanal.review.order import place
from fanal.stores.interface import Server
from makers.cases import opened
from makers.deciding import says
from makers.evidence import done, fill, found, leaves, thumb
from makers.ordering import STATES, Scene, anew, mirrored, name, ordered, placed, rung

TAKEN = "2026-09-01T10:00:00"
"""Less than two years before the tests' intake, as long as the clock is set to 2026 or 2027."""


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "made")
    yield with_store
    with_store.close()


def scene(store, tell):
    made = Scene()
    tell(made)
    made.write(store)
    return ordered(store)


def test_every_item_with_a_step_has_a_place(case, settings, evidence):
    done(case, settings, evidence)
    tasks = {task.sha256: task for task in found(case, Task)}
    series = {member.sha256: member.series for member in found(case, Member)}
    shown = {series[sha256] for sha256 in tasks if sha256 in series}
    for item in found(case, Item):
        of_item = {"sha256": item.sha256}
        alone = place(item, found(case, Match, **of_item), found(case, Seen, **of_item))
        if alone and item.sha256 in tasks and item.sha256 not in series:
            exhibit = min(where.exhibit for where in found(case, Place, **of_item))
            task = tasks[item.sha256]
            assert (task.step, task.exhibit) == (alone.step, exhibit)
            assert task.reason.startswith(alone.reason)
        elif alone:
            assert series[item.sha256] in shown
        else:
            assert item.sha256 not in tasks


def test_exhibits_take_turns_inside_a_rung(store):
    def tell(made):
        for number in range(6):
            made.add(number, f"desk/{number}")
        made.add(6, "phone/a")
        made.add(7, "phone/b")

    tasks = scene(store, tell)
    assert [task.exhibit for task in tasks] == [
        *("desk", "phone", "desk", "phone", "desk", "desk", "desk", "desk")
    ]
    assert [task.turn for task in tasks] == list(range(1, 9))


def test_a_series_has_one_place_in_the_earliest_step_of_its_contents(store):
    def tell(made):
        made.add(1, kind="harmless")
        made.add(2)
        made.add(3, kind="illegal", victim=True)
        made.series("s-1", 1, 2, 3)

    (task,) = scene(store, tell)
    assert (task.sha256, task.step) == (name(2), 2)
    assert task.reason == (
        "on no list; nothing speaks for a camera or a generator: treated as camera;"
        " in one series with 1 that an illegal or unidentified list knows; series of 3"
    )


def test_what_a_list_knows_stands_for_no_others(store):
    def tell(made):
        for number, kind in enumerate(("harmless", "", "illegal", "", "generated")):
            made.add(number, kind=kind, victim=True)
        made.series("s-1", 0, 1, 2, 3, 4)

    scene(store, tell)
    seen = []
    for _ in range(5):
        (task,) = Queue(store).tasks()
        seen.append(task.sha256)
        says(store, "zz-a", "identified", task.sha256)
    assert {*seen[:2]} == {name(1), name(3)}
    assert seen[2:] == [name(4), name(2), name(0)]  # steps 6, 7 and 8
    assert list(Queue(store).tasks()) == []


def test_the_representative_stands_for_a_series_where_it_is_of_its_step(store):
    def tell(made):
        for number, kind in enumerate(("", "harmless", "", "")):
            made.add(number, kind=kind)
        made.series("s-1", 0, 1, 2, 3, first=2)

    (task,) = scene(store, tell)
    assert task.sha256 == name(2)


def test_what_is_decided_leaves_and_the_next_of_its_series_takes_its_place(store):
    def tell(made):
        for number in range(4):
            made.add(number)
        made.series("s-1", 0, 1, 2)

    scene(store, tell)
    says(store, "zz-a", "identified", name(0), name(3))
    (task,) = anew(store)
    assert task.sha256 in {name(1), name(2)}
    assert task.reason.endswith("series of 3, 2 open")
    says(store, "zz-a", "identified", name(1), name(2))
    assert anew(store) == []


def test_a_vote_that_waits_and_one_that_is_disputed_keep_their_places(store):
    def tell(made):
        made.add(1)
        made.add(2)

    before = scene(store, tell)
    says(store, "zz-a", "no_real_person_found", name(1))
    says(store, "zz-a", "identified", name(2))
    says(store, "zz-b", "known_unidentified", name(2))
    after = {task.sha256: task for task in anew(store)}
    for task in before:
        assert (after[task.sha256].step, after[task.sha256].turn) == (task.step, task.turn)
    assert after[name(1)].reason.endswith("; waits for a second person")
    assert after[name(2)].reason.endswith(
        "; people disagree: what keeps a child in view most holds until they agree"
    )
    says(store, "zz-b", "no_real_person_found", name(1))
    assert placed(anew(store)) == {name(2): 2}


STEPS = [
    ({}, 2, "nothing speaks for a camera or a generator: treated as camera"),
    ({"origin": "altered"}, 3, "on no list; altered (moderate)"),
    ({"kind": "illegal"}, 4, "which does not say that the victim is identified"),
    ({"kind": "unidentified"}, 4, "victim not identified"),
    ({"origin": "signed"}, 6, "generator: zz mark; no link to a photograph or person is known"),
    ({"kind": "generated"}, 6, "of generated pictures"),
    ({"kind": "illegal", "victim": True}, 7, "victim identified"),
    ({"kind": "harmless"}, 8, "on harmless list"),
    ({"media": "video/mp4"}, 2, "video on no list; its pictures have not been compared"),
]


@pytest.mark.parametrize(("told", "step", "words"), STEPS)
def test_each_step_has_its_sentence(store, told, step, words):
    (task,) = scene(store, lambda made: made.add(1, **told))
    assert task.step == step
    assert words in task.reason


def test_lists_that_contradict_each_other_are_step_5(store):
    def tell(made):
        made.add(1, kind="harmless")
        made.records.append(
            Match(name(1), "zz other", "illegal", "sha1", 0, 0, victim_identified=True)
        )

    (task,) = scene(store, tell)
    assert task.step == 5
    assert "contradict each other" in task.reason


def danger(made, *, at="phone/x", device="zz body", origin="camera", taken=TAKEN, source=True):
    """Add pictures of one camera that lie on one exhibit, one of which others were made from."""
    made.add(1, at, origin=origin, device=device, taken=taken)
    made.add(2, "phone/y", device="zz body")
    made.add(3, "phone/y", device="zz body")
    made.add(4, "desk/z", origin="made")
    if source:
        made.made(4, 1)


def test_signs_of_present_danger_come_first_and_say_why(store):
    tasks = scene(store, danger)
    first = tasks[0]
    assert (first.sha256, first.step, first.turn) == (name(1), 1, 1)
    assert first.reason == (
        "on no list; camera (moderate): zz camera;"
        " taken within 730 days before the evidence was read in;"
        " by a camera most of whose pictures lie on exhibit phone;"
        " other pictures of the case name it as their source"
    )
    assert {task.step for task in tasks[1:]} == {2}


@pytest.mark.parametrize(
    "without",
    [
        {"origin": ""},
        {"device": ""},
        {"taken": "2019-01-01T10:00:00"},
        {"taken": "2099-01-01T10:00:00"},
        {"taken": "zz"},
        {"source": False},
    ],
)
def test_one_sign_alone_is_no_present_danger(store, without):
    assert {task.step for task in scene(store, lambda made: danger(made, **without))} == {2}


WORDS = {
    "kin": "in one series with 1 that an illegal or unidentified list knows",
    "source": "other pictures of the case name it as their source",
    "input": "names a source picture that is not known to be generated",
    "kept": "kept in a folder or archive of which 66 % is on an illegal or unidentified list",
    "passed": "a set of 3 pictures on several exhibits, as sets that are passed on; on 3 exhibits",
    "spread": "on 2 exhibits",
    "device": "shares a camera with listed material, by its record or its noise",
    "camera": "camera (moderate): zz camera",
    "rest": "nothing speaks for a camera or a generator",
    "marked": "only marks of a generator that nobody signed: after the others of this step",
}


@pytest.mark.parametrize(("earlier", "later"), list(itertools.pairwise(WORDS)))
def test_rungs_stand_in_this_order_each_with_its_words(tmp_path, earlier, later):
    turns = {}
    for which, other in ((earlier, later), (later, earlier)):
        made, beside = Scene(), Scene()
        rung(made, which)
        rung(beside, other)
        made.records += [mirrored(record) for record in beside.records]
        with_store = opened(tmp_path / which)
        made.write(with_store)
        tasks = {task.sha256: task for task in ordered(with_store)}
        with_store.close()
        task = tasks[name(1)]
        assert task.step == 2
        assert WORDS[which] in task.reason
        turns[which] = (task.turn, tasks[name(1)[::-1]].turn)
    assert turns[earlier][0] < turns[earlier][1]
    assert turns[later][0] > turns[later][1]


def test_pictures_that_lie_everywhere_are_not_kept_with_listed_material(store):
    def tell(made):
        made.add(1, ("desk/kept", "phone/x", "disk/x"))
        made.add(2, "desk/kept", kind="illegal")
        made.add(3, "desk/kept", kind="illegal")

    tasks = {task.sha256: task for task in scene(store, tell)}
    assert "kept" not in tasks[name(1)].reason


def test_one_hit_in_a_large_folder_is_no_sign(store):
    def tell(made):
        for number in range(60):
            made.add(number, "desk/downloads", kind="illegal" if number < 2 else "")

    assert not [task for task in scene(store, tell) if "kept" in task.reason]


def test_a_source_that_is_marked_as_generated_is_but_a_stage(store):
    def tell(made):
        made.add(1, origin="marked")
        made.add(2, origin="made")
        made.made(2, 1)
        made.add(3, origin="made")

    tasks = scene(store, tell)
    assert tasks[0].sha256 == name(3)
    assert not [task for task in tasks if "were made from it" in task.reason]


CONTENT = st.fixed_dictionaries(
    {
        "at": st.sampled_from(("desk/a", "desk/b", "phone/a", ("desk/a", "phone/a"))),
        "kind": st.sampled_from(("", "", "illegal", "unidentified", "generated", "harmless")),
        "victim": st.sampled_from((True, False, None)),
        "near": st.booleans(),
        "origin": st.sampled_from(("", "", *STATES)),
        "device": st.sampled_from(("", "zz one")),
        "media": st.sampled_from(("image/jpeg", "image/jpeg", "video/mp4", "text/plain")),
    }
)
CASES = st.tuples(
    st.lists(CONTENT, min_size=1, max_size=12),
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
    st.sets(st.integers(0, 11), max_size=4),
)
QUICK = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FRESH = itertools.count()


def written(tmp_path, contents, groups, *, shuffled=False):
    """Write a case and return its store, and the numbers in each series."""
    made, series = Scene(), {}
    for number, told in enumerate(contents):
        made.add(number, **told)
        if groups[number]:
            series.setdefault(f"s-{groups[number]}", []).append(number)
    series = {label: numbers for label, numbers in series.items() if len(numbers) > 1}
    for label, numbers in series.items():
        made.series(label, *numbers)
    if shuffled:
        random.Random(5).shuffle(made.records)
    with_store = opened(Server(f"memory://zz-order-{next(FRESH)}"), name="memory")
    made.write(with_store)
    return with_store, series


@QUICK
@given(CASES)
def test_nothing_is_lost(tmp_path, told):
    contents, groups, chosen = told
    with_store, series = written(tmp_path, contents, groups)
    ordered(with_store)
    if decided := [name(number) for number in chosen if number < len(contents)]:
        says(with_store, "zz-a", "identified", *decided)
    tasks = placed(anew(with_store))
    of = {number: label for label, numbers in series.items() for number in numbers}
    shown = {of.get(number, number) for number in range(len(contents)) if name(number) in tasks}
    assert len(tasks) == len(shown)
    for number, content in enumerate(contents):
        looked = content["media"] != "text/plain" or content["kind"]
        if looked and name(number) not in decided:
            assert of.get(number, number) in shown
        elif of.get(number) is None:
            assert name(number) not in tasks
    with_store.close()


@QUICK
@given(CASES)
def test_a_series_never_stands_later_than_one_of_its_contents_would(tmp_path, told):
    contents, groups, _ = told
    with_store, series = written(tmp_path, contents, groups)
    tasks = placed(ordered(with_store))
    for numbers in [*series.values(), *([n] for n in range(len(contents)))]:
        steps = []
        for number in numbers:
            of = {"sha256": name(number)}
            (item,) = with_store.find(Item, **of)
            one = place(
                item,
                list(with_store.find(Match, **of)),
                list(with_store.find(Seen, **of)),
                next(with_store.find(Opinion, **of), None),
            )
            steps += [one.step] if one else []
        at = [tasks[name(number)] for number in numbers if name(number) in tasks]
        if len(numbers) > 1:
            assert at == ([min(steps)] if steps else [])
        elif at:
            assert at[0] <= min(steps)
    with_store.close()


def met(tasks, series):
    """Return where each content is met: a series where the one is that stands for it."""
    found = dict(tasks)
    for numbers in series.values():
        steps = [tasks[name(number)] for number in numbers if name(number) in tasks]
        found |= {name(number): min(steps) for number in numbers if steps}
    return found


@QUICK
@given(CASES, st.integers(0, 11), st.sampled_from(("marked", "made", "conflicting", "camera")))
def test_evidence_that_nobody_signed_never_leads_to_a_later_step(tmp_path, told, number, origin):
    contents, groups, _ = told
    number %= len(contents)
    bare = [{**content, "origin": ""} for content in contents]
    before, series = written(tmp_path, bare, groups)
    marked = [
        {**content, "origin": origin if at == number else ""} for at, content in enumerate(contents)
    ]
    after, _ = written(tmp_path, marked, groups)
    was, now = (met(placed(ordered(store)), series) for store in (before, after))
    assert was.keys() == now.keys()
    assert all(now[sha256] <= was[sha256] for sha256 in was)
    after.close()
    before.close()


@QUICK
@given(CASES)
def test_the_order_of_writing_does_not_matter(tmp_path, told):
    contents, groups, _ = told
    queues = []
    for shuffled in (False, True):
        with_store, _ = written(tmp_path, contents, groups, shuffled=shuffled)
        queues.append(ordered(with_store))
        with_store.close()
    assert queues[0] == queues[1]


def test_the_blind_sample_stands_among_the_first_and_says_nothing_of_itself(store):
    def tell(made):
        for number in range(150):
            made.add(number, f"desk/{number % 7}", kind="harmless" if number >= 50 else "")

    made = Scene()
    tell(made)
    made.write(store)
    tasks = ordered(store, 0.02)
    drawn = {one.sha256: one.step for one in store.find(Drawn)}
    assert len(drawn) == 2
    assert set(drawn.values()) == {8}
    shown = [task for task in tasks if task.sha256 in drawn]
    assert [(task.step, task.reason) for task in shown] == [(2, AT_RANDOM)] * 2
    assert 10 < shown[0].turn < 20
    assert 33 < shown[1].turn < 43
    assert len(tasks) == 150
    with store.act("zz", "intake") as act:
        act.put([Seen(name(0), "zz", "1", "spoke")])
    assert ordered(store, 0.02) == tasks


def test_a_sample_grows_and_never_changes_its_mind(store):
    made = Scene()
    for number in range(100):
        made.add(number, f"desk/{number % 7}", kind="harmless")
    made.write(store)
    ordered(store, 0.02)
    first = {one.sha256 for one in store.find(Drawn)}
    assert len(first) == 2
    ordered(store, 0.05)
    more = {one.sha256 for one in store.find(Drawn)}
    assert first < more
    assert len(more) == 5
    assert order(store, "zz", Silent(), 0.02) is False
    for number in range(100, 400):
        made.add(number, f"desk/{number % 7}", kind="harmless")
    made.write(store)
    ordered(store, 0.02)
    assert more <= {one.sha256 for one in store.find(Drawn)}


def test_a_queue_that_is_current_is_left_alone(case, settings, evidence):
    done(case, settings, evidence)
    with writing(case, settings) as store:
        assert is_current(store)
        assert order(store, "zz", Silent()) is False
        with store.act("zz", "intake") as act:
            act.put([Item("0" * 64, "0" * 40, "0" * 32, 1, "image/jpeg")])
        assert not is_current(store)
        assert order(store, "zz", Silent()) is True
        assert is_current(store)


def test_facts_that_are_gone_make_the_queue_old(store):
    def tell(made):
        made.add(1)
        made.add(2)

    scene(store, tell)
    with store.act("zz", "group") as act:
        act.put([Series("s-1", 2, name(1), held=False, says="zz"), Member(name(1), "s-1")])
        act.put([Member(name(2), "s-1")])
    assert len(ordered(store)) == 1
    with store.act("zz", "group") as act:
        act.drop(Series)
        act.drop(Member)
    assert not is_current(store)
    assert len(ordered(store)) == 2


def test_the_queue_is_replaced_in_one_act(case, settings, evidence):
    done(case, settings, evidence)
    fill(evidence, {b"new.jpg": thumb(8)})
    done(case, settings, evidence)
    orders = [leaf for leaf in leaves(case) if leaf.verb == "order"]
    assert len(orders) == 2
    assert orders[1].drops == (("task", orders[0].number),)
    assert orders[1].records["task"]["count"] == len(found(case, Task))


def test_an_empty_case_has_an_empty_queue(case, settings):
    with writing(case, settings) as store:
        assert order(store, "zz", Silent()) is False
