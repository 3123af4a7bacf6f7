"""The blind sample is drawn by the case's id, only grows, and lies evenly among the first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.sample import drawn, mixed

NAMES = [f"{number:064x}" for number in range(1000)]


@given(st.text(max_size=5), st.integers(0, 1000), st.sampled_from((0.0, 0.02, 0.05, 1.0)))
def test_so_many_are_drawn_and_the_order_of_names_does_not_matter(case, count, share):
    names = NAMES[:count]
    one = {names[at] for at in drawn(case, names, share)}
    turned = names[::-1]
    assert one == {turned[at] for at in drawn(case, turned, share)}
    assert len(one) == round(count * share)


def test_another_case_draws_others():
    assert drawn("zz-one", NAMES, 0.02) != drawn("zz-two", NAMES, 0.02)


@given(st.integers(50, 500), st.integers(0, 500))
def test_what_was_drawn_stays_drawn(count, more):
    before = drawn("zz", NAMES[:count], 0.02)
    after = drawn("zz", NAMES[: count + more], 0.02, before)
    assert set(before) <= set(after)


def test_every_content_is_as_likely_as_any_other():
    firsts = [drawn(f"zz-{case}", NAMES[:20], 0.05)[0] for case in range(2000)]
    counts = np.bincount(firsts, minlength=20)
    # 2,000 draws among 20: 100 each, with a standard deviation below 10.
    assert counts.min() > 60
    assert counts.max() < 140


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 12))
def test_the_drawn_ones_lie_evenly_among_the_first_steps(front, back, count):
    step = np.array([2] * front + [4] * back + [8] * count, np.int64)
    rows = np.arange(len(step))
    chosen = rows[front + back :].tolist()[::-1]
    mixed_rows, mixed_step = mixed(rows, step, chosen)
    assert sorted(mixed_rows.tolist()) == rows.tolist()
    assert (np.diff(mixed_step) >= 0).all()
    places = [at for at, row in enumerate(mixed_rows.tolist()) if row in chosen]
    assert mixed_rows[places].tolist() == chosen
    assert all(place < front + count for place in places)
    assert set(mixed_step[places].tolist()) <= ({2} if front else {3})
    others = mixed_rows[~np.isin(mixed_rows, chosen)]
    assert others.tolist() == list(range(front + back))
    gaps = np.diff([0, *(place - at for at, place in enumerate(places)), front])
    assert gaps[1:-1].tolist() == [] or gaps[1:-1].max() - gaps[1:-1].min() <= 1
