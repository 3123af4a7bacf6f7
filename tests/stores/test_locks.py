"""Several writers on one case, in processes of their own."""

import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.failure import Failure
from fanal.model.item import Item
from makers import writers
from makers.cases import item, signer
from makers.kept import kept
from makers.program import environment

SHARED = ["folder", "postgres"]


@pytest.fixture(params=SHARED)
def place(request, tmp_path):
    return kept(request.param, tmp_path / "case")


def writer(place, *told):
    """Start a process that writes, or one with a process for each of several."""
    words = [sys.executable, writers.__file__, *place.told(), *map(str, told)]
    return subprocess.Popen(
        words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def test_two_people_decide_while_an_intake_writes(place):
    ended(writer(place, "intake", 1, 15, "decide", 2, 20, "decide", 3, 20))
    store = place.open(writing=False)
    leaves = list(store.history())
    assert [leaf.number for leaf in leaves] == list(range(1, 56))
    verbs = [leaf.verb for leaf in leaves]
    assert Counter(verbs) == {"intake": 15, "decide": 40}
    assert (store.count(Item), store.count(Failure)) == (1500, 40)
    for actor in ("zz-intake", "zz-person-2", "zz-person-3"):
        numbers = [leaf.details["number"] for leaf in leaves if leaf.actor == actor]
        assert numbers == sorted(numbers)
    store.close()
    report = place.report()
    assert report.problems == []
    assert (report.leaves, report.sealed) == (55, place.name == "folder")
    assert set(report.keys) == {signer(seed).public for seed in (1, 2, 3)}


def test_a_second_run_is_refused_and_a_decision_is_not(place):
    store = place.open()
    with pytest.raises(CaseError, match="another run is writing"):
        place.open(seed=2)
    short = place.open(run=False, seed=2)
    assert store.is_run_on()
    assert short.is_run_on()
    assert not store.is_at_rest()
    with store.act("zz", "run") as act:
        act.put([item(1)])
    with short.act("zz", "decide") as act:
        assert act.number == 2
        assert act.put([item(1), item(2)]) == 1
    store.close()
    assert not short.is_run_on()
    with short.act("zz", "decide"):
        pass
    assert not short.is_at_rest()
    short.close()
    reader = place.open(writing=False)
    assert reader.is_at_rest()
    reader.close()
    assert place.report().problems == []


def test_a_second_run_may_wait(place):
    process = writer(place, "intake", 1, 30)
    assert process.stdout.readline() == "0\n"
    with pytest.raises(CaseError, match="another run"):
        place.open(seed=2)
    store = place.open(seed=2, wait=60)
    assert store.count(Item) == 3_000
    store.close()
    ended(process)


def test_a_killed_run_lets_the_next_one_in(place):
    process = writer(place, "intake", 1, 10_000)
    assert process.stdout.readline() == "0\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store = place.open(wait=10)
    whole = sum(1 for _ in store.history())
    assert store.count(Item) == 100 * whole
    store.close()
    assert place.report().problems == []


def test_the_last_writer_seals_whoever_it_is(tmp_path):
    place = kept("folder", tmp_path / "case")
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        stores = [place.open(run=number == 0, seed=number + 1) for number in range(3)]
        for number, store in enumerate(stores):
            with store.act("zz", f"{number}"):
                pass
        for at in order:
            assert not (tmp_path / "case" / "seal.json").exists()
            stores[at].close()
        report = verify(tmp_path / "case")
        assert (report.problems, report.sealed) == ([], True)


def test_writers_that_end_at_the_same_moment_leave_a_seal(tmp_path):
    place = kept("folder", tmp_path / "case")
    place.open().close()
    for code in (0, 1):  # in the second round, what each would write is there already
        process = writer(place, *(word for seed in (2, 3, 4, 5) for word in ("decide", seed, 3)))
        _, err = process.communicate(timeout=300)
        assert process.returncode == code, err
        report = verify(tmp_path / "case")
        assert (report.problems, report.sealed) == ([], True)
