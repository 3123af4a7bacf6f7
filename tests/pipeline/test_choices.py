"""Choices are kept with who made them, and every change and refusal is in the audit log."""

import pytest

from fanal.errors import UsageError
from fanal.model.desk import NOBODY, AuditRecord, Choice, Who
from fanal.pipeline.choices import choose, hours, limits, own, purposes, retention
from fanal.review.limits import PURPOSES, Limits
from fanal.review.own import DEFAULTS
from makers.cases import opened

BOTH = ("reviewer", "supervisor")
A, B = Who("zz-a", "Anna", BOTH, "s1"), Who("zz-b", "Béla", BOTH, "s2")
SAME = Who("zz-c", "anna ", BOTH, "s3")
REVIEWER = Who("zz-r", "Rika", ("reviewer",), "s4")


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    yield made
    made.close()


def test_defaults_hold_until_somebody_chooses(store):
    assert limits(store) == Limits()
    assert own(store, "zz-a") == DEFAULTS
    assert purposes(store) == PURPOSES
    assert hours(store) == (7, 19)
    assert retention(store)


def test_what_shows_more_takes_two(store):
    assert choose(store, A, "clear_an_hour", 200).waits
    assert limits(store).clear_an_hour == 150
    for who in (A, SAME):
        with pytest.raises(UsageError, match="agree"):
            choose(store, who, "clear_an_hour", 200)
    assert limits(store).clear_an_hour == 150
    assert not choose(store, B, "clear_an_hour", 200).waits
    assert limits(store).clear_an_hour == 200
    told = [(one.login, one.outcome) for one in store.find(AuditRecord, order=("act",))]
    assert told == [("zz-a", "done"), ("zz-a", "refused"), ("zz-c", "refused"), ("zz-b", "done")]


def test_a_change_says_what_was_before(store):
    choose(store, A, "cap", 2)
    (made,) = store.find(AuditRecord)
    assert made.action == "limit change"
    assert made.data == {"name": "cap", "before": 5, "to": 2}


def test_reviewers_change_nothing_of_the_team(store):
    with pytest.raises(UsageError, match="supervisors"):
        choose(store, REVIEWER, "cap", 0)
    (made,) = store.find(AuditRecord)
    assert (made.login, made.outcome) == ("zz-r", "refused")
    assert store.count(Choice) == 0


def test_own_choices_are_of_one_person(store):
    choose(store, REVIEWER, "theme", "dark")
    choose(store, REVIEWER, "keys", {"undo": "z"})
    choose(store, REVIEWER, "theme", "dark")
    assert store.count(Choice) == 2
    assert own(store, "zz-r")["theme"] == "dark"
    assert own(store, "zz-r")["keys"]["undo"] == "z"
    assert own(store, "zz-a") == DEFAULTS


def test_a_lower_cap_holds_for_what_was_chosen_before(store):
    choose(store, REVIEWER, "level", 4)
    choose(store, A, "cap", 3)
    assert own(store, "zz-r")["level"] == 3
    with pytest.raises(UsageError):
        choose(store, REVIEWER, "level", 4)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cap", 6),
        ("cap", "5"),
        ("second_share", 2.0),
        ("purposes", []),
        ("purposes", ["z" * 61]),
        ("purposes", ["zz\u202e"]),
        ("purposes", "zz"),
        ("hours", [19, 7]),
        ("hours", [7]),
        ("hours", [True, 7]),
        ("retention", ""),
        ("nothing", 1),
    ],
)
def test_what_nobody_can_choose(store, name, value):
    with pytest.raises(UsageError):
        choose(store, A, name, value)
    assert store.count(Choice) == 0


def test_nobody_chooses_nothing(store):
    with pytest.raises(UsageError):
        choose(store, NOBODY, "theme", "dark")
