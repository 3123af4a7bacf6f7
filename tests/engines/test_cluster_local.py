"""A cluster of our own: on loopback, closed to others, mended when a part of it dies."""

import os
import signal
import stat
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="fanal[cluster] is not installed")

from fanal.engines import cluster_local
from fanal.engines.cluster_link import Link, Lost
from fanal.engines.cluster_local import DEATHS, THREADS, Local
from fanal.engines.cluster_node import ALLOWED_FAILURES
from fanal.errors import FanalError
from makers.waiting import until


@pytest.fixture
def local():
    made = Local(THREADS + 1)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def whole():
    """One in which nothing is killed."""
    made = Local(THREADS + 1)
    made.start()
    yield made
    made.stop()


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)


def test_threads_are_shared_out_among_few_processes(whole):
    link = Link(whole.address, whole.security)
    until(lambda: link.threads() == THREADS + 1)
    link.close()
    assert len(whole.processes()) == 3


def test_it_is_on_loopback_behind_tls_and_its_files_are_ours_alone(whole):
    assert whole.address.startswith("tls://127.0.0.1:")
    assert stat.S_IMODE(Path(whole._folder.name).stat().st_mode) == 0o700
    with pytest.raises(Lost):
        Link(whole.address.replace("tls://", "tcp://"), None)


def test_it_listens_nowhere_else(whole):
    link = Link(whole.address, whole.security)
    until(lambda: link.threads() == THREADS + 1)
    link.close()
    held = {
        str(at.readlink())
        for process in whole.processes()
        for at in Path(f"/proc/{process}/fd").iterdir()
        if at.is_symlink()
    }
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held]
    assert len(listening) == 3
    assert all(address.startswith("0100007F:") for address in listening)


def test_other_credentials_do_not_open_it(whole):
    other = Local(1)
    other.start()
    try:
        with pytest.raises(Lost):
            Link(whole.address, other.security)
    finally:
        other.stop()


def test_credentials_lie_in_no_file_and_no_argument(whole):
    for process in whole.processes():
        for name in ("cmdline", "environ"):
            assert b"PRIVATE KEY" not in Path(f"/proc/{process}/{name}").read_bytes()
    kept = [path for path in Path(whole._folder.name).rglob("*") if path.is_file()]
    assert not [path for path in kept if b"PRIVATE KEY" in path.read_bytes()]


def test_it_is_mended(local):
    scheduler, first, second = local.processes()
    assert local.mend() is False
    assert local.processes() == (scheduler, first, second)
    kill(first)
    assert local.mend() is False
    assert local.processes()[::2] == (scheduler, second)
    kill(scheduler)
    assert local.mend() is True
    assert not {scheduler, first, second} & {*local.processes()}


def test_what_dies_again_and_again_ends_the_run(local):
    local._deaths = DEATHS
    kill(local.processes()[1])
    with pytest.raises(FanalError, match="again and again"):
        local.mend()


def test_a_node_that_does_not_start_is_said(monkeypatch):
    monkeypatch.setattr(cluster_local, "MODULE", "fanal.engines.zz_test_0001")
    with pytest.raises(FanalError, match="does not start"):
        Local(1).start()


def test_few_workers_die_of_one_batch():
    assert ALLOWED_FAILURES == 1
