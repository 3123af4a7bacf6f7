"""What one person chooses shows nobody more; only two people do."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.model.desk import Choice
from fanal.review.limits import RANGES, Limits, fit, names, shows_more, team
from fanal.review.own import DEFAULTS, KEYS, RESERVED, checked, keys, merged

LESS = {
    "cap": [0, 1, 2, 3, 4, 5],
    "minutes_a_day": [0, 10, 239, 240, 241, 480],
    "break_minutes": [60, 11, 10, 9, 5],
    "quiet_last": [480, 31, 30, 29, 0],
    "second_share": [0.0, 0.1, 0.2, 1.0],
}
"""Limit → values from what shows least to what shows most (the share has no such order)."""
UNORDERED = {"second_share"}


def choice(number: int, login: str, name: str, to: object, who: str = "") -> Choice:
    value = json.dumps({"to": to, "name": who or f"Person {login}"})
    return Choice("", name, number, value, login, "2026-03-01")


def steps(people: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[list[Choice]]:
    one = st.sampled_from(sorted(LESS)).flatmap(
        lambda name: st.tuples(people, st.just(name), st.sampled_from(LESS[name]))
    )
    return st.lists(one, max_size=12).map(
        lambda every: [
            choice(number, login, name, to, who)
            for number, ((login, who), name, to) in enumerate(every)
        ]
    )


def shows_no_more(found: Limits, than: Limits) -> bool:
    def rank(limits: Limits, name: str) -> int:
        return LESS[name].index(getattr(limits, name))

    ordered = all(rank(found, name) <= rank(than, name) for name in LESS.keys() - UNORDERED)
    return ordered and all(getattr(found, name) == getattr(than, name) for name in UNORDERED)


ONE = st.sampled_from([("zz-a", "Anna"), ("zz-a", "Béla"), ("zz-b", "anna "), ("zz-c", "Béla")])
"""Logins and names that are all one person: each shares a name or a login with the next."""


@given(steps(st.sampled_from([("zz-a", "Anna"), ("ZZ-A", "Anna"), ("zz-a", "Béla")])))
def test_no_sequence_by_one_person_shows_more(choices):
    assert shows_no_more(team(choices).limits, Limits())


@given(steps(ONE))
def test_what_is_raised_was_asked_for_by_two_who_share_nothing(choices):
    found = team(choices).limits
    for name, values in LESS.items():
        to = getattr(found, name)
        if shows_more(name, getattr(Limits(), name), to):
            who = {
                (one.by, json.loads(one.value)["name"].strip().casefold())
                for one in choices
                if one.name == name and json.loads(one.value)["to"] == to
            }
            assert any(a[0] != b[0] and a[1] != b[1] for a in who for b in who), (name, values)


@given(steps(st.sampled_from([("", "Anna"), ("zz-b", ""), ("", "")])))
def test_nobody_without_a_name_or_a_login_shows_more(choices):
    assert shows_no_more(team(choices).limits, Limits())


def test_one_lowers_at_once_and_two_raise():
    lower = choice(1, "zz-a", "cap", 3)
    assert team([lower]).limits.cap == 3
    asked = team([lower, choice(2, "zz-a", "cap", 5)])
    assert (asked.limits.cap, asked.waiting["cap"].to) == (3, 5)
    other = team([lower, choice(2, "zz-a", "cap", 5), choice(3, "zz-b", "cap", 4)])
    assert (other.limits.cap, other.waiting["cap"].to) == (3, 4)
    agreed = team([lower, choice(2, "zz-a", "cap", 5), choice(3, "zz-b", "cap", 5)])
    assert (agreed.limits.cap, agreed.waiting) == (5, {})


def test_lowering_ends_what_waits():
    choices = [choice(1, "zz-a", "minutes_a_day", 480), choice(2, "zz-b", "minutes_a_day", 100)]
    assert team(choices).waiting == {}
    again = team([*choices, choice(3, "zz-b", "minutes_a_day", 480)])
    assert (again.limits.minutes_a_day, again.waiting["minutes_a_day"].login) == (100, "zz-b")


@pytest.mark.parametrize("value", ["", "{", "[]", '{"to": true}', '{"to": "5"}', '{"to": 99}'])
def test_what_is_no_value_changes_nothing(value):
    assert team([Choice("", "cap", 1, value, "zz-a", "")]).limits == Limits()


def test_every_limit_has_a_range_that_holds_its_default():
    assert set(names()) == RANGES.keys() == {one.name for one in fields(Limits)}
    assert all(fit(name, getattr(Limits(), name)) is not None for name in RANGES)
    assert not RANGES.keys() & DEFAULTS.keys()


def test_keys_are_each_once_and_none_of_the_browsers():
    assert keys({}) == DEFAULTS["keys"]
    assert keys({"undo": "U", "redo": "z"})["undo"] == "Shift+u"
    for wrong in (
        {"undo": "n"},
        {"undo": "Tab"},
        {"undo": "F5"},
        {"undo": "Shift+ArrowUp"},
        {"undo": "Control"},
        {"undo": "ab"},
        {"undo": ""},
        {"undo": "\u202e"},
        {"nothing": "q"},
        {"undo": 1},
        ["undo"],
    ):
        with pytest.raises(UsageError):
            keys(wrong)


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), st.text(max_size=12)))
def test_whatever_keys_are_taken_are_each_once_and_stay(told):
    try:
        found = keys(told)
    except UsageError:
        return
    assert len(set(found.values())) == len(KEYS)
    assert not set(found.values()) & RESERVED
    assert keys(found) == found


def test_own_settings_are_checked():
    limits = Limits(cap=3, prompt_after=30)
    assert checked("level", 3, limits) == 3
    assert checked("breaks", 0, limits) == 0
    for name, value in (
        ("level", 4),
        ("level", True),
        ("breaks", 31),
        ("breaks", 1),
        ("theme", "red"),
        ("text_only", 1),
        ("cap", 5),
        ("door", 1),
    ):
        with pytest.raises(UsageError):
            checked(name, value, limits)
    chosen = {"level": 5, "breaks": 40, "theme": "dark", "door": 7}
    found = merged(chosen, limits)
    assert (found["level"], found["breaks"], found["theme"]) == (3, 0, "dark")
    assert "door" not in found
