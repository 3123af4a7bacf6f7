"""A day is published once, with noise on every cell, and never again."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from fanal.errors import UsageError
from fanal.prevention.counting import files, ledger, publish
from fanal.prevention.counting.cells import Cell, CountersDead, Row
from fanal.prevention.counting.counters import Counters
from fanal.prevention.counting.ledger import BudgetSpent, LedgerDamaged
from fanal.prevention.counting.publish import Plan
from makers.counted import Moment

DAY = date(2026, 11, 27)
LATER = DAY + timedelta(days=2)
PLAN = Plan(("DK", "SE"))


@pytest.fixture
def folder(tmp_path):
    counters = Counters(tmp_path, Moment().now)
    counters.add([Cell(DAY, "DK", "search", "t1", "harm", "shown")] * 40)
    counters.add([Cell(DAY, "NO", "search", "", "combined", "shown")] * 30)
    counters.add([Cell(DAY, "", "search", "", "", "acts")] * 9_000)
    counters.flush()
    return tmp_path


def test_every_cell_of_the_grid_gets_noise_and_plain_totals_none(folder):
    rows = [
        Row(DAY, "DK", "search", "t1", "harm", "shown", 40),
        Row(DAY, "DK", "search", "t1", "illegal", "shown", 2),
        Row(DAY, "NO", "search", "", "combined", "shown", 30),
        Row(DAY, "", "search", "", "", "acts", 9_000),
        Row(LATER, "DK", "search", "t1", "harm", "shown", 7),
    ]
    told = publish.noisy(DAY, rows, PLAN).counts
    assert len(told) == 3 * 4 * 4
    assert set(told) == set(PLAN.keys())
    assert abs(told["DK", "search", "shown"] - 42) < 200
    assert abs(told["", "search", "shown"] - 30) < 200
    assert len(set(told.values())) > 5


def test_a_share_is_split_over_the_measures_that_one_session_may_touch():
    assert PLAN.share == Fraction(1, 8)
    assert Plan(measures=("shown",)).share == Fraction(1, 2)


def test_one_session_changes_each_measure_by_one_at_most(folder):
    """With the same draws, a session more moves each measure's cells by one in all."""
    base = [Row(DAY, "DK", "search", "t1", "harm", "shown", 40)]
    session = [
        Row(DAY, "SE", "upload", "t1", "harm", told, 1)
        for told in ("shown", "continued", "help", "appeal")
    ]
    draws = iter(range(10**9))
    one = publish.noisy(DAY, base, PLAN, lambda below: next(draws) * 7919 % below).counts
    draws = iter(range(10**9))
    two = publish.noisy(DAY, base + session, PLAN, lambda below: next(draws) * 7919 % below).counts
    moved = {key: two[key] - one[key] for key in one if two[key] != one[key]}
    assert moved == {("SE", "upload", told): 1 for told in PLAN.measures}


def test_asking_again_gives_the_same_numbers(folder):
    first = publish.publish(folder, [DAY], PLAN, LATER)
    for plan in (PLAN, Plan(), Plan(("NO",), epsilon=Fraction(1, 10))):
        again = publish.publish(folder, [DAY], plan, LATER + timedelta(days=30))
        assert again == first
    assert publish.published(folder, [DAY]) == first
    assert len(ledger.read(folder)) == 1


def test_a_day_that_may_still_grow_is_not_published(folder):
    told = publish.publish(folder, [DAY, LATER], PLAN, LATER - timedelta(days=1))
    assert told.releases == ()
    assert told.pending == (DAY, LATER)
    assert publish.publish(folder, [DAY, LATER], PLAN, LATER).pending == (LATER,)


def test_more_than_the_budget_publishes_nothing(folder):
    with pytest.raises(BudgetSpent):
        publish.publish(folder, [DAY], Plan(epsilon=Fraction(2, 3)), LATER)
    assert not list(folder.glob("published-*"))
    assert publish.publish(folder, [DAY], PLAN, LATER).releases


def test_a_damaged_ledger_publishes_nothing(folder):
    publish.publish(folder, [DAY], PLAN, LATER)
    (folder / "ledger.jsonl").write_bytes(b"{}\n")
    for ask in (
        lambda: publish.publish(folder, [DAY], PLAN, LATER),
        lambda: publish.published(folder, [DAY]),
    ):
        with pytest.raises(LedgerDamaged):
            ask()


@pytest.mark.parametrize("change", ["gone", "changed", "other"])
def test_noise_is_not_drawn_again_where_a_release_is_gone(folder, change):
    publish.publish(folder, [DAY], PLAN, LATER)
    path = folder / "published-2026-11-27.json"
    if change == "gone":
        path.unlink()
    elif change == "changed":
        path.write_bytes(path.read_bytes().replace(b'"shown",', b'"shown",1', 1))
    else:
        path.write_bytes(publish.to_bytes(publish.noisy(DAY, [], PLAN)))
    with pytest.raises(LedgerDamaged) as told:
        publish.publish(folder, [DAY], PLAN, LATER)
    assert "not drawn a second time" in told.value.advice


def test_a_crash_before_the_ledgers_line_draws_nothing_anew(folder, monkeypatch):
    def crash(_folder, _line):
        raise CountersDead("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "spend", crash)
        with pytest.raises(CountersDead):
            publish.publish(folder, [DAY], PLAN, LATER)
    drawn = publish.from_bytes((folder / "published-2026-11-27.json").read_bytes())
    assert publish.published(folder, [DAY]).releases == ()
    assert publish.publish(folder, [DAY], PLAN, LATER).releases == (drawn,)


def test_damaged_counts_are_named_in_the_release(folder):
    (path,) = folder.glob("counts-*")
    path.write_bytes(b"")
    with pytest.raises(CountersDead, match=path.name):
        publish.publish(folder, [DAY], PLAN, LATER)
    Counters(folder, Moment().now)
    (release,) = publish.publish(folder, [DAY], PLAN, LATER).releases
    assert release.missing == (path.name + files.DAMAGED,)


def test_a_release_is_read_as_it_was_written():
    release = publish.noisy(DAY, [], PLAN)
    raw = publish.to_bytes(release)
    assert publish.from_bytes(raw) == release
    for other in (b"", b"{}", b"[]", raw[:-1], raw.replace(b"shown", b"acts")):
        with pytest.raises(ValueError, match="not a release"):
            publish.from_bytes(other)


@pytest.mark.parametrize(
    "told", [{"countries": ("dk",)}, {"countries": ("DK", "DK")}, {"measures": ()}]
)
def test_a_plan_that_is_none_is_refused(told):
    with pytest.raises(UsageError):
        Plan(**told)


def test_acts_are_no_measure():
    with pytest.raises(UsageError):
        Plan(measures=("acts",))
