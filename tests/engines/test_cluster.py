"""A cluster loses workers and its scheduler, and no answer is lost, and none is given twice."""

import os
import signal
import tempfile
from itertools import count
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="fanal[cluster] is not installed")

from fanal.engines.cluster import AHEAD, Cluster
from fanal.engines.interface import Died
from fanal.settings import Settings
from makers import cluster_work, engine_work
from makers.program import gone, interrupted
from makers.waiting import until


@pytest.fixture(scope="module")
def cluster():
    made = Cluster(Settings(workers=2))
    yield made
    made.close()


def asked(cluster: Cluster, function, *batches, **more) -> list:
    """The answers of all batches, one after the other."""
    given = list(cluster.run(function, batches, **more))
    assert [batch for batch, _ in given] == list(batches)
    assert all(len(batch) == len(answers) for batch, answers in given)
    return [answer for _, answers in given for answer in answers]


def nodes(cluster: Cluster) -> tuple[int, ...]:
    """The processes of its scheduler and of its workers."""
    return cluster._local.processes()


def test_the_work_is_done_in_guarded_children_of_the_workers(cluster):
    own, fetched = zip(
        *asked(cluster, cluster_work.both, (1, 2, 3), fetch=cluster_work.where), strict=True
    )
    assert set(fetched) <= set(nodes(cluster)[1:])
    assert not {os.getpid(), *nodes(cluster)} & set(own)


def test_what_loads_slowly_is_loaded_once_in_each_worker(cluster):
    answers = asked(cluster, cluster_work.loaded, *[(n, n) for n in range(20)])
    assert {times for _, times in answers} == {1}
    assert len({process for process, _ in answers}) <= 2


def test_a_task_that_kills_its_child_costs_itself_only(cluster):
    before = nodes(cluster)
    answers = asked(cluster, engine_work.dying, (1, 10, 2), (5,), (3, 4), seconds=20.0)
    assert answers == [2, Died(), 4, Died(), 6, 8]
    assert nodes(cluster) == before


@pytest.mark.parametrize("which", [1, 0], ids=["worker", "scheduler"])
def test_a_node_killed_in_mid_run_costs_nothing(cluster, which):
    asked(cluster, engine_work.double, (1,))
    before = nodes(cluster)
    given = []
    for batch, answers in cluster.run(engine_work.double, [(n, n + 1) for n in range(60)]):
        given.append((batch, answers))
        if len(given) == 20:
            os.kill(before[which], signal.SIGKILL)
    assert given == [((n, n + 1), (2 * n, 2 * n + 2)) for n in range(60)]
    assert nodes(cluster)[which] != before[which]


def test_runs_inside_each_other_both_outlive_the_scheduler(cluster):
    def inner():
        for number, (_, (answer,)) in enumerate(
            cluster.run(engine_work.double, [(n,) for n in range(40)])
        ):
            if number == 12:
                os.kill(nodes(cluster)[0], signal.SIGKILL)
            yield (answer,)

    given = list(cluster.run(engine_work.double, inner()))
    assert given == [((2 * n,), (4 * n,)) for n in range(40)]


def test_a_task_that_kills_whole_workers_is_found_by_halving(cluster):
    batches = [(1, 10, 2), (3, 4), (5,)]
    assert asked(cluster, engine_work.same, *batches, fetch=cluster_work.killing) == [
        *(1, Died(), 2),
        *(3, 4, 5),
    ]


def test_an_error_of_a_fetch_is_raised_here(cluster):
    with pytest.raises(ConnectionError, match="zz-test-0013"):
        asked(cluster, engine_work.double, (1, 13), fetch=cluster_work.lost)
    assert asked(cluster, engine_work.double, (1,)) == [2]


def test_an_error_brings_its_place_along(cluster):
    with pytest.raises(ValueError, match="zz-test-0013") as caught:
        asked(cluster, engine_work.failing, (13,))
    assert "engine_work.py" in "".join(caught.value.__notes__)


def test_work_that_cannot_be_sent_is_raised_here(cluster):
    with pytest.raises(Exception, match="lambda"):
        asked(cluster, lambda task: task, (1,))
    assert asked(cluster, engine_work.double, (1,)) == [2]


def test_flight_is_bounded_by_the_threads_there_are(cluster):
    taken = count()
    running = cluster.run(engine_work.double, ((next(taken),) for _ in range(100)))
    next(running)
    assert next(taken) <= 2 * AHEAD
    running.close()


def test_closing_leaves_no_process_and_no_file(capfd):
    before = set(Path(tempfile.gettempdir()).glob("fanal-cluster-*"))
    made = Cluster(Settings(workers=2))
    children = {own for own, _ in asked(made, engine_work.worker, (1,), (2,))}
    processes = children | set(nodes(made))
    assert len(processes) >= 3
    made.close()
    assert gone(processes)
    assert set(Path(tempfile.gettempdir()).glob("fanal-cluster-*")) == before
    assert capfd.readouterr() == ("", "")


PROGRAM = """
from fanal.engines.cluster import Cluster
from fanal.settings import Settings
from makers import engine_work as work

if __name__ == "__main__":
    cluster = Cluster(Settings(workers=2))
    try:
        for _, answers in cluster.run(work.worker, [(n,) for n in range(8)]):
            print(*answers[0], flush=True)
        print(*cluster._local.processes(), flush=True)
        print("ready", flush=True)
        for _ in cluster.run(work.resting, [(60.0,), (60.0,), (60.0,)]):
            pass
    finally:
        cluster.close()
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_interrupted_ends_and_leaves_nothing(tmp_path, sign):
    interrupted(tmp_path, PROGRAM, sign)
    until(lambda: not list(tmp_path.glob("fanal-cluster-*")))
