"""What every engine promises: the answers of plain Python, in order, a bounded number ahead."""

from importlib.util import find_spec
from itertools import count, islice

import pytest

from fanal.engines import ENGINES
from fanal.engines.guard import GUARDS
from fanal.engines.interface import Died
from fanal.settings import Settings
from makers import cluster_work
from makers import engine_work as work

WITHOUT = pytest.mark.skipif(not find_spec("distributed"), reason="fanal[cluster] is not installed")
NAMES = [pytest.param(name, marks=WITHOUT if name == "cluster" else ()) for name in ENGINES.names()]
WORKERS = 2
MOST_AHEAD = 8
"""Batches an engine of two workers may have taken and not yet given back."""


@pytest.fixture(scope="module", params=NAMES)
def engine(request):
    """Each engine, started once."""
    made = ENGINES.get(request.param)(Settings(workers=WORKERS))
    yield made
    made.close()


@pytest.fixture
def guarded(engine):
    """Each engine that has workers of its own."""
    if engine.name == "inline":
        pytest.skip("inline has no workers")
    return engine


def batches(numbers, size: int = 3):
    numbers = iter(numbers)
    while batch := tuple(islice(numbers, size)):
        yield batch


def test_names_are_those_of_the_table(engine):
    assert engine.name in ENGINES.names()
    assert isinstance(engine, ENGINES.get(engine.name))


@pytest.mark.parametrize("size", [1, 3, 100])
def test_answers_are_those_of_plain_python_in_order(engine, size):
    given = list(engine.run(work.double, batches(range(50), size)))
    assert [task for batch, _ in given for task in batch] == list(range(50))
    assert [answer for _, answers in given for answer in answers] == [2 * n for n in range(50)]
    assert [batch for batch, _ in given] == list(batches(range(50), size))


def test_no_batch_gives_nothing(engine):
    assert list(engine.run(work.double, ())) == []


def test_an_empty_batch_keeps_its_place(engine):
    given = list(engine.run(work.double, [(1,), (), (2,)]))
    assert given == [((1,), (2,)), ((), ()), ((2,), (4,))]


def test_an_engine_can_be_asked_again(engine):
    for _ in range(3):
        assert list(engine.run(work.double, [(21,)])) == [((21,), (42,))]


def test_other_work_and_other_tasks(engine):
    tasks = (None, b"\xff", "ü", ("nested", (1, 2)), {"a": [1]})
    assert list(engine.run(work.same, [tasks], 30.0)) == [(tasks, tasks)]


def test_large_tasks_and_answers_come_whole(engine):
    given = list(engine.run(work.large, [(5_000_000, 3), (1,)]))
    assert [answer for _, answers in given for answer in answers] == [
        b"\x5a" * 5_000_000,
        b"\x5a" * 3,
        b"\x5a",
    ]
    heavy = bytes(8_000_000)
    assert list(engine.run(work.same, [(heavy, heavy)])) == [((heavy, heavy), (heavy, heavy))]


def test_batches_are_taken_only_as_answers_are(engine):
    taken = 0

    def source():
        nonlocal taken
        for number in count():
            taken += 1
            yield (number,)

    running = engine.run(work.double, source())
    for given in range(1, 30):
        assert next(running) == ((given - 1,), (2 * given - 2,))
        assert given <= taken <= given + MOST_AHEAD
    running.close()
    assert taken <= 29 + MOST_AHEAD


def test_an_error_of_the_work_is_raised_here(engine):
    running = engine.run(work.failing, batches([1, 2, 13, 4]))
    with pytest.raises(ValueError, match="zz-test-0013"):
        list(running)
    assert list(engine.run(work.double, [(1,)])) == [((1,), (2,))]


def test_an_error_of_work_that_never_raises_costs_its_task_only(engine):
    if engine.name == "inline":
        pytest.skip("inline has no workers")
    ((_, answers),) = engine.run(work.NeverRaises(), [(1, 13, 2)])
    assert answers == (1, Died(), 2)


def test_batches_before_an_error_are_given(engine):
    running = engine.run(work.failing, batches([1, 2, 13], 1))
    assert [next(running), next(running)] == [((1,), (1,)), ((2,), (2,))]
    with pytest.raises(ValueError, match="zz-test-0013"):
        next(running)


def test_an_error_of_the_source_is_raised_here(engine):
    def source():
        yield (1,)
        raise OSError("the source broke")

    with pytest.raises(OSError, match="the source broke"):
        list(engine.run(work.double, source()))
    assert list(engine.run(work.double, [(1,)])) == [((1,), (2,))]


def test_a_run_that_is_left_early_leaves_the_engine_whole(engine):
    running = engine.run(work.double, batches(range(1000)))
    next(running)
    running.close()
    assert list(engine.run(work.double, [(1,)])) == [((1,), (2,))]


def test_seconds_may_be_asked_of_each_task(engine):
    given = list(engine.run(work.double, [(1, 2), (3,)], cluster_work.longer))
    assert given == [((1, 2), (2, 4)), ((3,), (6,))]


def test_each_task_has_the_seconds_asked_of_it(guarded):
    given = list(guarded.run(work.spinning, [(1, 13, 2)], cluster_work.longer))
    assert given == [((1, 13, 2), (1, Died(out_of_time=True), 2))]


def test_what_is_fetched_is_worked_on_and_what_was_taken_is_given(engine):
    given = list(engine.run(work.double, [(1, 2), (3,)], 0.0, cluster_work.tenfold))
    assert given == [((1, 2), (20, 40)), ((3,), (60,))]


def test_an_error_of_a_fetch_is_raised_here(engine):
    with pytest.raises(ConnectionError, match="zz-test-0013"):
        list(engine.run(work.double, [(1, 13)], 0.0, cluster_work.lost))
    assert list(engine.run(work.double, [(1,)])) == [((1,), (2,))]


def test_a_fetch_may_do_what_the_work_may_not(guarded, tmp_path):
    path = str(tmp_path / "fetched")
    ((_, (said,)),) = guarded.run(
        cluster_work.empty_handed, [(path,)], 0.0, cluster_work.open_handed
    )
    refused = (
        {"PermissionError"} if not any(guarded.guards.values()) else {"PermissionError", "done"}
    )
    assert said[0] == "zz-test-0001"
    assert set(said[1:]) <= refused


def test_guards_are_told(engine):
    list(engine.run(work.double, [(1,)]))
    assert list(engine.guards) == list(GUARDS)
    assert all(engine.guards.values()) == (engine.name == "inline")


def test_a_task_that_kills_its_worker_costs_itself_only(guarded):
    given = list(guarded.run(work.dying, [(1, 10, 2), (5,), (3,)], 20.0))
    assert given == [((1, 10, 2), (2, Died(), 4)), ((5,), (Died(),)), ((3,), (6,))]


@pytest.mark.parametrize("name", NAMES)
def test_closing_may_be_repeated_and_comes_before_any_run(name):
    made = ENGINES.get(name)(Settings(workers=WORKERS))
    made.close()
    made.close()
    assert list(made.run(work.double, [(1,)])) == [((1,), (2,))]
    made.close()
    made.close()
