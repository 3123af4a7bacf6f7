from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import FanalError, UsageError
from fanal.prevention.nouns import Outcome
from fanal.prevention.trials.counts import COLUMNS, CountedRow, put_together, read_counts_file
from makers.trials import FIRST, registered

HEAD = ",".join(COLUMNS)
LATER = date(2027, 2, 15)


@pytest.fixture
def told(tmp_path):
    left = "[exclusions]\ncountries = ['NO']\ndays = [2026-12-24]\nreason = 'told before'\n\n"
    return registered(tmp_path, {"[stopping]": left + "[stopping]"})


def cell(told, n, **changed):
    row = CountedRow(FIRST, "DE", "search", told.trial_id, "help", "shown", n)
    return replace(row, **changed)


def test_cells_are_summed_by_day_and_arm(told):
    second = FIRST + timedelta(days=1)
    rows = [
        cell(told, 5),
        cell(told, 7, surface="generate", country=""),
        cell(told, 2, outcome="continued"),
        cell(told, 11, variant="combined", day=second),
        cell(told, 3, variant="combined", day=second, outcome="appeal"),
        cell(told, 99, outcome="acts"),
        cell(told, 99, outcome="support"),
    ]
    table = put_together(told, rows, LATER)
    assert table.days == (FIRST, second)
    assert table.shown.tolist() == [[0, 12], [11, 0]]
    assert table.outcomes[Outcome.CONTINUED].tolist() == [[0, 2], [0, 0]]
    assert table.outcomes[Outcome.APPEAL].tolist() == [[0, 0], [3, 0]]
    assert table.until(1).shown.tolist() == [[0, 12]]


def test_what_was_registered_to_be_left_out_is_left_out_and_counted_as_such(told):
    rows = [
        cell(told, 1, surface="upload"),
        cell(told, 2, country="NO"),
        cell(told, 4, day=date(2026, 12, 24)),
        cell(told, 8, day=date(2027, 2, 1)),
        cell(told, 16),
        cell(told, 32, day=LATER),
    ]
    table = put_together(told, rows, LATER)
    assert table.elsewhere == 1 + 2 + 4 + 8
    assert table.shown.tolist() == [[0, 16]]


def test_counts_of_a_changed_registration_are_another_trial_s(told):
    other = replace(cell(told, 50), trial=f"{told.name}.0123456789abcdef")
    unlike = replace(cell(told, 50), trial="wording-2.0123456789abcdef")
    table = put_together(told, [other, unlike, replace(unlike, trial="")], LATER)
    assert (table.others, table.days) == (50, ())


def test_what_cannot_be_this_trial_s_counts_is_refused(told):
    with pytest.raises(UsageError, match="not registered"):
        put_together(told, [cell(told, 1, variant="social")], LATER)
    with pytest.raises(UsageError, match="more outcomes than sessions"):
        put_together(told, [cell(told, 3), cell(told, 4, outcome="left")], LATER)


def test_a_file_holds_the_same_rows(told, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(f"{HEAD}\n2026-12-01,DE,search,{told.trial_id},help,shown,5\n", "utf-8-sig")
    assert read_counts_file(path) == [cell(told, 5)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is no file of counts"),
        (f"{HEAD},more\n", "is no file of counts"),
        (f"{HEAD}\n2026-12-01,DE,search,t,help,shown,zz-7\n", "row 2 is no row"),
        (f"{HEAD}\n2026-12-01,DE,search,t,help,shown,-7\n", "row 2 is no row"),
        (f"{HEAD}\n2026-12-01,DE,search,t,help,shown,٧\n", "row 2 is no row"),
        (f"{HEAD}\nzz-day,DE,search,t,help,shown,7\n", "row 2 is no row"),
        (f"{HEAD}\n2026-12-01,DE\n", "row 2 is no row"),
        (f'{HEAD}\n"', "cannot be read as CSV"),
    ],
)
def test_faults_of_a_file_are_named_by_row_without_what_stands_there(tmp_path, text, fault):
    path = tmp_path / "c.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=fault) as caught:
        read_counts_file(path)
    assert "zz-" not in f"{caught.value}{caught.value.advice}"


@given(st.text(max_size=80))
def test_only_a_fanal_error_leaves_a_file(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("rows") / "c.csv"
    path.write_text(f"{HEAD}\n{text}", "utf-8", errors="replace", newline="")
    try:
        rows = read_counts_file(path)
    except FanalError:
        return
    assert all(row.n >= 0 for row in rows)
