"""A hundred kill -9 of workers, of the program and of the database in one intake change nothing."""

import os
import random
import re
import resource
import signal
import time
from collections import Counter

import pytest

from fanal.custody.verifier import verify
from makers import postgres
from makers.deadly import distribution
from makers.evidence import fill, thumb, what_was_found
from makers.program import group, kill_group, run, start
from makers.slow import POINT, REST
from makers.waiting import soon

KILLS = 100
MORE = 350
SEED = int(os.environ.get("FANAL_TEST_SEED", "1"))
VICTIMS = ("worker",) * 12 + ("parent",) * 3 + ("backend",) * 4 + ("server",)
PATIENCE = 600
HALF_READ = re.compile("the case cannot be read: .*(connection|terminat)", re.DOTALL)
"""Ends a run with a sentence (docs/guide/case.md); the same command goes on where it was."""


@pytest.fixture(scope="module")
def arguments(operation, tmp_path_factory):
    """The demonstration's operation, and so many pictures more that a run outlasts the kills."""
    more = tmp_path_factory.mktemp("more")
    fill(more, {b"%d/%03d.jpg" % (n % 5, n): thumb(n % 9, 40 + n // 9) for n in range(MORE)})
    exhibits = [f"{name}={path}" for name, path in [*operation.evidence, ("more", more)]]
    lists = [("--list", f"{path}:{kind}:{name}") for path, kind, name in operation.lists]
    return [*exhibits, *(word for pair in lists for word in pair), "--workers", "2"]


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    where = distribution(tmp_path_factory.mktemp("site"), POINT)
    home = tmp_path_factory.mktemp("cache")
    return {"PATHS": str(where), "FANAL_HOME": str(home)}


def begin(arguments, env, case):
    process = start("triage", *arguments, "--case", case, module="makers.often", env=env)
    assert soon(lambda: workers(process.pid) or process.poll() is not None)
    return process


def workers(leader):
    """The confined processes of a run."""
    found = []
    for process in group(leader):
        try:
            if resource.prlimit(process, resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
                found.append(process)
        except OSError:
            continue
    return found


def strike(victim, process, server, chance):
    """Kill one of a kind; tell whether there was one."""
    if victim == "worker":
        there = workers(process.pid)
        if there:
            os.kill(chance.choice(there), signal.SIGKILL)
        return bool(there)
    if victim == "parent":
        process.kill()  # itself only: its workers must notice
        process.communicate()
        return soon(lambda: not group(process.pid))
    if victim == "server":
        server.restart("immediate", 0.2)
        return True
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'fanal'"
    there = [pid for (pid,) in server.sql(query)]
    if there:
        os.kill(chance.choice(there), signal.SIGKILL)
    return bool(there)


def disturbed(arguments, env, case, server):
    """Run slowly, killing all the while, then to the end; return who was killed how often."""
    slowly = {**env, "FANAL_BATCH_FILES": "2", REST: "0.1"}
    chance, killed = random.Random(SEED), Counter()
    end = time.monotonic() + PATIENCE
    process = begin(arguments, slowly, case)
    try:
        while killed.total() < KILLS:
            assert time.monotonic() < end
            time.sleep(chance.uniform(0.05, 0.4))
            if process.poll() is not None:  # something was half read when the server went
                _, err = process.communicate()
                assert (process.returncode, "Traceback" in err) == (1, False), err
                assert HALF_READ.search(err), err
                process = begin(arguments, slowly, case)
            victim = "parent" if killed.total() == KILLS - 1 else chance.choice(VICTIMS)
            if strike(victim, process, server, chance):
                killed[victim] += 1
            if victim == "parent":
                process = begin(arguments, slowly if killed.total() < KILLS else env, case)
        _, err = process.communicate(timeout=PATIENCE)
    finally:
        kill_group(process.pid)
    assert (process.returncode, "Traceback" in err) == (3, False), err
    return killed


def test_a_hundred_kills_change_nothing(tmp_path, arguments, env):
    server = postgres.running()
    whole = tmp_path / "whole"
    undisturbed = run("triage", *arguments, "--case", whole, env=env)
    assert undisturbed.returncode == 3, undisturbed.stderr
    address = server.address(server.database())
    killed = disturbed(arguments, env, address, server)
    assert killed.total() == KILLS
    assert killed.keys() == set(VICTIMS)
    case = tmp_path / "copy"
    copied = run("case", "copy", address, case, env=env)
    assert copied.returncode == 0, copied.stderr
    assert what_was_found(case) == what_was_found(whole)
    report = verify(case)
    assert (report.differences, report.problems) == (0, [])
    again = run("triage", *arguments, "--case", address, env=env)
    assert "0 new contents, 0 new matches" in again.stdout
