"""Forged signs by the thousand hold up no other exhibit; what hangs together waits a little."""

import pytest

from fanal.model.series import SAME_SESSION, SHEET, Tie
from makers.cases import opened
from makers.ordering import Scene, name, ordered, placed

MANY = 3 * SHEET


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    yield made
    made.close()


def kept(made, number, exhibit="desk"):
    made.add(number, f"{exhibit}/kept")
    made.add(number + 1, f"{exhibit}/kept", kind="illegal")
    made.add(number + 2, f"{exhibit}/kept", kind="illegal")


def test_one_exhibit_s_thousands_of_one_sign_wait_for_others(store):
    made = Scene()
    for number in range(MANY):
        made.add(number, "flood/a", origin="made")
    kept(made, 900)
    made.add(910, "desk/a")
    made.write(store)
    tasks = [task for task in ordered(store) if task.step == 2]
    turn = {task.sha256: place for place, task in enumerate(tasks)}
    assert turn[name(900)] == SHEET
    assert turn[name(910)] == len(tasks) - 1 == MANY + 1
    said = [f"more than {SHEET} with this sign" in task.reason for task in tasks]
    assert said == [False] * (SHEET + 1) + [True] * (MANY - SHEET) + [False]


def test_what_hangs_together_waits_for_other_signs_and_for_nothing_else(store):
    made = Scene()
    for number in range(8):
        made.add(number, "a/in", origin="made")
        made.records.append(Tie(name(number), SAME_SESSION, "zz came together", "zz"))
    kept(made, 900)
    made.add(910, "desk/a")
    made.write(store)
    tasks = [task for task in ordered(store) if task.step == 2]
    of = {name(number): number for number in range(1000)}
    order = [of[task.sha256] for task in tasks]
    assert order[0] < 8
    assert order[1] == 900
    assert {*order[2:-1]} == {*range(8)} - {order[0]}
    assert order[-1] == 910
    said = ["hangs together with what stands earlier" in task.reason for task in tasks]
    assert said == [False, False, *[True] * 7, False]
    assert {*placed(tasks).values()} == {2}
