"""A session adds at most one to each outcome; nobody else can add to a trial."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.counting.cells import Row
from fanal.prevention.counting.counters import Counters
from fanal.prevention.counting.sessions import Sessions
from fanal.prevention.counting.tally import Tally
from fanal.prevention.nouns import Outcome, Surface
from makers.counted import ALLOWED, FAILED, HELPED, Moment, warned

DAY = date(2026, 11, 27)


class Kept:
    """Counters in memory."""

    def __init__(self) -> None:
        self.cells: Counter = Counter()

    def add(self, cells) -> None:
        self.cells.update(cells)

    def saw(self, day, version) -> None:
        pass

    def of(self, outcome) -> dict:
        return {
            (cell.country, cell.surface, cell.trial, cell.variant): n
            for cell, n in self.cells.items()
            if cell.outcome == outcome
        }


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def tally(kept, moment):
    return Tally(kept, Sessions(clock=moment.seconds), moment.now)


def test_a_first_match_is_shown_and_a_further_one_continues(tally, kept):
    tally.note(Surface.SEARCH, warned(), "a", "dk")
    tally.note(Surface.UPLOAD, warned("harm"), "a", "SE")
    tally.note(Surface.SEARCH, warned(), "a", "DK")
    assert kept.of("shown") == {("DK", "search", "t1", "combined"): 1}
    assert kept.of("continued") == {("DK", "search", "t1", "combined"): 1}
    assert tally.variant("a") == "combined"


def test_acts_are_a_plain_total_without_country_or_session(tally, kept):
    for decision in (ALLOWED, FAILED, HELPED, warned()):
        tally.note(Surface.GENERATE, decision, "a", "DK")
    assert kept.of("acts") == {("", "generate", "", ""): 4}
    assert kept.of("failed") == {("", "generate", "", ""): 1}
    assert kept.of("support") == {("DK", "generate", "", "support.self"): 1}


def test_a_fault_or_help_is_no_match(tally, kept):
    tally.note(Surface.SEARCH, warned(), "a")
    tally.note(Surface.SEARCH, FAILED, "a")
    tally.note(Surface.SEARCH, HELPED, "a")
    assert not kept.of("continued")


def test_without_a_session_an_act_is_shown_outside_any_trial(tally, kept):
    for _ in range(3):
        tally.note(Surface.SEARCH, warned())
    tally.note(Surface.SEARCH, HELPED)
    assert kept.of("shown") == {("", "search", "", "combined"): 3}
    assert kept.of("support") == {("", "search", "", "support.self"): 1}
    assert not kept.of("continued")


@pytest.mark.parametrize("outcome", [Outcome.SHOWN, Outcome.CONTINUED, Outcome.SUPPORT])
def test_what_decisions_count_a_service_cannot_say(tally, kept, outcome):
    tally.note(Surface.SEARCH, warned(), "a")
    before = dict(kept.cells)
    assert not tally.happened("a", outcome)
    assert kept.cells == before


def test_only_who_was_shown_something_adds_and_only_once(tally, kept, moment):
    tally.note(Surface.SEARCH, warned(), "a")
    assert not tally.happened("b", Outcome.HELP)
    assert not tally.happened("", Outcome.HELP)
    assert tally.happened("a", Outcome.HELP)
    assert not tally.happened("a", Outcome.HELP)
    moment.pass_(minutes=31)
    assert not tally.happened("a", Outcome.APPEAL)
    assert kept.of("help") == {("", "search", "t1", "combined"): 1}
    assert not kept.of("appeal")


def test_what_happens_after_midnight_belongs_to_the_day_of_the_message(tally, kept, moment):
    moment.pass_(hours=11, minutes=50)
    tally.note(Surface.SEARCH, warned(), "a")
    moment.pass_(minutes=20)
    tally.note(Surface.SEARCH, warned(), "a")
    tally.happened("a", Outcome.HELP)
    days = {cell.outcome: cell.day for cell in kept.cells if cell.outcome != "acts"}
    assert days == {"shown": DAY, "continued": DAY, "help": DAY}


@pytest.mark.parametrize("country", ["Denmark", "D1", "", "d\nk", "ÄÖ", "zz-token"])
def test_what_is_no_country_is_none(tally, kept, country):
    tally.note(Surface.SEARCH, warned(), "a", country)
    assert kept.of("shown") == {("", "search", "t1", "combined"): 1}


def test_a_name_that_is_none_is_not_written(tally, kept):
    tally.note(Surface.SEARCH, warned("zz test\n0001", "x" * 81), "a")
    assert kept.of("shown") == {("", "search", "unnamed", "unnamed"): 1}


def test_without_counters_a_wording_is_kept_all_the_same(moment):
    tally = Tally(None, Sessions(clock=moment.seconds), moment.now)
    tally.note(Surface.SEARCH, warned("harm"), "a")
    assert tally.variant("a") == "harm"
    assert tally.happened("a", Outcome.HELP)


def test_sessions_pushed_out_are_told(kept, moment):
    tally = Tally(kept, Sessions(most=2, clock=moment.seconds), moment.now)
    for at in range(5):
        tally.note(Surface.SEARCH, warned(), f"s{at}")
    assert kept.of("pushed_out") == {("", "search", "", ""): 3}


ACTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["warned", "helped", "failed", "allowed", *Outcome]),
        st.sampled_from(list(Surface)),
    ),
    max_size=40,
)


@given(ACTS)
def test_each_session_adds_at_most_one_to_each_outcome(acts):
    kept, moment = Kept(), Moment()
    tally = Tally(kept, Sessions(clock=moment.seconds), moment.now)
    decisions = {"warned": warned(), "helped": HELPED, "failed": FAILED, "allowed": ALLOWED}
    expected: Counter = Counter()
    done: dict[str, list[str]] = {one: [] for one in "abc"}
    for session, what, surface in acts:
        past = done[session]
        if what in decisions:
            tally.note(surface, decisions[what], session)
            if what == "warned":
                told = "shown" if "shown" not in past else "continued"
            else:
                told = {"helped": "support"}.get(what, "")
        else:
            tally.happened(session, what)
            is_known = "shown" in past or (what == "help" and "support" in past)
            is_said = what not in {"shown", "continued", "support"}
            told = what if is_known and is_said else ""
        if told and told not in past:
            past.append(told)
            expected[told] += 1
    counted: Counter = Counter()
    for cell, n in kept.cells.items():
        if cell.outcome not in {"acts", "failed"}:
            counted[cell.outcome] += n
    assert counted == expected
    assert all(n <= 3 for n in counted.values())


def test_counts_reach_the_disk_without_a_session(tmp_path, moment):
    counters = Counters(tmp_path / "counts", moment.now)
    tally = Tally(counters, Sessions(clock=moment.seconds), moment.now)
    tally.note(Surface.SEARCH, warned(), "zz-session-0001", "DK")
    counters.flush()
    assert Row(DAY, "DK", "search", "t1", "combined", "shown", 1) in counters.table()
    written = b"".join(path.read_bytes() for path in (tmp_path / "counts").iterdir())
    assert b"combined" in written
    assert b"zz-session" not in written
