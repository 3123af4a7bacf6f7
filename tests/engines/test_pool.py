"""A pool survives the death of any worker and says exactly which task cost it."""

import os
import signal
import threading
import time
from multiprocessing import forkserver
from pathlib import Path

import pytest

from fanal.engines.interface import Died
from fanal.engines.pool import AHEAD, Pool
from fanal.settings import Settings
from makers import engine_work as work
from makers.program import alive, gone, interrupted

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pool():
    made = Pool(Settings(workers=2))
    yield made
    made.close()


def asked(pool: Pool, function, *batches, seconds: float = 0.0) -> list:
    """The answers of all batches, one after the other."""
    given = list(pool.run(function, batches, seconds))
    assert [batch for batch, _ in given] == list(batches)
    assert all(len(batch) == len(answers) for batch, answers in given)
    return [answer for _, answers in given for answer in answers]


def expected(numbers) -> list:
    return [Died() if number % 5 == 0 else number * 2 for number in numbers]


def test_the_work_is_done_in_other_processes(pool):
    found = {process for process, _ in asked(pool, work.worker, *[(n,) for n in range(20)])}
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2


@pytest.mark.parametrize("size", [1, 4, 12])
def test_a_task_that_kills_its_worker_costs_itself_only(pool, size):
    numbers = tuple(range(1, 13))
    batches = [numbers[at : at + size] for at in range(0, 12, size)]
    assert asked(pool, work.dying, *batches, seconds=20) == expected(numbers)


@pytest.mark.parametrize("numbers", [(10, 20, 30), (1, 10), (10, 1), (5,), (10, 1, 15, 2, 20)])
def test_killers_in_a_row_cost_themselves_only(pool, numbers):
    assert asked(pool, work.dying, numbers) == expected(numbers)


def test_an_idle_worker_that_is_killed_costs_nothing(pool):
    for process, _ in asked(pool, work.worker, (1,), (2,), (3,), (4,)):
        if alive(process):
            os.kill(process, signal.SIGKILL)
    assert asked(pool, work.double, (1, 2), (3,)) == [2, 4, 6]


def test_the_server_that_starts_workers_may_be_killed_too(pool):
    for _ in range(3):
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        for process, _ in asked(pool, work.worker, (1,), (2,), (3,), (4,)):
            if alive(process):
                os.kill(process, signal.SIGKILL)
        assert asked(pool, work.double, (1, 2), (3,)) == [2, 4, 6]


def test_killed_from_outside_nobody_is_to_blame(pool):
    """Somebody kills whatever worker there is, again and again; only who dies each time pays."""
    ended = threading.Event()
    known = {process for process, _ in asked(pool, work.worker, *[(n,) for n in range(8)])}

    def kill() -> None:
        while not ended.wait(0.15):
            for process in known:
                if alive(process):
                    os.kill(process, signal.SIGKILL)
            known.clear()
            known.update(int(found) for found in children())

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        rests = tuple([0.02] * 100)
        assert asked(pool, work.resting, rests[:50], rests[50:]) == list(rests)
    finally:
        ended.set()
        killer.join()


def children() -> list[str]:
    """The processes that the fork server has started, itself not among them."""
    server = forkserver._forkserver._forkserver_pid
    told = Path(f"/proc/{server}/task/{server}/children")
    return told.read_text().split() if told.exists() else []


def test_a_task_without_end_runs_out_of_time(pool):
    started = time.monotonic()
    answers = asked(pool, work.spinning, (1, 2), (11, 13, 14), (3,), seconds=0.5)
    assert answers == [1, 2, 11, Died(out_of_time=True), 14, 3]
    assert time.monotonic() - started < 40


def test_each_task_has_the_whole_time(pool):
    rests = (0.5, 0.5, 0.5, 0.5)
    assert asked(pool, work.resting, rests, seconds=1.8) == list(rests)


def test_without_a_limit_there_is_time(pool):
    assert asked(pool, work.resting, (0.3,)) == [0.3]


def test_the_start_of_a_worker_is_no_task_of_anybody():
    pool = Pool(Settings(workers=1))
    try:
        assert asked(pool, work.double, (1,), seconds=0.05) == [2]
    finally:
        pool.close()


@pytest.fixture(scope="module")
def narrow():
    made = Pool(Settings(workers=2, memory=64 << 20))
    yield made
    made.close()


def test_memory_beyond_the_limit_is_not_given(narrow):
    answers = asked(narrow, work.allocate, (1 << 20, 1 << 30, 1 << 20))
    assert answers == ["had 1048576", "MemoryError", "had 1048576"]


def test_memory_that_runs_out_is_raised_like_any_error(narrow):
    with pytest.raises(MemoryError):
        asked(narrow, work.hoard, (1 << 30,))
    assert asked(narrow, work.double, (1,)) == [2]


def test_a_task_too_large_to_be_received_costs_itself_only(narrow):
    answers = asked(narrow, work.same, (b"a",), (bytes(300 << 20),), (b"b",))
    assert answers == [b"a", Died(), b"b"]


def test_an_answer_too_large_to_be_sent_costs_itself_only(narrow):
    answers = asked(narrow, work.large, (3, 50 << 20, 4))
    assert answers[::2] == [b"\x5a" * 3, b"\x5a" * 4]
    assert answers[1] in (Died(), b"\x5a" * (50 << 20))


def test_a_worker_writes_no_file(pool, tmp_path):
    (answer,) = asked(pool, work.write, (str(tmp_path / "made"),))
    assert answer == "PermissionError 1"
    assert not (tmp_path / "made").exists()


def test_a_worker_says_nothing_on_the_screen(capfd):
    pool = Pool(Settings(workers=1))
    try:
        assert asked(pool, work.speak, ("zz-loud",)) == ["zz-loud"]
    finally:
        pool.close()
    assert capfd.readouterr() == ("", "")


def test_a_worker_leaves_no_core_and_leaves_interrupts_to_the_parent(pool):
    assert asked(pool, work.core, (1,)) == [(0, 0, 1)]


def test_an_error_brings_its_place_along(pool):
    with pytest.raises(ValueError, match="zz-test-0013") as caught:
        asked(pool, work.failing, (13,))
    assert "engine_work.py" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("function", [work.odd, work.unsendable])
def test_what_cannot_be_sent_is_said(pool, function):
    with pytest.raises(RuntimeError, match="cannot be sent"):
        asked(pool, function, (1, 13, 2))
    assert asked(pool, work.double, (1,)) == [2]


def test_work_that_cannot_be_sent_is_raised_here(pool):
    with pytest.raises(Exception, match="lambda"):
        asked(pool, lambda task: task, (1,))
    assert asked(pool, work.double, (1,)) == [2]


def test_a_batch_is_taken_only_as_workers_become_free():
    taken = []

    def source():
        for number in range(100):
            taken.append(number)
            yield (number,)

    pool = Pool(Settings(workers=2))
    running = pool.run(work.double, source())
    try:
        next(running)
        assert len(taken) == 2 * AHEAD
    finally:
        running.close()
        pool.close()


def test_a_worker_is_started_only_for_work():
    pool = Pool(Settings(workers=8))
    try:
        assert len({process for process, _ in asked(pool, work.worker, (1, 2, 3))}) == 1
    finally:
        pool.close()


def test_closing_leaves_no_process_behind():
    pool = Pool(Settings(workers=2))
    running = pool.run(work.worker, [(n,) for n in range(8)])
    processes = {process for _, ((process, _),) in running}
    pool.close()
    assert gone(processes)


def test_closing_does_not_wait_for_the_task_in_hand():
    pool = Pool(Settings(workers=2))
    started = time.monotonic()
    running = pool.run(work.resting, [(0.0,), (60.0,), (60.0,), (60.0,)])
    next(running)
    pool.close()
    assert time.monotonic() - started < 40
    running.close()


PROGRAM = """
import sys, time
from fanal.engines.pool import Pool
from fanal.settings import Settings
from makers import engine_work as work

if __name__ == "__main__":
    pool = Pool(Settings(workers=2))
    for _, answers in pool.run(work.worker, [(n,) for n in range(8)]):
        print(*answers[0], flush=True)
    print("ready", flush=True)
    for _ in pool.run(work.resting, [(60.0,), (60.0,), (60.0,)]):
        pass
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_interrupted_ends_and_leaves_no_process(tmp_path, sign):
    interrupted(tmp_path, PROGRAM, sign)


def test_closing_does_not_wait_for_a_store_that_is_silent():
    pool = Pool(Settings(workers=1))
    running = pool.run(work.double, [(1,), (60,)], fetch=slow)
    assert next(running) == ((1,), (2,))
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < 40


def slow(seconds: int) -> int:
    """Fetch for so many seconds, unless it is one."""
    time.sleep(seconds if seconds > 1 else 0)
    return seconds
