import base64

import pytest

from fanal.web.sessions import FRESH, IDLE, MOST, WHOLE, Sessions
from makers.door import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(clock):
    return Sessions(clock)


def begun(sessions, login="anna"):
    return sessions.begin(login, "Anna", ("reviewer",))


def test_a_secret_has_256_bits_and_is_not_kept(sessions):
    secrets = {begun(sessions) for _ in range(MOST)}
    assert len(secrets) == MOST
    for secret in secrets:
        assert len(base64.urlsafe_b64decode(secret + "=")) == 32
        assert secret not in repr(vars(sessions))
        assert sessions.find(secret).who.session not in secret


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "\ud800", "a" * 100_000])
def test_a_secret_that_is_none_finds_nothing(sessions, secret):
    begun(sessions)
    assert sessions.find(secret) is None


def test_it_locks_when_idle_and_goes_on_when_proved(sessions, clock):
    secret = begun(sessions)
    clock.passed += IDLE
    assert not sessions.find(secret).locked
    clock.passed += IDLE + 1
    assert sessions.find(secret).locked
    assert sessions.find(secret).locked  # asking again opens nothing
    sessions.prove(sessions.find(secret))
    assert not sessions.find(secret).locked


def test_it_ends_after_the_whole_time_whatever_is_done(sessions, clock):
    secret = begun(sessions)
    while clock.passed <= WHOLE:
        assert sessions.find(secret) is not None
        sessions.prove(sessions.find(secret))
        clock.passed += 299
    assert sessions.find(secret) is None


def test_a_proof_is_fresh_for_a_while_and_never_behind_a_lock(sessions, clock):
    secret = begun(sessions)
    session = sessions.find(secret)
    clock.passed += FRESH
    sessions.find(secret)
    assert sessions.is_fresh(session)
    clock.passed += 1
    assert not sessions.is_fresh(session)
    sessions.prove(session)
    assert sessions.is_fresh(session)
    sessions.lock(session)
    assert not sessions.is_fresh(session)


def test_one_person_has_so_many_sessions_and_no_more(sessions):
    secrets = [begun(sessions) for _ in range(MOST + 2)]
    other = begun(sessions, "berta")
    assert [sessions.find(one) is None for one in secrets] == [True] * 2 + [False] * MOST
    assert (sessions.of("anna"), sessions.of("berta")) == (MOST, 1)
    assert sessions.find(other) is not None


def test_all_of_a_person_end_but_one(sessions):
    one, two, other = begun(sessions), begun(sessions), begun(sessions, "berta")
    assert sessions.end_all("anna", but=sessions.find(one).who.session) == 1
    assert sessions.find(one) is not None
    assert sessions.find(two) is None
    sessions.end(one)
    assert sessions.find(one) is None
    assert sessions.find(other) is not None
