import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.pacing import rests


def slowly(grave, most, rest):
    """Return the same, place by place."""
    found, run = [], 0
    for one in grave:
        run = run + 1 if one else 0
        found.append(bool(one) and (run - 1) % (most + rest) >= most)
    return found


@given(st.lists(st.booleans(), max_size=80), st.integers(1, 6), st.integers(1, 4))
def test_after_so_many_in_a_row_some_are_text_only(grave, most, rest):
    found = rests(np.array(grave, np.bool_), most, rest).tolist()
    assert found == slowly(grave, most, rest)
    shown = 0
    for one, text in zip(grave, found, strict=True):
        shown = shown + 1 if one and not text else 0
        assert shown <= most


def test_twenty_are_the_default():
    found = rests(np.ones(52, np.bool_))
    assert np.flatnonzero(found).tolist() == [20, 21, 22, 23, 24, 45, 46, 47, 48, 49]
