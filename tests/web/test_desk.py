import threading
import time
from datetime import UTC

import pytest

from fanal.web.desk import Desk, now


@pytest.fixture
def desk(settings):
    return Desk(None, settings, None)


class Part:
    """A part that takes a while to make, and one that asks for another one."""

    made = 0

    def __init__(self, desk):
        time.sleep(0.05)
        type(self).made += 1
        self.other = desk.of(other)


def other(_desk):
    return object()


def test_a_part_is_made_once_for_many_who_ask_at_once(desk):
    Part.made = 0
    got = []
    threads = [threading.Thread(target=lambda: got.append(desk.of(Part))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Part.made == 1
    assert len(set(map(id, got))) == 1
    assert got[0].other is desk.of(other)


def test_a_part_that_could_not_be_made_is_made_when_asked_again(desk):
    tries = []

    def fails_first(_desk):
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError
        return "made"

    with pytest.raises(RuntimeError):
        desk.of(fails_first)
    assert desk.of(fails_first) == "made"


def test_each_desk_has_its_own(desk, settings):
    assert desk.of(other) is not Desk(None, settings, None).of(other)


def test_it_rests_when_nobody_is_answered_any_more(desk):
    let_go = threading.Event()

    def answer():
        with desk.answering():
            let_go.wait(60)

    assert desk.rest(0)
    thread = threading.Thread(target=answer)
    thread.start()
    while desk.rest(0):
        time.sleep(0.01)
    assert not desk.rest(0.05)
    let_go.set()
    assert desk.rest(60)
    thread.join()


def test_its_time_is_universal():
    assert now().tzinfo is UTC
