"""Agreement against published examples and a computation over every pair of words."""

from fractions import Fraction
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.agreement import Pair, by_category, by_week, kappa, overall, week, wilson

COHEN = {
    ("a", "a"): 106,
    ("a", "b"): 10,
    ("a", "c"): 4,
    ("b", "a"): 22,
    ("b", "b"): 28,
    ("b", "c"): 10,
    ("c", "a"): 2,
    ("c", "b"): 12,
    ("c", "c"): 6,
}
"""Two hundred cases by two judges; Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72,
give 0.429 for the same shares."""


def test_a_published_example():
    assert kappa(COHEN) == pytest.approx(0.429, abs=5e-4)
    grants = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    assert kappa(grants) == pytest.approx(0.4)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30))
def test_kappa_is_agreement_beyond_words_that_are_dealt_out_anew(said):
    pairs = [Pair(first, second, "") for first, second in said]
    found = overall(pairs)
    if not said:
        assert (found.kappa, found.share) == (None, None)
        return
    seen = Fraction(sum(a == b for a, b in said), len(said))
    dealt = [a == b for a, _ in said for _, b in said]
    chance = Fraction(sum(dealt), len(dealt))
    if chance == 1:
        assert found.kappa is None
    else:
        assert found.kappa is not None
        assert isclose(found.kappa, (seen - chance) / (1 - chance), abs_tol=1e-12)
    assert found.share == float(seen)


def test_wilson_as_published():
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    for hits, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_each_category_against_the_rest():
    pairs = [Pair(a, b, "") for (a, b), count in COHEN.items() for _ in range(count)]
    found = {one.of: one for one in by_category(pairs)}
    assert (found["a"].pairs, found["a"].agree) == (106 + 10 + 4 + 22 + 2, 106)
    two = {("y", "y"): 106, ("y", "n"): 14, ("n", "y"): 24, ("n", "n"): 56}
    assert found["a"].kappa == pytest.approx(kappa(two))


def test_weeks_are_those_of_the_calendar():
    assert week("2026-01-01T10:00:00+00:00") == "2026-W01"
    assert week("2027-01-01T10:00:00+00:00") == "2026-W53"
    assert week("no time") == ""
    pairs = [
        Pair("a", "a", "2026-03-09"),
        Pair("a", "b", "2026-03-08"),
        Pair("a", "a", "2026-03-02"),
    ]
    assert [(one.of, one.pairs, one.agree) for one in by_week(pairs)] == [
        ("2026-W10", 2, 1),
        ("2026-W11", 1, 1),
    ]
    assert all(one.rests_on_few for one in by_week(pairs))
