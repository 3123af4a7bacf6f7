"""A budget is spent once, and a ledger that was changed is refused."""

import stat
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.counting import ledger
from fanal.prevention.counting.ledger import BudgetSpent, LedgerDamaged, Spent

MONDAY = date(2026, 11, 23)
HALF = Fraction(1, 2)


def line(day=MONDAY, epsilon=HALF, table="counts"):
    return Spent(day, table, epsilon, "a" * 64, date(2026, 12, 1))


def test_a_week_costs_what_its_days_cost(tmp_path):
    for at in range(8):
        ledger.spend(tmp_path, line(MONDAY + timedelta(days=at)))
    lines = ledger.read(tmp_path)
    assert [one.week for one in lines] == ["2026-W48"] * 7 + ["2026-W49"]
    assert ledger.spent(lines, "2026-W48") == Fraction(7, 2)
    assert ledger.left(lines, "2026-W48") == 0
    assert ledger.left(lines, "2026-W49") == 3
    assert stat.S_IMODE((tmp_path / "ledger.jsonl").stat().st_mode) == 0o600


def test_weeks_are_those_of_iso_8601():
    assert ledger.week(date(2027, 1, 3)) == "2026-W53"
    assert ledger.week(date(2027, 1, 4)) == "2027-W01"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (line(), line()),
        (line(), line(epsilon=Fraction(1, 4))),
        (line(), line(table="other", epsilon=Fraction(1, 100))),
        (line(epsilon=Fraction(1, 4)), line(table="other", epsilon=Fraction(1, 3))),
    ],
)
def test_more_than_the_budget_is_refused(tmp_path, first, second):
    ledger.spend(tmp_path, first)
    before = (tmp_path / "ledger.jsonl").read_bytes()
    with pytest.raises(BudgetSpent):
        ledger.spend(tmp_path, second)
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


@pytest.mark.parametrize("epsilon", [Fraction(0), Fraction(-1, 2), Fraction(51, 100)])
def test_a_price_out_of_bounds_is_refused(tmp_path, epsilon):
    with pytest.raises(BudgetSpent):
        ledger.spend(tmp_path, line(epsilon=epsilon))
    assert ledger.read(tmp_path) == ()


def test_two_tables_may_share_a_day(tmp_path):
    ledger.spend(tmp_path, line(epsilon=Fraction(1, 4)))
    ledger.spend(tmp_path, line(epsilon=Fraction(1, 4), table="other"))
    assert ledger.left(ledger.read(tmp_path), "2026-W48") == 3


@settings(max_examples=30)
@given(st.data())
def test_any_change_but_a_lost_end_is_found(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("ledger")
    for at in range(3):
        ledger.spend(folder, line(MONDAY + timedelta(days=at)))
    raw = bytearray((folder / "ledger.jsonl").read_bytes())
    end = raw.rindex(b"\n", 0, -1)
    at = data.draw(st.integers(0, end))
    raw[at] ^= data.draw(st.integers(1, 255))
    (folder / "ledger.jsonl").write_bytes(raw)
    with pytest.raises(LedgerDamaged, match="damaged at line"):
        ledger.read(folder)
    with pytest.raises(LedgerDamaged):
        ledger.spend(folder, line(MONDAY + timedelta(days=9)))


def test_a_line_that_is_cut_or_taken_out_is_found(tmp_path):
    for at in range(3):
        ledger.spend(tmp_path, line(MONDAY + timedelta(days=at)))
    path = tmp_path / "ledger.jsonl"
    first, second, third = path.read_bytes().splitlines(keepends=True)
    for raw in (first + third, second + third, first + second[:-9], first + second + b"\n"):
        path.write_bytes(raw)
        with pytest.raises(LedgerDamaged):
            ledger.read(tmp_path)
