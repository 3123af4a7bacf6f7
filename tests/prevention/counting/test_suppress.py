"""Small numbers are left out, and no sum gives one back."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.counting.publish import Plan, Release
from fanal.prevention.counting.suppress import Node, floor, hide, table, tree

DAY = date(2026, 11, 27)


def release(told, plan=None, day=DAY):
    plan = plan or Plan(("DK", "SE"), ("shown",))
    return Release(day, plan, dict.fromkeys(plan.keys(), 0) | told)


def numbers(lines):
    return {(line.surface, line.country): line.n for line in lines}


def test_a_number_under_ten_or_within_its_noise_is_not_shown():
    """One measure at epsilon 1/2 has a variance of 7.84, so three deviations are 8.4."""
    assert floor(7.8354) == 10
    assert floor(7.8354 * 7) == 23
    plan = Plan((), ("shown",))
    told = {("", "search", "shown"): 10, ("", "upload", "shown"): 9}
    shown = numbers(table([release(told, plan)]))
    assert shown["search", "all"] == 10
    assert shown["upload", "all"] is None
    assert shown["all", "all"] == 19


def test_more_measures_mean_more_noise_and_a_higher_floor():
    plan = Plan((), ("shown", "help", "continued", "appeal"))
    told = {("", "search", "shown"): 33, ("", "upload", "shown"): 34}
    shown = numbers(table([release(told, plan)])[:5])
    assert shown["search", "all"] is None
    assert shown["upload", "all"] == 34


def test_one_unknown_never_stands_alone():
    told = {("DK", one, "shown"): 50 for one in ("search", "upload", "generate")}
    told |= {("", "browse", "shown"): 4, ("DK", "search", "shown"): 90}
    shown = numbers(table([release(told, Plan(("DK",), ("shown",)))]))
    assert shown["browse", "all"] is None
    assert [shown[one, "all"] for one in ("search", "upload", "generate")].count(None) == 1
    assert shown["search", "DK"] is None or shown["search", "other"] is None


def test_days_are_added_up_and_old_plans_meet_in_what_they_share():
    wide = release({("DK", "search", "shown"): 60, ("SE", "search", "shown"): 70})
    narrow = release({("", "search", "shown"): 80}, Plan(("DK",), ("shown",)), DAY + timedelta(1))
    shown = numbers(table([wide, narrow]))
    assert ("search", "SE") not in shown
    assert shown["search", "all"] == 210
    assert shown["all", "all"] == 210
    assert shown["search", "DK"] == 60
    assert shown["search", "other"] == 150


def test_nothing_published_is_no_table():
    assert table([]) == ()


@st.composite
def trees(draw):
    values = st.integers(-20, 60)
    surfaces = []
    for name in "abcd"[: draw(st.integers(2, 4))]:
        cells = [Node(name, str(at), draw(values), 10) for at in range(draw(st.integers(2, 4)))]
        total = sum(cell.value for cell in cells)
        surfaces.append(Node(name, "all", total, draw(st.integers(10, 40)), cells))
    return Node("all", "all", sum(one.value for one in surfaces), 30, surfaces)


@settings(max_examples=150)
@given(trees())
def test_no_hidden_number_follows_from_the_shown_ones(root):
    """Linear algebra says so: no equation over the hidden ones has a single solution for any."""
    hide(root)
    nodes = [root, *root.below, *(cell for one in root.below for cell in one.below)]
    hidden = [node for node in nodes if node.is_hidden]
    assert all(node.is_hidden for node in nodes if node.value < node.floor)
    sums = [
        [(one is node) - any(one is below for below in node.below) for one in hidden]
        for node in nodes
        if node.below
    ]
    if hidden:
        equations = np.array(sums, dtype=float)
        rank = np.linalg.matrix_rank(equations)
        for at in range(len(hidden)):
            alone = np.eye(len(hidden))[at]
            assert np.linalg.matrix_rank(np.vstack([equations, alone])) > rank


def test_large_numbers_are_all_shown():
    plan = Plan(("DK", "SE"), ("shown",), Fraction(1, 2))
    full = Release(DAY, plan, dict.fromkeys(plan.keys(), 500))
    lines = table([full])
    assert {line.n for line in lines} == {500, 1_500, 6_000}
    assert tree([full], "shown", ("DK", "SE")).value == 6_000


@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_ten_is_the_least(spread):
    assert floor(spread) == 10
