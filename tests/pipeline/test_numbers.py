import hashlib
import threading

import pytest

from fanal.pipeline import numbers as module
from fanal.pipeline.numbers import Numbers, number_of
from makers.cases import digest, item, opened

NAMES = [digest("sha256", number) for number in range(40)]


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    write(made, range(20))
    yield made
    made.close()


def write(store, numbers):
    with store.act("zz", "intake") as act:
        act.put(item(number) for number in numbers)


def test_a_number_is_the_first_half_of_a_digest_over_case_and_content(store):
    told = f"{store.case_id}\0{NAMES[3]}".encode()
    assert Numbers(store).of(NAMES[3]) == hashlib.sha256(told).hexdigest()[:16]


def test_each_content_is_found_by_its_number(store):
    made = Numbers(store)
    assert [made.sha256(made.of(name)) for name in NAMES[:20]] == NAMES[:20]
    assert len({*made.of_all(NAMES[:20]).values()}) == 20


def test_what_the_case_does_not_hold_has_no_number(store):
    made = Numbers(store)
    assert made.of(NAMES[30]) == made.of("") == made.of("../etc/passwd") == ""


@pytest.mark.parametrize(
    "number", ["", "0" * 16, "g" * 16, "0" * 15, "../../etc/passwd", "٣" * 16, "F" * 16, NAMES[0]]
)
def test_what_is_no_number_finds_nothing(store, number):
    assert Numbers(store).sha256(number) == ""


def test_a_number_of_another_case_finds_nothing(store, tmp_path):
    other = opened(tmp_path / "other")
    write(other, range(20))
    assert Numbers(store).sha256(Numbers(other).of(NAMES[0])) == ""
    other.close()


def test_contents_that_come_later_are_found(store):
    made = Numbers(store)
    before = made.of_all(NAMES[:20])
    write(store, range(20, 40))
    assert made.sha256(Numbers(store).of(NAMES[33])) == NAMES[33]
    assert made.of(NAMES[21])
    assert made.of_all(NAMES[:20]) == before


def test_an_empty_case_knows_none(tmp_path):
    made = opened(tmp_path / "case")
    assert Numbers(made).sha256("0" * 16) == Numbers(made).of(NAMES[0]) == ""
    made.close()


def test_of_contents_that_would_share_a_number_the_earlier_keeps_it(store, monkeypatch):
    monkeypatch.setattr(
        module, "number_of", lambda c, s, t=0: number_of(c, s) % 7 if not t else t + 100
    )
    write(store, range(20, 40))
    grown, whole = Numbers(store), Numbers(store)
    assert [whole.sha256(whole.of(name)) for name in NAMES] == NAMES
    assert len({*whole.of_all(NAMES).values()}) == 40
    assert grown.of_all(reversed(NAMES)) == whole.of_all(NAMES)


def test_a_number_stays_where_contents_come_that_would_share_it(store, monkeypatch):
    monkeypatch.setattr(
        module, "number_of", lambda c, s, t=0: number_of(c, s) % 5 if not t else t + 100
    )
    grown = Numbers(store)
    before = grown.of_all(NAMES[:20])
    write(store, range(20, 40))
    assert grown.of_all(NAMES)
    assert {name: grown.of(name) for name in NAMES[:20]} == before
    assert Numbers(store).of_all(NAMES) == grown.of_all(NAMES)


def test_many_threads_see_the_same(store):
    made, found = Numbers(store), []
    threads = [
        threading.Thread(target=lambda: found.append(made.of_all(NAMES[:20]))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one == found[0] for one in found)
    assert all(found[0].values())
