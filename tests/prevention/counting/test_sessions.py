"""Sessions are remembered for a while, in memory, without their reference."""

import gc
import threading
import time
import tracemalloc
from datetime import date

import pytest

from fanal.prevention.counting.cells import Place
from fanal.prevention.counting.sessions import Sessions
from fanal.prevention.counting.tally import Tally
from fanal.prevention.nouns import Outcome
from makers.counted import Moment

PLACE = Place(date(2026, 11, 27), "DK", "search", "t1", "illegal")
OTHER = Place(date(2026, 11, 28), "SE", "upload", "t2", "harm")


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def sessions(moment):
    return Sessions(minutes=30, most=3, clock=moment.seconds)


def test_a_session_is_shown_once_and_continues_once_where_it_began(sessions):
    assert sessions.variant("a") == ""
    assert sessions.hit("a", PLACE) == (Outcome.SHOWN, PLACE)
    assert sessions.hit("a", OTHER) == (Outcome.CONTINUED, PLACE)
    assert sessions.hit("a", OTHER) is None
    assert sessions.variant("a") == "illegal"


def test_a_stranger_adds_nothing(sessions):
    assert sessions.first("a", Outcome.HELP) is None
    assert len(sessions) == 0


def test_what_happened_is_counted_once(sessions):
    sessions.hit("a", PLACE)
    assert sessions.first("a", Outcome.HELP) == (Outcome.HELP, PLACE)
    assert sessions.first("a", Outcome.HELP) is None
    assert sessions.first("a", Outcome.APPEAL) == (Outcome.APPEAL, PLACE)


def test_support_is_no_match_and_leads_to_help_only(sessions):
    assert sessions.support("a", PLACE) == (Outcome.SUPPORT, PLACE)
    assert sessions.support("a", OTHER) is None
    assert sessions.variant("a") == ""
    assert sessions.first("a", Outcome.MISHIT) is None
    assert sessions.first("a", Outcome.HELP) == (Outcome.HELP, PLACE)
    assert sessions.hit("a", OTHER) == (Outcome.SHOWN, OTHER)
    assert sessions.first("a", Outcome.MISHIT) == (Outcome.MISHIT, OTHER)


def test_the_time_runs_from_the_first_message_and_ends(sessions, moment):
    sessions.hit("a", PLACE)
    moment.pass_(minutes=29)
    assert sessions.variant("a") == "illegal"
    assert sessions.hit("a", PLACE) == (Outcome.CONTINUED, PLACE)
    moment.pass_(minutes=1)
    assert sessions.variant("a") == ""
    assert sessions.first("a", Outcome.HELP) is None
    assert sessions.hit("a", OTHER) == (Outcome.SHOWN, OTHER)
    assert len(sessions) == 1


def test_the_oldest_goes_first_and_that_is_told(sessions):
    for name in "abcd":
        sessions.hit(name, PLACE)
    assert len(sessions) == 3
    assert [sessions.variant(name) for name in "abcd"] == ["", "illegal", "illegal", "illegal"]
    assert sessions.pushed_out() == 1
    assert sessions.pushed_out() == 0


def test_sessions_that_are_over_make_room(sessions, moment):
    for name in "abc":
        sessions.hit(name, PLACE)
    moment.pass_(minutes=31)
    sessions.hit("d", PLACE)
    assert len(sessions) == 1
    assert sessions.pushed_out() == 0


def test_no_reference_is_anywhere_in_memory():
    sessions = Sessions()
    sessions.hit("zz-session-0001", PLACE)
    held = [one for one in gc.get_referents(sessions._met) if isinstance(one, bytes)]
    assert held
    assert all(len(one) == 16 and b"zz-session" not in one for one in held)
    assert "zz" not in repr(sessions) + repr(list(sessions._met.values()))


def test_another_start_knows_nobody_and_marks_them_otherwise():
    first, second = Sessions(), Sessions()
    first.hit("a", PLACE)
    assert second.variant("a") == ""
    assert first._mark("a") != second._mark("a")


def test_a_reference_may_be_any_text(sessions):
    for session in ("\ud800", "\x00", "é" * 10_000):
        assert sessions.hit(session, PLACE) == (Outcome.SHOWN, PLACE)


def test_new_sessions_without_end_cost_neither_memory_nor_time():
    sessions = Sessions(most=1_000)
    for at in range(1_000):
        sessions.hit(f"first {at}", PLACE)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    times = []
    for block in range(2):
        begin = time.process_time()
        for at in range(5_000):
            sessions.hit(f"{block} {at}", PLACE)
        times.append(time.process_time() - begin)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(sessions) == 1_000
    assert grown < 400_000
    assert times[1] < 3 * times[0] + 0.1


def test_threads_count_a_session_once():
    sessions = Sessions()
    found = []

    def act():
        found.extend(sessions.hit(f"s{at}", PLACE) for at in range(300))

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [one[0] for one in found if one]
    assert told.count(Outcome.SHOWN) == 300
    assert told.count(Outcome.CONTINUED) == 300


def test_what_is_over_leaves_memory_without_another_session(moment):
    sessions = Sessions(minutes=30, clock=moment.seconds)
    for at in range(200):
        sessions.hit(f"s{at}", PLACE)
    moment.pass_(minutes=10)
    sessions.hit("later", PLACE)
    moment.pass_(minutes=21)
    sessions.forget()
    assert len(sessions) == 1
    assert sessions.variant("later") == "illegal"


def test_each_flush_forgets_what_is_over(moment):
    sessions = Sessions(minutes=30, clock=moment.seconds)
    sessions.hit("a", PLACE)
    moment.pass_(minutes=31)
    Tally(None, sessions).flush()
    assert len(sessions) == 0
