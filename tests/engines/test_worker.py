"""One worker: the same process from task to task, another after a death, none after the end."""

import os
import signal
import threading
import time
from multiprocessing import forkserver

import pytest

from fanal.engines.interface import Died
from fanal.engines.worker import Stopped, Worker
from makers import engine_work as work

MEMORY = 1 << 30


@pytest.fixture
def worker():
    made = Worker(MEMORY)
    yield made
    made.kill()
    made.close()


def process(worker: Worker) -> int:
    ((number, _),) = worker.answers(work.worker, (1,), 0)
    return number


def test_a_worker_is_one_process(worker):
    assert process(worker) == process(worker) != os.getpid()


def test_after_a_death_it_is_another(worker):
    first = process(worker)
    assert worker.answers(work.dying, (1, 10, 2), 0) == (2, Died(), 4)
    assert process(worker) != first


def test_after_an_error_nothing_is_left_in_the_pipe(worker):
    with pytest.raises(ValueError, match="zz-test"):
        worker.answers(work.failing, (1, 13, 3), 0)
    assert worker.answers(work.double, (1, 2), 0) == (2, 4)


def test_a_task_is_asked_once_more_where_another_may_have_spoilt_the_process(worker):
    # The process is killed from outside over its second task: nobody is to blame, nobody pays.
    number = process(worker)
    threading.Timer(0.3, os.kill, (number, signal.SIGKILL)).start()
    assert worker.answers(work.resting, (0.0, 0.6), 0) == (0.0, 0.6)


def test_a_fork_server_that_is_just_ending_costs_nobody_an_answer(worker, monkeypatch):
    connect, refused = forkserver.connect_to_new_process, [1, 2, 3]

    def ending(fds):
        if refused:
            refused.pop()
            raise ConnectionRefusedError
        return connect(fds)

    monkeypatch.setattr(forkserver, "connect_to_new_process", ending)
    assert worker.answers(work.double, (1, 2), 0) == (2, 4)
    assert not refused


def test_no_task_is_no_answer(worker):
    assert worker.answers(work.double, (), 0) == ()


def test_killed_it_stops_for_good(worker):
    process(worker)
    worker.kill()
    with pytest.raises(Stopped):
        worker.answers(work.double, (1,), 0)


def test_killed_over_a_task_it_tells_the_thread_that_waits(worker):
    process(worker)
    threading.Timer(0.2, worker.kill).start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        worker.answers(work.resting, (60.0,), 0)
    assert time.monotonic() - started < 40


def test_closing_may_be_repeated():
    worker = Worker(MEMORY)
    worker.close()
    process(worker)
    worker.close()
    worker.close()
