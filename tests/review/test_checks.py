"""The size of a sample, beside the binomial distribution reckoned exactly in fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.review import checks


def none_seen(count: int, error: Fraction) -> Fraction:
    """Return the probability that none of so many shows an error of that share."""
    return (1 - error) ** count


@pytest.mark.parametrize(("error", "count"), [("1/20", 59), ("1/100", 299), ("1/10", 29)])
def test_the_sizes_that_are_known(error, count):
    share = Fraction(error)
    assert checks.needed(float(share)) == count
    assert none_seen(count, share) <= Fraction(1, 20) < none_seen(count - 1, share)


@given(st.integers(1, 999), st.integers(1, 99))
def test_a_sample_is_the_smallest_that_is_enough(per_mille, percent):
    error, wrong = Fraction(per_mille, 1000), Fraction(100 - percent, 100)
    count = checks.needed(per_mille / 1000, percent / 100)
    slack = Fraction(1, 10**12)
    assert none_seen(count, error) <= wrong + slack
    assert count == 1 or none_seen(count - 1, error) > wrong - slack


@pytest.mark.parametrize("count", [1, 3, 59, 299, 3000])
def test_a_bound_is_what_that_many_exclude(count):
    share = Fraction(checks.bound(count))
    assert abs(none_seen(count, share) - Fraction(1, 20)) < Fraction(1, 10**9)
    assert checks.bound(0) == 1.0


@pytest.mark.parametrize("error", [0, 1, -0.1, 2])
def test_a_share_lies_between_0_and_1(error):
    with pytest.raises(ValueError, match="between"):
        checks.needed(error)


NAMES = [f"zz-{number:03}" for number in range(200)]


def test_a_sample_can_be_drawn_again_and_another_seed_gives_another():
    first = checks.drawn(NAMES, 59, "a")
    assert first == checks.drawn(NAMES[::-1], 59, "a")
    assert len({*first}) == 59
    assert first != checks.drawn(NAMES, 59, "b")
    assert {*checks.drawn(NAMES, 500, "a")} == {*NAMES}


def test_everybody_is_drawn_as_often_as_chance_has_it():
    counts = dict.fromkeys(NAMES, 0)
    for seed in range(1000):
        for name in checks.drawn(NAMES, 50, f"{seed}"):
            counts[name] += 1
    # 250 are expected of each, with a standard deviation of 13.7; five of these leave room.
    assert all(250 - 69 < count < 250 + 69 for count in counts.values())


def test_the_sentence_tells_the_share():
    assert checks.said(5000, 299, 0.01) == (
        "299 of 5,000, drawn at random: if none of them is wrong, fewer than 1 in 100 are,"
        " with 95% confidence."
    )
    assert checks.said(12, 12, 0.05) == "This is all of it: 12."
