"""What somebody was shown is counted, and at each limit it is enough for now; nobody is hurried."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fanal.review.exposure import DAY, REST, Own, Shown, day_begins, exposure, refusal
from fanal.review.limits import Limits

BEGUN = 1_700_000_000.0
TEAM = Limits()
OWN = Own()


def looks(minutes: float, every: float = 60.0, level: int = 3, begun: float = BEGUN) -> list[Shown]:
    """Return pictures shown for ten seconds each, for so many minutes."""
    count = int(minutes * 60 / every)
    return [Shown(begun + at * every, level, begun + at * every + 10) for at in range(count + 1)]


def at(shown: list[Shown], seconds: float = 10.0, limits: Limits = TEAM, own: Own = OWN):
    now = shown[-1].at + seconds if shown else BEGUN
    return exposure([one.at for one in shown], shown, now, limits, own)


def test_whoever_saw_nothing_may_see_everything():
    told = exposure([], [], BEGUN, TEAM, OWN)
    assert (told.minutes, told.reveals, told.cap.level, told.says) == (0, {}, 5, "")
    assert (told.break_due, told.soft_stop, told.too_fast) == (False, False, "")
    assert [refusal(told, level) for level in (2, 3, 4, 5)] == [""] * 4


def test_time_counts_while_pictures_follow_each_other():
    assert at(looks(20)).minutes == 20
    assert at(looks(20, every=290)).minutes == 19  # of 20, 4 x 290 seconds
    assert at(looks(30, every=400)).minutes == 0  # each alone, ten seconds
    long = [Shown(BEGUN, 3, BEGUN + 240)]
    assert exposure([BEGUN], long, BEGUN + 1000, TEAM, OWN).minutes == 4


def test_pictures_are_counted_by_level():
    shown = [*looks(2, level=2), *looks(1, level=5, begun=BEGUN + 200)]
    assert at(shown).reveals == {2: 3, 5: 2}


def test_a_break_is_proposed_at_45_minutes_and_due_at_60():
    assert at(looks(44)).says == ""
    told = at(looks(46))
    assert "break" in told.says
    assert (told.break_due, told.cap.level) == (False, 5)
    told = at(looks(61))
    assert (told.break_due, told.cap.level) == (True, 1)
    assert 580 < told.break_seconds <= 600
    assert "break" in refusal(told, 2)
    assert at(looks(61), 300).break_due
    assert not at(looks(61), 620).break_due  # ten minutes without any picture


def test_own_breaks_may_be_earlier_and_never_later():
    assert "break" in at(looks(21), own=Own(breaks=20)).says
    assert "break" in at(looks(46), own=Own(breaks=90)).says


def test_a_rest_of_ten_minutes_begins_a_new_hour():
    both = [*looks(40), *looks(40, begun=BEGUN + 40 * 60 + 620)]
    told = at(both)
    assert not told.break_due
    assert told.minutes == 80
    short = [*looks(40), *looks(40, begun=BEGUN + 40 * 60 + 500)]
    assert at(short).break_due


def test_150_clear_pictures_an_hour_are_a_soft_stop():
    told = at(looks(25, every=10, level=4))
    assert told.soft_stop
    assert told.cap.level == 3
    assert refusal(told, 3) == ""
    assert "150" in refusal(told, 4) or "151" in refusal(told, 4)
    assert not at(looks(25, every=10, level=3)).soft_stop
    assert not at(looks(25, every=10, level=4), 3700).soft_stop


def test_four_hours_are_enough_for_a_day():
    shown = [one for hour in range(6) for one in looks(50, begun=BEGUN + hour * 62 * 60, every=120)]
    told = at(shown, limits=replace(TEAM, shift_minutes=720))
    assert told.minutes == 301
    assert told.cap.level == 1
    assert "enough for a day" in told.says
    kept = [one for one in shown if one.at < BEGUN + 4 * 62 * 60]
    assert at(kept).cap.level == 5


def test_the_end_of_a_shift_is_quiet():
    acts = [BEGUN, BEGUN + 4 * 3600]
    for minutes, cap in ((449, 5), (451, 2), (500, 2)):
        told = exposure(acts, [], BEGUN + minutes * 60, TEAM, OWN)
        assert told.cap.level == cap, minutes


def test_more_than_30_a_minute_or_600_an_hour_is_too_fast():
    told = at(looks(0.5, every=1, level=2), 1)
    assert "30 pictures a minute" in told.too_fast
    assert refusal(told, 2) == told.too_fast
    assert at(looks(0.45, every=1, level=2), 1).too_fast == ""
    assert "600 pictures an hour" in at(looks(55, every=5, level=2)).too_fast
    assert at(looks(55, every=5, level=2), 700).too_fast == ""


def test_the_team_and_the_person_may_have_less():
    assert at([], limits=replace(TEAM, cap=3)).cap.level == 3
    assert at([], own=Own(level=2)).cap.level == 2
    told = at([], limits=replace(TEAM, cap=4), own=Own(level=1))
    assert told.cap.level == 1
    assert told.says == ""  # it is their own choice
    assert "you chose" in refusal(told, 2)


def test_a_day_ends_with_a_long_rest_not_at_midnight():
    night = [BEGUN + hour * 3600 for hour in range(9)]
    assert day_begins(night, night[-1] + 60) == BEGUN
    later = night[-1] + REST + 60
    assert day_begins([*night, later], later + 5) == later
    assert day_begins([*night, later - 120], later) == BEGUN
    assert day_begins([BEGUN], BEGUN + DAY + 1) == BEGUN + DAY + 1


@given(
    some.lists(
        some.tuples(some.floats(0, 90_000), some.integers(2, 5), some.floats(0, 400)), max_size=60
    )
)
def test_no_history_breaks_it(told):
    shown = [Shown(BEGUN + at, level, BEGUN + at + lasted) for at, level, lasted in sorted(told)]
    found = exposure([one.at for one in shown], shown, BEGUN + 90_000, TEAM, OWN)
    assert 0 <= found.minutes <= 24 * 60
    assert sum(found.reveals.values()) <= len(shown)
    assert found.break_due == (found.break_seconds > 0)
    if found.break_due:
        assert found.cap.level == 1


@pytest.mark.parametrize("words", ["fast", "slow", "target", "rank", "hurry", "warning", "!"])
def test_no_sentence_hurries_or_alarms(words):
    for told in (at(looks(46)), at(looks(61)), at(looks(25, every=10, level=4))):
        assert words not in told.says.lower()
