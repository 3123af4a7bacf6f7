"""A series that is made anew keeps its name; a new one is named after its first content."""

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.series.naming import named

DIGESTS = sorted(hashlib.sha256(b"zz-%d" % number).hexdigest() for number in range(12))


def told(*groups):
    """Each content's group; what is in none is alone."""
    series = np.full(len(DIGESTS), -1)
    for number, group in enumerate(groups):
        series[list(group)] = number
    return series


def test_a_new_series_is_named_after_its_first_content():
    assert named(told([3, 1], [5, 4]), DIGESTS, told(), []) == [
        f"s-{DIGESTS[1][:12]}",
        f"s-{DIGESTS[4][:12]}",
    ]


def test_a_series_keeps_the_name_of_the_one_it_shares_most_with():
    old = told([0, 1, 2, 3], [4, 5])
    new = told([0], [1, 2, 3, 4], [5, 6])
    # The second has most of s-a, the third the rest of s-b; none is left for the first.
    assert named(new, DIGESTS, old, ["s-a", "s-b"]) == [f"s-{DIGESTS[0][:12]}", "s-a", "s-b"]


def test_of_equal_shares_the_smaller_name_is_kept():
    assert named(told([0, 1]), DIGESTS, told([1], [0]), ["s-b", "s-a"]) == ["s-a"]


def test_no_new_name_is_one_that_was_used_before():
    taken = f"s-{DIGESTS[0][:12]}"
    old = told([1, 2], [0, 3])
    new = told([0, 4], [1, 2, 3])
    assert named(new, DIGESTS, old, [taken, "s-b"]) == ["s-b", taken]
    assert named(told([0, 4]), DIGESTS, told([5, 6]), [taken]) == [f"s-{DIGESTS[0][:13]}"]
    used = [f"s-{DIGESTS[0][:digits]}" for digits in range(12, 65)]
    assert named(told([0, 4]), DIGESTS, told(), used) == [f"s-{DIGESTS[0]}-2"]


groups = st.lists(st.integers(-1, 3), min_size=12, max_size=12).map(
    lambda told: np.unique(np.array([-1, *told]), return_inverse=True)[1][1:] - 1
)


@given(groups, groups)
def test_names_are_all_different_and_stay_when_nothing_changes(old, new):
    first = named(old, DIGESTS, told(), [])
    assert len({*first}) == len(first)
    assert named(old, DIGESTS, old, first) == first
    second = named(new, DIGESTS, old, first)
    assert len({*second}) == len(second)
    for number, name in enumerate(second):
        if name in first:
            assert set(np.flatnonzero(new == number)) & set(
                np.flatnonzero(old == first.index(name))
            )
