import math
import sys
from datetime import date, timedelta

import numpy as np
import pytest

from fanal.errors import FanalError, UsageError
from fanal.prevention.trials import series
from fanal.prevention.trials.series import Question, ask, read_series

BEGINS = date(2026, 9, 1)
CONTROLS = ("DE", "DK", "BE")


def made(effect, seed=1, days=260, noise=0.05):
    """Sums of four countries with a season in common; the campaign changes one."""
    random = np.random.default_rng(seed)
    first = BEGINS - timedelta(days=days - 28)
    season = np.exp(0.2 * np.sin(np.arange(days) / 30) + 0.1 * random.standard_normal(days))
    told = {}
    for place, country in enumerate(("NL", *CONTROLS)):
        for at in range(days):
            day = first + timedelta(days=at)
            mean = (100 + 60 * place) * season[at] * (1.3 if day.weekday() > 4 else 1)
            mean *= effect if country == "NL" and day >= BEGINS else 1
            told[country, day] = int(random.poisson(random.gamma(1 / noise, mean * noise)))
    return told


@pytest.fixture(scope="module")
def _statsmodels():
    pytest.importorskip("statsmodels", reason="the extra campaigns is not installed")


@pytest.mark.usefixtures("_statsmodels")
def test_a_campaign_of_known_effect_is_found_and_placebo_dates_show_less():
    told = ask(Question("NL", BEGINS, controls=CONTROLS), made(0.7))
    assert told.effect.ratio == pytest.approx(0.7, abs=0.1)
    assert told.effect.high < 0.9
    assert told.effect.p < 0.01
    assert told.design == "difference in differences"
    assert told.slope is None
    assert told.placebo_p == pytest.approx(1 / (1 + len(told.placebo)))
    assert [BEGINS - timedelta(days=28 + 7 * at) for at in range(3)] == [
        d for d, _ in told.placebo[:3]
    ]


@pytest.mark.usefixtures("_statsmodels")
def test_a_difference_in_differences_is_the_ratio_of_ratios():
    sums = made(0.8)
    question = Question("NL", BEGINS, before=28, after=14, controls=("DE",))
    days = [BEGINS + timedelta(days=at) for at in range(-28, 14)]

    def total(country, *, is_after):
        return sum(sums[country, day] for day in days if (day >= BEGINS) is is_after)

    exact = (total("NL", is_after=True) / total("DE", is_after=True)) / (
        total("NL", is_after=False) / total("DE", is_after=False)
    )
    assert ask(question, sums).effect.ratio == pytest.approx(exact, rel=1e-6)


@pytest.mark.usefixtures("_statsmodels")
def test_an_interrupted_series_finds_a_step_and_where_there_is_none_finds_none():
    told = ask(Question("NL", BEGINS), made(0.5))
    assert told.effect.low < 0.5 < told.effect.high < 1
    assert told.design == "interrupted time series"
    assert told.slope.low < 1 < told.slope.high
    assert 0.02 < told.dispersion < 0.12  # 0.05 was drawn, with a season besides
    none = ask(Question("NL", BEGINS, controls=CONTROLS), made(1.0))
    assert none.effect.low < 1 < none.effect.high
    assert none.placebo_p > 0.1


@pytest.mark.usefixtures("_statsmodels")
def test_a_covariate_takes_away_what_it_explains():
    sums = made(1.0, noise=0.001)
    random = np.random.default_rng(2)
    swing = {key: math.exp(0.6 * random.standard_normal()) for key in sums}
    shaken = {key: round(n * 5 * swing[key]) for key, n in sums.items()}
    visits = {key: round(100_000 * swing[key]) for key in sums}
    question = Question("NL", BEGINS, after=14, controls=CONTROLS)

    def width(told):
        return math.log(told.effect.high / told.effect.low)

    with_it = ask(question, shaken, visits)
    assert width(with_it) < width(ask(question, shaken)) / 3
    assert with_it.effect.ratio == pytest.approx(1, abs=0.05)


@pytest.mark.usefixtures("_statsmodels")
def test_short_series_have_no_placebo_test():
    told = ask(Question("NL", BEGINS, controls=CONTROLS), made(1.0, days=84 + 28 + 30))
    assert told.placebo_p is None
    assert len(told.placebo) == 1


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (Question("NL", BEGINS, controls=("NL",)), "named twice"),
        (Question("NL", BEGINS, controls=("DE", "DE")), "named twice"),
        (Question("NL", BEGINS, before=27), "too few days"),
        (Question("NL", BEGINS, after=6), "too few days"),
        (Question("FR", BEGINS), "lacks days"),
        (Question("NL", BEGINS, after=29), "lacks days"),
    ],
)
def test_what_cannot_be_asked_is_told(question, told):
    with pytest.raises(UsageError, match=told):
        ask(question, made(1.0))


def test_counts_of_nothing_are_refused():
    sums = made(1.0)
    for nothing in (
        dict.fromkeys(sums, 0),
        {key: n * (key[1] < BEGINS) for key, n in sums.items()},
    ):
        for controls in ((), ("DE",)):
            with pytest.raises(UsageError, match="nothing was counted"):
                ask(Question("NL", BEGINS, controls=controls), nothing)


def test_without_the_extra_the_advice_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.genmod", None)
    with pytest.raises(UsageError) as caught:
        ask(Question("NL", BEGINS), made(1.0))
    assert "fanal[campaigns]" in caught.value.advice


def test_a_file_is_read_and_its_faults_are_named_by_row(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("day,country,count\n2026-09-01,NL,7\n2026-09-01,DE,0\n", "utf-8-sig")
    assert read_series(path) == {("NL", BEGINS): 7, ("DE", BEGINS): 0}
    for text, told in (
        ("day,country\n", "is no series"),
        ("day,country,count\n2026-09-01,NL,-1\n", "row 2 is no row"),
        ("day,country,count\n2026-09-01,NL,1\nzz-secret,NL,1\n", "row 3 is no row"),
        ("day,country,count\n2026-09-01,NL,1\n2026-09-01,NL,2\n", "row 3 names a day"),
        ('day,country,count\n"', "cannot be read as CSV"),
    ):
        path.write_text(text)
        with pytest.raises(UsageError, match=told) as caught:
            read_series(path)
        assert "zz-secret" not in str(caught.value)
        assert "zz-secret" not in caught.value.advice
    assert series.STEP.days == 7


def steady(seed, days=112):
    """Sums of two countries of which no day depends on another, and nothing begins."""
    random = np.random.default_rng(seed)
    first = BEGINS - timedelta(days=days - 28)
    each = random.poisson(random.gamma(50, 2, (2, days)))
    return {
        (country, first + timedelta(days=at)): int(n)
        for country, counts in zip(("NL", "DE"), each, strict=True)
        for at, n in enumerate(counts)
    }


@pytest.mark.parametrize("controls", [(), ("DE",)])
@pytest.mark.usefixtures("_statsmodels")
def test_where_days_do_not_hang_together_intervals_miss_no_more_than_they_say(controls):
    told = [ask(Question("NL", BEGINS, controls=controls), steady(seed)) for seed in range(60)]
    missed = sum(not one.effect.low <= 1 <= one.effect.high for one in told)
    assert missed <= 6  # 95 %, or 3 of 60: more than 6 by chance in 3 of 100
    assert all(
        (one.effect.p < 0.05) is not (one.effect.low <= 1 <= one.effect.high) for one in told
    )


@pytest.mark.parametrize("asked", [(date(1, 1, 2), 84), (date.max, 84), (BEGINS, 10**9)])
def test_days_out_of_the_calendar_are_refused(asked):
    begins, before = asked
    with pytest.raises(UsageError, match="leave the calendar"):
        ask(Question("NL", begins, before=before), steady(1))


@pytest.mark.usefixtures("_statsmodels")
def test_a_covariate_that_says_nothing_is_refused():
    flat = dict.fromkeys(steady(1), 7)
    with pytest.raises(FanalError, match="says nothing"):
        ask(Question("NL", BEGINS), steady(1), flat)


@pytest.mark.filterwarnings("error")
@pytest.mark.usefixtures("_statsmodels")
def test_a_series_that_fits_too_well_warns_nobody():
    ask(Question("NL", BEGINS), {(c, d): 20 + d.weekday() for c, d in steady(1)})
