"""What hangs together with an earlier place comes later; each by counting anew, pair by pair."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.laps import laps
from fanal.review.signals import pairs

ROWS = 7


@given(
    st.permutations(range(ROWS)),
    st.lists(st.integers(0, 1), min_size=ROWS, max_size=ROWS),
    st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 3)), max_size=16),
)
def test_a_row_counts_the_related_rows_of_its_tier_that_come_before_it(order, tier, told):
    rows, groups = [row for row, _ in told], [group for _, group in told]
    found = laps(np.array(order), np.array(tier), pairs(rows, groups))
    turn = {row: place for place, row in enumerate(order)}
    for row in range(ROWS):
        before = [
            sum(
                turn[other] < turn[row] and tier[other] == tier[row]
                for other, of in {*told}
                if of == group
            )
            for one, group in {*told}
            if one == row
        ]
        assert found[row] == max(before, default=0)


def test_what_nothing_hangs_together_with_keeps_its_place():
    assert laps(np.arange(3), np.zeros(3), pairs([], [])).tolist() == [0, 0, 0]
    assert laps(np.arange(3)[::-1], np.zeros(3), pairs([0, 2], [5, 5])).tolist() == [1, 0, 0]
    assert laps(np.arange(3), np.array([0, 0, 1]), pairs([0, 2], [5, 5])).tolist() == [0, 0, 0]
