"""A run stopped or killed at any moment goes on where it was and ends as one that was not."""

import hashlib
import os
import random
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from fanal.custody.verifier import verify
from makers.evidence import digests, done, many, table, thumb, what_was_found
from makers.program import PATIENCE, called, group, kill_group, start
from makers.waiting import soon

KILLS = 15
STOPS = 5
SENTENCE = "fanal: stopped; run the same command again and it goes on"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    return many(tmp_path_factory.mktemp("evidence") / "desk", 60)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    rows = [digests(thumb(n % 9, 40 + n // 2))[1:] for n in range(0, 60, 5)]
    path = table(tmp_path_factory.mktemp("lists") / "known.csv", "sha1", "md5", rows=rows)
    return ("--list", f"{path}:harmless")


def begin(case, evidence, lists):
    return start(
        "triage", evidence, "--case", case, "--workers", "2", *lists,
        env={"FANAL_BATCH_FILES": "4"}, module="makers.often",
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory, evidence, lists):
    """What an uninterrupted run finds, and how long it takes."""
    for _ in range(2):  # the first may compile what the others find compiled
        case = tmp_path_factory.mktemp("whole") / "case"
        since = time.monotonic()
        process = begin(case, evidence, lists)
        _, err = process.communicate(timeout=PATIENCE)
        seconds = time.monotonic() - since
    assert process.returncode == 3, err
    found = what_was_found(case)
    assert len(found["Item"]) > 60
    assert len(found["Match"]) == 12
    return found, seconds


def root(leaves):
    """Return the Merkle tree hash as RFC 6962, section 2.1, defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def check_log(case):
    with closing(sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True)) as database:
        log = database.execute("SELECT number, leaf FROM log ORDER BY number").fetchall()
        heads = dict(database.execute("SELECT size, root FROM head"))
    leaves = [text.encode() for _, text in log]
    assert [number for number, _ in log] == list(range(1, len(log) + 1))
    assert heads == {size: root(leaves[:size]).hex() for size in range(1, len(log) + 1)}
    report = verify(case)
    assert (report.differences, report.problems) == (0, [])


def test_killed_anywhere_it_goes_on_and_ends_the_same(tmp_path, evidence, lists, whole, settings):
    found, seconds = whole
    chance = random.Random(1)
    killed = chained = 0
    case = tmp_path / "0"
    for number in range(KILLS):
        if number % 3 == 0:  # from scratch; else from what the last one left, resumed or not
            case = tmp_path / f"{number}"
        process = begin(case, evidence, lists)
        # Evenly over the run, so that no part of it is left out by chance.
        time.sleep(seconds * (number % 10 + chance.random()) / 10)
        if process.poll() is None:
            killed += 1
        else:  # the machine has more time for it than before
            seconds *= 0.7
        kill_group(process.pid)
        process.communicate()
        assert soon(lambda pid=process.pid: not group(pid))
        if number % 3 == 1:
            chained += 1
            continue
        done_again(case, settings, evidence, lists)
        assert what_was_found(case) == found
        check_log(case)
    assert killed > KILLS // 2
    assert chained == KILLS // 3


def done_again(case, settings, evidence, lists):
    assert called("triage", evidence, "--case", case, "--engine", "inline", *lists) == 3
    assert done(case, settings, evidence).counted.contents == 0


def test_stopped_anywhere_it_says_so_and_leaves_no_process(tmp_path, evidence, lists, whole):
    found, seconds = whole
    chance = random.Random(2)
    stopped = 0
    for number in range(STOPS):
        case = tmp_path / f"{number}"
        process = begin(case, evidence, lists)
        first = process.stderr.readline()
        time.sleep(seconds * 0.45 * (number + chance.random()) / STOPS)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in first + err
        assert soon(lambda pid=process.pid: not group(pid))
        if "files listed" in out:  # it had come to its end
            seconds *= 0.7
            continue
        stopped += 1
        assert process.returncode == 1, err
        assert SENTENCE in err
        check_log(case)
        assert called("triage", evidence, "--case", case, "--engine", "inline", *lists) == 3
        assert what_was_found(case) == found
        check_log(case)
    assert stopped > STOPS // 2


def test_a_second_run_on_the_case_is_refused_and_the_first_unharmed(
    tmp_path, evidence, lists, whole, capsys
):
    case = tmp_path / "case"
    process = begin(case, evidence, lists)
    assert process.stderr.readline()
    assert called("triage", evidence, "--case", case, "--engine", "inline", *lists) == 1
    err = capsys.readouterr().err
    assert "another run is writing to the case" in err
    assert "wait for it to end" in err
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 3
    assert what_was_found(case) == whole[0]
    check_log(case)
