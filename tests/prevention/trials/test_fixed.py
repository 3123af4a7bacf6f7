import itertools

import pytest

from fanal.prevention.trials.fixed import (
    Share,
    miettinen_nurminen,
    newcombe,
    odds_ratio,
    p_value,
    power_of,
    sessions_needed,
    wilson,
)

NEWCOMBE_1998 = [
    # Table II of Newcombe 1998, Statistics in Medicine 17:873-890: method 10, Miettinen-Nurminen
    ((56, 70), (48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10), (3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((6, 7), (2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    ((5, 56), (0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((10, 10), (0, 20), (0.6791, 1.0), (0.7156, 1.0)),
]


@pytest.mark.parametrize(("one", "other", "hybrid", "score"), NEWCOMBE_1998)
def test_intervals_are_those_of_the_paper(one, other, hybrid, score):
    arms = Share(*one), Share(*other)
    assert newcombe(*arms, 0.05) == pytest.approx(hybrid, abs=6e-5)
    assert miettinen_nurminen(*arms, 0.05) == pytest.approx(score, abs=6e-5)


def test_intervals_and_tests_are_those_of_statsmodels():
    told = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels is the oracle")
    table = pytest.importorskip("statsmodels.stats.contingency_tables")
    shares = [(1, 40), (27, 100), (38, 100), (730, 100_000), (60, 61)]
    for one, other in itertools.permutations(shares, 2):
        arms = Share(*one), Share(*other)
        hybrid = told.confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
        assert newcombe(*arms, 0.05) == pytest.approx(tuple(map(float, hybrid)), abs=1e-9)
        _, p = told.proportions_ztest([one[0], other[0]], [one[1], other[1]])
        assert p_value(*arms) == pytest.approx(float(p), rel=1e-6, abs=1e-14)
        cells = table.Table2x2([[y, n - y] for y, n in (one, other)])
        theirs = (float(cells.oddsratio), *map(float, cells.oddsratio_confint()))
        assert odds_ratio(*arms, 0.05) == pytest.approx(theirs, rel=1e-9)
    assert wilson(Share(27, 100), 0.05) == pytest.approx(
        tuple(map(float, told.proportion_confint(27, 100, method="wilson"))), abs=1e-12
    )


def test_what_holds_nothing_claims_nothing():
    nothing, some = Share(0, 0), Share(3, 10)
    assert p_value(nothing, some) == 1
    assert p_value(Share(0, 10), Share(0, 10)) == 1
    assert miettinen_nurminen(nothing, some, 0.05) == (-1, 1)
    low, high = newcombe(nothing, some, 0.05)
    assert low < 0 < high
    told, low, high = odds_ratio(Share(0, 10), Share(0, 10), 0.05)
    assert (told, low < 1 < high) == (1, True)


# The reference's table of sessions an arm for a power of 90 %.
NEEDED = [
    (0.27, 0.38, 379),
    (0.27, 0.52, 79),
    (0.40, 0.57, 180),
    (0.18, 0.142, 1_964),
    (0.0015, 0.0030, 20_966),
    (0.0073, 0.0095, 36_164),
    (0.0006, 0.0009, 174_991),
]


@pytest.mark.parametrize(("base", "other", "sessions"), NEEDED)
def test_sessions_needed_are_those_of_the_reference(base, other, sessions):
    assert sessions_needed(base, other) == sessions
    assert power_of(base, other, sessions) >= 0.9 > power_of(base, other, sessions - 1)
