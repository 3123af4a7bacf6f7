"""The queue is made anew where anything it hangs on has changed, and only there."""

from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.review import Task
from fanal.pipeline.case import writing
from fanal.pipeline.order import is_current, order
from fanal.pipeline.progress import Silent
from fanal.review.order import place
from makers.evidence import done, fill, found, leaves, thumb


def test_exhibits_take_turns_inside_a_step(case, settings, tmp_path):
    desk = fill(tmp_path / "desk", {b"%d" % n: thumb(n) for n in range(6)})
    phone = fill(tmp_path / "phone", {b"%d" % n: thumb(n) for n in (6, 7)})
    done(case, settings, desk, phone)
    tasks = sorted(found(case, Task), key=lambda task: (task.step, task.turn, task.exhibit))
    assert [task.exhibit for task in tasks] == [
        *("desk", "phone", "desk", "phone", "desk", "desk", "desk", "desk")
    ]


def test_every_item_with_a_step_has_one_task(case, settings, evidence):
    done(case, settings, evidence)
    wanted = {}
    for item in found(case, Item):
        of_item = {"sha256": item.sha256}
        placed = place(item, found(case, Match, **of_item), found(case, Seen, **of_item))
        if placed:
            exhibit = min(where.exhibit for where in found(case, Place, **of_item))
            wanted[item.sha256] = (placed.step, placed.reason, exhibit)
    assert wanted == {
        task.sha256: (task.step, task.reason, task.exhibit) for task in found(case, Task)
    }
    assert len(wanted) == 5


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


def test_the_queue_is_replaced_in_one_act(case, settings, evidence):
    done(case, settings, evidence)
    fill(evidence, {b"new.jpg": thumb(8)})
    done(case, settings, evidence)
    orders = [leaf for leaf in leaves(case) if leaf.verb == "order"]
    assert len(orders) == 2
    assert orders[1].drops == (("task", orders[0].number),)
    assert orders[1].records["task"]["count"] == len(found(case, Task)) == 6


def test_an_empty_case_has_an_empty_queue(case, settings):
    with writing(case, settings) as store:
        assert order(store, "zz", Silent()) is False
