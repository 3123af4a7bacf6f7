import pytest

from fanal.review.attempts import MOST, MOST_ALL, NAMES, WINDOW, Attempts
from makers.door import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def attempts(clock):
    return Attempts(clock)


def test_each_wait_is_longer_and_then_nobody_is_heard(attempts, clock):
    """Five in a quarter of an hour (the rule), each attempt as early as it is heard."""
    heard = []
    while clock.passed < WINDOW:
        if wait := attempts.wait("anna"):
            clock.passed += min(wait, 1.0)
        else:
            heard.append(clock.passed)
    assert heard == [0.0, 0.0, 1.0, 3.0, 7.0]
    assert len(heard) == MOST
    assert attempts.wait("anna") == 0.0  # the first is forgotten


def test_whoever_succeeds_begins_anew(attempts):
    for _ in range(20):
        assert attempts.wait("anna") == 0.0
        attempts.succeeded("anna")


def test_many_at_once_are_no_exception(attempts):
    """None of them has failed yet when the last one asks."""
    assert [attempts.wait("anna") == 0.0 for _ in range(10)].count(True) == 2


def test_one_login_does_not_slow_another(attempts):
    for _ in range(10):
        attempts.wait("anna")
    assert attempts.wait("berta") == 0.0


def test_all_logins_together_are_slowed_but_never_shut_out(attempts, clock):
    for n in range(MOST_ALL):
        assert attempts.wait(f"zz-{n}") == 0.0
    assert 0 < attempts.wait("anna") <= 60
    clock.passed += 60
    assert attempts.wait("anna") == 0.0
    assert attempts.wait("berta") > 0


def test_memory_is_bounded(attempts, clock):
    for n in range(NAMES + 50):
        clock.passed += 60
        attempts.wait(f"zz-{n}")
    assert len(attempts._failed) <= NAMES
