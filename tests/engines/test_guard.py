"""A worker has dropped what it does not need, and says what could not be taken from it."""

import os
import platform
import resource
import time
from io import BytesIO

import pytest
from PIL import Image

from fanal.engines import guard
from fanal.engines.guard import GUARDS
from fanal.engines.interface import Died
from fanal.engines.pool import Pool
from fanal.engines.worker import Worker
from fanal.settings import Settings
from makers import engine_work as work
from makers import guarded
from makers.evidence import corpus

BY_NUMBER = {"trace", "ring", "kernel program", "name space"}
REFUSALS = {"EPERM", "EACCES", "ENOSYS"}


@pytest.fixture(scope="module")
def worker():
    made = Worker(1 << 30)
    yield made
    made.kill()
    made.close()


@pytest.fixture(scope="module")
def guards(worker):
    """Which guards this machine offers."""
    worker.answers(work.double, (1,), 0)
    assert tuple(worker.guards) == GUARDS
    return worker.guards


def needs(guards, *names):
    for name in names:
        if guards[name]:
            pytest.skip(f"this machine has no {name}: {guards[name]}")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "evidence"
    path.write_bytes(b"zz-test-0001")
    return path


@pytest.mark.parametrize("act", guarded.FORBIDDEN)
def test_what_no_worker_may_do_is_refused(worker, guards, file, act):
    needs(guards, "seccomp")
    if act in BY_NUMBER and platform.machine() != "x86_64":
        pytest.skip("told by the numbers of x86-64")
    before = (file.read_bytes(), file.stat(), sorted(file.parent.iterdir()))
    (answer,) = worker.answers(guarded.tried, ((act, str(file)),), 20)
    assert answer in REFUSALS
    assert (file.read_bytes(), file.stat(), sorted(file.parent.iterdir())) == before


@pytest.mark.parametrize("act", guarded.ALLOWED)
def test_what_reading_needs_is_allowed(worker, file, act):
    assert worker.answers(guarded.tried, ((act, str(file)),), 20) == (guarded.DONE,)


LANDLOCKED = ("new file", "old file", "append", "remove", "rename", "folder", "program in place")


def test_the_second_wall_stands_without_the_first(tmp_path, file):
    """Landlock alone, in a child of this test."""
    acts = [act for act in LANDLOCKED if act in guarded.FORBIDDEN]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            guard._landlock()
            said = ",".join(guarded.tried((act, str(file))) for act in acts)
        except OSError as error:
            said = f"none: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode()
    os.waitpid(child, 0)
    if said.startswith("none"):
        pytest.skip(f"this kernel has no Landlock: {said}")
    assert set(said.split(",")) == {"EACCES"}


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "tiff", "bmp", "avif"])
def test_pictures_of_every_kind_are_decoded_behind_the_guards(worker, tmp_path, kind):
    path = tmp_path / f"zz.{kind}"
    made = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(made, kind)
    path.write_bytes(made.getvalue())
    assert worker.answers(guarded.decodes, (str(path),), 20) == ("256",)


def test_heic_of_the_corpus_is_decoded_behind_the_guards(worker):
    path = corpus("camera/IMG_5195.HEIC")
    (width,) = worker.answers(guarded.decodes, (str(path),), 20)
    assert int(width) > 1000


def test_processor_time_is_counted_for_each_file(guards):
    needs(guards, "processor time")
    pool = Pool(Settings(workers=1))
    try:
        started = time.monotonic()
        # Two threads use two seconds of processor time in one of the clock, where there are cores.
        ((_, answers),) = pool.run(guarded.cycles, [(1, 13, 2)], 2.0)
        assert answers == (1, Died(out_of_time=True), 2)
        assert time.monotonic() - started < 10
    finally:
        pool.close()


def test_memory_stays_below_its_limit():
    pool = Pool(Settings(workers=1, memory=256 << 20))
    try:
        for number in (64 << 20, 1 << 40, 512 << 20):
            next(iter(pool.run(work.allocate, [(number,)])))
        ((_, ((peak, most),)),) = pool.run(guarded.held, [(1,)])
    finally:
        pool.close()
    assert peak <= most


def test_each_guard_is_told_by_what_it_does(monkeypatch):
    """A guard that cannot be applied is missing itself, not another in its place."""
    refused = {resource.RLIMIT_CPU: "processor time", resource.RLIMIT_FSIZE: "file size"}

    def refuse(which, _limits):
        if which in refused:
            raise ValueError("zz-refused")

    monkeypatch.setattr(guard.resource, "setrlimit", refuse)
    for name in ("_seccomp", "_landlock", "_drop_powers"):
        monkeypatch.setattr(guard, name, lambda: None)
    told = guard.apply(1 << 30)
    assert {name for name, why in told.items() if why} == set(refused.values())


def test_the_powers_of_root_are_dropped_but_that_of_reading(worker, guards):
    needs(guards, "capabilities")
    (told,) = worker.answers(guarded.capabilities, (1,), 20)
    assert int(told, 16) & ~guard.READS_ALL == 0


def test_a_worker_holds_its_own_pipe_and_nothing_else():
    """Neither the fork server, nor what removes shared memory, nor memory shared with others."""
    worker = Worker(1 << 30)
    try:
        (told,) = worker.answers(guarded.open_files, (1,), 20)
    finally:
        worker.kill()
        worker.close()
    others = [where for where in told.values() if where != os.devnull]
    assert len(others) == 1
    assert others[0].startswith("socket:")


def test_what_cannot_be_applied_is_said(monkeypatch):
    def fails():
        raise OSError(38, "zz-no-such-thing")

    for name in ("_seccomp", "_landlock", "_drop_powers"):
        monkeypatch.setattr(guard, name, fails)
    monkeypatch.setattr(guard, "_bound", lambda *_: None)
    told = guard.apply(1 << 30)
    assert tuple(told) == GUARDS
    assert {name for name, why in told.items() if why} == {"seccomp", "landlock", "capabilities"}
    assert told["seccomp"] == "zz-no-such-thing"


def test_an_engine_tells_its_guards():
    pool = Pool(Settings(workers=2))
    try:
        assert dict.fromkeys(GUARDS, "") == dict(pool.guards)
        list(pool.run(work.double, [(1,), (2,), (3,)]))
        assert tuple(pool.guards) == GUARDS
    finally:
        pool.close()
