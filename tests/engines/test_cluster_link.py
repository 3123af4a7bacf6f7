"""A cluster that others started: workers come and go, its scheduler returns."""

import threading
import time

import pytest

pytest.importorskip("distributed", reason="fanal[cluster] is not installed")

from fanal.engines import cluster_link
from fanal.engines.cluster import Cluster
from fanal.engines.cluster_link import Link, Lost
from fanal.errors import FanalError
from fanal.settings import Settings
from makers import cluster_work, engine_work
from makers.cluster_programs import Site


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.end()
    print((tmp_path / "log").read_text())  # noqa: T201 (shown where a test fails)


def settings(site: Site, wait: float = 120.0) -> Settings:
    return Settings(cluster=site.address, cluster_tls=str(site.folder), cluster_wait=wait)


def test_workers_come_and_go_in_mid_run(site):
    site.scheduler()
    first = site.worker()
    cluster = Cluster(settings(site))
    given, fetched = [], set()
    try:
        running = cluster.run(
            engine_work.same, [(n,) for n in range(200)], 0.0, cluster_work.resting
        )
        for (number,), ((answer, process),) in running:
            given.append((number, answer))
            fetched.add(process)
            if len(given) == 20:
                site.worker(threads=2)
            if len(fetched) == 2 and first.poll() is None:
                assert cluster._room() >= 3
                site.kill(first)
    finally:
        cluster.close()
    assert given == [(n, n) for n in range(200)]
    assert len(fetched) == 2


def test_a_scheduler_that_returns_on_its_port_is_taken_up_again(site):
    scheduler = site.scheduler()
    site.worker()
    cluster = Cluster(settings(site))

    def power_cut():
        for process in site.running:
            site.kill(process)
        time.sleep(1)
        site.scheduler()
        site.worker()

    given = []
    try:
        for batch, answers in cluster.run(cluster_work.slow, [(n,) for n in range(100)]):
            given.append((batch, answers))
            if len(given) == 20:
                threading.Thread(target=power_cut).start()
    finally:
        cluster.close()
    assert scheduler.poll() is not None
    assert given == [((n,), (2 * n,)) for n in range(100)]


def test_a_scheduler_that_does_not_return_is_said(site, monkeypatch):
    site.scheduler()
    site.worker()
    cluster = Cluster(settings(site))
    running = cluster.run(cluster_work.slow, [(n,) for n in range(100)])
    try:
        next(running)
        site.end()
        monkeypatch.setattr(cluster_link, "PATIENCE", 1.0)
        monkeypatch.setattr(cluster, "_wait", 1.0)
        with pytest.raises(FanalError, match="cannot be reached") as caught:
            list(running)
    finally:
        cluster.close()
    assert "run the same command again" in caught.value.advice


def test_a_cluster_without_workers_is_said(site):
    site.scheduler()
    cluster = Cluster(settings(site, wait=4.0))
    try:
        with pytest.raises(FanalError, match="it has no worker"):
            list(cluster.run(engine_work.double, [(1,)]))
    finally:
        cluster.close()


def test_nobody_there_is_lost(monkeypatch):
    monkeypatch.setattr(cluster_link, "PATIENCE", 0.5)
    with pytest.raises(Lost):
        Link("tcp://127.0.0.1:9", None)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.modules['fanal'] = None", "has no module 'fanal.engines'"),
        (
            "import fanal.engines.cluster_task as t; t.own_likeness = lambda: {'python': '3.0'}",
            "other programs than this machine: .* python 3.0 there",
        ),
    ],
)
def test_a_worker_with_other_programs_is_refused(site, program, said):
    site.scheduler()
    (site.home / "zz_other.py").write_text(program)
    site.worker("--preload", "zz_other", PYTHONPATH=str(site.home))
    cluster = Cluster(settings(site))
    try:
        with pytest.raises(FanalError, match=said):
            list(cluster.run(engine_work.double, [(1,)]))
    finally:
        cluster.close()
