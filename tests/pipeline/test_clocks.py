"""LAW-14: periods of Regulation (EU) 2023/1543 and Directive (EU) 2023/977, reminders, outcomes."""

from datetime import UTC, datetime, timedelta

import pytest

from fanal.errors import UsageError
from fanal.model.desk import AuditRecord
from fanal.pipeline import clocks
from makers.cases import opened
from makers.deciding import said

BEGAN = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    yield with_store
    with_store.close()


@pytest.mark.parametrize(
    ("rule", "deadline"),
    [
        ("production order", "2026-04-06T22:30:00+00:00"),
        ("production order, emergency", "2026-03-28T06:30:00+00:00"),
        ("preservation order", "2026-05-26T22:30:00+00:00"),
        ("preservation order, extended", "2026-04-26T22:30:00+00:00"),
        ("information, urgent, at hand", "2026-03-28T06:30:00+00:00"),
        ("information, urgent", "2026-03-30T22:30:00+00:00"),
        ("information", "2026-04-03T22:30:00+00:00"),
    ],
)
def test_a_period_ends_when_the_law_says_whatever_the_zone_it_was_told_in(store, rule, deadline):
    # Central European time goes over to summer time inside of it: hours are counted, not clocks.
    began = "2026-03-27T23:30:00+01:00"
    assert clocks.start(store, said("Anna"), "L-1", rule, began).data["deadline"] == deadline


def test_a_clock_runs_is_due_is_overdue_and_ends_as_a_person_says(store):
    one = clocks.start(store, said("Anna"), "L-1", "information", BEGAN.isoformat())
    states = [
        (hours, clocks.clocks(store, BEGAN + timedelta(hours=hours))[0].state)
        for hours in (1, 119, 120, 168, 169)
    ]
    assert states == [
        (1, "running"),
        (119, "running"),
        (120, "due"),
        (168, "due"),
        (169, "overdue"),
    ]
    late = BEGAN + timedelta(hours=200)
    assert clocks.reminders(clocks.clocks(store, late))[0].id == one.id
    assert clocks.deadlines(store, late) == {"L-1": "2026-04-03T22:30:00+00:00"}
    clocks.finish(store, said("Berta", reason="all was answered"), one.id, "met")
    (ended,) = clocks.clocks(store, late)
    assert (ended.state, ended.says, ended.is_open) == ("met", "met: all was answered", False)
    assert clocks.deadlines(store, late) == {}
    assert store.count(AuditRecord) == 2
    with pytest.raises(UsageError, match="ended already: met"):
        clocks.finish(store, said("Berta"), one.id, "refused")


def test_open_clocks_come_first_by_deadline_and_a_lead_has_the_next_one(store):
    began = BEGAN.isoformat()
    late = clocks.start(store, said("Anna"), "L-1", "preservation order", began)
    soon = clocks.start(store, said("Anna"), "L-1", "information, urgent", began)
    done = clocks.start(store, said("Anna"), "L-2", "information, urgent, at hand", began)
    clocks.finish(store, said("Anna"), done.id, "withdrawn")
    found = clocks.clocks(store, BEGAN)
    assert [one.id for one in found] == [soon.id, late.id, done.id]
    assert clocks.deadlines(store, BEGAN) == {"L-1": soon.data["deadline"]}


@pytest.mark.parametrize(
    ("about", "rule", "began", "words"),
    [
        ("L-1", "guess", "", "no period 'guess'"),
        ("", "information", "", "is about a lead"),
        ("L-1", "information", "2026-03-27T22:30:00", "no time zone"),
        ("L-1", "information", "yesterday", "is no time"),
        ("L-1", "information", "2999-01-01T00:00:00Z", "has not been yet"),
    ],
)
def test_what_is_no_period_is_refused(store, about, rule, began, words):
    with pytest.raises(UsageError, match=words):
        clocks.start(store, said("Anna"), about, rule, began)


def test_an_outcome_needs_a_clock_and_one_of_the_words(store):
    with pytest.raises(UsageError, match="no clock"):
        clocks.finish(store, said("Anna"), "j-1", "met")
    with pytest.raises(UsageError, match="cannot end 'won'"):
        clocks.finish(store, said("Anna"), "j-1", "won")
