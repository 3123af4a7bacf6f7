"""The reference runs the work here, one task after the other."""

import os

from fanal.engines.inline import Inline
from fanal.settings import Settings
from makers import engine_work as work


def test_the_work_is_done_in_this_process():
    ((_, (found,)),) = Inline(Settings()).run(work.worker, [(1,)])
    assert found[0] == os.getpid()


def test_nothing_is_taken_before_it_is_asked_for():
    taken = []

    def source():
        for number in range(3):
            taken.append(number)
            yield (number,)

    running = Inline(Settings()).run(work.double, source())
    assert taken == []
    next(running)
    assert taken == [0]


def test_any_function_will_do():
    assert list(Inline(Settings()).run(lambda task: task, [(1, 2)])) == [((1, 2), (1, 2))]
