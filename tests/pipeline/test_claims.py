"""A task belongs to one person at a time, and to nobody for longer than they work on it."""

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest

from fanal.model.desk import Claim, Person, Who
from fanal.pipeline.claims import Claims, HeldError, active, claim, give_back, name_of
from fanal.stores import STORES
from fanal.stores.interface import Opening, Server
from makers.cases import opened, signer
from makers.deciding import says
from makers.ordering import Scene, name, ordered

FRESH = itertools.count()
A = Who("zz-a", "Anna", ("reviewer",), "s1")
B = Who("zz-b", "Béla", ("reviewer",), "s2")
START = datetime(2026, 5, 1, 10, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = START

    def __call__(self):
        return self.at

    def on(self, minutes):
        self.at += timedelta(minutes=minutes)


def fill(store):
    made = Scene()
    for number in range(8):
        made.add(number, f"desk/{number}")
    made.series("s-1", 0, 1, 2)
    made.write(store)
    ordered(store)


@pytest.fixture
def store():
    made = opened(Server(f"memory://zz-claims-{next(FRESH)}"), name="memory")
    fill(made)
    yield made
    made.close()


@pytest.fixture
def clock():
    return Clock()


def test_a_second_person_is_told_who_has_it(store, clock):
    with store.act("zz", "people") as act:
        act.put([Person("zz-a", 1, "Anna Berg", (), "active", "", "", (), "zz", "")])
    taken = claim(store, A, name(5), clock)
    assert taken.until == "2026-05-01T10:15:00.000+00:00"
    with pytest.raises(HeldError) as held:
        claim(store, B, name(5), clock)
    assert (held.value.holder, held.value.sha256) == ("Anna Berg", name(5))
    assert held.value.message == "Anna Berg works on this until 10:15 UTC"
    assert name_of(store, "zz-nobody") == "zz-nobody"


def test_a_series_is_one_task(store, clock):
    claim(store, A, name(2), clock)
    for number in (0, 1, 2):
        with pytest.raises(HeldError):
            claim(store, B, name(number), clock)
    assert claim(store, B, name(3), clock).sha256 == name(3)


def test_it_is_free_when_the_time_is_over(store, clock):
    claim(store, A, name(5), clock)
    clock.on(15)
    assert claim(store, B, name(5), clock)
    with pytest.raises(HeldError):
        claim(store, A, name(5), clock)


def test_activity_renews_it_and_not_every_key_is_an_act(store, clock):
    first = claim(store, A, name(5), clock)
    clock.on(4)
    assert claim(store, A, name(5), clock) == first
    assert store.count(Claim) == 1
    clock.on(2)
    assert claim(store, A, name(5), clock).until == "2026-05-01T10:21:00.000+00:00"
    clock.on(14)
    with pytest.raises(HeldError):
        claim(store, B, name(5), clock)


def test_it_is_given_back(store, clock):
    claim(store, A, name(0), clock)
    assert not give_back(store, B, name(0), clock)
    assert give_back(store, A, name(1), clock)
    assert not give_back(store, A, name(0), clock)
    assert claim(store, B, name(2), clock)


def test_who_stands_for_a_series_may_change_meanwhile(store, clock):
    first = claim(store, A, name(0), clock)
    says(store, "zz-a", "identified", first.sha256)
    with pytest.raises(HeldError):
        claim(store, B, name(1), clock)


def test_what_is_held_is_known_without_asking_each_time(store, clock):
    made = Claims(store, clock)
    made.refresh()
    assert not made.held()
    claim(store, A, name(0), clock)
    claim(store, B, name(5), clock)
    made.refresh()
    assert {*made.held()} == {name(number) for number in (0, 1, 2, 5)}
    assert {*made.held(besides="zz-a")} == {name(5)}
    assert [one.sha256 for one in made.of("zz-a")] == [name(0)]
    clock.on(16)
    assert not made.held()
    made.refresh()
    assert not made.of("zz-a")


def test_what_is_not_in_a_case_is_held_by_nobody(store, clock):
    assert active(store, ["f" * 64], clock().isoformat()) == {}


def race(*stores):
    """Let somebody in each program try for the same tasks at once; return who has which."""
    gate, got = threading.Barrier(len(stores)), []

    def run(number, store):
        who = Who(f"zz-{number}", f"Person {number}", (), f"s{number}")
        gate.wait()
        for task in (5, 0, 3):
            try:
                got.append((claim(store, who, name(task)).sha256, who.login))
            except HeldError:
                continue

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_of_many_who_try_at_once_one_has_it(store):
    got = race(*[store] * 6)
    assert sorted(task for task, _ in got) == sorted([name(5), name(0), name(3)])


def test_of_two_programs_one_has_it(tmp_path):
    one = opened(tmp_path / "case")
    fill(one)
    two = STORES.get("folder")(tmp_path / "case", signer(), Opening(run=False))
    got = race(one, two, one, two)
    assert sorted(task for task, _ in got) == sorted([name(5), name(0), name(3)])
    two.close()
    one.close()
