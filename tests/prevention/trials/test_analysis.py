from dataclasses import replace
from datetime import date, timedelta
from math import log

import numpy as np
import pytest

from fanal.prevention.nouns import Outcome
from fanal.prevention.trials import fixed
from fanal.prevention.trials.analysis import State, analyse, is_over
from fanal.prevention.trials.anytime import log_e
from fanal.prevention.trials.fixed import Share
from makers.trials import FIRST, registered, rows_of

AFTER = date(2027, 2, 1)
ARM = '[[arm]]\nvariant = "help"\nweight = 1\n'


def before(days):
    return FIRST + timedelta(days=days)


def test_a_difference_is_called_on_the_first_day_on_which_the_evidence_suffices(tmp_path):
    told = registered(tmp_path)
    rows = rows_of(told, {"combined": 0.27, "help": 0.17}, 30, 100)
    found = analyse(told, rows, before(30))
    assert found.state is State.CALLED
    counts = {}
    for row in rows:
        counts[row.day, row.variant, row.outcome] = row.n
    days = [FIRST + timedelta(days=at) for at in range(30)]
    events = np.array([[counts[day, arm, "continued"] for arm in told.arms] for day in days])
    shown = np.array([[counts[day, arm, "shown"] for arm in told.arms] for day in days])
    crossed = int(np.argmax(log_e(events, shown, 0.04) >= log(20)))
    (one,) = found.comparisons
    assert one.called_on == days[crossed]
    assert one.is_better is True
    assert one.looks[crossed].e >= 20 > one.looks[crossed - 1].e
    assert one.at_horizon is None
    assert found.shown == tuple(shown.sum(0))
    assert sum(found.rotation) == 1000
    assert found.rotation[0] >= 100
    early = analyse(told, rows, days[crossed])
    assert (early.state, early.rotation) == (State.RUNS, ())


def test_a_worse_wording_is_called_as_worse(tmp_path):
    told = registered(tmp_path)
    found = analyse(told, rows_of(told, {"combined": 0.17, "help": 0.3}, 30, 100), before(30))
    assert found.comparisons[0].is_better is False


def test_where_giving_up_is_the_outcome_a_larger_share_is_better(tmp_path):
    told = registered(tmp_path, {'"continued"': '"abandoned"'})
    found = analyse(told, rows_of(told, {"combined": 0.27, "help": 0.4}, 30, 100), before(30))
    assert found.comparisons[0].is_better is True
    assert found.arms[1].view.best > 0.99


def test_no_effect_is_shown_where_the_sample_ratio_is_off(tmp_path):
    told = registered(tmp_path)
    rows = rows_of(told, {"combined": 0.27, "help": 0.1}, 30, 100)
    bent = [replace(row, n=row.n - row.n // 8) if row.variant == "help" else row for row in rows]
    found = analyse(told, bent, before(30))
    assert found.state is State.RATIO
    assert (found.arms, found.comparisons, found.rotation) == ((), (), ())
    assert found.ratio < 0.001
    assert found.shown_in_all > 0


def test_a_guard_stops_the_trial_and_later_days_call_nothing(tmp_path):
    told = registered(tmp_path)
    shares = {"combined": 0.27, "help": 0.25}
    rows = rows_of(told, shares, 20, 200, outcomes={"appeal": 0.06})
    found = analyse(told, rows, before(20))
    assert found.state is State.GUARD
    stops = {one.stopped_on for one in found.watches if one.outcome is Outcome.APPEAL}
    assert found.days[-1] == min(day for day in stops if day)
    assert len(found.days) < 20
    assert not any(one.stopped_on for one in found.watches if one.outcome is not Outcome.APPEAL)
    calm = analyse(told, rows_of(told, shares, 20, 200, outcomes={"appeal": 0.019}), before(20))
    assert calm.state is State.RUNS


def test_nothing_counts_after_the_horizon(tmp_path):
    told = registered(tmp_path, {"20000": "2000"})
    rows = rows_of(told, {"combined": 0.27, "help": 0.27}, 30, 100)
    found = analyse(told, rows, before(30))
    assert found.state is State.ENDED
    assert found.is_due
    assert 2000 <= found.shown_in_all < 2000 + 300
    assert len(found.days) < 12
    assert found.comparisons[0].at_horizon is not None


@pytest.mark.parametrize(("other", "state"), [(0.27, State.ENDED), (0.17, State.CALLED)])
def test_the_fixed_rule_calls_at_the_horizon_only(tmp_path, other, state):
    told = registered(tmp_path, {'"e_value"': '"fixed"'})
    rows = rows_of(told, {"combined": 0.27, "help": other}, 30, 100, seed=4)
    during = analyse(told, rows, before(30))
    assert during.state is State.RUNS
    assert during.comparisons[0].at_horizon is None
    found = analyse(told, rows, AFTER)
    assert found.state is state
    test = found.comparisons[0].at_horizon
    sums = {
        arm: Share(
            *(
                sum(r.n for r in rows if (r.variant, r.outcome) == (arm, name))
                for name in ("continued", "shown")
            )
        )
        for arm in told.arms
    }
    assert test.p == pytest.approx(fixed.p_value(sums["help"], sums["combined"]))
    assert test.newcombe == pytest.approx(fixed.newcombe(sums["help"], sums["combined"], 0.05))


def test_several_wordings_are_adjusted_together(tmp_path):
    arms = ARM + '\n[[arm]]\nvariant = "social"\nweight = 1\n'
    told = registered(tmp_path, {ARM: arms, '"e_value"': '"fixed"'})
    rows = rows_of(told, {"combined": 0.27, "help": 0.2, "social": 0.27}, 30, 100)
    found = analyse(told, rows, AFTER)
    one, two = found.comparisons
    alone = analyse(
        replace(told, arms=told.arms[:2], weights=told.weights[:2]),
        [row for row in rows if row.variant != "social"],
        AFTER,
    )
    assert one.at_horizon.p == pytest.approx(2 * alone.comparisons[0].at_horizon.p)
    other = analyse(
        replace(told, arms=("combined", "social"), weights=(1, 1)),
        [row for row in rows if row.variant != "help"],
        AFTER,
    )
    owns = [found.comparisons[0].looks[-1].e for found in (alone, other)]
    assert one.looks[-1].e == pytest.approx(min(owns[0], sum(owns) / 2))
    assert two.looks[-1].e == pytest.approx(min(owns[1], sum(owns) / 2))
    assert one.looks[-1].low < alone.comparisons[0].looks[-1].low


def test_people_who_return_make_evidence_count_for_less(tmp_path):
    told = registered(tmp_path)
    rows = rows_of(told, {"combined": 0.27, "help": 0.2}, 30, 100)
    often = analyse(replace(told, repeats=4), rows, before(30))
    once = analyse(told, rows, before(30))
    assert often.comparisons[0].looks[-1].e < once.comparisons[0].looks[-1].e ** 0.5
    assert often.shown == once.shown
    assert often.arms[0].interval[0] < once.arms[0].interval[0]


def test_nothing_counted_yet_claims_nothing(tmp_path):
    told = registered(tmp_path)
    found = analyse(told, [], before(1))
    assert found.state is State.EMPTY
    assert found.comparisons[0].looks == ()
    assert found.arms[0].interval == (0, 1)
    assert analyse(told, [], AFTER).state is State.EMPTY


def test_a_trial_is_over_by_a_guard_a_call_or_the_horizon(tmp_path):
    told = registered(tmp_path)
    same = {"combined": 0.27, "help": 0.27}
    calm = rows_of(told, same, 10, 100)
    assert not is_over(told, calm, before(10))
    assert is_over(told, calm, AFTER)
    assert is_over(replace(told, sessions=1000), calm, before(10))
    assert is_over(told, rows_of(told, same, 10, 100, outcomes={"appeal": 0.2}), before(10))
    assert is_over(told, rows_of(told, same | {"help": 0.05}, 10, 100), before(10))


def test_a_guard_stops_a_trial_whose_sample_ratio_is_off_too(tmp_path):
    told = registered(tmp_path)
    rows = rows_of(told, {"combined": 0.27, "help": 0.27}, 10, 200, outcomes={"appeal": 0.2})
    bent = [replace(row, n=row.n // 2) if row.variant == "help" else row for row in rows]
    found = analyse(told, bent, before(10))
    assert found.state is State.RATIO
    assert {one.outcome for one in found.watches} == {Outcome.APPEAL}
    assert is_over(told, bent, before(10))
    calm = analyse(told, [one for one in bent if one.outcome != Outcome.APPEAL], before(10))
    assert (calm.state, calm.watches) == (State.RATIO, ())


def test_intervals_at_the_horizon_share_alpha_as_their_p_values_do(tmp_path):
    told = registered(tmp_path, {ARM: ARM + ARM.replace("help", "legal")})
    shares = {"combined": 0.27, "help": 0.25, "legal": 0.26}
    found = analyse(told, rows_of(told, shares, 10, 100), AFTER)
    arms = {one.variant: Share(one.primary, one.shown) for one in found.arms}
    for one in found.comparisons:
        due = fixed.newcombe(arms[one.variant], arms["combined"], 0.025)
        assert one.at_horizon.newcombe == pytest.approx(due)
